"""Quiet hours: when a chat is not to be woken, and a clock that stands still meanwhile. Pure.

A period begins and ends on the wall clock of a place. In the nights when clocks change it is the real time between
the two that counts: a beginning that the clock skips comes right after the gap; of an end that comes twice, the later
one counts, so that nobody is woken for the hour that is repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from bot.model.incident import Severity

MOST_SOUNDS: Final = 2
"""Sounds that one person gets in one night at most, however many incidents there are."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours of every night.

    Attributes:
        begins, ends: on the wall clock; an end at or before the beginning is on the next day.
        breaks: the lowest severity that sounds all the same; None: no severity does.
        zone: whose wall clock.
    """

    begins: time
    ends: time
    zone: tzinfo
    breaks: Severity | None = Severity.CRITICAL

    def __post_init__(self) -> None:
        if self.begins == self.ends:
            raise ValueError("quiet hours begin and end at different times")

    def keeps(self, severity: Severity) -> bool:
        """Whether an incident of this severity does not break it."""
        return self.breaks is None or severity.rank < self.breaks.rank

    def period(self, at: datetime) -> tuple[datetime, datetime] | None:
        """Beginning and end (UTC) of the quiet hours that hold at a moment; None where none do."""
        return next((one for one in self._around(at) if one[0] <= at < one[1]), None)

    def next_edge(self, at: datetime) -> datetime:
        """The first beginning or end after a moment."""
        return min(edge for period in self._around(at) for edge in period if edge > at)

    def _around(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        today = at.astimezone(self.zone).date()
        over = _DAY if self.ends <= self.begins else timedelta()
        for days in (-1, 0, 1, 2):
            day = today + timedelta(days=days)
            begins = datetime.combine(day, self.begins, tzinfo=self.zone).astimezone(UTC)
            ends = datetime.combine(day + over, self.ends.replace(fold=1), tzinfo=self.zone).astimezone(UTC)
            # In spring a short period may lie in the gap as a whole.
            yield begins, max(begins, ends)


def all_quiet_until(quiets: Sequence[Quiet], at: datetime, *, severity: Severity) -> datetime | None:
    """Until when every one of some chats is quiet; None where one is awake, or there is none.

    Args:
        quiets: the quiet hours of each chat that has some; a chat without them is always awake, so leave all out.
        at: the moment.
        severity: of the incident that somebody is to hear of.
    """
    ends = []
    for one in quiets:
        period = one.period(at) if one.keeps(severity) else None
        if period is None:
            return None
        ends.append(period[1])
    return min(ends, default=None)


def awake_between(quiets: Sequence[Quiet], start: datetime, end: datetime, *, severity: Severity) -> timedelta:
    """How much of the time from `start` to `end` at least one chat was awake."""
    awake = timedelta()
    for begin, stop, is_awake in _pieces(quiets, start, severity):
        if begin >= end:
            break
        if is_awake:
            awake += min(stop, end) - begin
    return awake


def due_after(quiets: Sequence[Quiet], start: datetime, wait: timedelta, *, severity: Severity) -> datetime:
    """When `wait` is over for a clock that stands still while all chats are quiet; never inside quiet hours."""
    left = wait
    for begin, stop, is_awake in _pieces(quiets, start, severity):
        if not is_awake:
            continue
        if begin + left < stop:
            return begin + left
        left -= stop - begin
    raise AssertionError("the pieces never end")


def _pieces(quiets: Sequence[Quiet], start: datetime, severity: Severity) -> Iterator[tuple[datetime, datetime, bool]]:
    """The time from `start` on in pieces: beginning, end, and whether somebody is awake."""
    if not quiets or not all(one.keeps(severity) for one in quiets):
        yield start, datetime.max.replace(tzinfo=UTC), True
        return
    at = start
    while True:
        until = min(one.next_edge(at) for one in quiets)
        yield at, until, all_quiet_until(quiets, at, severity=severity) is None
        at = until


@dataclass(frozen=True, slots=True)
class Ear:
    """A chat that is in its quiet hours and may be woken by what is to be told now.

    Attributes:
        people: who hears it: of a private chat its person, of a group those who were seen there.
    """

    chat_id: int
    is_group: bool
    people: frozenset[int]


def woken(ears: Sequence[Ear], heard: Mapping[int, int], rang: Mapping[int, int]) -> set[int]:
    """The chats in which one message sounds: nobody hears more than `MOST_SOUNDS` a night, nor one message twice.

    A group is asked first. It stays silent when somebody in it has had enough; then the private chats of the others
    sound instead.

    Args:
        ears: the chats that the message goes to.
        heard: person -> how often they were woken in this night.
        rang: chat -> how often it sounded in this night, for groups of which nobody is known.
    """
    count = dict(heard)
    loud: set[int] = set()
    reached: set[int] = set()
    for ear in sorted(ears, key=lambda one: (not one.is_group, one.chat_id)):
        if ear.people and ear.people <= reached:
            continue
        if rang.get(ear.chat_id, 0) >= MOST_SOUNDS or any(count.get(person, 0) >= MOST_SOUNDS for person in ear.people):
            continue
        loud.add(ear.chat_id)
        reached |= ear.people
        for person in ear.people:
            count[person] = count.get(person, 0) + 1
    return loud
