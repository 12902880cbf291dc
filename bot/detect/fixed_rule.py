"""The fixed rule, at least k low reviews within W hours, for comparison; and counting guests and excess."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.detect.observation import Observation

USUAL_OVER = timedelta(days=90)
QUIET_FOR = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class FixedRule:
    """At least `low_reviews` low reviews within `window`: what other products do, shown beside the detector."""

    low_reviews: int = 3
    window: timedelta = timedelta(hours=24)

    def alarms(self, lows: Sequence[Observation]) -> list[datetime]:
        """When it would have alarmed; an alarm lasts until no window has been full for 48 hours.

        Args:
            lows: low reviews, oldest first.
        """
        found: list[datetime] = []
        full_at: datetime | None = None
        begin = 0
        for end, low in enumerate(lows):
            while low.at - lows[begin].at > self.window:
                begin += 1
            if end + 1 - begin < self.low_reviews or count_guests(lows[begin : end + 1]) < self.low_reviews:
                continue
            if full_at is None or low.at - full_at > QUIET_FOR:
                found.append(low.at)
            full_at = low.at
        return found


def count_guests(lows: Iterable[Observation]) -> int:
    """How many reviews, where one guest's same words on two platforms count once.

    Equal words twice on one platform are two reviews: a platform has no copies, a campaign has.
    """
    alone = 0
    copies: dict[str, Counter[str]] = {}
    for low in lows:
        if low.twin is None:
            alone += 1
        else:
            copies.setdefault(low.twin, Counter())[low.platform] += 1
    return alone + sum(max(platforms.values()) for platforms in copies.values())


def excess_over(count: int, *, usual_per_day: float | None, span: timedelta) -> float:
    """How many low reviews more than the upper end of what is usual in such a span.

    The upper end is mean + 3 standard deviations: those of a Poisson count, and of the rate, which is itself counted
    over 90 days only. So the ordinary reviews of a busy place do not add up to an excess while an incident lasts: with
    20 a day, 0.2 % of simulated incidents came to be critical within 30 days (with 2 and a rate taken for exact,
    5.4 %). A span below a day counts as a day.
    """
    days = max(span, timedelta(days=1))
    mean = (usual_per_day or 0.0) * (days / timedelta(days=1))
    return count - mean - 3 * math.sqrt(mean * (1 + days / USUAL_OVER))
