"""What a location's reviews are searched for: themes and severe events, with the owner's files laid over them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.score.severe.events import Events, severe_events
from bot.score.severe.files import events_with
from bot.score.themes.pack import PACKS, ThemePack, theme_pack

_REMEMBERED = 32


@dataclass(frozen=True, slots=True)
class PackChoice:
    """What a location's themes and severe events are made of; small enough to be sent to another process.

    Attributes:
        kind: One of `bot.score.themes.pack.PACKS`.
        added: The name and the text of each of the owner's files, in the order they are laid over the pack.
        severe: The same of the owner's files of severe events.
    """

    kind: str = PACKS[0]
    added: tuple[tuple[str, str], ...] = ()
    severe: tuple[tuple[str, str], ...] = ()


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


def events_of(choice: PackChoice) -> Events:
    """The severe events of a choice.

    Raises:
        ConfigError: One of the owner's files has mistakes.
    """
    return events_with(choice.severe) if choice.severe else severe_events()
