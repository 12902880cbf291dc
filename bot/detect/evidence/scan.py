"""Evidence of hours: the sum over all windows that end at a low review, in units of a quarter.

A Shiryaev-Roberts sum: an incident may have begun at any moment, each possible beginning carries its e-value, weighted
with the time it stands for. Its expectation grows by one a quarter while nothing happens, hence `odds >= A` occurs at
most once in A quarters on average, however often one looks (Shin, Ramdas & Rinaldo 2023, "E-detectors").
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from bot.detect.evidence.e_values import add, count_e_value, e_value, expected_low
from bot.detect.types import DAY, HOUR, QUARTER_HOURS
from bot.detect.usual.baseline import Usual
from bot.detect.usual.profile import Profile
from bot.detect.usual.recent import Recent
from bot.detect.usual.spread import REGULAR_SHAPE

WINDOWS = (0.25, 0.5, 1.0, 2.0, 4.0, 7.0, 12.0, 24.0, 48.0, 72.0)
SPANS = tuple(
    sqrt(hours * (WINDOWS[index + 1] if index + 1 < len(WINDOWS) else 1.3 * hours))
    - (sqrt(hours * WINDOWS[index - 1]) if index else 0.0)
    for index, hours in enumerate(WINDOWS)
)
LONG = 24.0
LEAST_RATIO = 1.3
"""A window that holds less than this times the expected has next to no evidence and is not worked out."""
DAY_WINDOW = WINDOWS.index(LONG)
LEAST_LOW = 3
DAY_TRUST = 25.0
COLD_VOLUME = (0.5, 0.0005)
COLD_COUNTED = 5.0
NEW_SHAPE = 0.35
NEW_BUSY = 4.0
"""A source that is new is believed to bring up to about so many times as many reviews as the place had."""
SURGE_FROM = 7.0


@dataclass(frozen=True, slots=True)
class Scan:
    """What all windows together say, and the window that says most.

    Attributes:
        odds: the sum for low reviews beyond what the other reviews explain.
        surge: the same sum blind to the other reviews.
    """

    odds: float
    surge: float
    begin: float
    end: float
    hours: float
    n: int
    expected: float


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A source whose share is believed, and whose volume nobody knows yet.

    Attributes:
        share: of low reviews.
        known: how many low reviews that rests on.
    """

    recent: Recent
    share: float
    known: float


@dataclass(frozen=True, slots=True)
class Lagging:
    """A source that has been delivered up to a moment only: windows expect nothing of it after that."""

    until: float
    low: float
    other: float


