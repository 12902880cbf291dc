"""Small made-up places for the unit tests."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, Alarm, Review

START = 1_704_067_200.0


def low(at: float, *, source: str = "google", seen: float | None = None, day_only: bool = False) -> Review:
    """A one-star review, seen a minute later."""
    return Review(at, at + 60 if seen is None else seen, 1, source, day_only)


def steady(
    *, per_day: float, share: float, first: int, last: int, seed: int = 1, source: str = "google"
) -> list[Review]:
    """Reviews at an even rate from day `first` to before day `last` after `START`, seen at once."""
    rng = Random(f"{seed}/{source}")
    reviews: list[Review] = []
    at = START + first * DAY
    while True:
        at += rng.expovariate(per_day / DAY)
        if at >= START + last * DAY:
            return reviews
        rating = 1 if rng.random() < share else 5
        reviews.append(Review(at, max(at + 60, START), rating, source))


def run(detector: RhythmDetector, reviews: Iterable[Review], *, until: float, since: float = START) -> list[Alarm]:
    """Polls every hour; what was said."""
    left = sorted(reviews, key=lambda review: review.seen)
    alarms: list[Alarm] = []
    now, index = since, 0
    while now <= until:
        while index < len(left) and left[index].seen <= now:
            detector.observe(left[index])
            index += 1
        alarm = detector.tick(now)
        if alarm is not None:
            alarms.append(alarm)
        now += HOUR
    return alarms
