"""Which texts are nearly the same: copies with words exchanged, moved, added or left out.

Two measures, as either alone misses what the other finds: the share of common character 5-grams (Jaccard; of 26,528
pairs of ordinary low reviews with 40 or more characters, one reaches a half), and the likeness of the sorted words
(Indel distance), which does not mind another order and serves short texts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from bot.score.words import fold

READ: Final = 600
"""Characters of a text that are compared."""

SHORTEST: Final = 12
"""Characters below which texts are alike by chance ("Terrible.")."""

LEAST_WORDS: Final = 3
GRAMS: Final = 0.5
GRAMS_FROM: Final = 40
WORDS_LONG: Final = 72.0
"""Likeness of the sorted words, 0 to 100, from which texts of `GRAMS_FROM` characters are copies."""

WORDS_SHORT: Final = 80.0

_GRAM: Final = 5
_REMEMBERED: Final = 256
"""Texts that are remembered in pieces, about 25 kB each: an incident's and those it is compared with."""

_COMMON: Final = 0.25
"""Share of common words without which two texts are not compared further: it decides most pairs in a microsecond."""


@dataclass(frozen=True, slots=True)
class _Text:
    plain: str
    order: str
    words: frozenset[str]
    grams: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def _prepared(text: str) -> _Text:
    folded = fold_text(text)
    words = folded.split()
    return _Text(
        plain=folded,
        order=" ".join(sorted(words)),
        words=frozenset(words if len(words) > 1 else map("".join, pairwise(folded))),
        grams=frozenset(folded[at : at + _GRAM] for at in range(len(folded) - _GRAM + 1)),
    )


def fold_text(text: str) -> str:
    """A text as its folded words: capitals, accents, signs and emoji do not tell copies apart."""
    words = ("".join(sign if sign.isalnum() else " " for sign in text[:READ])).split()
    return " ".join(fold(word) for word in words)


def alike(one: str, other: str) -> bool:
    """Whether two texts are nearly the same."""
    a, b = _prepared(one[:READ]), _prepared(other[:READ])
    shorter = min(len(a.plain), len(b.plain))
    if shorter < SHORTEST or min(len(a.words), len(b.words)) < LEAST_WORDS:
        return False
    if a.plain == b.plain:
        return True
    common = len(a.words & b.words)
    if common < _COMMON * (len(a.words) + len(b.words) - common):
        return False
    if shorter >= GRAMS_FROM:
        shared = len(a.grams & b.grams)
        if shared >= GRAMS * (len(a.grams) + len(b.grams) - shared):
            return True
    bound = WORDS_LONG if shorter >= GRAMS_FROM else WORDS_SHORT
    return fuzz.ratio(a.order, b.order, score_cutoff=bound) >= bound


def pairs_alike(texts: Sequence[str]) -> list[tuple[int, int]]:
    """The pairs of texts that are nearly the same, as places in the sequence."""
    return [
        (first, second)
        for second in range(1, len(texts))
        for first in range(second)
        if alike(texts[first], texts[second])
    ]
