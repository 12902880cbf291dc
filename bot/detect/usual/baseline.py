"""What is usual: for each source reviews a day and share of low ones, forgetting slowly, blind to the last days.

A day teaches when it is `LAG` days old, so that a running incident cannot teach first; days of an incident are left
out for good. A day that a source has not delivered yet, and the rest of a silence longer than its rate explains (a
closed season, an outage, a file that comes now and then), is unknown: it teaches nothing until the source fills it.
Three exponential memories (half-lives 21, 75 and 240 days) hold total, low and days. The short one is believed as far
as it has counted something, the rest comes from the longer one: a busy place follows its growth within weeks, a quiet
one keeps its whole history.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.detect.types import DAY, Prior

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
SURPLUS_DAYS = 28
SURPLUS_WEIGHT = 40.0
SILENCE = 8.0
"""Reviews that a silence may cost before the rest of it is unknown instead of empty: by chance once in 3,000 times."""


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
    """

    low: float
    other: float
    known: float
    counted: float
    days: float
    share: float
    parts: dict[str, tuple[float, float]]

    def state(self) -> list[Any]:
        """Plain values."""
        parts = {name: list(part) for name, part in self.parts.items()}
        return [self.low, self.other, self.known, self.counted, self.days, self.share, parts]

    def of(self, names: Iterable[str]) -> Usual:
        """The part of some sources."""
        parts = {name: self.parts[name] for name in names if name in self.parts}
        low, other = sum(part[0] for part in parts.values()), sum(part[1] for part in parts.values())
        return replace(self, low=low, other=other, parts=parts)

    @classmethod
    def restored(cls, state: list[Any]) -> Usual:
        """The same baseline."""
        low, other, known, counted, days, share, parts = state
        return cls(low, other, known, counted, days, share, {name: (part[0], part[1]) for name, part in parts.items()})


