"""What makes a single review severe: poisoning, allergy, injury, threat, discrimination, a demand for money.

The words are in `bot/data/severe.toml`, in German and English. A find is a reason for a person to read the review at
once, and never says that what the guest writes is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bot.score.negation import is_denied
from bot.score.packaged import packaged
from bot.score.patterns import Hit, Patterns, entries_of
from bot.score.quotes import quote_around, written
from bot.score.words import ends_sentence, words_of

KINDS = ("poisoning", "allergy", "injury", "threat", "discrimination", "money")
"""What a review can be severe for; each has a text in every catalogue."""

_LISTS = ("alone", "one", "other", "except")
_ALONE, _ONE, _OTHER, _EXCEPT = range(len(_LISTS))

_DENIALS = frozenset({"not", "never", "nicht", "nie", "kein", "keine"})

_NEAR = 14
"""Words between the two halves of a find: about one long clause."""


@dataclass(frozen=True, slots=True)
class SevereHit:
    """A reason why a review is severe.

    Attributes:
        kind: One of `KINDS`.
        word: What was found, as the guest wrote it.
        quote: The clause around it.
    """

    kind: str
    word: str
    quote: str


@cache
def _patterns() -> tuple[Patterns, tuple[str, ...]]:
    tables = packaged("severe.toml")["severe"]
    groups = [entries_of(table.get(key, "")) for table in tables for key in _LISTS]
    return Patterns(groups, never_between=_DENIALS), tuple(table["kind"] for table in tables)


def find_severe(text: str) -> tuple[SevereHit, ...]:
    """The reasons why a text is severe, each kind once.

    Args:
        text: Any string; the part that `bot.score.words.readable` leaves of it counts.
    """
    patterns, kinds = _patterns()
    words = words_of(text)
    hits = patterns.find(words.folded)
    if not hits:
        return ()
    found: list[SevereHit] = []
    for number, kind in enumerate(kinds):
        lists: tuple[list[Hit], ...] = ([], [], [], [])
        for hit in hits:
            if hit.group // len(_LISTS) == number:
                lists[hit.group % len(_LISTS)].append(hit)
        first = _first(words.folded, lists) if lists[_ALONE] or lists[_ONE] else None
        if first is not None:
            found.append(SevereHit(kind, written(words, first), quote_around(words, first)))
    return tuple(found)


def _first(folded: Sequence[str], lists: Sequence[Sequence[Hit]]) -> Hit | None:
    hidden = {place for hit in lists[_EXCEPT] for place in range(hit.first, hit.last + 1)}
    others = [hit for hit in lists[_OTHER] if hit.first not in hidden and not is_denied(folded, hit.first, hit.last)]
    nearest = 0
    for hit in sorted((*lists[_ALONE], *lists[_ONE]), key=lambda hit: hit.first):
        if hit.first in hidden or is_denied(folded, hit.first, hit.last):
            continue
        if hit.group % len(_LISTS) == _ALONE:
            return hit
        while nearest < len(others) and others[nearest].first < hit.first - _NEAR:
            nearest += 1
        if nearest < len(others) and _is_near(folded, hit, others[nearest:][:_NEAR]):
            return hit
    return None


def _is_near(folded: Sequence[str], hit: Hit, others: Sequence[Hit]) -> bool:
    for other in others:
        if other.first > hit.last + _NEAR:
            return False
        if other.first <= hit.last and hit.first <= other.last:
            continue  # the same words are no second half
        between = folded[min(hit.last, other.last) : max(hit.first, other.first)]
        if not any(map(ends_sentence, between)):
            return True
    return False
