"""Sentiment of German text without own data: rated words and phrases, negation, turns and degrees.

The words are in `bot/data/lexicon/de.toml`. The rules are few and each looks a few words far, so that the work is
linear in the text. It is a stopgap until a place has enough reviews of its own to learn from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.score.patterns import Hit, Patterns, entries_of
from bot.score.words import BREAKS, ENDS_SENTENCE, LONGEST_TEXT, REMEMBERED, Words, ends_sentence, words_of
from bot.text.packaged import packaged

_MARKS = ("intensify", "weaken", "negate", "no_negation", "after_verb", "turn", "unreal", "past")
_INTENSIFY, _WEAKEN, _NEGATE, _NO_NEGATION, _AFTER_VERB, _TURN, _UNREAL, _PAST = range(len(_MARKS))

_NEGATION_REACH = 3
"""Words before a rated one among which a negation turns it: "nicht besonders gut"."""

_VERB_REACH = 4
"""Words after a verb among which a negation turns it: "schmeckte uns allen nicht"."""

_UNREAL_REACH = 6
_NEGATED_PRAISE, _NEGATED_BLAME = -0.8, -0.5
_BEFORE_TURN, _AFTER_TURN = 0.6, 1.4
_STRONGER, _WEAKER = 1.3, 0.6
_WISHED, _PAST_PRAISE, _QUOTED_PRAISE = -0.4, -0.4, -0.7
_LAST_SENTENCE = 1.2
_DENIALS = frozenset({"nicht", "nie", "niemals", "kein", "keine", "nimmer", "nichts", "nix"})
_QUOTES = frozenset('"„“”')


@dataclass(frozen=True, slots=True)
class _Lexicon:
    patterns: Patterns
    values: tuple[float, ...]
    signs: dict[str, float]


@cache
def _lexicon() -> _Lexicon:
    tree = packaged("lexicon", "de.toml")
    return _Lexicon(
        patterns=Patterns(
            [
                *(entries_of(group["entries"]) for group in tree["rated"]),
                *(entries_of(tree["tune"][mark]) for mark in _MARKS),
            ],
            never_between=_DENIALS,
        ),
        values=tuple(float(group["value"]) for group in tree["rated"]),
        signs={sign: float(value) for sign, value in tree["signs"].items()},
    )


def score_german(text: str) -> float:
    """Score a German text.

    Args:
        text: Any string; the part that `bot.score.words.readable` leaves of it counts.

    Returns:
        From -1 (negative) to +1 (positive); 0 where no rated word occurs.
    """
    words = words_of(text)
    rated = rated_german(words)
    signs = [value for piece in words.folded if (value := _lexicon().signs.get(piece))][:8]
    total = sum(value for _, value in rated) + sum(signs)
    count = len(rated) + len(signs)
    level = total / (count + 1.5) ** 0.6
    return float(level / (level * level + 4.0) ** 0.5)


@lru_cache(maxsize=REMEMBERED)
def rated_german(words: Words) -> list[tuple[Hit, float]]:
    """The rated words of a German text in pieces, each with what it counts where it stands."""
    lexicon, pieces = _lexicon(), words.folded
    rated = len(lexicon.values)
    found = lexicon.patterns.find(pieces)
    hits = _apart([hit for hit in found if hit.group < rated], lexicon.values)
    if not hits:
        return []
    marks: tuple[set[int], ...] = tuple(set() for _ in _MARKS)
    for group, first, last in found:
        if group == rated + _NO_NEGATION:
            marks[_NO_NEGATION].update(range(first, last + 1))
        elif group >= rated and first == last:
            marks[group - rated].add(first)
    marks[_NEGATE].update(_neither(pieces))
    marks[_NEGATE].difference_update(marks[_NO_NEGATION])
    reading = _Reading(pieces, marks, {place for hit in hits for place in range(hit.first, hit.last + 1)})
    return [(hit, reading.weigh(hit, lexicon.values[hit.group])) for hit in hits]


def _neither(pieces: Sequence[str]) -> Iterable[int]:
    """Each "noch" that follows a "weder" in its sentence."""
    if "weder" not in pieces:
        return
    is_denied = False
    for place, piece in enumerate(pieces):
        if piece == "weder" or ends_sentence(piece):
            is_denied = piece == "weder"
        elif is_denied and piece == "noch":
            yield place


def has_signs(text: str) -> bool:
    """Whether a text holds a rated emoji."""
    return not _lexicon().signs.keys().isdisjoint(text[:LONGEST_TEXT])


def _apart(found: Iterable[Hit], values: Sequence[float]) -> list[Hit]:
    """Of hits that overlap keep the longest, and of equally long ones the strongest."""
    taken: set[int] = set()
    kept = []
    for hit in sorted(found, key=lambda hit: (hit.first - hit.last, -abs(values[hit.group]), hit.group)):
        if hit.first == hit.last:
            if hit.first in taken:
                continue
            taken.add(hit.first)
        else:
            places = range(hit.first, hit.last + 1)
            if not taken.isdisjoint(places):
                continue
            taken.update(places)
        kept.append(hit)
    return sorted(kept, key=lambda hit: hit.first)


class _Reading:
    """A text with what its rules need to know: where its sentences end, where each turns, and its rated words."""

    __slots__ = ("_ends", "_last", "_marks", "_past", "_pieces", "_rated", "_turns")

    def __init__(self, pieces: Sequence[str], marks: Sequence[set[int]], rated: set[int]) -> None:
        self._pieces = pieces
        self._marks = marks
        self._rated = rated
        # Of several signs in a row the first ends the sentence.
        ends = [place for place, piece in enumerate(pieces) if piece in ENDS_SENTENCE]
        self._ends = [place for number, place in enumerate(ends) if not number or ends[number - 1] != place - 1]
        self._turns: dict[int, int] = {}
        for place in sorted(marks[_TURN]):
            self._turns.setdefault(self._sentence(place), place)
        self._past = set(map(self._sentence, marks[_PAST]))
        self._last = self._sentence(max(rated, default=0))

    def _sentence(self, place: int) -> int:
        return bisect_left(self._ends, place)

    def weigh(self, hit: Hit, value: float) -> float:
        """What a rated word counts where it stands."""
        sentence = self._sentence(hit.first)
        before = self._near(range(hit.first - 1, max(-1, hit.first - 1 - _NEGATION_REACH), -1))
        is_word = hit.first == hit.last
        if before and before[0] in self._marks[_INTENSIFY]:
            value *= _STRONGER
        elif before and before[0] in self._marks[_WEAKEN]:
            value *= _WEAKER
        if (is_word or value > 0) and self._is_negated(hit, before):
            value *= _NEGATED_PRAISE if value > 0 else _NEGATED_BLAME
        elif value > 0:
            value *= self._doubt(hit, sentence, is_word=is_word)
        turn = self._turns.get(sentence)
        if turn is not None:
            value *= _BEFORE_TURN if hit.first < turn else _AFTER_TURN
        return value * _LAST_SENTENCE if sentence == self._last else value

    def _near(self, places: Iterable[int]) -> list[int]:
        """The places up to the next sign that separates clauses."""
        near = []
        for place in places:
            if self._pieces[place] in BREAKS:
                break
            near.append(place)
        return near

    def _is_negated(self, hit: Hit, before: Sequence[int]) -> bool:
        negates = self._marks[_NEGATE]
        for place in before:
            if place in negates:
                return True
            if place in self._rated and place not in self._marks[_INTENSIFY]:
                break
        if hit.last not in self._marks[_AFTER_VERB]:
            return False
        after = self._near(range(hit.last + 1, min(len(self._pieces), hit.last + 1 + _VERB_REACH)))
        for index, place in enumerate(after):
            if place in negates:
                # A negation before another rated word belongs to that one.
                return not any(following in self._rated for following in after[index + 1 :][:2])
        return False

    def _doubt(self, hit: Hit, sentence: int, *, is_word: bool) -> float:
        """What praise is worth that is only wished for, was true once, or stands between quotation marks."""
        beside = (self._pieces[hit.first - 1] if hit.first else "", *self._pieces[hit.last + 1 : hit.last + 2])
        if len(beside) == 2 and _QUOTES.issuperset(beside):
            return _QUOTED_PRAISE
        if sentence in self._past:
            return _PAST_PRAISE
        unreal = self._marks[_UNREAL]
        if is_word and unreal:
            back = self._near(range(hit.first - 1, max(-1, hit.first - 1 - _UNREAL_REACH), -1))
            on = self._near(range(hit.last + 1, min(len(self._pieces), hit.last + 1 + _UNREAL_REACH)))
            if not unreal.isdisjoint(back) or not unreal.isdisjoint(on):
                return _WISHED
        return 1.0
