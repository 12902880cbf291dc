"""What makes a single review severe: poisoning, allergy, injury, threat, discrimination, a demand for money.

Lists name what is severe, in German and English (`bot/data/severe.toml`). A model (`bot.score.severe_model`) weighs
what they find together with all other words: it finds what no list foresees, and leaves out what a list takes wrongly.
A find is a reason for a person to read the review at once, and never says that what the guest writes is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.score.negation import is_denied
from bot.score.packaged import packaged
from bot.score.patterns import Hit, Patterns, entries_of
from bot.score.quotes import quote_around, written
from bot.score.words import ends_sentence, words_of

if TYPE_CHECKING:
    from bot.score.severe_model import SevereModel

KINDS = ("poisoning", "allergy", "injury", "threat", "discrimination", "money")
"""What a review can be severe for; each has a text in every catalogue."""

MODEL_FILE = "severe.npz"
"""The model's arrays, in `bot/data`."""

SIGNS = 4 * len(KINDS)
"""What the lists say, for each of `KINDS`: hits of the lists alone, one and other, and whether of both latter."""

MOST_COUNTED = 3
"""More hits of a list than these say no more."""

_LISTS = ("alone", "one", "other", "except")
_ALONE, _ONE, _OTHER, _EXCEPT = range(len(_LISTS))

_DENIALS = frozenset({"not", "never", "nicht", "nie", "kein", "keine"})

_SHORT = 5
"""Pieces of a text that is too short for the model to know better than the lists: "Food poisoning!"."""

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
    return find_severe_many([text], [by_lists(text)])[0]


def find_severe_many(texts: Sequence[str], listed: Sequence[Listed]) -> list[tuple[SevereHit, ...]]:
    """The same for many texts; the model reads those that it is asked about together, which is faster.

    Args:
        texts: Any strings.
        listed: What `by_lists` says of each.
    """
    # numpy is no part of a process that reads no text.
    from bot.score.severe_model import severe_model

    model = severe_model()
    asked = [place for place, one in enumerate(listed) if one.found or model.passes(one.words)]
    weighed = model.weigh([texts[place] for place in asked], [listed[place].signs() for place in asked])
    finds: list[tuple[SevereHit, ...]] = [()] * len(texts)
    for place, value in zip(asked, weighed, strict=True):
        one = listed[place]
        if one.found and (value >= model.doubtful or len(one.words) <= _SHORT):
            finds[place] = one.found
        elif value >= model.threshold:
            finds[place] = _unlisted(texts[place], model)
    return finds


_Lists = tuple[list[Hit], list[Hit], list[Hit], list[Hit]]


@dataclass(frozen=True, slots=True)
class Listed:
    """What the lists say of a text.

    Attributes:
        words: Its pieces, folded.
        found: The reasons that they see.
        hits: What each list of each kind hit.
    """

    words: Sequence[str]
    found: tuple[SevereHit, ...]
    hits: tuple[_Lists, ...]

    def signs(self) -> tuple[int, ...]:
        """What the model weighs, a value for each of `SIGNS`."""
        signs: list[int] = []
        for lists in self.hits:
            counts = [min(len(its), MOST_COUNTED) for its in _left(self.words, lists)]
            signs += [*counts, int(counts[_ONE] > 0 and counts[_OTHER] > 0)]
        return tuple(signs) or (0,) * SIGNS


def by_lists(text: str) -> Listed:
    """Read a text by the lists alone."""
    patterns, kinds = _patterns()
    words = words_of(text)
    found: list[SevereHit] = []
    hits: tuple[_Lists, ...] = ()
    if its := patterns.find(words.folded):
        hits = tuple(([], [], [], []) for _ in kinds)
        for hit in its:
            number, which = divmod(hit.group, len(_LISTS))
            hits[number][which].append(hit)
        for kind, lists in zip(kinds, hits, strict=True):
            first = _first(words.folded, _left(words.folded, lists)) if lists[_ALONE] or lists[_ONE] else None
            if first is not None:
                found.append(SevereHit(kind, written(words, first), quote_around(words, first)))
    return Listed(words.folded, tuple(found), hits)


def _unlisted(text: str, model: SevereModel) -> tuple[SevereHit, ...]:
    """What the model found alone, shown by the word that says most; nothing where that word is denied."""
    words = words_of(text)
    kind = model.kind(words.folded)
    place = model.strongest(words.folded, kind)
    if place is None or is_denied(words.folded, place, place):
        return ()
    hit = Hit(0, place, place)
    return (SevereHit(kind, written(words, hit), quote_around(words, hit)),)


def _left(folded: Sequence[str], lists: Sequence[Sequence[Hit]]) -> tuple[list[Hit], ...]:
    """The hits of the first three lists that are neither hidden by the fourth nor denied."""
    hidden = {place for hit in lists[_EXCEPT] for place in range(hit.first, hit.last + 1)}
    return tuple(
        [hit for hit in its if hit.first not in hidden and not is_denied(folded, hit.first, hit.last)]
        for its in lists[:_EXCEPT]
    )


def _first(folded: Sequence[str], left: Sequence[Sequence[Hit]]) -> Hit | None:
    others, nearest = left[_OTHER], 0
    for hit in sorted((*left[_ALONE], *left[_ONE]), key=lambda hit: hit.first):
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
