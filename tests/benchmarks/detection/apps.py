"""Made-up apps: many reviews, a third to two thirds low, a release each week, a share that wanders; made by us.

A release brings up to twice the reviews for some days and moves the share a little, up or down: that is what is usual.
A *bad week* has four times the low reviews, the others as ever. A *shift* raises the odds of a low review by four
fifths for good. A drift note is *right* where the true share of the four weeks after it is at least 1.15 times that of
the three months before the note's own six weeks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from bot.detect.types import DAY, HOUR, Kind, Level, Review
from tests.benchmarks.detection.contest import Rhythm, poisson_interval, wilson
from tests.benchmarks.detection.streams import DAYS, POLL, START, VOLUMES, Stream, poisson

BUSY = ("15/day", "80/day")
RIGHT = 1.15
WORSE = 1.8
NOTED_WITHIN = 42 * DAY


@dataclass(slots=True)
class App:
    """A stream, and the true share of low reviews of each day from `START`."""

    stream: Stream
    shares: list[float] = field(default_factory=list)

    def is_right(self, moment: float) -> bool:
        """Whether a drift note at a moment was followed by a lasting change."""
        day = int((moment - START) // DAY)
        after, before = self.shares[day : day + 28], self.shares[max(0, day - 132) : max(1, day - 42)]
        return sum(after) / len(after) >= RIGHT * sum(before) / len(before)


def make(volume: str, seed: int, kind: str | None) -> App:
    """An app with half a year of history; `kind` is "bad week", "shift" or None."""
    rng = Random(f"app/{volume}/{kind}/{seed}")
    days = DAYS[volume]
    rate = VOLUMES[volume] * math.exp(rng.gauss(0, 0.3))
    usual = _logit(rng.uniform(0.3, 0.65))
    app = App(Stream(days, low_per_day=[], hours=[1.0] * 24))
    stream = app.stream
    begin = int(days * rng.uniform(0.5, 0.8))
    if kind == "bad week":
        stream.incident = (START + begin * DAY, START + (begin + 7) * DAY)
    if kind == "shift":
        stream.shift = START + begin * DAY
    wander = more = tilt = 0.0
    found: dict[float, list[Review]] = {}
    for day in range(-180, days):
        if day % 7 == 0:
            wander = 0.9 * wander + rng.gauss(0, 0.12)
            more, tilt = rng.random(), rng.gauss(0, 0.25)
        fresh = math.exp(-(day % 7) / 1.5)
        odds = usual + wander + tilt * fresh + (math.log(WORSE) if kind == "shift" and day >= begin else 0.0)
        share = 1 / (1 + math.exp(-odds))
        mean = rate * (1 + more * fresh) * rng.gammavariate(14, 1 / 14)
        low = mean * share
        if kind == "bad week" and begin <= day < begin + 7:
            low *= 4
        if day >= 0:
            app.shares.append(share)
            stream.low_per_day.append(mean * share)
        for stars, count in ((1, poisson(rng, low)), (5, poisson(rng, mean * (1 - share)))):
            for _ in range(count):
                at = START + day * DAY + rng.random() * DAY
                seen = max(START, math.ceil(at / POLL) * POLL)
                found.setdefault(seen, []).append(Review(at, seen, stars, "store"))
    stream.polls = sorted(found.items())
    return app


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def report(apps: int, volumes: Sequence[str] = BUSY) -> None:
    """Print what came of each volume."""
    print(f"\n### apps ({apps} of each)\n")
    print("| volume | false pages a quarter | notes a quarter | drift notes right | bad week paged | shift heard |")
    print("|---|---|---|---|---|---|", flush=True)
    for volume in volumes:
        quiet = [make(volume, seed, None) for seed in range(apps)]
        shifted = [make(volume, seed, "shift") for seed in range(apps)]
        pages = notes = 0
        right: list[bool] = []
        heard: list[bool] = []
        for app in [*quiet, *shifted]:
            said = Rhythm().run(app.stream).said
            drift = [one.time for one in said if one.kind is Kind.DRIFT]
            right += [app.is_right(moment) for moment in drift]
            if app.stream.shift is None:
                pages += sum(one.level is Level.PAGE for one in said)
                notes += sum(one.level is Level.NOTE for one in said)
            else:
                since = app.stream.shift
                loud = [one.time for one in said if one.kind is not Kind.SURGE]
                heard.append(any(since <= at <= since + NOTED_WITHIN for at in loud))
        paged = [_is_paged(make(volume, seed, "bad week").stream) for seed in range(apps)]
        quarters = sum(app.stream.quarters for app in quiet)
        low, high = (bound / quarters for bound in poisson_interval(pages))
        row = [volume, f"{pages / quarters:.3f} ({low:.3f}-{high:.3f})", f"{notes / quarters:.2f}"]
        row += [_share(right), _share(paged), _share(heard)]
        print("| " + " | ".join(row) + " |", flush=True)


def _is_paged(stream: Stream) -> bool:
    assert stream.incident is not None
    begin, end = stream.incident
    said = Rhythm().run(stream).said
    return any(one.level is Level.PAGE and begin <= one.time <= end + 12 * HOUR for one in said)


def _share(outcomes: list[bool]) -> str:
    if not outcomes:
        return "-"
    low, high = wilson(sum(outcomes), len(outcomes))
    return f"{sum(outcomes)} of {len(outcomes)} ({100 * low:.0f}-{100 * high:.0f} %)"
