"""Evidence of hours: the sum over all windows that end at a low review, in units of a quarter.

A Shiryaev-Roberts sum: an incident may have begun at any moment, each possible beginning carries its e-value, weighted
with the time it stands for. Its expectation grows by one a quarter while nothing happens, hence `odds >= A` occurs at
most once in A quarters on average, however often one looks (Shin, Ramdas & Rinaldo 2023, "E-detectors").
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from bot.detect.baseline import Usual
from bot.detect.evidence import count_e_value, e_value, expected_low
from bot.detect.profile import Profile
from bot.detect.recent import Recent
from bot.detect.types import DAY, HOUR, QUARTER_HOURS

WINDOWS = (0.25, 0.5, 1.0, 2.0, 4.0, 7.0, 12.0, 24.0, 48.0, 72.0)
SPANS = tuple(
    sqrt(hours * (WINDOWS[index + 1] if index + 1 < len(WINDOWS) else 1.3 * hours))
    - (sqrt(hours * WINDOWS[index - 1]) if index else 0.0)
    for index, hours in enumerate(WINDOWS)
)
LONG = 24.0
DAY_WINDOW = WINDOWS.index(LONG)
LONG_RATIO = 2.0
LEAST_LOW = 3
LEAST_LOW_OF_PARTIES = 4
PARTY_HOURS = 2.0
DAY_TRUST = 25.0
COLD_VOLUME = (0.5, 0.0005)
COLD_COUNTED = 5.0
SURGE_FROM = 7.0
SURGE_SHAPE = 12.0


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


class Scanner:
    """Looks back from a moment over all windows."""

    __slots__ = ("profile", "recent")

    def __init__(self, profile: Profile, recent: Recent) -> None:
        self.profile = profile
        self.recent = recent

    def look(
        self, end: float, usual: Usual, *, volume_shape: float, not_before: float, raised: float = 0.0
    ) -> Scan | None:
        """All windows that end at a low review; None where no window holds enough.

        Args:
            end: the moment of the low review.
            usual: today's baseline.
            volume_shape: learned regularity of the volume.
            not_before: windows may not reach further back.
            raised: low reviews a day that an open incident already explains.
        """
        recent = self.recent
        first = recent.low_between(end - WINDOWS[-1] * HOUR, end)
        if first < LEAST_LOW:
            return None
        exposure_end = self.profile.until(end)
        others = recent.others_before(end, WINDOWS)
        low, other = usual.low, usual.other
        is_cold = usual.counted < COLD_COUNTED
        if is_cold:
            low, other = usual.share, 1.0 - usual.share
            shape, rate = COLD_VOLUME
        else:
            shape = rate = 1 / (1 / volume_shape + 1 / usual.counted)
            # the luck of single days evens out over several, that of the baseline does not
            several = 1 / (1 / (2 * volume_shape) + 1 / usual.counted)
        day_exposure = exposure_end - self.profile.until(end - DAY)
        of_day = others[DAY_WINDOW]
        odds = surge = most = 0.0
        best: Scan | None = None
        for index, hours in enumerate(WINDOWS):
            begin = end - hours * HOUR
            if begin < not_before:
                break
            n = recent.low_between(begin, end)
            # Three within minutes are often one table. What they would cost in false pages buys more elsewhere.
            if n < (LEAST_LOW_OF_PARTIES if hours < PARTY_HOURS else LEAST_LOW):
                continue
            exposure = exposure_end - self.profile.until(begin)
            low_mean, other_mean = low * exposure, other * exposure
            h = others[index]
            volume = (several, several) if hours > LONG and not is_cold else (shape, rate)
            if hours < LONG and not is_cold:
                a, c = shape + of_day - h, rate + other * (day_exposure - exposure)
                if a > DAY_TRUST:
                    a, c = DAY_TRUST, c * DAY_TRUST / a
                volume = (a, max(c, 1e-9))
            if raised * exposure > low_mean:
                low_mean = raised * exposure
                other_mean = other * exposure
            span = SPANS[index] / QUARTER_HOURS
            if hours >= SURGE_FROM and not is_cold and n > 2 * low_mean:
                surge += span * count_e_value(n, low_mean, shape=SURGE_SHAPE, known=usual.known)
            expected = expected_low(h, low_mean, other_mean, volume)
            if n < 1.3 * expected or (hours >= LONG and n < LONG_RATIO * expected):
                continue
            part = span * e_value(n, h, low_mean, other_mean, volume=volume, known=usual.known)
            odds += part
            if part > most:
                most = part
                best = Scan(0.0, 0.0, begin, end, hours, n, expected)
        if best is None:
            if surge <= 0:
                return None
            n = recent.low_between(end - DAY, end)
            return Scan(0.0, surge, end - DAY, end, 24.0, n, low * day_exposure)
        return Scan(odds, surge, best.begin, end, best.hours, best.n, best.expected)
