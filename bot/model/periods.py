"""When a digest is due, and which days it tells of. Pure; days are those of the location's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEK = 7
_AHEAD = 33
"""Days in which every kind of digest is due at least once."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a calendar; times are aware UTC.

    Attributes:
        start: the first moment of its first day.
        end: the first moment after its last day.
        before: the first moment of the equally long period before it.
    """

    start: datetime
    end: datetime
    before: datetime


def next_due(after: datetime, zone: ZoneInfo, *, every: str, day: int, hour: int) -> datetime:
    """The first moment after `after` at which a digest is due.

    An hour that the calendar leaves out in spring comes an hour later; one that it has twice in autumn counts once.

    Args:
        after: aware; the last one was due then, or it is now.
        zone: the location's clock.
        every: "daily", "weekly" or "monthly", which is the first of a month.
        day: the weekday of a weekly one, 0 for Monday.
        hour: 0 to 23.
    """
    first = after.astimezone(zone).date()
    for ahead in range(_AHEAD):
        on = first + timedelta(days=ahead)
        if every == "daily" or (every == "weekly" and on.weekday() == day) or (every == "monthly" and on.day == 1):
            due = datetime.combine(on, time(hour), tzinfo=zone).astimezone(UTC)
            if due > after:
                return due
    raise ValueError(f"{every!r} is not a kind of digest")


def period_of(due: datetime, zone: ZoneInfo, *, every: str) -> Period:
    """The days that a digest tells of: those that ended with the night before it was due."""
    end = due.astimezone(zone).date()
    if every == "monthly":
        end = end.replace(day=1)
        start = _month_before(end)
        return Period(_midnight(start, zone), _midnight(end, zone), _midnight(_month_before(start), zone))
    days = timedelta(days=1 if every == "daily" else _WEEK)
    return Period(_midnight(end - days, zone), _midnight(end, zone), _midnight(end - 2 * days, zone))


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
