"""What is usual: for each source reviews a day and share of low ones, forgetting slowly, blind to the last days.

A day teaches when it is `LAG` days old, so that a running incident cannot teach first; days of an incident are left
out for good. Three exponential memories (half-lives 21, 75 and 240 days) hold total, low and days. The short one is
believed as far as it has counted something, the rest comes from the longer one: a busy place follows its growth
within weeks, a quiet one keeps its whole history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.detect.types import Prior

HALF_LIVES = (21.0, 75.0, 240.0)
FADES: tuple[float, ...] = tuple(0.5 ** (1 / days) for days in HALF_LIVES)
LAG = 7
VOLUME_LAG = 3
KEPT_DAYS = 64
OLDEST_DAYS = 730
RATE_SHRINK = 30.0
SHARE_SHRINK = 80.0
SOURCE_SHRINK = 60.0
LEVEL_DAYS = 7
LEVEL_SHAPE = 10.0
LEARNING_DAYS = 28
KNOWN_CAP = 60.0
YOUNG_DAYS = 28.0


@dataclass(frozen=True, slots=True)
class Usual:
    """A location's baseline on one day.

    Attributes:
        low: low reviews a day.
        other: other reviews a day.
        known: how many low reviews the share was learned from, see `bot.detect.evidence`.
        counted: reviews the volume was learned from.
        days: days the baseline was learned from.
        share: the location's share of low reviews.
        shares: share of low reviews of each source.
    """

    low: float
    other: float
    known: float
    counted: float
    days: float
    share: float
    shares: dict[str, float]

    def state(self) -> list[Any]:
        """Plain values."""
        return [self.low, self.other, self.known, self.counted, self.days, self.share, self.shares]

    @classmethod
    def restored(cls, state: list[Any]) -> Usual:
        """The same baseline."""
        low, other, known, counted, days, share, shares = state
        return cls(low, other, known, counted, days, share, dict(shares))


class SourceHistory:
    """One source: its last days one by one, what is older in three memories."""

    __slots__ = ("days", "memory", "since", "start")

    def __init__(self, since: int, start: int) -> None:
        self.since = since  # the day on which the source was first discovered
        self.start = start  # the first day it has reviews for
        self.days: dict[int, list[int]] = {}
        self.memory = [0.0] * 9  # total, low, days for each half-life

    def add(self, day: int, *, is_low: bool, today: int, skipped: bool) -> None:
        """Count one review; one that comes late enters the memories with the weight of its age."""
        if today - day < KEPT_DAYS:
            bin_ = self.days.get(day)
            if bin_ is None:
                bin_ = self.days[day] = [0, 0]
            bin_[0] += 1
            bin_[1] += is_low
        age = today - LAG - day
        if age >= 0 and not skipped:
            memory = self.memory
            for index, fade in enumerate(FADES):
                weight = fade**age
                memory[3 * index] += weight
                if is_low:
                    memory[3 * index + 1] += weight

    def add_days(self, first: int, last: int, *, today: int) -> None:
        """Days without an entry of their own: those of an import, `first` to `last`."""
        newest = min(last, today - LAG)
        for index, fade in enumerate(FADES):
            if newest >= first:
                # geometric series of fade**age for age = today - LAG - day
                young, old = today - LAG - newest, today - LAG - first
                self.memory[3 * index + 2] += (fade**young - fade ** (old + 1)) / (1 - fade)

    def fold(self, day: int, exposure: float, *, skipped: bool) -> None:
        """One day passes; `day` is now old enough to teach."""
        memory = self.memory
        for index, fade in enumerate(FADES):
            at = 3 * index
            memory[at] *= fade
            memory[at + 1] *= fade
            memory[at + 2] *= fade
        if day >= self.start and not skipped:
            total, low = self.days.get(day, (0, 0))
            for at in (0, 3, 6):
                memory[at] += total
                memory[at + 1] += low
                memory[at + 2] += exposure

    def teach(self, day: int, exposure: float, *, today: int) -> None:
        """A day that was left out teaches after all."""
        if day < self.start:
            return
        total, low = self.days.get(day, (0, 0))
        for index, fade in enumerate(FADES):
            weight = fade ** (today - LAG - day)
            self.memory[3 * index] += weight * total
            self.memory[3 * index + 1] += weight * low
            self.memory[3 * index + 2] += weight * exposure

    def forget_old(self, today: int) -> None:
        """Drop the days that are no longer needed one by one."""
        self.days.pop(today - KEPT_DAYS, None)

    def weaken(self, factor: float) -> None:
        """Believe all that has been learned less: a new normal has been accepted."""
        self.memory = [value * factor for value in self.memory]

    def rate(self, recent: tuple[float, float]) -> float:
        """Reviews a day; `recent` is total and days that no longer may hide an incident but are younger than `LAG`."""
        more, more_days = recent
        value = 0.0
        known = False
        for at in (6, 3, 0):
            total, days = self.memory[at] + more, self.memory[at + 2] + more_days
            if days <= 0:
                continue
            if not known or value <= 0:
                value, known = total / days, True
            else:
                value = (total + RATE_SHRINK) / (days + RATE_SHRINK / value)
        return value

    def counted(self) -> float:
        """How many reviews the rate rests on: each memory as far as `rate` believes it."""
        fast, _, _, middle, _, _, slow, _, _ = self.memory
        return fast + min(RATE_SHRINK, middle + min(RATE_SHRINK, slow))

    def state(self) -> list[Any]:
        """Plain values."""
        return [self.since, self.start, self.memory, sorted([day, *counts] for day, counts in self.days.items())]

    @classmethod
    def restored(cls, state: list[Any]) -> SourceHistory:
        """The same history."""
        history = cls(state[0], state[1])
        history.memory = list(state[2])
        history.days = {day: [total, low] for day, total, low in state[3]}
        return history


def usual(
    histories: dict[str, SourceHistory], *, today: int, skip: set[int], prior: Prior, weekday: list[float]
) -> Usual:
    """The location's baseline today, the sum over its sources."""
    whole = [0.0] * 9
    for history in histories.values():
        for index, value in enumerate(history.memory):
            whole[index] += value
    if whole[8] < YOUNG_DAYS * len(histories):
        _add_young(whole, histories, today=today, skip=skip)
    share = _share(whole, prior.share, prior.weight)
    low = other = 0.0
    days = counted = 0.0
    shares: dict[str, float] = {}
    for name, history in histories.items():
        recent_total = recent_days = 0.0
        for day in range(today - LAG + 1, today - VOLUME_LAG + 1):
            if day >= history.start and day not in skip:
                recent_total += history.days.get(day, (0, 0))[0]
                recent_days += weekday[day % 7]
        volume = history.rate((recent_total, recent_days))
        volume *= _level(history, volume * (1 - share), today=today, weekday=weekday)
        of_source = _share(history.memory, share, SOURCE_SHRINK)
        shares[name] = of_source
        low += volume * of_source
        other += volume * (1 - of_source)
        days = max(days, history.memory[8] + recent_days)
        counted += recent_total + history.counted()
    known = 1 / (1 / (whole[7] + prior.weight * prior.share) + 1 / KNOWN_CAP)
    return Usual(low, other, known, counted, days, share, shares)


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


def _level(history: SourceHistory, usual_other: float, *, today: int, weekday: list[float]) -> float:
    """What the other reviews of a week say of the volume: a growing place is ahead of its memory.

    The week ends the day before yesterday: slow platforms have not told all of yesterday yet. Low reviews
    stay out of it, so that an incident cannot raise its own bar.
    """
    others = days = 0.0
    for day in range(max(history.start, today - LEVEL_DAYS - 1), today - 1):
        total, low = history.days.get(day, (0, 0))
        others += total - low
        days += weekday[day % 7]
    return (LEVEL_SHAPE + others) / (LEVEL_SHAPE + usual_other * days)
