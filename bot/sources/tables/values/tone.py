"""Whether the words of the reviews agree with their ratings: praise belongs to the better end of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from bot.score.languages.english import score_english
from bot.score.languages.german import score_german
from bot.score.languages.language import name_language

_READ: Final = 150
_FOR_LANGUAGE: Final = 40
_LEAST_PAIRS: Final = 3
_LEAST: Final = 3
_MOSTLY: Final = 0.75


class Tone:
    """The ratings of some reviews with clear words."""

    CLEAR: ClassVar[float] = 0.3

    def __init__(self, language: str, pairs: Sequence[tuple[float, float]]) -> None:
        """`pairs` are ratings as they stand in the table, and what the words say from -1 to 1."""
        self.language = language
        self._pairs = pairs
        self._praise = [rating for rating, tone in pairs if tone >= self.CLEAR]
        self._complaints = [rating for rating, tone in pairs if tone <= -self.CLEAR]

    def agreement(self) -> float | None:
        """How often praise has the higher number than a complaint; None where too little can be compared."""
        count = len(self._praise) * len(self._complaints)
        if count < _LEAST_PAIRS:
            return None
        higher = sum((a > b) + 0.5 * (a == b) for a in self._praise for b in self._complaints)
        return higher / count

    def praise_at(self, limit: float, *, below: bool) -> bool:
        """Whether most praise has a number up to `limit`, the bad end of the scale."""
        low = sum(rating <= limit if below else rating >= limit for rating in self._praise)
        return len(self._praise) >= _LEAST and low >= _MOSTLY * len(self._praise)

    def complaints_at(self, limit: float) -> bool:
        """Whether most complaints have a number from `limit` on, the good end of the scale."""
        high = sum(rating >= limit for rating in self._complaints)
        return len(self._complaints) >= _LEAST and high >= _MOSTLY * len(self._complaints)

    def of(self, rating: float) -> float:
        """What the reviews with one rating say on average; 0 where there are none."""
        found = [tone for one, tone in self._pairs if one == rating]
        return sum(found) / len(found) if found else 0.0


def language_of(texts: Sequence[str], headings: str) -> str:
    """The language that most of a table is written in; empty where there are no letters."""
    joined = ". ".join([headings, *texts[:_FOR_LANGUAGE]])
    return name_language(joined) or ""


def tone_of(rated: Sequence[tuple[float, str]], language: str) -> Tone:
    """Read the words of some of the reviews; only German and English ones can be read.

    Args:
        rated: rating and words of the reviews, in the order of the table.
        language: of the table.
    """
    if language not in ("de", "en"):
        return Tone(language, ())
    read = score_german if language == "de" else _english
    chosen = _spread(rated)
    return Tone(language, [(rating, read(text[:400])) for rating, text in chosen])


def _english(text: str) -> float:
    return float(score_english(text).compound)


def _spread(rated: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Some reviews of every rating, so that a few bad evenings among much praise are seen."""
    by_rating: dict[float, list[tuple[float, str]]] = {}
    for one in rated:
        by_rating.setdefault(one[0], []).append(one)
    each = max(_READ // max(len(by_rating), 1), 1)
    found: list[tuple[float, str]] = []
    for several in by_rating.values():
        step = max(len(several) // each, 1)
        found += several[::step][:each]
    return found[:_READ]