class SourceHistory:
    """One source: its last days one by one, what is older in three memories.

    Attributes:
        since: the day on which the source was first discovered.
        start: the first day it has reviews for.
        complete_until: the moment up to which its owner says it is complete; None where that is never said.
        per_day: reviews a day, as last worked out.
        days: total and low of each of the last days, and of older ones that are unknown so far.
        unknown: days that were old enough to teach and had not been delivered.
        memory: total, low and days for each half-life.
    """

    __slots__ = ("complete_until", "days", "memory", "per_day", "since", "start", "unknown")

    def __init__(self, since: int, start: int) -> None:
        self.since = since
        self.start = start
        self.complete_until: float | None = None
        self.per_day = 0.0
        self.days: dict[int, list[int]] = {}
        self.unknown: set[int] = set()
        self.memory = [0.0] * 9

    def add(self, day: int, *, is_low: bool, today: int, skipped: bool) -> None:
        """Count one review; one that comes late enters the memories with the weight of its age."""
        is_unknown = day in self.unknown
        if today - day < KEPT_DAYS or is_unknown:
            bin_ = self.days.get(day)
            if bin_ is None:
                bin_ = self.days[day] = [0, 0]
            bin_[0] += 1
            bin_[1] += is_low
        age = today - LAG - day
        if age >= 0 and not skipped and not is_unknown:
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

    def is_known(self, day: int) -> bool:
        """Whether what is counted of a day is all there was; not where it is undelivered or silent beyond chance."""
        if day in self.days:
            return True
        if self.complete_until is not None and (day + 1) * DAY > self.complete_until:
            return False
        if self.per_day * KEPT_DAYS <= SILENCE:
            return True
        last = day - 1
        while last not in self.days and (day - last) * self.per_day <= SILENCE:
            last -= 1
        return last < self.start or (day - last) * self.per_day <= SILENCE

    def known_until(self, now: float) -> float:
        """The moment up to which windows may expect its reviews."""
        until = now if self.complete_until is None else min(now, self.complete_until)
        if self.per_day * KEPT_DAYS <= SILENCE or not self.days:
            return until
        heard = (max(self.days) + 1) * DAY
        return min(until, heard) if (until - heard) / DAY * self.per_day > SILENCE else until

    def fold(self, day: int, exposure: float, *, skipped: bool) -> None:
        """One day passes; `day` is now old enough to teach."""
        memory = self.memory
        for index, fade in enumerate(FADES):
            at = 3 * index
            memory[at] *= fade
            memory[at + 1] *= fade
            memory[at + 2] *= fade
        if day < self.start or skipped:
            return
        if not self.is_known(day):
            self.unknown.add(day)
            return
        total, low = self.days.get(day, (0, 0))
        for at in (0, 3, 6):
            memory[at] += total
            memory[at + 1] += low
            memory[at + 2] += exposure

    def fill(self, *, today: int, skip: set[int], weekday: list[float]) -> None:
        """Days that have been delivered since they were old enough to teach, teach now."""
        for day in sorted(self.unknown):
            if not self.is_known(day):
                continue
            self.unknown.discard(day)
            if day not in skip:
                self.teach(day, weekday[day % 7], today=today)
        for day in [day for day in self.days if today - day >= KEPT_DAYS and day not in self.unknown]:
            del self.days[day]

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
        self.unknown.discard(today - OLDEST_DAYS)

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
        days = sorted([day, *counts] for day, counts in self.days.items())
        return [self.since, self.start, self.memory, days, self.complete_until, self.per_day, sorted(self.unknown)]

    @classmethod
    def restored(cls, state: list[Any]) -> SourceHistory:
        """The same history."""
        history = cls(state[0], state[1])
        history.memory = list(state[2])
        history.days = {day: [total, low] for day, total, low in state[3]}
        history.complete_until, history.per_day = state[4], state[5]
        history.unknown = set(state[6])
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
    parts: dict[str, tuple[float, float]] = {}
    for name, history in histories.items():
        recent_total = recent_days = 0.0
        for day in range(today - LAG + 1, today - VOLUME_LAG + 1):
            if day >= history.start and day not in skip and history.is_known(day):
                recent_total += history.days.get(day, (0, 0))[0]
                recent_days += weekday[day % 7]
        volume = history.rate((recent_total, recent_days))
        volume *= _level(history, volume * (1 - share), today=today, weekday=weekday)
        history.per_day = volume
        of_source = _share(history.memory, share, SOURCE_SHRINK)
        of_low = volume * _with_surplus(history, volume, of_source, today=today, skip=skip)
        parts[name] = (of_low, volume - of_low)
        low += of_low
        other += volume - of_low
        days = max(days, history.memory[8] + recent_days)
        counted += recent_total + history.counted()
    known = 1 / (1 / (whole[7] + prior.weight * prior.share) + 1 / KNOWN_CAP)
    return Usual(low, other, known, counted, days, share, parts)


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
    for day in range(max(history.start, today - SURPLUS_DAYS), today - 1):
        if day not in skip and history.is_known(day):
            counts = history.days.get(day, (0, 0))
            total += counts[0] - known
            low += counts[1] - known * share
    surplus = max(0.0, total)
    own = min(2 * share, (max(0.0, low) + SURPLUS_WEIGHT * share) / (surplus + SURPLUS_WEIGHT))
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


def _level(history: SourceHistory, usual_other: float, *, today: int, weekday: list[float]) -> float:
    """What the other reviews of a week say of the volume: a growing place is ahead of its memory.

    The week ends the day before yesterday: slow platforms have not told all of yesterday yet. Low reviews
    stay out of it, so that an incident cannot raise its own bar.
    """
    others = days = 0.0
    for day in range(max(history.start, today - LEVEL_DAYS - 1), today - 1):
        if not history.is_known(day):
            continue
        total, low = history.days.get(day, (0, 0))
        others += total - low
        days += weekday[day % 7]
    return (LEVEL_SHAPE + others) / (LEVEL_SHAPE + usual_other * days)
