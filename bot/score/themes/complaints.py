"""Which themes a text complains of: those that stand in a clause that judges badly.

A clause ends at punctuation and before words such as "but" and "aber". It is negative by its rated words (VADER's for
English, `bot/data/lexicon/en.toml` for what VADER does not rate, the packaged lexicon for German) with negations
turned. A clause that judges nothing takes the side of the whole: the stars where they are known, else the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from bot.score.languages.english import valences
from bot.score.languages.german import rated_german
from bot.score.negation import is_denied, may_deny
from bot.score.patterns import Patterns, entries_of
from bot.score.quotes import TURNS
from bot.score.words import BREAKS, Words, word_set
from bot.text.packaged import packaged

_GERMAN = word_set("der die das und ist war nicht wir ich sehr mit es ein eine auf zu von aber auch den dem kein")
_ENGLISH = word_set("the and was is not we i very with it a an on to of but also they for my no this you in are")
_ENDS = TURNS | BREAKS
_BLAME = -1.5
_NEGATED = -0.74
"""What is left of a word that is denied: VADER's factor."""


@cache
def _blame() -> Patterns:
    return Patterns([entries_of(packaged("lexicon", "en.toml")["blame"])])


class Clauses:
    """The clauses of a text and what each judges; read when the first of them is asked about.

    Args:
        words: The text in pieces.
    """

    __slots__ = ("_denies", "_starts", "_values", "_words")

    def __init__(self, words: Words) -> None:
        self._words = words
        self._denies = False
        self._starts: list[int] = []
        self._values: list[float] = []

    def of(self, place: int) -> float:
        """What the clause of a piece judges: below 0 it complains, 0 where it judges nothing."""
        if not self._values:
            self._read()
        return self._values[bisect_right(self._starts, place) - 1]

    def whole(self) -> float:
        """What all clauses judge together."""
        if not self._values:
            self._read()
        return sum(self._values)

    def _read(self) -> None:
        folded = self._words.folded
        self._starts = [0, *(place + 1 for place, piece in enumerate(folded) if piece in _ENDS)]
        self._values = [0.0] * len(self._starts)
        if len(_GERMAN.intersection(folded)) > len(_ENGLISH.intersection(folded)):
            for hit, value in rated_german(self._words):
                self._values[bisect_right(self._starts, hit.first) - 1] += value
        else:
            self._read_english(folded)

    def _read_english(self, folded: Sequence[str]) -> None:
        """VADER's words and those of the list, each turned where it is denied within its clause."""
        self._denies = may_deny(folded)
        covered = set[int]()
        for hit in _blame().find(folded):
            if hit.first not in covered:
                covered.update(range(hit.first, hit.last + 1))
                self._add(folded, hit.first, hit.last, _BLAME)
        for place, value in enumerate(map(valences().get, folded)):
            if value and place not in covered:
                self._add(folded, place, place, value)

    def _add(self, folded: Sequence[str], first: int, last: int, value: float) -> None:
        clause = bisect_right(self._starts, first) - 1
        is_turned = self._denies and is_denied(folded, first, last, begin=self._starts[clause])
        self._values[clause] += value * _NEGATED if is_turned else value
