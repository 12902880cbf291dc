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
from bot.score.negation import is_denied
from bot.score.patterns import Patterns, entries_of
from bot.score.quotes import TURNS
from bot.score.words import Words, is_break, word_set
from bot.text.packaged import packaged

_GERMAN = word_set("der die das und ist war nicht wir ich sehr mit es ein eine auf zu von aber auch den dem kein")
_ENGLISH = word_set("the and was is not we i very with it a an on to of but also they for my no this you in are")
_BLAME = -1.5
_NEGATED = -0.74
"""What is left of a word that is denied: VADER's factor."""


@cache
def _blame() -> Patterns:
    return Patterns([entries_of(packaged("lexicon", "en.toml")["blame"])])


class Clauses:
    """The clauses of a text and what each judges; a clause is read when it is asked about.

    Args:
        words: The text in pieces.
    """

    __slots__ = ("_folded", "_german", "_known", "_starts")

    def __init__(self, words: Words) -> None:
        self._folded = folded = words.folded
        self._starts = [0, *(place + 1 for place, piece in enumerate(folded) if piece in TURNS or is_break(piece))]
        is_german = len(_GERMAN.intersection(folded)) > len(_ENGLISH.intersection(folded))
        self._german = rated_german(words) if is_german else None
        self._known: dict[int, float] = {}

    def of(self, place: int) -> float:
        """What the clause of a piece judges: below 0 it complains, 0 where it judges nothing."""
        return self._value(bisect_right(self._starts, place) - 1)

    def whole(self) -> float:
        """What all clauses judge together."""
        return sum(map(self._value, range(len(self._starts))))

    def _value(self, number: int) -> float:
        known = self._known.get(number)
        if known is None:
            first = self._starts[number]
            last = self._starts[number + 1] if number + 1 < len(self._starts) else len(self._folded)
            if self._german is not None:
                known = sum(value for hit, value in self._german if first <= hit.first < last)
            else:
                known = _english(self._folded[first:last])
            self._known[number] = known
        return known


def _english(pieces: Sequence[str]) -> float:
    """What an English clause judges: VADER's words and those of the list, each turned where it is denied."""
    total, covered = 0.0, set[int]()
    for hit in _blame().find(pieces):
        if hit.first not in covered:
            covered.update(range(hit.first, hit.last + 1))
            total += _BLAME * (_NEGATED if is_denied(pieces, hit.first, hit.last) else 1.0)
    for place, value in enumerate(map(valences().get, pieces)):
        if value and place not in covered:
            total += value * (_NEGATED if is_denied(pieces, place, place) else 1.0)
    return total
