"""What a digest tells, as plain figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model.card_lines import Aftermath
from bot.model.periods import Period
from bot.text.rounding import rounded


@dataclass(frozen=True, slots=True)
class Sum:
    """Reviews added up.

    Attributes:
        rated: those with a rating; `stars` is the sum of their ratings on a scale of 1 to 5.
    """

    count: int = 0
    rated: int = 0
    stars: float = 0.0
    low: int = 0

    @property
    def average(self) -> float | None:
        """With one decimal, so that a difference is that of the figures that are shown; None without a rating."""
        return rounded(self.stars / self.rated, 1) if self.rated else None

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.count + other.count, self.rated + other.rated, self.stars + other.stars, self.low + other.low)


def added(sums: Iterable[Sum]) -> Sum:
    """All of them together."""
    return sum(sums, Sum())


@dataclass(frozen=True, slots=True)
class Line:
    """A source or a location with its figures of the period, and of the one before."""

    name: str
    now: Sum
    before: Sum
    incidents: int = 0


@dataclass(frozen=True, slots=True)
class Noticed:
    """What the detector noticed without an alarm: "drift" or "surge".

    Attributes:
        place: the location; empty where there is one only.
        low, expected: low reviews, and how many were to be expected.
        span: in which time.
    """

    kind: str
    place: str
    low: int
    expected: float
    span: timedelta


@dataclass(frozen=True, slots=True)
class Gathered:
    """When low reviews gather: a weekday (0 is Monday) or the hours from one to another.

    Attributes:
        count, of: low reviews of that part, and all low ones.
    """

    count: int
    of: int
    weekday: int | None = None
    hours: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A source that is not read: since when it cannot be, or until when it is paused."""

    name: str
    place: str
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything a digest tells.

    Attributes:
        name: of the location, or of the business where there are several.
        every: "daily", "weekly" or "monthly".
        sources: each platform, the busiest first.
        places: each location, the worst first; empty where there is one only.
        incidents: how many opened.
        taken, closed: how long it took in the middle (median) until somebody took them, and until they ended.
        answered, answerable: reviews of sources of which answers are known.
        followed: number of an incident that is over -> what became of its reviews, the newest first.
        vague: kind of what may be severe, and in how many reviews.
        all_sources: how many sources there are.
    """

    name: str
    every: str
    period: Period
    zone: ZoneInfo
    now: Sum
    before: Sum
    sources: tuple[Line, ...] = ()
    places: tuple[Line, ...] = ()
    incidents: int = 0
    taken: timedelta | None = None
    closed: timedelta | None = None
    answered: int = 0
    answerable: int = 0
    followed: tuple[tuple[int, Aftermath], ...] = ()
    noticed: tuple[Noticed, ...] = ()
    gathered: Gathered | None = None
    vague: tuple[tuple[str, int], ...] = ()
    unread: tuple[Unread, ...] = ()
    all_sources: int = 0
