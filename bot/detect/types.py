"""What the rhythm detector is fed, what it is told and what it answers.

Times are seconds since 1970 in UTC: the detector counts days and hours, nothing else, and a float is ten times faster
to compare than a datetime. The caller converts once, at the edge.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from bot.model.incident import Shared

HOUR = 3600.0
DAY = 24 * HOUR
QUARTER_HOURS = 91 * 24.0
LOW_UP_TO = 2
LATE_AT_MOST = 60 * DAY
"""A cluster that is found later than this is history that nobody can act on."""
YEARS_CAP = 100.0
"""Nobody has seen a century of reviews."""


class Level(StrEnum):
    """How loud: a page buzzes the phone, a note is told without sound."""

    PAGE = "page"
    NOTE = "note"


class Kind(StrEnum):
    """What was seen: low reviews within hours, a share that crept up over weeks, more reviews with the usual mix."""

    BURST = "burst"
    DRIFT = "drift"
    SURGE = "surge"


@dataclass(frozen=True, slots=True)
class Review:
    """One review, or one edit that lowered a review (then `at` is the time of the edit).

    Attributes:
        at: published; for a day-only review the start of its day.
        seen: discovered by the poll.
        rating: stars 1 to 5; None for a text without stars, which counts neither as low nor as other.
        source: where it was written; each source has a baseline of its own.
        day_only: only the day of `at` is known.
        is_history: it was there before anybody watched: it teaches, and never alarms by itself.
    """

    at: float
    seen: float
    rating: int | None
    source: str
    day_only: bool = False
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Alarm:
    """One page or note with the numbers of its sentence.

    Attributes:
        since: start of the window.
        n: low reviews within the window.
        expected: low reviews that are usual in such a window, given the location's rhythm.
        usual_per_day: low reviews a day that are usual here.
        recurrence_years: by chance alone this happens at most once in so many years, on average.
        by_rule: raised by the owner's own rule, not by the evidence.
        escalates: raised inside an open incident that has become clearly stronger.
        is_new_place: said from a borrowed share, because the location's own history is too short.
        shared: what the texts have in common, where the count alone would not have paged.
    """

    time: float
    level: Level
    kind: Kind
    since: float
    n: int
    window_h: float
    expected: float
    usual_per_day: float
    recurrence_years: float
    by_rule: bool = False
    escalates: bool = False
    is_new_place: bool = False
    shared: Shared | None = None


@dataclass(frozen=True, slots=True)
class OwnerRule:
    """Page at `low_reviews` within `hours`.

    Attributes:
        is_floor: not the owner's word but what holds where the evidence cannot speak yet: only while the location is
            new, and only if so many of its reviews within the hours are low that no usual place explains it, see
            `bot.detect.evidence.cold_start`.
    """

    low_reviews: int
    hours: float
    is_floor: bool = False


FLOOR = OwnerRule(3, 24.0, is_floor=True)


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of a location before its first review.

    Attributes:
        share: share of low reviews.
        weight: how many reviews that belief is worth.
    """

    share: float = 0.2
    weight: float = 8.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """The owner's side of the detector: nothing here depends on volume.

    Attributes:
        relaxed: steps by which "false alarm" has relaxed the budget, 0 to `MOST_RELAXED`; each doubles the odds asked.
        rule: the owner's own rule, or the floor; None for none.
        prior: the belief before the first review, see `bot.detect.usual.prior`.
    """

    relaxed: int = 0
    rule: OwnerRule | None = FLOOR
    prior: Prior = Prior()


MOST_RELAXED = 4


def years_of(odds: float) -> float:
    """Odds in quarters as years, capped."""
    return min(YEARS_CAP, odds / 4)


def relax(tuning: Tuning) -> Tuning:
    """After "false alarm": ask for twice the odds, up to sixteen times."""
    return replace(tuning, relaxed=min(tuning.relaxed + 1, MOST_RELAXED))


def as_json(alarm: Alarm) -> dict[str, object]:
    """The alarm as plain values, times in seconds."""
    return asdict(alarm)
