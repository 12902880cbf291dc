"""Places without a history: how many launches are paged, and after how many low reviews."""

from __future__ import annotations

import statistics
from random import Random

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, Level, Review
from tests.benchmarks.detection.contest import wilson
from tests.benchmarks.detection.streams import POLL, START

SHARES = (0.1, 0.2, 0.3, 0.45, 0.65, 0.85)
VOLUMES = {"1/day": (1.0, 21), "5/day": (5.0, 14), "100/day": (100.0, 4)}


def low_at_first_page(per_day: float, share: float, *, days: int, seed: int) -> int | None:
    """Low reviews found until the first page; None without a page."""
    rng = Random(f"launch/{per_day}/{share}/{seed}")
    detector = RhythmDetector()
    detector.tick(START)
    low, now, at = 0, START, START + rng.expovariate(per_day / DAY)
    while now < START + days * DAY:
        now += POLL
        while at <= now:
            is_low = rng.random() < share
            low += is_low
            detector.observe(Review(at, now, 1 if is_low else 5, "a"))
            at += rng.expovariate(per_day / DAY)
        alarm = detector.tick(now)
        if alarm is not None and alarm.level is Level.PAGE:
            return low
    return None


def report(launches: int) -> None:
    """Print the table."""
    print("\n### launches\n\n| volume | " + " | ".join(f"{share:.0%} low" for share in SHARES) + " |")
    print("|" + "---|" * (len(SHARES) + 1))
    for name, (per_day, days) in VOLUMES.items():
        row = [name]
        for share in SHARES:
            found = [low_at_first_page(per_day, share, days=days, seed=seed) for seed in range(launches)]
            lows = [low for low in found if low is not None]
            begin, end = wilson(len(lows), launches)
            text = f"{len(lows) / launches:.0%} ({100 * begin:.0f}-{100 * end:.0f})"
            row.append(f"{text}, {statistics.median(lows):.0f}, {max(lows)}" if lows else text)
        print("| " + " | ".join(row) + " |", flush=True)
