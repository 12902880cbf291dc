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
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from bot.score.words import fold, is_break

_ENDINGS = (
    *("e", "en", "er", "es", "em", "n", "s", "t", "te", "ten", "st", "ste", "sten", "ster", "stes", "ern"),
    *("ere", "eren", "erer", "eres", "erem", "ed", "ing", "d", "ly", "'s", "'"),
)
_SHORTEST_STEM = 3
_LONGEST_GAP = 2
_GAP = -1
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


class _Entry(NamedTuple):
    """What is known of a word.

    Attributes:
        fills: The slots that it fills.
        alone: The groups that it belongs to alone.
        starts: The slots it fills at which a phrase begins.
        seconds: The second slots of those phrases.
        has_gap: One of those phrases has a gap after its first slot.
    """

    fills: frozenset[int]
    alone: tuple[int, ...]
    starts: tuple[int, ...]
    seconds: frozenset[int]
    has_gap: bool


def entries_of(block: str) -> list[str]:
    """The entries of a block, separated by commas or line ends."""
    return [entry for part in _ENTRY_END.split(block) if (entry := " ".join(part.split()))]


def check(entry: str) -> None:
    """Raise `PatternError` unless an entry can be read."""
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


class Patterns:
    """Groups of entries, searched together.

    Args:
        groups: The entries of each group.
        never_between: Folded words for which "_" does not stand.

    Raises:
        PatternError: An entry cannot be read.
    """

    __slots__ = (
        "_alone",
        "_exact",
        "_gapped",
        "_inflected",
        "_known",
        "_never",
        "_numbers",
        "_phrases",
        "_prefixes",
        "_seconds",
        "_slots",
        "_suffixes",
    )

    def __init__(self, groups: Sequence[Iterable[str]], *, never_between: frozenset[str] = frozenset()) -> None:
        self._never = never_between
        self._exact: dict[str, list[int]] = {}
        self._inflected: dict[str, list[int]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._suffixes: dict[str, list[int]] = {}
        self._slots: dict[str, int] = {"_": _GAP}
        self._numbers: set[int] = set()
        self._alone: dict[int, list[int]] = {}
        self._seconds: dict[int, set[int]] = {}
        self._phrases: dict[tuple[int, int], list[tuple[tuple[int, ...], int]]] = {}
        self._gapped: dict[int, list[tuple[tuple[int, ...], int]]] = {}
        self._known: dict[str, _Entry] = {}
        for group, entries in enumerate(groups):
            for entry in entries:
                check(entry)
                first, *rest = map(self._slot, entry.split())
                if rest and rest[0] == _GAP:
                    self._gapped.setdefault(first, []).append((tuple(rest), group))
                    self._seconds.setdefault(first, set())
                elif rest:
                    self._phrases.setdefault((first, rest[0]), []).append((tuple(rest[1:]), group))
                    self._seconds.setdefault(first, set()).add(rest[0])
                else:
                    self._alone.setdefault(first, []).append(group)

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

    def _look_up(self, word: str) -> _Entry:
        found = set(self._exact.get(word, ()))
        forms = stems_of(word)
        for form in forms:
            found.update(self._inflected.get(form, ()))
        if word in _NUMBERS or word[:1].isdecimal():
            found |= self._numbers
        if self._prefixes:
            for end in range(_SHORTEST_STEM, len(word) + 1):
                found.update(self._prefixes.get(word[:end], ()))
        if self._suffixes:
            for form in forms:
                for start in range(len(form) - _SHORTEST_STEM + 1):
                    found.update(self._suffixes.get(form[start:], ()))
        alone = tuple(sorted({group for slot in found for group in self._alone.get(slot, ())}))
        starts = tuple(slot for slot in sorted(found) if slot in self._seconds)
        entry = _Entry(
            fills=frozenset(found),
            alone=alone,
            starts=starts,
            seconds=frozenset(second for slot in starts for second in self._seconds[slot]),
            has_gap=any(slot in self._gapped for slot in starts),
        )
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[word] = entry
        return entry

    def find(self, folded: Sequence[str]) -> list[Hit]:
        """Every place where an entry is found, in the order of the text; of phrases that begin together all."""
        known, look_up = self._known, self._look_up
        found = []
        entries = [known.get(word) or look_up(word) for word in folded]
        last = len(entries) - 1
        telling = [place for place, entry in enumerate(entries) if entry[1] or entry[2]]
        # A phrase is followed only where each of its slots is filled somewhere in the text.
        present = frozenset[int]().union(*[entry[0] for entry in entries], (_GAP,)) if telling else frozenset[int]()
        for place in telling:
            _, alone, starts, seconds, has_gap = entries[place]
            for group in alone:
                found.append(Hit(group, place, place))
            if not starts or place == last:
                continue
            following = entries[place + 1][0]
            if not has_gap and seconds.isdisjoint(following):
                continue
            for slot in starts:
                for second in following & self._seconds[slot]:
                    for rest, group in self._phrases[slot, second]:
                        if not present.issuperset(rest):
                            continue
                        end = self._follow(folded, place + 2, rest)
                        if end is not None:
                            found.append(Hit(group, place, end))
                for rest, group in self._gapped.get(slot, ()):
                    if not present.issuperset(rest):
                        continue
                    end = self._follow(folded, place + 1, rest)
                    if end is not None:
                        found.append(Hit(group, place, end))
        return found

    def _follow(self, folded: Sequence[str], place: int, rest: tuple[int, ...]) -> int | None:
        """The last piece of a phrase whose remaining slots begin at `place`, or None."""
        for index, slot in enumerate(rest):
            if slot == _GAP:
                for skipped in range(_LONGEST_GAP + 1):
                    if any(is_break(piece) or piece in self._never for piece in folded[place : place + skipped]):
                        return None
                    last = self._follow(folded, place + skipped, rest[index + 1 :])
                    if last is not None:
                        return last
                return None
            if place >= len(folded):
                return None
            word = folded[place]
            if slot not in (self._known.get(word) or self._look_up(word))[0]:
                return None
            place += 1
        return place - 1

    def holds(self, word: str) -> bool:
        """Whether a folded word alone is an entry."""
        return bool((self._known.get(word) or self._look_up(word))[1])


@cache
def _endings() -> tuple[str, ...]:
    return tuple(sorted(_ENDINGS, key=len, reverse=True))


def stems_of(word: str) -> list[str]:
    """A folded word, and what is left of it without each ending that it has."""
    stems = [word]
    for ending in _endings():
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            stems.append(word[: -len(ending)])
    return stems
