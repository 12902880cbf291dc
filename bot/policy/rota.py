"""The rota: who is on duty at a place, week by week, with holidays, absences and swaps. Pure.

Shifts begin and end on the wall clock of the place. In the nights when clocks change each time on the wall is one
moment: one that is skipped is the end of the gap, one that comes twice is the first of the two. So shifts that adjoin
on the wall adjoin in truth, and nobody and never two have the hour that is missing or repeated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

AHEAD: Final = timedelta(days=15)
"""So far ahead the next change of duty is looked for: longer than a week, in which every shift comes once."""
_DAY: Final = timedelta(days=1)
_SUNDAY: Final = 6


class HolidayRule(StrEnum):
    """What a public holiday counts as: its weekday, a Sunday, or a day on which nobody has duty."""

    WEEKDAY = "weekday"
    SUNDAY = "sunday"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's duty on one weekday (0 is Monday), every week.

    An end at or before the beginning is on the next day; the same time twice is a whole day.
    """

    shift_id: int
    person_id: int
    weekday: int
    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Absence:
    """A person has no duty anywhere from `begins` until `ends`."""

    person_id: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Swap:
    """`taker_id` has the duty of `from_id` from `begins` until `ends`."""

    swap_id: int
    from_id: int
    taker_id: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift on one day, with the moments (UTC) at which it begins and ends."""

    shift: Shift
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """Everything that says who is on duty at a place.

    Attributes:
        zone: whose wall clock and days are meant.
        shifts: of every week.
        swaps: in the order in which they were taken.
        absences: of the people of the rota.
        holidays: the public holidays of the place.
        rule: what these count as.
    """

    zone: tzinfo
    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()
    holidays: frozenset[date] = frozenset()
    rule: HolidayRule = HolidayRule.WEEKDAY


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is on duty at a moment, and who would be but is away; each by the beginning of their turns."""

    on: tuple[int, ...] = ()
    away: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Others are on duty from a moment on; nobody where `on` is empty."""

    at: datetime
    on: tuple[int, ...]


def turns(rota: Rota, start: datetime, end: datetime) -> Iterator[Turn]:
    """Every turn that touches the time from `start` to `end`, by its day."""
    day = start.astimezone(rota.zone).date() - _DAY - _DAY
    last = end.astimezone(rota.zone).date() + _DAY
    while day <= last:
        for shift in sorted(rota.shifts, key=lambda one: (one.begins, one.shift_id)):
            if shift.weekday == _weekday(rota, day):
                turn = _turn(shift, day, rota.zone)
                # In spring a short one may lie in the gap as a whole.
                if turn.begins < turn.ends and turn.begins < end and start < turn.ends:
                    yield turn
        day += _DAY


def watch(rota: Rota, at: datetime) -> Watch:
    """Who is on duty at a moment."""
    on: list[int] = []
    away: list[int] = []
    for turn in turns(rota, at, at + timedelta(microseconds=1)):
        person = holder(rota, turn.shift.person_id, at)
        is_away = any(one.person_id == person and one.begins <= at < one.ends for one in rota.absences)
        those = away if is_away else on
        if person not in those:
            those.append(person)
    return Watch(tuple(on), tuple(away))


def holder(rota: Rota, person_id: int, at: datetime) -> int:
    """Who has a person's duty at a moment: the person, or whoever took it, or took it from them."""
    for swap in rota.swaps:
        if swap.from_id == person_id and swap.begins <= at < swap.ends:
            person_id = swap.taker_id
    return person_id


def next_change(rota: Rota, at: datetime) -> Change | None:
    """When others are on duty than at `at`, and who; None where that is not so within `AHEAD`."""
    now = set(watch(rota, at).on)
    for edge in _edges(rota, at, at + AHEAD):
        then = watch(rota, edge).on
        if set(then) != now:
            return Change(edge, then)
    return None


def own_turns(rota: Rota, person_id: int, start: datetime, end: datetime) -> list[Turn]:
    """The turns that a person has to do, those taken from others included, by their beginning."""
    found = [one for one in turns(rota, start, end) if holder(rota, one.shift.person_id, one.begins) == person_id]
    return sorted(found, key=lambda one: one.begins)


def moment(day: date, at: time, zone: tzinfo) -> datetime:
    """The moment (UTC) of a time on the wall: the first of two, and for one that is skipped the end of the gap."""
    first, second = (datetime.combine(day, at.replace(fold=fold), tzinfo=zone).astimezone(UTC) for fold in (0, 1))
    if second >= first:
        return first
    # Skipped: the clocks change between the two moments that the two offsets give.
    before = second.astimezone(zone).utcoffset()
    low, high = second, first
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def _edges(rota: Rota, start: datetime, end: datetime) -> Sequence[datetime]:
    edges = {edge for one in turns(rota, start, end) for edge in (one.begins, one.ends)}
    edges |= {edge for swap in rota.swaps for edge in (swap.begins, swap.ends)}
    edges |= {edge for absence in rota.absences for edge in (absence.begins, absence.ends)}
    return sorted(edge for edge in edges if start < edge < end)


def _weekday(rota: Rota, day: date) -> int | None:
    if day not in rota.holidays or rota.rule is HolidayRule.WEEKDAY:
        return day.weekday()
    return _SUNDAY if rota.rule is HolidayRule.SUNDAY else None


def _turn(shift: Shift, day: date, zone: tzinfo) -> Turn:
    over = _DAY if shift.ends <= shift.begins else timedelta()
    return Turn(shift, moment(day, shift.begins, zone), moment(day + over, shift.ends, zone))
