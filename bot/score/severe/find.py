"""What makes a single review severe: poisoning, allergy, injury, threat, discrimination, a demand for money.

An event is found where a phrase of its short list stands (`bot/data/severe.toml`), somebody it happened to stands
before it, and nothing shows that it did not happen: a negation, "could" or "hope", long ago, at another place, a
figure of speech. How loud a find is says who is disturbed by it: "sound" opens an incident, "silent" asks a person to
read the review, "vague" is shown with an incident that is open. It never says that what the guest writes is true.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.score.negation import is_denied
from bot.score.patterns import Hit
from bot.score.quotes import quote_around, written
from bot.score.severe.events import KINDS, LOUDNESSES, Event, Events, Loudness, severe_events
from bot.score.words import Words, ends_sentence, is_break, words_of

__all__ = ["KINDS", "LOUDNESSES", "Loudness", "SevereHit", "find_severe", "loudest", "severe_of"]

_WHO_BEFORE, _WHO_AFTER = 10, 3
_WITH, _UNLESS, _IMAGINED, _DENIED = 14, 8, 5, 8
_SENTENCE, _NEIGHBOUR = 60, 40
"""Words of a sentence, and of the ones beside it, that are looked at: some guests write without a full stop."""

_NEIGHBOURS = 2
"""Sentences to each side that may belong to the same story."""

_SHORT_NEIGHBOURS, _FEW = 4, 16
"""As many where they are short: while they have fewer words than this."""


@dataclass(frozen=True, slots=True)
class SevereHit:
    """A reason why a review is severe.

    Attributes:
        kind: One of `KINDS`.
        loudness: How sure it is that this happened.
        phrase: The phrase of the list that found it, as the list writes it.
        word: What was found, as the guest wrote it.
        quote: The clause around it.
    """

    kind: str
    loudness: Loudness
    phrase: str
    word: str
    quote: str


def find_severe(text: str, without: Collection[str] = (), events: Events | None = None) -> tuple[SevereHit, ...]:
    """The reasons why a text is severe, each kind once with its loudest find; the loudest kind first.

    Args:
        text: Any string; the part that `bot.score.words.readable` leaves of it counts.
        without: Phrases that do not count, as `SevereHit.phrase` gives them.
        events: What is looked for; None: the list that comes with the program.
    """
    return severe_of(words_of(text), without, events)


def severe_of(words: Words, without: Collection[str] = (), events: Events | None = None) -> tuple[SevereHit, ...]:
    """The same of a text in pieces."""
    events = events or severe_events()
    acts = events.search.find(words.folded)
    if not acts:
        return ()
    hits = _finds(words.folded, acts, events)
    starts = [hit.first for hit in hits]
    best: dict[str, tuple[int, Hit, str]] = {}
    for hit in hits:
        if hit.group < events.first_act:
            continue
        event, phrase = events.acts[hit.group]
        if phrase in without or (event.kind in best and not best[event.kind][0]):
            continue
        loudness = _Around(words.folded, hits, starts, hit, events.rules).loudness(event)
        if loudness is None:
            continue
        rank = LOUDNESSES.index(loudness)
        if event.kind not in best or rank < best[event.kind][0]:
            best[event.kind] = rank, hit, phrase
    return tuple(
        SevereHit(kind, LOUDNESSES[rank], phrase, written(words, hit), quote_around(words, hit))
        for kind, (rank, hit, phrase) in sorted(best.items(), key=lambda its: (its[1][0], its[1][1].first))
    )


def loudest(hits: Iterable[SevereHit]) -> Loudness | None:
    """How loud a text is; None where nothing was found."""
    return min((hit.loudness for hit in hits), key=LOUDNESSES.index, default=None)


def _finds(folded: Sequence[str], acts: Sequence[Hit], events: Events) -> list[Hit]:
    """Every find from the first act's story to the last one's: what stands further off belongs to none."""
    outermost = acts[0], max(acts, key=lambda act: act.last)
    begin = min(_story(folded, *_sentence(folded, act.first, act.last))[0] for act in outermost)
    end = max(_story(folded, *_sentence(folded, act.first, act.last))[1] for act in outermost)
    found = events.patterns.find(folded[begin : end + 1 + _NEIGHBOUR])
    return [Hit(group, begin + first, begin + last) for group, first, last in found] if begin else found


def _sentence(folded: Sequence[str], first: int, last: int, reach: int = _SENTENCE) -> tuple[int, int]:
    """The first and the last word of the sentence around some words, as far as it is looked at."""
    begin, end = first, last
    while begin and first - begin < reach and not ends_sentence(folded[begin - 1]):
        begin -= 1
    while end + 1 < len(folded) and end - last < reach and not ends_sentence(folded[end + 1]):
        end += 1
    return begin, end


def _story(folded: Sequence[str], first: int, last: int) -> tuple[int, int]:
    """A sentence with those before and after it that tell the same story, as far as they are looked at."""
    begin, end = first, last
    sentences = 0
    while sentences < _NEIGHBOURS or (sentences < _SHORT_NEIGHBOURS and first - begin < _FEW):
        while begin and ends_sentence(folded[begin - 1]):
            begin -= 1
        if not begin:
            break
        begin, _ = _sentence(folded, begin - 1, begin - 1, _NEIGHBOUR)
        sentences += 1
    sentences = 0
    while sentences < _NEIGHBOURS or (sentences < _SHORT_NEIGHBOURS and end - last < _FEW):
        while end + 1 < len(folded) and ends_sentence(folded[end + 1]):
            end += 1
        if end + 1 >= len(folded):
            break
        _, end = _sentence(folded, end + 1, end + 1, _NEIGHBOUR)
        sentences += 1
    return begin, end


class _Around:
    """What stands around an act: the finds that begin in its sentence, and in those beside it."""

    __slots__ = ("_act", "_folded", "_hits", "_near", "_rules", "_sentence", "_starts")

    def __init__(
        self,
        folded: Sequence[str],
        hits: Sequence[Hit],
        starts: Sequence[int],
        act: Hit,
        rules: Mapping[str, int],
    ) -> None:
        self._folded = folded
        self._hits = hits
        self._starts = starts
        self._act = act
        self._rules = rules
        self._sentence = _sentence(folded, act.first, act.last)
        self._near = self._between(*self._sentence)

    def loudness(self, event: Event) -> Loudness | None:
        """How loud the event is here; None where it is none."""
        told = self._between(*_story(self._folded, *self._sentence)) if event.slots or event.needs else self._near
        if self._is_ruled_out(event, told):
            return None
        found = [
            event.together[hit.group]
            for hit in self._of(event.together)
            if self._is_at(hit, _WITH, _WITH) and self._is_beside(hit)
        ]
        if event.alone is not None:
            found.append(event.alone)
        if event.slots or event.needs:
            if not event.needs <= {hit.group for hit in told}:
                return None
            filled = len(event.slots & {hit.group for hit in told if self._is_beside(hit)})
            found += [loudness for loudness, slots in event.enough.items() if filled >= slots]
        if not found:
            return None
        is_merry = any(hit.group == self._rules["merry"] for hit in (*self._near, *told))
        rank = min(map(LOUDNESSES.index, found)) + is_merry
        return LOUDNESSES[rank] if rank < len(LOUDNESSES) else None

    def _is_ruled_out(self, event: Event, told: Sequence[Hit]) -> bool:
        rules = self._rules
        if event.slots:
            is_somebody = any(hit.group in event.who for hit in told)
        else:
            is_somebody = any(self._is_at(hit, _WHO_BEFORE, _WHO_AFTER) for hit in self._of(event.who))
        if event.who and not is_somebody:
            return True
        if any(self._is_at(hit, _UNLESS, _UNLESS) for hit in self._of({event.unless})):
            return True
        if self._of({rules["past"], rules["elsewhere"], rules["spared"]}):
            return True
        return not event.even_if and self._did_not_happen(rules["imagined"], rules["blunts"])

    def _between(self, first: int, last: int) -> Sequence[Hit]:
        return self._hits[bisect_left(self._starts, first) : bisect_right(self._starts, last)]

    def _is_beside(self, hit: Hit) -> bool:
        """Whether a find is none of the act's own words: it stands outside, or in a gap between them."""
        act = self._act
        return hit.last < act.first or hit.first > act.last or act.first < hit.first <= hit.last < act.last

    def _of(self, groups: Collection[int]) -> list[Hit]:
        return [hit for hit in self._near if hit.group in groups]

    def _is_at(self, hit: Hit, before: int, after: int) -> bool:
        return hit.last >= self._act.first - before and hit.first <= self._act.last + after

    def _did_not_happen(self, imagined: int, blunts: int) -> bool:
        if self._folded[self._act.last + 1 : self._act.last + 2] == ["?"]:
            return True
        blunt = {hit.last for hit in self._of({blunts})}
        begin = act = self._act.first
        while begin and act - begin < _DENIED and not is_break(self._folded[begin - 1]) and begin - 1 not in blunt:
            begin -= 1
        if is_denied(self._folded, self._act.first, self._act.last, begin=begin):
            return True
        reach = max(begin, self._act.first - _IMAGINED)
        return any(reach <= hit.first and hit.last < self._act.first for hit in self._of({imagined}))
