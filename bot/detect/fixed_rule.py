"""The fixed rule: at least k low reviews within W hours of the time they count at."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.detect.observation import Finding, Observation

USUAL_OVER = timedelta(days=90)
USUAL_NEEDS = timedelta(days=14)
QUIET_FOR = timedelta(hours=48)
OLD_NEWS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FixedRule:
    """At least `low_reviews` low reviews within `window`."""

    low_reviews: int = 3
    window: timedelta = timedelta(hours=24)

    def look(self, lows: Sequence[Observation], *, now: datetime, known_since: datetime | None) -> Finding | None:
        """The newest cluster of fresh reviews that belong to no incident yet.

        One that ended more than 7 days ago is history, whatever has made it a cluster only now (a changed setting).
        """
        members = self._cluster(_news(lows))
        if not members or now - members[-1].at > OLD_NEWS:
            return None
        first, last = members[0].at, members[-1].at
        usual = usual_per_day(lows, before=first, known_since=known_since)
        count = count_guests(members)
        return Finding(
            review_ids=tuple(low.review_id for low in members),
            count=count,
            first_at=first,
            last_at=last,
            usual_per_day=usual,
            excess=excess_over(count, usual_per_day=usual, span=last - first),
        )

    def is_normal(self, lows: Sequence[Observation], *, now: datetime) -> bool:
        """Fewer than k low reviews in every window within the last 48 hours."""
        return not self._cluster([low for low in lows if low.at > now - QUIET_FOR])

    def _cluster(self, lows: Sequence[Observation]) -> list[Observation]:
        """The newest unbroken run of reviews that each lie in some window with enough guests."""
        is_member = [False] * len(lows)
        begin = 0
        for end, low in enumerate(lows):
            while low.at - lows[begin].at > self.window:
                begin += 1
            if count_guests(lows[begin : end + 1]) >= self.low_reviews:
                is_member[begin : end + 1] = [True] * (end + 1 - begin)
        run: list[Observation] = []
        for low, member in zip(reversed(lows), reversed(is_member), strict=True):
            if run and (not member or run[-1].at - low.at > self.window):
                break
            if member:
                run.append(low)
        return run[::-1]


def _news(lows: Sequence[Observation]) -> list[Observation]:
    """Fresh reviews without an incident; a copy of one that an incident has, on another platform, is no news."""
    told: dict[str, set[str]] = {}
    for low in lows:
        if low.incident_id is not None and low.twin is not None:
            told.setdefault(low.twin, set()).add(low.platform)
    return [
        low
        for low in lows
        if low.is_fresh and low.incident_id is None and low.platform in told.get(low.twin or "", {low.platform})
    ]


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


def usual_per_day(lows: Sequence[Observation], *, before: datetime, known_since: datetime | None) -> float | None:
    """Low reviews a day over the 90 days before a moment; None with less than 14 days of history."""
    if known_since is None or before - known_since < USUAL_NEEDS:
        return None
    since = max(known_since, before - USUAL_OVER)
    return count_guests(low for low in lows if since <= low.at < before) / ((before - since) / timedelta(days=1))


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
