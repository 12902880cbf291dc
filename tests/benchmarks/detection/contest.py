"""Drives a contestant through streams and counts what the benchmark is about."""

from __future__ import annotations

import math
import statistics
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Protocol

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, LOW_UP_TO, QUARTER_HOURS, Kind, Level, Review, relax
from tests.benchmarks.detection.streams import START, Stream

ORACLE_BUDGET = 0.05  # false pages a quarter


@dataclass(frozen=True, slots=True)
class Said:
    """What a contestant said, and when."""

    time: float
    level: Level
    kind: Kind


@dataclass(slots=True)
class Run:
    """What came of a stream.

    Attributes:
        said: what was said, in order.
        open_s: seconds in which an incident was open.
    """

    said: list[Said] = field(default_factory=list)
    open_s: float = 0.0


class Contestant(Protocol):
    """Anything that reads a stream."""

    name: str

    def run(self, stream: Stream) -> Run: ...


class Rhythm:
    """The product's detector."""

    name = "rhythm"

    def run(self, stream: Stream) -> Run:
        detector, run, last = RhythmDetector(), Run(), START
        for now, found in stream.polls:
            moments = [last + DAY * step for step in range(1, math.ceil((now - last) / DAY))]
            for moment in [*moments, now]:
                if moment == now:
                    for source, until in stream.delivered.get(now, ()):
                        detector.deliver(source, until)
                    for review in found:
                        detector.observe(review)
                opened = moment if detector.episode is None else last
                alarm = detector.tick(moment)
                if detector.episode is not None:
                    run.open_s += moment - opened
                if alarm is not None:
                    run.said.append(Said(moment, alarm.level, alarm.kind))
                    if alarm.level is Level.PAGE and stream.press is not None:
                        _press(detector, stream.press, moment)
                last = moment
        return run


def _press(detector: RhythmDetector, press: str, moment: float) -> None:
    if press == "dismiss":
        detector.dismiss(moment)
        detector.tuning = relax(detector.tuning)
    else:
        detector.end(moment)


class FixedRule:
    """Three low reviews published within 24 hours, silent for 24 hours after each alarm."""

    name = "3 in 24 h"

    def run(self, stream: Stream) -> Run:
        lows: list[float] = []
        said: list[Said] = []
        for now, found in stream.polls:
            fresh = [r for r in found if _is_low(r) and (now > stream.polls[0][0] or r.at >= START)]
            lows = sorted([at for at in lows if at > now - 7 * DAY] + [r.at for r in fresh])
            if not fresh or (said and now - said[-1].time < DAY):
                continue
            if any(bisect_right(lows, r.at) - bisect_right(lows, r.at - DAY) >= 3 for r in fresh):
                said.append(Said(now, Level.PAGE, Kind.BURST))
        return Run(said, len(said) * DAY)


class Oracle:
    """Knows the true rate and the moment the incident began; asks only whether what came since could be chance.

    It looks back from each low review to the true beginning, with the odds that .05 false pages a quarter leave for a
    window of that length. It knows a review when it is written, so its hours are a bound and its low reviews, which are
    counted when they are found, are not comparable. No detector that must find the window itself can be expected to
    beat it.
    """

    name = "oracle"

    def run(self, stream: Stream) -> Run:
        if stream.incident is None:
            return Run()
        begin, end = stream.incident
        first = bisect_left(stream.written, begin)
        for index in range(first, len(stream.written)):
            at = stream.written[index]
            if at > end + stream.grace:
                break
            mean = stream.usual_low(begin, at)
            chance = ORACLE_BUDGET * max(at - begin, 0.25 * HOUR) / (QUARTER_HOURS * HOUR)
            if index - first + 1 >= 3 and _poisson_tail(index - first + 1, mean) <= chance:
                return Run([Said(at, Level.PAGE, Kind.BURST)])
        return Run()


def _is_low(review: Review) -> bool:
    return review.rating is not None and review.rating <= LOW_UP_TO


def _poisson_tail(n: int, mean: float) -> float:
    """P(N >= n)."""
    if mean <= 0:
        return 0.0
    term = math.exp(n * math.log(mean) - mean - math.lgamma(n + 1))
    total, k = term, n
    while term > 1e-12 * total and k < n + 1000:
        k += 1
        term *= mean / k
        total += term
    return min(1.0, total)


@dataclass(slots=True)
class Score:
    """What one contestant did on one cell."""

    open_s: float = 0.0
    pages: int = 0
    notes: int = 0
    worst: float = 0.0
    quarters: float = 0.0
    at_import: int = 0
    incidents: int = 0
    delays: list[float] = field(default_factory=list)
    lows: list[int] = field(default_factory=list)
    reviews: int = 0
    seconds: float = 0.0

    def add(self, contestant: Contestant, stream: Stream, *, counts_notes: bool) -> None:
        """One more stream."""
        started = time.perf_counter()
        run = contestant.run(stream)
        said = run.said
        self.seconds += time.perf_counter() - started
        self.reviews += stream.size
        pages = [s for s in said if s.level is Level.PAGE]
        if stream.incident is None:
            false = len(pages)
            if stream.shift is not None:
                false -= any(0 <= s.time - stream.shift <= 14 * DAY for s in pages)
            self.pages += false
            self.notes += len(said) - len(pages)
            self.worst = max(self.worst, false / stream.quarters)
            self.quarters += stream.quarters
            self.open_s += run.open_s
            self.at_import += sum(s.time < START + DAY for s in said)
            return
        self.incidents += 1
        begin, end = stream.incident
        right = [s for s in said if s.kind is not Kind.SURGE] if counts_notes else pages
        hits = [s.time for s in right if begin <= s.time <= end + stream.grace]
        if hits:
            self.delays.append((hits[0] - begin) / HOUR)
            self.lows.append(sum(seen <= hits[0] for seen in stream.bad))

    @property
    def found(self) -> str:
        """Share found with its 95 % interval, median hours, median low reviews."""
        if not self.incidents:
            return "-"
        low, high = wilson(len(self.delays), self.incidents)
        if not self.delays:
            return f"0 % (0-{100 * high:.0f})"
        return (
            f"{100 * len(self.delays) / self.incidents:.0f} % ({100 * low:.0f}-{100 * high:.0f}), "
            f"{statistics.median(self.delays):.1f} h, {statistics.median(self.lows):.0f}"
        )

    @property
    def open_share(self) -> str:
        """The share of the time without an incident in which one was open all the same."""
        return f"{100 * self.open_s / (self.quarters * QUARTER_HOURS * HOUR):.1f} %"

    @property
    def false_rate(self) -> str:
        """False pages a location-quarter with the 95 % interval."""
        low, high = poisson_interval(self.pages)
        return f"{self.pages / self.quarters:.3f} ({low / self.quarters:.3f}-{high / self.quarters:.3f})"


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    z = 1.96
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def poisson_interval(count: int) -> tuple[float, float]:
    """95 % interval of a Poisson mean (Byar's approximation)."""
    upper = (count + 1) * (1 - 1 / (9 * (count + 1)) + 1.96 / (3 * math.sqrt(count + 1))) ** 3
    lower = count * (1 - 1 / (9 * count) - 1.96 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    return lower, upper
