"""What somebody types: "2 tripadvisor Waited 70 minutes"."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from bot.errors import BadRowError
from bot.model import platforms as all_platforms
from bot.model.review import Rating
from bot.sources.tables.values.ratings import rated, score


@dataclass(frozen=True, slots=True)
class Typed:
    """What could be read; what is missing has to be asked.

    Attributes:
        platform: its short name, or empty.
    """

    rating: Rating | None
    platform: str
    text: str


def read(text: str, *, platforms: Collection[str]) -> Typed:
    """Read stars and platform from the first two words, in either order; the rest is the guest's text.

    Args:
        text: as typed.
        platforms: the short names of the location's own platforms.
    """
    rating: Rating | None = None
    platform = ""
    rest = text.strip()
    for _ in range(2):
        word, _, after = rest.partition(" ")
        word = word.rstrip(":,;")
        slug = all_platforms.slug_of(word)
        its = _stars(word) if rating is None else None
        if its is not None:
            rating, rest = its, after.strip()
        elif not platform and (slug in all_platforms.known() or slug in platforms):
            platform, rest = slug, after.strip()
        else:
            break
    return Typed(rating, platform, rest)


def _stars(word: str) -> Rating | None:
    with suppress(BadRowError):
        return rated(score(word), worst=1, best=5)
    return None
