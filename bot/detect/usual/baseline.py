"""What is usual: for each source reviews a day and share of low ones, forgetting slowly, blind to the last days.

Three exponential memories (half-lives 21, 75 and 240 days) hold total, low and days. The short one is believed as far
as it has counted something, the rest comes from the longer one: a busy place follows its growth within weeks, a quiet
one keeps its whole history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from bot.detect.types import Prior
from bot.detect.usual.history import LAG, RATE_SHRINK, SourceHistory
from bot.detect.usual.spread import REGULAR_SHAPE

VOLUME_LAG = 3
SHARE_SHRINK = 80.0
LEARNING_DAYS = 28
KNOWN_CAP = 60.0


@dataclass(frozen=True, slots=True)
class Usual:
    """A location's baseline on one day.

    Attributes:
        low: low reviews a day.
        other: other reviews a day.
        known: how many low reviews the share was learned from, see `bot.detect.evidence.e_values`.
        counted: reviews the volume was learned from.
        days: days the baseline was learned from.
        share: the location's share of low reviews.
        parts: low and other reviews a day of each source.
        said: low reviews a day that people are told are usual: `low` without a doubt that nothing confirms.
    """

    low: float
    other: float
    known: float
    counted: float
    days: float
    share: float
    parts: dict[str, tuple[float, float]]
    said: float

    def state(self) -> list[Any]:
        """Plain values."""
        parts = {name: list(part) for name, part in self.parts.items()}
        return [self.low, self.other, self.known, self.counted, self.days, self.share, parts, self.said]

    def of(self, names: Iterable[str]) -> Usual:
        """The part of some sources."""
        parts = {name: self.parts[name] for name in names if name in self.parts}
        low, other = sum(part[0] for part in parts.values()), sum(part[1] for part in parts.values())
        return replace(self, low=low, other=other, parts=parts)

    @classmethod
    def restored(cls, state: list[Any]) -> Usual:
        """The same baseline."""
        low, other, known, counted, days, share, parts, said = state
        of_source = {name: (part[0], part[1]) for name, part in parts.items()}
        return cls(low, other, known, counted, days, share, of_source, said)


def usual(
    histories: dict[str, SourceHistory], *, today: int, skip: set[int], prior: Prior, weekday: list[float]
) -> Usual:
    """The location's baseline today, the sum over its sources."""
    whole = [0.0] * 9
    doubted = 0.0
    believed: dict[str, list[float]] = {}
    for name, history in histories.items():
        history.judge_past(prior.share, prior.weight)
        believed[name] = history.believed(history.doubt.ratio)
        whole = [value + more for value, more in zip(whole, believed[name], strict=True)]
        doubted += (history.doubt.ratio * history.past[2]) ** 2 * history.doubt.spread
    if whole[8] < LEARNING_DAYS * len(histories):
        _add_young(whole, histories, today=today, skip=skip)
    share = _share(whole, prior.share, prior.weight)
    low = other = said = 0.0
    days = counted = 0.0
    parts: dict[str, tuple[float, float]] = {}
    for name, history in histories.items():
        week = _week(history, today=today, skip=skip, weekday=weekday)
        volume = history.rate((week.total, week.days))
        of_source = _share(believed[name], share, SHARE_SHRINK)
        # A growing place is ahead of its memory.
        volume *= (REGULAR_SHAPE + week.others) / (REGULAR_SHAPE + volume * (1 - of_source) * week.other_days)
        history.per_day = volume
        of_low = volume * _with_surplus(history, volume, of_source, today=today, skip=skip)
        parts[name] = (of_low, volume - of_low)
        said += of_low
        if history.doubt.likely != history.doubt.ratio and of_source > 0:
            likely = _share(history.believed(history.doubt.likely), share, SHARE_SHRINK)
            said += of_low * (likely / of_source - 1)
        low += of_low
        other += volume - of_low
        days = max(days, history.memory[8] + week.days)
        counted += week.total + history.counted()
    lows = whole[7] + prior.weight * prior.share
    known = 1 / (1 / lows + 1 / KNOWN_CAP + doubted / (lows * lows))
    return Usual(low, other, known, counted, days, share, parts, said)


class _Week(NamedTuple):
    """What a source brought lately.

    Attributes:
        total, days: reviews, low and other, that no longer may hide an incident but are too young to teach, and in how
            many average days.
        others, other_days: other reviews of the last full week, and in how many average days.
    """

    total: float
    days: float
    others: float
    other_days: float


def _week(history: SourceHistory, *, today: int, skip: set[int], weekday: list[float]) -> _Week:
    """The last week of a source, which ends the day before yesterday: slow platforms have not told all of it yet.

    What it says of the volume rests on other reviews alone, so that an incident cannot raise its own bar.
    """
    total = days = others = other_days = 0.0
    for day in history.known_days(max(history.start, today - LAG - 1), today - 2):
        counts = history.days.get(day, (0, 0))
        exposure = weekday[day % 7]
        others += counts[0] - counts[1]
        other_days += exposure
        if today - LAG < day <= today - VOLUME_LAG and day not in skip:
            total += counts[0]
            days += exposure
    return _Week(total, days, others, other_days)


def _with_surplus(history: SourceHistory, volume: float, share: float, *, today: int, skip: set[int]) -> float:
    """The share where more reviews come than the long memory knows: the extra ones have a share of their own.

    Two weeks of collected ratings with few low ones would otherwise make as many low reviews usual as the place's own
    share of them, and hide an incident. What the surplus holds is taken from the last four weeks, at first believed to
    be like the rest.
    """
    total, days = history.memory[6], history.memory[8]
    known = total / days if days > 0 else volume
    if volume <= 1.5 * known:
        return share
    total = low = 0.0
    for day in range(max(history.start, today - LEARNING_DAYS), today - 1):
        if day not in skip and history.is_known(day):
            counts = history.days.get(day, (0, 0))
            total += counts[0] - known
            low += counts[1] - known * share
    surplus = max(0.0, total)
    own = min(2 * share, (max(0.0, low) + RATE_SHRINK * share) / (surplus + RATE_SHRINK))
    return (known * share + (volume - known) * own) / volume


def _add_young(whole: list[float], histories: dict[str, SourceHistory], *, today: int, skip: set[int]) -> None:
    """A young place cannot wait a week to learn its share: three days have to do."""
    for history in histories.values():
        for day in range(today - LAG + 1, today - VOLUME_LAG + 1):
            if day not in skip:
                total, low = history.days.get(day, (0, 0))
                for at in (3, 6):
                    whole[at] += total
                    whole[at + 1] += low


def _share(memory: list[float], belief: float, weight: float) -> float:
    """Share of low reviews: the slow memory shrunk to a belief, the middle one shrunk to the slow one."""
    slow = (memory[7] + weight * belief) / (memory[6] + weight)
    return (memory[4] + SHARE_SHRINK * slow) / (memory[3] + SHARE_SHRINK)
