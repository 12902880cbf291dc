"""Which themes a text complains of: those that stand in a clause that judges badly.

A clause ends at punctuation and before words such as "but" and "aber". It is negative by its rated words (VADER's for
English, `bot/data/lexicon/en.toml` for what VADER does not rate, the packaged lexicon for German) with negations
turned. A clause that judges nothing takes the side of the whole: the stars where they are known, else the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from bot.score.english import valence
from bot.score.german import rated_german
from bot.score.negation import is_denied
from bot.score.patterns import Patterns, entries_of
from bot.score.words import is_break
from bot.text.packaged import packaged


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TURNS = _words(
    """
    but however although though yet while whereas except unfortunately sadly aber jedoch doch sondern obwohl allerdings
    nur leider dafuer trotzdem
    """
)
_GERMAN = _words("der die das und ist war nicht wir ich sehr mit es ein eine auf zu von aber auch den dem kein")
_ENGLISH = _words("the and was is not we i very with it a an on to of but also they for my no this you in are")
_BLAME = -1.5
_NEGATED = -0.74
"""What is left of a word that is denied: VADER's factor."""


@cache
def _blame() -> Patterns:
    return Patterns([entries_of(packaged("lexicon", "en.toml")["blame"])])


class Clauses:
    """The clauses of a text and what each judges.

    Args:
        folded: The pieces of the text.
    """

    __slots__ = ("_clause", "_values")

    def __init__(self, folded: Sequence[str]) -> None:
        self._clause: list[int] = []
        number = 0
        for piece in folded:
            if is_break(piece) or piece in _TURNS:
                number += 1
            self._clause.append(number)
        self._values = [0.0] * (number + 1)
        covered: set[int] = set()
        is_german = len(_GERMAN.intersection(folded)) > len(_ENGLISH.intersection(folded))
        for hit, value in rated_german(folded) if is_german else ():
            self._values[self._clause[hit.first]] += value
            covered.update(range(hit.first, hit.last + 1))
        if is_german:
            return
        for hit in _blame().find(folded):
            if hit.first in covered:
                continue
            covered.update(range(hit.first, hit.last + 1))
            value = _BLAME * (_NEGATED if is_denied(folded, hit.first, hit.last) else 1.0)
            self._values[self._clause[hit.first]] += value
        for place, piece in enumerate(folded):
            value = valence(piece)
            if value and place not in covered:
                value *= _NEGATED if is_denied(folded, place, place) else 1.0
                self._values[self._clause[place]] += value

    def of(self, place: int) -> float:
        """What the clause of a piece judges: below 0 it complains, 0 where it judges nothing."""
        return self._values[self._clause[place]]

    def whole(self) -> float:
        """What all clauses judge together."""
        return sum(self._values)
