"""Ratings as people and programs write them."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from bot.errors import BadRowError
from bot.model.review import Rating
from bot.reasons import reason

NO_RATING: Final = frozenset(
    {
        *("", "-", "–", "—", "?", ".", "n/a", "na", "n.a.", "nan", "none", "null", "nil", "unknown", "not rated"),
        *("no rating", "k.a.", "k. a.", "keine", "keine angabe", "unbekannt", "ohne", "star_rating_unspecified"),
        *("unspecified", "#n/a", "sin valoración", "sans note", "geen", "nessuno", "ninguno", "aucune"),
    }
)
_NUMBER_WORDS: Final = MappingProxyType(
    {
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "eins": 1,
        "ein": 1,
        "zwei": 2,
        "drei": 3,
        "vier": 4,
        "fünf": 5,
    }
)
_YES: Final = frozenset(
    {
        *("yes", "true", "1", "ja", "positive", "recommended", "y", "empfohlen", "wahr", "positiv", "oui", "sí", "si"),
        *("empfiehlt", "würde empfehlen", "recommande", "recomienda", "lo recomienda", "consiglia", "raadt aan"),
        *(
            "beveelt aan",
            "sì",
            "recommends",
            "recommend",
            "doesrecommend",
            "thumbs up",
            "👍",
            "would recommend",
            "verdadero",
            "vero",
        ),
    }
)
_NO: Final = frozenset(
    {
        *(
            "no",
            "false",
            "0",
            "nein",
            "negative",
            "not recommended",
            "n",
            "nicht empfohlen",
            "falsch",
            "negativ",
            "non",
        ),
        *("nee", "doesn't recommend", "does not recommend", "doesn’t recommend", "thumbs down", "👎", "falso"),
        *("would not recommend", "not recommend", "empfiehlt nicht", "würde nicht empfehlen", "ne recommande pas"),
        *("no recomienda", "no lo recomienda", "non consiglia", "sconsiglia", "raadt af", "raadt niet aan"),
    }
)
_UNIT = (
    r"\s*(?:stars?(?:\s+(?:rating|review))?|sterne?n?|points?|punkte?n?|étoiles?|estrellas?|stell[ae]|sterren|ster|"
    r"★|⭐\ufe0f?|\*)?"
)
_NUMBER = r"\d+(?:[.,]\d+)?"
_PLAIN: Final = re.compile(rf"([+-]?{_NUMBER}){_UNIT}(?:\s*\(.*\))?", re.IGNORECASE)
_MEANS: Final = r"(?:(?:rated|rating|bewertung|bewertet\s+mit|note|noté|valutato)\s*:?\s+)?"
_OF: Final = re.compile(
    rf"{_MEANS}({_NUMBER}){_UNIT}\s*(?:/|von|of|out of|sur|de|su|van|aus)\s*(\d+(?:[.,]0+)?){_UNIT}", re.IGNORECASE
)
_PERCENT: Final = re.compile(rf"({_NUMBER})\s*(?:%|prozent|percent)", re.IGNORECASE)
_NUMBER_OF_STARS: Final = re.compile(r"^(\d+(?:[.,]\d+)?)\s*\*$")
_STARS: Final = re.compile(r"(?:[★⭐●🌟⬤]\ufe0f?\s*)*(?:[◐◑⯨½]\s*)?(?:[☆✩○◯]\ufe0f?\s*)*|\*{1,5}")
_HALF: Final = re.compile(r"(\d)\s?½")
_LABELLED: Final = re.compile(rf"({_NUMBER})\s*[-–—=:)]\s*[^\W\d_].{{0,60}}", re.IGNORECASE)
_FORMULA: Final = re.compile(r'="([^"]*)"')
_LONGEST: Final = 40
_TOPS: Final = frozenset({4.0, 5.0, 6.0, 7.0, 10.0, 20.0, 100.0})


@dataclass(frozen=True, slots=True)
class Score:
    """A number out of a file, before its scale is known.

    Attributes:
        value: the number.
        best: the top of the scale where the cell itself says so ("8,5/10", "80 %"), else None.
        worst: the bottom of the scale where the cell itself says so.
        is_word: it was a word out of five ("schlecht", "very satisfied").
    """

    value: float
    best: float | None = None
    worst: float | None = None
    is_word: bool = False


def score(cell: Any) -> Score | None:
    """Read a rating: "4", "4,5", "4/5", "8,5/10", "★★☆☆☆", "4 stars", "FOUR", "80 %", "schlecht"; "-" is None.

    A nought is a Score: only a scale that starts above nought makes it "no rating", see `rated`.

    Raises:
        BadRowError: the cell holds something else.
    """
    if cell is None:
        return None
    if isinstance(cell, bool):
        raise BadRowError(reason("rating_yes_no"))
    if isinstance(cell, int | float):
        return _number(cell)
    if not isinstance(cell, str):
        raise BadRowError(reason("rating_unknown", cell=_shown(cell)))
    if len(cell) > _LONGEST:
        raise BadRowError(reason("rating_unknown", cell=_shown(cell)))
    return _text(cell)


def rated(found: Score | None, *, worst: float, best: float, lowest_is_best: bool = False) -> Rating | None:
    """Put a score on its scale; "no rating" and a nought below the scale are None.

    On a scale whose lowest number is the best (school grades) the number is turned round: 1 of 1 to 6 becomes 6.

    Raises:
        BadRowError: the score lies outside the scale.
    """
    if found is None:
        return None
    bottom, top = worst, best
    if found.best is not None and found.best != best:
        if found.best not in _TOPS:
            raise BadRowError(reason("rating_scale", best=f"{found.best:g}"))
        bottom, top = (worst if worst <= 1 else 1.0), found.best
    if found.worst is not None:
        bottom = found.worst
    if found.value == 0 and bottom > 0:
        return None
    if lowest_is_best and not found.is_word:
        if not bottom <= found.value <= top:
            raise BadRowError(reason("rating_outside", cell=f"{found.value:g}", worst=f"{bottom:g}", best=f"{top:g}"))
        return _rating(bottom + top - found.value, bottom, top)
    if found.is_word and (worst, best) != (1.0, 5.0):
        return _rating(found.value, 1.0, 5.0)
    return _rating(found.value, bottom, top)


def recommendation(cell: Any, *, worst: float, best: float) -> Rating | None:
    """A yes as the best rating, a no as the worst, nothing as None.

    Raises:
        BadRowError: the cell is neither a yes nor a no.
    """
    answer = yes_or_no(cell)
    if answer is None:
        word = _word(cell)
        if word in NO_RATING:
            return None
        raise BadRowError(reason("recommendation_unknown", cell=_shown(cell)))
    return _rating(best if answer else worst, worst, best)


def yes_or_no(cell: Any) -> bool | None:
    """Whether a cell says yes or no; None for anything else."""
    word = _word(cell)
    return True if word in _YES else False if word in _NO else None


def _word(cell: Any) -> str:
    if isinstance(cell, float) and cell in (0.0, 1.0):
        return f"{cell:g}"
    return str(cell if cell is not None else "").strip().casefold()


def _number(value: float) -> Score | None:
    try:
        number = float(value)
    except OverflowError:
        raise BadRowError(reason("rating_huge")) from None
    if math.isnan(number):
        return None
    return Score(number)


@lru_cache(maxsize=1024)
def _text(cell: str) -> Score | None:
    word = cell.strip().casefold()
    if match := _FORMULA.fullmatch(word):
        word = match[1].strip()
    if word in NO_RATING:
        return None
    word = _HALF.sub(r"\1.5", word)
    word = _NUMBER_OF_STARS.sub(r"\1", word)
    if match := _PLAIN.fullmatch(word):
        return Score(_float(match[1]))
    if match := _OF.fullmatch(word):
        return Score(_float(match[1]), _float(match[2]))
    if match := _PERCENT.fullmatch(word):
        return Score(_float(match[1]), 100.0, 0.0)
    if word[0] in "★⭐☆✩●○🌟⬤◯*" and _STARS.fullmatch(word):
        full, empty = (sum(word.count(sign) for sign in signs) for signs in ("★⭐●🌟⬤*", "☆✩○◯"))
        half = 0.5 * sum(word.count(sign) for sign in "◐◑⯨½")
        return Score(full + half, full + empty + (1.0 if half else 0.0) if empty else None)
    first, _, rest = word.partition(" ")
    if first in _NUMBER_WORDS and rest in ("", "star", "stars", "stern", "sterne"):
        return Score(float(_NUMBER_WORDS[first]))
    if (step := _steps().get(word.rstrip(".!\ufe0f").replace("’", "'"))) is not None:
        return Score(float(step), 5.0, 1.0, is_word=True)
    if match := _LABELLED.fullmatch(word):
        return Score(_float(match[1]))
    raise BadRowError(reason("rating_unknown", cell=_shown(cell)))


@cache
def _steps() -> Mapping[str, int]:
    """The words of `bot/data/rating_words.toml`, each with its step of five."""
    tree: dict[str, list[str]] = tomllib.loads((files("bot") / "data" / "rating_words.toml").read_text("utf-8"))
    return {word: int(step) for step, words in tree.items() for word in words}


def _float(text: str) -> float:
    return float(text.replace(",", "."))


@lru_cache(maxsize=1024)
def _rating(value: float, worst: float, best: float) -> Rating:
    try:
        return Rating(value, worst, best)
    except ValueError:
        raise BadRowError(reason("rating_outside", cell=f"{value:g}", worst=f"{worst:g}", best=f"{best:g}")) from None


def _shown(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
