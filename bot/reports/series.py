"""A history in periods, and its densest group. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum
from zoneinfo import ZoneInfo

from bot.reports.backtest import Mark

_WEEKS_BELOW = timedelta(days=183)
DENSE = timedelta(hours=72)
"""The longest window in which the detector looks for a cluster."""


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar week or month of the location.

    Attributes:
        start: its first day.
        end: the day after its last.
        count: reviews in it.
        average: of their stars, 1 to 5; None where none has a rating.
    """

    start: date
    end: date
    count: int
    average: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """Low reviews close together."""

    count: int
    span: timedelta


def is_weekly(marks: Sequence[Mark]) -> bool:
    """Whether a history is so short that months would show nothing."""
    return not marks or marks[-1].at - marks[0].at < _WEEKS_BELOW


def periods(marks: Sequence[Mark], zone: ZoneInfo) -> list[Period]:
    """Every period from the first to the last review without a gap; weeks begin on Monday."""
    weekly = is_weekly(marks)
    stars: dict[date, list[float]] = {}
    counts: dict[date, int] = {}
    for mark in marks:
        start = _start(mark.at.astimezone(zone).date(), weekly)
        counts[start] = counts.get(start, 0) + 1
        if mark.stars is not None:
            stars.setdefault(start, []).append(mark.stars)
    found: list[Period] = []
    if not counts:
        return found
    start, last = min(counts), max(counts)
    while start <= last:
        end = _start(start + timedelta(days=7 if weekly else 31), weekly)
        rated = stars.get(start)
        average = fsum(rated) / len(rated) if rated else None
        found.append(Period(start, end, counts.get(start, 0), average))
        start = end
    return found


def densest(marks: Sequence[Mark]) -> Group | None:
    """The most low reviews within 72 hours, and of several such groups the shortest; None without a low review."""
    lows = [mark.at for mark in marks if mark.is_low]
    best: Group | None = None
    begin = 0
    for end, at in enumerate(lows):
        while at - lows[begin] > DENSE:
            begin += 1
        found = Group(end - begin + 1, at - lows[begin])
        if best is None or (found.count, -found.span) > (best.count, -best.span):
            best = found
    return best


def _start(day: date, weekly: bool) -> date:
    return day - timedelta(days=day.weekday()) if weekly else day.replace(day=1)
