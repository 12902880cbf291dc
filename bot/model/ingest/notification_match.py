"""Is a stub (a notification, or what somebody typed in) the same review as a full one? Pure.

Stubs show a part of the text, cut at a word or inside one, and sometimes a part of the name. Rating and day alone
never make two reviews one: fifty one-star ratings without text are fifty.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.model.review import Rating
from bot.text.fold import fold

BEFORE: Final = timedelta(days=7)
"""A notice may come so long after the review (held back by the platform, a mailbox that was away)."""
AFTER: Final = timedelta(days=1)
"""... and an export's day-only or local times may lie so much after the notice."""
TWO_STUBS_WITHIN: Final = timedelta(days=3)
"""Two notices of one review (by itself, and in a digest) come within."""

_CUT: Final = re.compile(r"\s*\.{2,}\s*$")
_NOTES: Final = re.compile(r"\(\s*(?:translated by google|original|u\u0308bersetzt von google)\s*\)")
_NAMELESS: Final = frozenset({"", "a google user", "ein google-nutzer", "anonymous", "anonym", "guest", "gast"})
_LEAST_TYPED: Final = 12
BEGINNING: Final = 24
"""Characters of a text by which it is looked for; no notice is cut as short."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reviews that may be the same.

    Attributes:
        key: what the caller knows it by.
        at: when it was published, or when the notice was written.
        is_stub: it is a notification or was typed in.
        is_cut: its text may be only the beginning.
        is_typed: a person of the team typed or pasted its text.
        mail: the message it came with; two stubs of one message are two reviews.
    """

    key: int
    at: datetime
    rating: Rating | None
    text: str
    name: str
    is_stub: bool = False
    is_cut: bool = False
    is_typed: bool = False
    mail: str = ""
    words: tuple[str, ...] = field(init=False)
    who: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tuple(_parts(self.text)))
        who = fold(self.name, decomposed=True)
        object.__setattr__(self, "who", "" if who in _NAMELESS else who)


class Candidates:
    """The reviews that a stub can be like at all, found without looking at every one."""

    def __init__(self, sides: Iterable[tuple[str, Side]] = ()) -> None:
        """`sides` are platforms and reviews."""
        self._found: dict[tuple[str, str], list[Side]] = defaultdict(list)
        self._full: dict[str, list[Side]] = defaultdict(list)
        for platform, side in sides:
            self.add(platform, side)

    def add(self, platform: str, side: Side) -> None:
        """One more review."""
        for words in side.words or (f"\x00{first_name(side.who)}",):
            for part in {words, words[:BEGINNING]}:
                self._found[platform, part].append(side)
        if not side.is_stub:
            self._full[platform].append(side)

    def of(self, platform: str, stub: Side) -> list[Side]:
        """Those with the same text or its beginning, without text those of the name; for typed texts every full one."""
        mine = stub.words[0] if stub.words else f"\x00{first_name(stub.who)}"
        found = [*self._found.get((platform, mine), ()), *self._found.get((platform, mine[:BEGINNING]), ())]
        if stub.is_typed or not stub.words or (stub.is_cut and len(mine) < BEGINNING):
            found += self._full.get(platform, ())
        return list({side.key: side for side in found}.values())


def first_name(name: str) -> str:
    """The first word of a name, folded: what a subject line leaves of it at least."""
    return fold(name, decomposed=True).partition(" ")[0]


def pairs(stubs: Sequence[Side], others: Sequence[Side]) -> list[tuple[Side, Side]]:
    """Which stub is which of the other reviews; each is used once.

    The best likeness wins; where a stub is equally like several reviews that differ, nothing is decided. Stubs that
    nobody could tell apart are taken oldest first.
    """
    found = [(score, stub, other) for stub in stubs for other in others if (score := likeness(stub, other)) is not None]
    found.sort(key=lambda one: (-one[0], one[1].at, one[2].at))
    by_stub: dict[int, list[tuple[float, Side]]] = defaultdict(list)
    for score, stub, other in found:
        by_stub[stub.key].append((score, other))
    used: set[int] = set()
    taken: set[int] = set()
    result = []
    for score, stub, other in found:
        if stub.key in used or other.key in taken:
            continue
        rivals = [one for its, one in by_stub[stub.key] if its == score and one.key not in taken and one is not other]
        if any(not _are_alike(other, rival) for rival in rivals):
            continue
        used.add(stub.key)
        taken.add(other.key)
        result.append((stub, other))
    return result


def likeness(stub: Side, other: Side) -> float | None:
    """How much speaks for the same review; None where it is another one or nothing speaks for it."""
    if not _fits_in_time(stub, other):
        return None
    if stub.rating is not None and other.rating is not None and stub.rating.share != other.rating.share:
        return None
    if other.is_stub and stub.mail == other.mail:
        return None
    text, name = _text(stub, other), _name(stub.who, other.who)
    if text is None or name is None or not (text or name):
        return None
    if other.is_stub and not name:
        return None
    return text + name


def _fits_in_time(stub: Side, other: Side) -> bool:
    if other.is_stub:
        return abs(stub.at - other.at) <= TWO_STUBS_WITHIN
    return -BEFORE <= other.at - stub.at <= AFTER


def _text(stub: Side, other: Side) -> float | None:
    """2 for the same words, 1 for a part of them, 0 where both have none; None for other words."""
    mine = stub.words[0] if stub.words else ""
    if not mine and not other.words:
        return 0.0
    if not mine:
        # A notice without text about a review with one: the platform may leave it out, but that proves nothing.
        return 0.0 if stub.is_cut or stub.is_typed else None
    if not other.words:
        return None
    if mine in other.words:
        return 2.0
    # A text is cut at a word where there is one near, else inside it: a cut last word is the beginning of a word.
    if stub.is_cut and any(whole.startswith(mine) for whole in other.words):
        return 1.0 + min(len(mine), 100) / 200
    if other.is_cut and any(mine.startswith(part) for part in other.words):
        return 1.0
    if stub.is_typed and len(mine) >= _LEAST_TYPED and any(mine in whole for whole in other.words):
        return 1.0
    return None


def _name(mine: str, other: str) -> float | None:
    """1 for the same name, 0.5 for its beginning, 0 where one is unknown; None for another name."""
    if not mine or not other:
        return 0.0
    if mine == other:
        return 1.0
    if _begins(other, mine) or _begins(mine, other):
        return 0.5
    return None


def _begins(whole: str, part: str) -> bool:
    return whole.startswith(part) and (len(whole) == len(part) or not whole[len(part)].isalnum())


def _are_alike(one: Side, two: Side) -> bool:
    return (one.words, one.who, one.rating) == (two.words, two.who, two.rating)


def _parts(text: str) -> list[str]:
    """The text, and each language of a text that the platform has translated."""
    # Decomposed, so that a text cut between a letter and its accent is still the beginning of the whole.
    whole = fold(html.unescape(text), decomposed=True)
    if not whole:
        return []
    pieces = (_CUT.sub("", piece).strip() for piece in (*_NOTES.split(whole), whole))
    return list(dict.fromkeys(piece for piece in pieces if piece))
