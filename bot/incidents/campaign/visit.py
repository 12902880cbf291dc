"""Whether a text tells a detail of a visit: a day, a dish, a person, a table or room, a price, something that happened.

The words are in `bot/data/visit.toml`. A text without one may still be true; one with several was hardly written by
somebody who was never there. Languages without a list count by their figures and their length.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from bot.score.patterns import Patterns, entries_of
from bot.score.words import Words, readable
from bot.text.packaged import packaged

READ: Final = 2_000
"""Characters that are looked at."""

LONG: Final = 60
"""Words from which a text has told something, in whatever language."""

RICH: Final = 2
"""Kinds of detail from which a guest describes a visit in detail."""

FIGURE, LENGTH, ELSEWHERE = "figure", "length", "elsewhere"

_DENOMINATED = frozenset(
    """
    star stars stern sterne sternen estrella estrellas etoile etoiles stella stelle ster sterren punkt punkte punkten
    points point times mal prozent percent
    """.split()  # noqa: SIM905
)

_EMPTY = frozenset({"0", "1", "7", "24", "100", "1000"})


@cache
def _patterns() -> tuple[Patterns, tuple[str, ...]]:
    tables = packaged("visit.toml")
    return Patterns([entries_of(table["words"]) for table in tables.values()]), tuple(tables)


@lru_cache(maxsize=2048)
def _found(text: str) -> frozenset[str]:
    words = Words(readable(text))
    patterns, names = _patterns()
    found = {names[hit.group] for hit in patterns.find(words.folded)}
    if _has_figure(words.folded):
        found.add(FIGURE)
    if sum(1 for word in words.folded if word[:1].isalpha()) >= LONG:
        found.add(LENGTH)
    return frozenset(found)


def details(text: str) -> frozenset[str]:
    """The kinds of detail that a text tells: day, person, event, dish, place, figure, length."""
    return _found(text[:READ]) - {ELSEWHERE}


def names_competitor(text: str) -> bool:
    """Whether a text sends people to another place that it names."""
    return ELSEWHERE in _found(text[:READ])


def _has_figure(folded: Sequence[str]) -> bool:
    """A number that is not a rating: "0 stars", "10/10" and "100 %" tell nothing of a visit."""
    for place, word in enumerate(folded):
        if word in ("€", "$", "£"):
            return True
        if not word[:1].isdecimal() or "/" in word:
            continue
        following = folded[place + 1] if place + 1 < len(folded) else ""
        if following in _DENOMINATED or following == "/" or word in _EMPTY:
            continue
        if place and folded[place - 1] == "/":
            continue
        return True
    return False
