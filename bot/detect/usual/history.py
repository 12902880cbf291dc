"""One source's past: its last days one by one, what is older in three memories, and how far it is complete.

A day teaches when it is `LAG` days old, so that a running incident cannot teach first; days of an incident are left
out for good. A day that a source has not delivered yet, and the rest of a silence longer than its rate explains (a
closed season, an outage, a file that comes now and then), is unknown: it teaches nothing until the source fills it.

What a source brought of its past is believed less than what was watched: low reviews may have been removed from it. How
much its word is worth is learned from what comes live, see `bot.detect.usual.doubt`.
"""

from __future__ import annotations

from typing import Any

from bot.detect.types import DAY
from bot.detect.usual.doubt import NO_DOUBT, Doubt, doubt_of

HALF_LIVES = (21.0, 75.0, 240.0)
FADES: tuple[float, ...] = tuple(0.5 ** (1 / days) for days in HALF_LIVES)
LAG = 7
"""Days after which a day teaches, and a review that is found is too late to alarm: the same, so that none does both."""
KEPT_DAYS = 64
OLDEST_DAYS = 730
RATE_SHRINK = 30.0
SILENCE = 8.0
"""Reviews that a silence may cost before the rest of it is unknown instead of empty: by chance once in 3,000 times."""


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
        past: of what the memories hold, the low reviews that the source brought of its past, and how many reviews of
            it the longest memory holds.
        live: total and low of what came since.
        removed: how many of those low ones the source has removed.
        doubt: what is believed of the past, as last worked out.
    """

    __slots__ = (
        "complete_until",
        "days",
        "doubt",
        "live",
        "memory",
        "past",
        "per_day",
        "removed",
        "since",
        "start",
        "unknown",
    )

    def __init__(self, since: int, start: int) -> None:
        self.since = since
        self.start = start
        self.complete_until: float | None = None
        self.per_day = 0.0
        self.days: dict[int, list[int]] = {}
        self.unknown: set[int] = set()
        self.memory = [0.0] * 9
        self.past = [0.0] * 4
        self.live = [0.0, 0.0]
        self.removed = 0.0
        self.doubt = NO_DOUBT

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
            self._learn(day, 1, is_low, 0.0, age)

    def _learn(self, day: int, total: int, low: int, exposure: float, age: int) -> None:
        memory, past = self.memory, self.past
        weight = 0.0
        for index, fade in enumerate(FADES):
            weight = fade**age
            memory[3 * index] += weight * total
            memory[3 * index + 1] += weight * low
            memory[3 * index + 2] += weight * exposure
            if day < self.since:
                past[index] += weight * low
        if day < self.since:
            past[3] += weight * total
        else:
            self.live[0] += total
            self.live[1] += low

    def judge_past(self, share: float, weight: float) -> None:
        """Believe of the past what live reviews say of it; `share` and `weight` are what is usual elsewhere."""
        past = self.past
        if past[3] <= 0:
            self.doubt = NO_DOUBT
            return
        total, low = self.live
        self.doubt = doubt_of((past[2] + weight * share) / (past[3] + weight), low, total, removed=self.removed)

    def believed(self, ratio: float) -> list[float]:
        """The memories with the low reviews that were removed from the past, if there were `ratio` for each left."""
        more = ratio - 1
        if more <= 0:
            return self.memory
        memory = list(self.memory)
        for index in (0, 1, 2):
            memory[3 * index] += more * self.past[index]
            memory[3 * index + 1] += more * self.past[index]
        return memory

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
        return day in self.days or bool(self.known_days(day, day))

    def known_days(self, first: int, last: int) -> list[int]:
        """Those of the days `first` to `last` of which everything is known."""
        days = self.days
        complete = last if self.complete_until is None else int(self.complete_until // DAY) - 1
        if self.per_day * KEPT_DAYS <= SILENCE:
            return [day for day in range(first, last + 1) if day <= complete or day in days]
        may_be_silent = int(SILENCE / self.per_day)
        heard = first - 1
        while heard not in days and first - heard <= may_be_silent:
            heard -= 1
        found = []
        for day in range(first, last + 1):
            if day in days:
                heard = day
                found.append(day)
            elif day <= complete and (day - heard <= may_be_silent or day - may_be_silent <= self.start):
                found.append(day)
        return found

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
            self.past[index] *= fade
        self.past[3] *= FADES[2]
        if day < self.start or skipped:
            return
        if not self.is_known(day):
            self.unknown.add(day)
            return
        total, low = self.days.get(day, (0, 0))
        self._learn(day, total, low, exposure, 0)

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
        self._learn(day, total, low, exposure, today - LAG - day)

    def forget_old(self, today: int) -> None:
        """Drop the days that are no longer needed one by one."""
        self.days.pop(today - KEPT_DAYS, None)
        self.unknown.discard(today - OLDEST_DAYS)

    def weaken(self, factor: float) -> None:
        """Believe all that has been learned less: a new normal has been accepted."""
        self.memory = [value * factor for value in self.memory]
        self.past = [value * factor for value in self.past]
        self.live = [value * factor for value in self.live]
        self.removed *= factor

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
        return [
            self.since,
            self.start,
            self.memory,
            days,
            self.complete_until,
            self.per_day,
            sorted(self.unknown),
            self.past,
            self.live,
            list(self.doubt),
            self.removed,
        ]

    @classmethod
    def restored(cls, state: list[Any]) -> SourceHistory:
        """The same history."""
        history = cls(state[0], state[1])
        history.memory = list(state[2])
        history.days = {day: [total, low] for day, total, low in state[3]}
        history.complete_until, history.per_day = state[4], state[5]
        history.unknown = set(state[6])
        history.past, history.live, history.doubt = list(state[7]), list(state[8]), Doubt(*state[9])
        history.removed = state[10] if len(state) > 10 else 0.0  # a release before did not hear of removals
        return history
