"""What a back-test found, as plain data that can be sent to a worker process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model.review import Rating

FEWEST = 30
"""With fewer reviews a back-test says nothing."""


class Kind(StrEnum):
    """What was noticed: a cluster, a share of low reviews that creeps up, or more reviews of the usual mix."""

    BURST = "burst"
    DRIFT = "drift"
    SURGE = "surge"


@dataclass(frozen=True, slots=True)
class Mark:
    """One review in the picture.

    Attributes:
        at: when it was published, aware UTC.
        stars: its rating on a scale of 1 to 5; None where it has none.
        is_low: by the rating alone.
    """

    at: datetime
    stars: float | None
    is_low: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A guest's words, as hostile as they came."""

    at: datetime
    rating: Rating | None
    text: str


@dataclass(frozen=True, slots=True)
class BacktestAlarm:
    """An alarm that would have been raised, or what would have been noticed without one.

    Attributes:
        at: when it would have been raised.
        ended_at: when it would have been over; None: it would still be open.
        first_at: its first low review.
        last_at: its last one.
        count: its low reviews in the end, one guest's copies counted once.
        n: low reviews when it was raised; None where that is not known.
        window_h: hours in which those came.
        expected: how many of them were to be expected there.
        usual_per_day: low reviews a day that were usual here.
        recurrence_years: by chance alone at most about once in so many years.
        kind: what was noticed.
        is_by_rule: a fixed rule raised it (the owner's, or that of small places), not the evidence.
        quotes: the words of a few of its reviews.
    """

    at: datetime
    ended_at: datetime | None
    first_at: datetime
    last_at: datetime
    count: int
    n: int | None = None
    window_h: float | None = None
    expected: float | None = None
    usual_per_day: float | None = None
    recurrence_years: float | None = None
    kind: Kind = Kind.BURST
    is_by_rule: bool = False
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row of the file that is no review: 1-based line, None for the file as a whole, and why."""

    name: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class CountRule:
    """A fixed rule for comparison: so many low reviews within so many hours."""

    low_reviews: int
    within_hours: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """A history and what would have been raised.

    Attributes:
        place: the location's name; empty where none is known.
        zone: the location's clock.
        marks: every review, oldest first.
        alarms: what would have buzzed, oldest first.
        notes: what would have been noticed without an alarm.
        rule: the fixed rule beside it.
        rule_alarms: when that rule would have alarmed.
        skipped: the first rows that were no reviews.
        skipped_count: how many there were in all.
    """

    place: str
    zone: ZoneInfo
    marks: tuple[Mark, ...]
    alarms: tuple[BacktestAlarm, ...]
    rule: CountRule
    rule_alarms: tuple[datetime, ...] = ()
    notes: tuple[BacktestAlarm, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    skipped_count: int = 0

    @property
    def is_too_small(self) -> bool:
        """Whether there are too few reviews to say anything."""
        return len(self.marks) < FEWEST
