"""Which themes a location has: the pack of its kind of business, with the owner's files laid over it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.score.themes import PACKS, ThemePack, theme_pack

_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class PackChoice:
    """What a location's themes are made of; small enough to be sent to another process.

    Attributes:
        kind: One of `bot.score.themes.PACKS`.
        added: The name and the text of each of the owner's files, in the order they are laid over the pack.
    """

    kind: str = PACKS[0]
    added: tuple[tuple[str, str], ...] = ()


USUAL_PACK = PackChoice()
"""Where the configuration says nothing."""


@lru_cache(maxsize=_REMEMBERED)
def pack_of(choice: PackChoice) -> ThemePack:
    """The themes of a choice, made once in each process.

    Raises:
        ConfigError: One of the owner's files has mistakes; each is named with file, line and what to write instead.
    """
    pack = theme_pack(choice.kind)
    for name, content in choice.added:
        pack = pack.extended(content, name=name)
    return pack