class Scanner:
    """Looks back from a moment over all windows."""

    __slots__ = ("profile", "recent")

    def __init__(self, profile: Profile, recent: Recent) -> None:
        self.profile = profile
        self.recent = recent

    def look(
        self,
        end: float,
        usual: Usual,
        *,
        volume_shape: float,
        raised: float = 0.0,
        newcomers: Sequence[Newcomer] = (),
        lagging: Sequence[Lagging] = (),
        said: Callable[[float, float], float] | None = None,
    ) -> Scan | None:
        """All windows that end at a low review; None where no window holds enough.

        Args:
            end: the moment of the low review.
            usual: today's baseline.
            volume_shape: learned regularity of the volume.
            raised: low reviews a day that an open incident already explains.
            newcomers: sources that are not part of `usual`.
            lagging: sources that are part of `usual` and have not been delivered up to `end`.
            said: the e-value of what the texts between two moments say; None where they are not looked at.
        """
        recent = self.recent
        if _lows(recent, newcomers, end - WINDOWS[-1] * HOUR, end) < LEAST_LOW:
            return None
        exposure_end = self.profile.until(end)
        others = recent.others_before(end, WINDOWS)
        others_of = [newcomer.recent.others_before(end, WINDOWS) for newcomer in newcomers]
        low, other = usual.low, usual.other
        is_cold = usual.counted < COLD_COUNTED
        if is_cold:
            low, other = usual.share, 1.0 - usual.share
            shape, rate = COLD_VOLUME
        else:
            shape = rate = 1 / (1 / volume_shape + 1 / usual.counted)
            # the luck of single days evens out over several, that of the baseline does not
            several = 1 / (1 / (2 * volume_shape) + 1 / usual.counted)
        day_begin = end - DAY
        day_exposure = exposure_end - self.profile.until(day_begin)
        of_day = others[DAY_WINDOW]
        per_day = 0.0 if is_cold else max(1.0, low + other)
        odds = surge = most = 0.0
        best: Scan | None = None
        for index, hours in enumerate(WINDOWS):
            begin = end - hours * HOUR
            n = _lows(recent, newcomers, begin, end)
            if n < LEAST_LOW:
                continue
            exposure = exposure_end - self.profile.until(begin)
            low_mean, other_mean = low * exposure, other * exposure
            other_of_day = other * day_exposure
            for source in lagging:
                missing = exposure_end - self.profile.until(max(begin, source.until))
                low_mean -= source.low * missing
                other_mean -= source.other * missing
                other_of_day -= source.other * (exposure_end - self.profile.until(max(day_begin, source.until)))
            low_mean, other_mean = max(low_mean, 1e-9), max(other_mean, 1e-9)
            h = others[index]
            day = (0.0, 0.0)
            volume = ordinary = (several, several) if hours > LONG and not is_cold else (shape, rate)
            if hours < LONG and not is_cold:
                day = _capped(of_day - h, other_of_day - other_mean)
                volume = (shape + day[0], rate + day[1])
            if raised * exposure > low_mean:
                low_mean = raised * exposure
                other_mean = other * exposure
            span = SPANS[index] / QUARTER_HOURS
            if hours >= SURGE_FROM and not is_cold and n > 2 * low_mean:
                surge += span * count_e_value(n, low_mean, shape=REGULAR_SHAPE, known=usual.known)
            expected = expected_low(h, low_mean, other_mean, volume)
            more: tuple[float, float] | None = None
            for newcomer, counts in zip(newcomers, others_of, strict=True):
                part = _of_newcomer(newcomer, counts[index], counts[DAY_WINDOW], exposure, day_exposure, per_day)
                expected += part[0]
                more = part if more is None else add(*more, *part)
            if n >= LEAST_RATIO * expected:
                value = e_value(n, h, low_mean, other_mean, volume=ordinary, known=usual.known, more=more, of_day=day)
                if said is not None:
                    value *= said(begin, end)
                odds += span * value
                if span * value > most:
                    most = span * value
                    best = Scan(0.0, 0.0, begin, end, hours, n, expected)
        if best is None:
            if surge <= 0:
                return None
            n = _lows(recent, newcomers, day_begin, end)
            return Scan(0.0, surge, day_begin, end, LONG, n, low * day_exposure)
        return Scan(odds, surge, best.begin, end, best.hours, best.n, best.expected)


def _lows(recent: Recent, newcomers: Sequence[Newcomer], begin: float, end: float) -> int:
    n = recent.low_between(begin, end)
    for newcomer in newcomers:
        n += newcomer.recent.low_between(begin, end)
    return n


def _capped(others: float, mean: float) -> tuple[float, float]:
    """At most 25 reviews' worth of what a day tells of its next hour."""
    if others > DAY_TRUST:
        return DAY_TRUST, max(mean, 1e-9) * DAY_TRUST / others
    return others, max(mean, 1e-9)


def _of_newcomer(
    newcomer: Newcomer, others: int, of_day: int, exposure: float, day_exposure: float, per_day: float
) -> tuple[float, float]:
    """Mean and shape of a new source's low reviews in a window: what its other reviews there or that day explain.

    That it was silent before is no evidence: nobody knows its volume yet. It is unlikely, though, to be many times as
    busy as the place, so that a burst of minutes speaks for itself.
    """
    before = NEW_SHAPE / (NEW_BUSY * per_day) if per_day > 0 else 0.0
    best = (0.0, 1.0)
    for count, days in ((float(others), exposure), (min(DAY_TRUST, of_day), max(exposure, day_exposure))):
        posterior = NEW_SHAPE + count
        mean = posterior * newcomer.share * exposure / (before + (1.0 - newcomer.share) * days)
        best = max(best, (mean, posterior * newcomer.known / (posterior + newcomer.known)))
    return best
