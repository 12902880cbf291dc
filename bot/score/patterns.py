"""Lists of words and phrases, as the data files write them, made into one fast search.

How an entry is written (umlauts, accents and capitals do not matter):

- `wait` the word and its usual endings in German and English (waits, waiting; Kellner, Kellners)
- `=wait` the word alone
- `wait*` everything that begins with it; `*service` every compound that ends with it (endings included)
- `kitchen staff` words in a row; `_` stands for none, one or two words between, `wait|waited` for either, `#` for any
  number
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from math import inf
from operator import attrgetter
from typing import NamedTuple

from bot.score.mistyped import Mistyped
from bot.score.words import fold, is_break
from bot.text.packaged import packaged

_LISTED_ENDINGS = "e en er es em n s t te ten st ste sten ster stes ern ere eren erer eres erem ed ing d ly 's '"
_ENDINGS = frozenset(_LISTED_ENDINGS.split())
_LONGEST_ENDING = max(map(len, _ENDINGS))
_SHORTEST_STEM = 3
_LONGEST_GAP = 2
_GAP = -1
_COMMON = 20
"""How much more often a word that says nothing stands in a text than another one, roughly."""

_LISTED = """
two three four five six seven eight nine ten fifteen twenty thirty forty fifty sixty ninety several many few
zwei drei vier fuenf sechs sieben acht neun zehn fuenfzehn zwanzig dreissig vierzig fuenfzig sechzig neunzig
"""
_NUMBERS = frozenset(_LISTED.split())
_REMEMBERED = 50_000
_ENTRY_END = re.compile(r"[,\n]")
_SLOT = re.compile(r"=?\*?[^\W_]+(?:['’-][^\W_]+)*\*?|=[€$£]|#|\d+/\d+")


class PatternError(ValueError):
    """An entry that cannot be read; the message says why and what to write.

    Attributes:
        entry: The entry as it was written.
    """

    def __init__(self, entry: str, message: str) -> None:
        self.entry = entry
        super().__init__(message)


class Hit(NamedTuple):
    """Where an entry was found: the number of its list, and its first and last piece."""

    group: int
    first: int
    last: int


class _Phrase(NamedTuple):
    """A phrase, split at its rarest word: it is looked for only where that stands.

    Attributes:
        group: The group it belongs to.
        side: On which side a word is looked at first, -1 before and 1 after.
        beside: The slot of that one.
        far: The places beyond the next one where it may stand, too: none, or as many as a gap allows.
        before: The slots before the rarest word, from there outwards.
        after: The slots after it.
    """

    group: int
    side: int
    beside: int
    far: tuple[int, ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


class _Entry(NamedTuple):
    """What is known of a word that fills a slot.

    Attributes:
        fills: The slots that it fills.
        alone: The groups that it belongs to alone.
        phrases: The phrases of which it may be the rarest word.
    """

    fills: frozenset[int]
    alone: tuple[int, ...]
    phrases: tuple[_Phrase, ...]


class _Known(dict[str, _Entry | None]):
    """What is known of each word that occurred: None where it fills no slot. A new word is looked up."""

    def __init__(self, look_up: Callable[[str], _Entry | None]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> _Entry | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        entry = self[word] = self._look_up(word)
        return entry


def entries_of(block: str) -> list[str]:
    """The entries of a block, separated by commas or line ends."""
    return [entry for part in _ENTRY_END.split(block) if (entry := " ".join(part.split()))]


def check(entry: str) -> list[str]:
    """The slots of an entry.

    Raises:
        PatternError: It cannot be read.
    """
    slots = entry.split()
    if not slots or slots[0] == "_" or slots[-1] == "_":
        raise PatternError(entry, f'"{entry}" must begin and end with a word; "_" stands between words only')
    for slot in slots:
        for word in slot.split("|"):
            if word != "_" and not _SLOT.fullmatch(word):
                raise PatternError(
                    entry, f'"{word}" is not a word; write letters and digits, with * at an end if need be'
                )
            if "*" in word and len(word.strip("=*")) < _SHORTEST_STEM:
                raise PatternError(
                    entry, f'"{word}" would fit nearly everything; give at least {_SHORTEST_STEM} letters'
                )
    return slots


class Patterns:
    """Groups of entries, searched together.

    Args:
        groups: The entries of each group.
        never_between: Folded words for which "_" does not stand.
        forgiving: Whether a long word that fills no slot is taken for one that does and has the same letters, or one
            more or less, behind the same first one ("vomitting").

    Raises:
        PatternError: An entry cannot be read.
    """

    __slots__ = (
        "_alone",
        "_beyond",
        "_exact",
        "_inflected",
        "_known",
        "_mistyped",
        "_never",
        "_numbers",
        "_phrases",
        "_prefixes",
        "_slots",
        "_suffixes",
        "_tails",
    )

    def __init__(
        self, groups: Sequence[Iterable[str]], *, never_between: frozenset[str] = frozenset(), forgiving: bool = False
    ) -> None:
        self._never = never_between
        self._exact: dict[str, list[int]] = {}
        self._inflected: dict[str, list[int]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._suffixes: dict[str, list[int]] = {}
        self._slots: dict[str, int] = {}
        self._numbers: set[int] = set()
        self._alone: dict[int, list[int]] = {}
        self._phrases: dict[int, list[_Phrase]] = {}
        self._known = _Known(self._look_up)
        listed = [(check(entry), group) for group, entries in enumerate(groups) for entry in entries]
        used = Counter(word for slots, _ in listed if len(slots) > 1 for slot in slots for word in slot.split("|"))
        for slots, group in listed:
            if len(slots) == 1:
                self._alone.setdefault(self._slot(slots[0]), []).append(group)
            else:
                rarest = min(range(len(slots)), key=lambda place: _cost(slots[place], used))
                numbers = [_GAP if slot == "_" else self._slot(slot) for slot in slots]
                before, after = tuple(reversed(numbers[:rarest])), tuple(numbers[rarest + 1 :])
                side, outwards = (-1, before) if before and (before[0] != _GAP or not after) else (1, after)
                gaps = next(place for place, slot in enumerate(outwards) if slot != _GAP)
                far = tuple(side * place for place in range(2, 2 + gaps * _LONGEST_GAP))
                phrase = _Phrase(group, side, outwards[gaps], far, before, after)
                self._phrases.setdefault(numbers[rarest], []).append(phrase)
        phrases = [phrase for its in self._phrases.values() for phrase in its]
        self._beyond = (None,) * max((abs(step) for phrase in phrases for step in (1, *phrase.far)), default=1)
        self._tails = frozenset(suffix[-_SHORTEST_STEM:] for suffix in self._suffixes)
        self._mistyped = Mistyped((*self._exact, *self._inflected)) if forgiving else None

    def _slot(self, slot: str) -> int:
        number = self._slots.get(slot)
        if number is None:
            number = self._slots[slot] = len(self._slots)
            for word in slot.split("|"):
                if word == "#":
                    self._numbers.add(number)
                    continue
                bare = fold(word.strip("=*"))
                if word.endswith("*"):
                    table = self._prefixes
                elif word.startswith("*"):
                    table = self._suffixes
                elif word.startswith("="):
                    table = self._exact
                else:
                    table = self._inflected
                table.setdefault(bare, []).append(number)
        return number

    def _look_up(self, word: str) -> _Entry | None:
        found = self._filled_by(word)
        if not found and self._mistyped is not None:
            for meant in self._mistyped.meant(word):
                found |= self._filled_by(meant)
        if not found:
            return None
        return _Entry(
            fills=frozenset(found),
            alone=tuple(sorted({group for slot in found for group in self._alone.get(slot, ())})),
            phrases=tuple(phrase for slot in sorted(found) for phrase in self._phrases.get(slot, ())),
        )

    def _filled_by(self, word: str) -> set[int]:
        found = set(self._exact.get(word, ()))
        forms = stems_of(word)
        for form in forms:
            found.update(self._inflected.get(form, ()))
            if form[-_SHORTEST_STEM:] in self._tails:
                for start in range(len(form) - _SHORTEST_STEM + 1):
                    found.update(self._suffixes.get(form[start:], ()))
        if word in _NUMBERS or word[:1].isdecimal():
            found |= self._numbers
        if self._prefixes:
            for end in range(_SHORTEST_STEM, len(word) + 1):
                found.update(self._prefixes.get(word[:end], ()))
        return found

    def find(self, folded: Sequence[str]) -> list[Hit]:
        """Every place where an entry is found, in the order of the text; of phrases that begin together all."""
        # None at the end stands for what is beyond either end of the text.
        entries = [*map(self._known.__getitem__, folded), *self._beyond]
        found: list[Hit] = []
        for place, entry in enumerate(entries):
            if entry is None:
                continue
            _, alone, phrases = entry
            for group in alone:
                found.append(Hit(group, place, place))
            for group, side, beside, far, before, after in phrases:
                neighbour = entries[place + side]
                if (neighbour is None or beside not in neighbour[0]) and not (
                    far and any((near := entries[place + step]) is not None and beside in near[0] for step in far)
                ):
                    continue
                first = self._reach(before, folded, entries, place, -1)
                if first is not None:
                    last = self._reach(after, folded, entries, place, 1)
                    if last is not None:
                        found.append(Hit(group, first, last))
        found.sort(key=_first)
        return found

    def _reach(
        self, slots: Sequence[int], folded: Sequence[str], entries: Sequence[_Entry | None], place: int, step: int
    ) -> int | None:
        """The outermost piece of the slots that follow a place in one direction, or None where one is not filled."""
        for index, slot in enumerate(slots):
            place += step
            if slot == _GAP:
                for at in range(place, place + (_LONGEST_GAP + 1) * step, step):
                    end = self._reach(slots[index + 1 :], folded, entries, at - step, step)
                    if end is not None:
                        return end
                    if not 0 <= at < len(folded) or is_break(folded[at]) or folded[at] in self._never:
                        return None
                return None
            entry = entries[place]
            if entry is None or slot not in entry[0]:
                return None
        return place

    def holds(self, word: str) -> bool:
        """Whether a folded word alone is an entry."""
        entry = self._known[word]
        return entry is not None and bool(entry.alone)


_first = attrgetter("first")


def _cost(slot: str, used: Mapping[str, int]) -> tuple[float, int]:
    """How much it costs to look for a phrase wherever a slot of it stands: common words, and those of many phrases."""
    words = slot.split("|")
    if slot in ("_", "#"):
        return inf, 0
    common = [_COMMON if fold(word.strip("=*")) in _stop_words() else 1 for word in words]
    return sum(used[word] * weight for word, weight in zip(words, common, strict=True)), -min(map(len, words))


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(fold(word) for listed in packaged("stopwords.toml").values() for word in listed.split())


def stems_of(word: str) -> list[str]:
    """A folded word, and what is left of it without each ending that it has."""
    stems = [word]
    for length in range(min(_LONGEST_ENDING, len(word) - _SHORTEST_STEM), 0, -1):
        if word[-length:] in _ENDINGS:
            stems.append(word[:-length])
    return stems
