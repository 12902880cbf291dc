"""Ratings as people and programs write them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.errors import BadRowError
from bot.model.review import Rating

NO_RATING: Final = frozenset(
    {
        *(
            "",
            "-",
            "–",
            "—",
            "?",
            "n/a",
            "na",
            "n.a.",
            "nan",
            "none",
            "null",
            "nil",
            "unknown",
            "not rated",
            "no rating",
        ),
        *("k.a.", "k. a.", "keine", "keine angabe", "unbekannt", "ohne", "star_rating_unspecified", "unspecified"),
    }
)
_WORDS: Final = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "eins": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
    "ein": 1,
}
_YES: Final = frozenset({"yes", "true", "1", "ja", "positive", "recommended", "y", "empfohlen", "wahr", "positiv"})
_NO: Final = frozenset(
    {"no", "false", "0", "nein", "negative", "not recommended", "n", "nicht empfohlen", "falsch", "negativ"}
)
_UNIT = r"\s*(?:stars?|sterne?n?|points?|punkte?n?|★|⭐)?"
_PLAIN: Final = re.compile(rf"([+-]?\d+(?:[.,]\d+)?){_UNIT}", re.IGNORECASE)
_OF: Final = re.compile(rf"(\d+(?:[.,]\d+)?){_UNIT}\s*(?:/|von|of|out of)\s*(\d+(?:[.,]0+)?){_UNIT}", re.IGNORECASE)
_STARS: Final = re.compile(r"([★⭐]\ufe0f?\s*)*([☆✩]\ufe0f?\s*)*")
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Score:
    """A number out of a file, before its scale is known.

    Attributes:
        value: the number.
        best: the top of the scale where the cell itself says so ("8,5/10"), else None.
    """

    value: float
    best: float | None = None


def score(cell: Any) -> Score | None:
    """Read a rating: "4", "4,5", "4/5", "8,5/10", "★★☆☆☆", "4 stars", "FOUR"; nothing and "-" are None.

    A nought is a Score: only a scale that starts above nought makes it "no rating", see `rated`.

    Raises:
        BadRowError: the cell holds something else.
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise BadRowError("the rating is a yes/no; name that column as `recommended` in the source's mapping")
    if isinstance(cell, int | float):
        return _number(cell)
    if not isinstance(cell, str):
        raise BadRowError(f"the rating {_shown(cell)} is not a number")
    if len(cell) > _LONGEST:
        raise BadRowError(f"the rating {_shown(cell)} is not a number")
    return _text(cell)


def rated(found: Score | None, *, worst: float, best: float) -> Rating | None:
    """Put a score on its scale; "no rating" and a nought below the scale are None.

    Raises:
        BadRowError: the score lies outside the scale.
    """
    if found is None or (found.value == 0 and worst > 0):
        return None
    top = best
    if found.best is not None and found.best != best:
        if found.best not in (5, 10):
            raise BadRowError(f"a rating out of {found.best:g} needs rating_range in the source's mapping")
        top = found.best
    return _rating(found.value, worst, top)


def recommendation(cell: Any, *, worst: float, best: float) -> Rating | None:
    """A yes as the best rating, a no as the worst, nothing as None.

    Raises:
        BadRowError: the cell is neither a yes nor a no.
    """
    word = str(cell if cell is not None else "").strip().casefold()
    if isinstance(cell, float) and cell in (0.0, 1.0):
        word = f"{cell:g}"
    if word in _YES:
        return _rating(best, worst, best)
    if word in _NO:
        return _rating(worst, worst, best)
    if word in NO_RATING:
        return None
    raise BadRowError(f"the recommendation {_shown(cell)} is neither yes nor no")


def _number(value: float) -> Score | None:
    try:
        number = float(value)
    except OverflowError:
        raise BadRowError("the rating is far too big a number") from None
    if math.isnan(number):
        return None
    return Score(number)


@lru_cache(maxsize=1024)
def _text(cell: str) -> Score | None:
    word = cell.strip().casefold()
    if word in NO_RATING:
        return None
    if match := _PLAIN.fullmatch(word):
        return Score(_float(match[1]))
    if match := _OF.fullmatch(word):
        return Score(_float(match[1]), _float(match[2]))
    if (word[0] in "★⭐☆✩") and _STARS.fullmatch(word):
        full, empty = (sum(word.count(sign) for sign in signs) for signs in ("★⭐", "☆✩"))
        return Score(float(full), float(full + empty) if empty else None)
    first, _, rest = word.partition(" ")
    if first in _WORDS and rest in ("", "star", "stars", "stern", "sterne"):
        return Score(float(_WORDS[first]))
    raise BadRowError(f"the rating {_shown(cell)} is not a number")


def _float(text: str) -> float:
    return float(text.replace(",", "."))


@lru_cache(maxsize=1024)
def _rating(value: float, worst: float, best: float) -> Rating:
    try:
        return Rating(value, worst, best)
    except ValueError as error:
        raise BadRowError(str(error)) from None


def _shown(cell: Any) -> str:
    text = repr(cell)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
