"""When in the week a location is reviewed: weekday times hour, learned and shrunk to flat."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from bot.detect.types import DAY, HOUR

HALF_LIFE_DAYS = 180.0
FADE: float = 0.5 ** (1 / HALF_LIFE_DAYS)
SHRINK = 10.0
"""Reviews an hour, or on a weekday, from which on half of what they show is believed."""
WEEK = 7 * DAY


class Profile:
    """Exposure: how many average days a stretch of time is worth."""

    __slots__ = ("_hour", "_table", "hours", "weekday", "weekdays", "weekdays_seen")

    def __init__(self) -> None:
        self.hours = [0.0] * 24
        self.weekdays = [0.0] * 7
        self.weekdays_seen = [0.0] * 7
        self.weekday = [1.0] * 7
        self._hour = [1 / 24] * 24
        self._table: list[float] = []
        self.refresh()

    def learn(self, at: float, *, day_only: bool, weight: float) -> None:
        """Count one review."""
        day, second = divmod(at, DAY)
        self.weekdays[int(day) % 7] += weight
        if not day_only:
            self.hours[int(second / HOUR)] += weight

    def learn_day(self, day: int, weight: float = 1.0) -> None:
        """Count one day on which reviews could have come: a profile is per weekday seen, not per review."""
        self.weekdays_seen[day % 7] += weight

    def fade(self) -> None:
        """One day has passed."""
        self.hours = [value * FADE for value in self.hours]
        self.weekdays = [value * FADE for value in self.weekdays]
        self.weekdays_seen = [value * FADE for value in self.weekdays_seen]

    def refresh(self) -> None:
        """From now on exposure over the week follows what has been counted."""
        mean = sum(self.hours) / 24
        self._hour = [(value + SHRINK) / (mean + SHRINK) / 24 for value in self.hours]
        self._table = []
        seen = sum(self.weekdays_seen)
        rate = sum(self.weekdays) / seen if seen else 0.0
        day = [
            (count + SHRINK) / (days * rate + SHRINK)
            for count, days in zip(self.weekdays, self.weekdays_seen, strict=True)
        ]
        scale = 7 / sum(day)
        self.weekday = [value * scale for value in day]

    def until(self, at: float) -> float:
        """Average days from 1970 to a moment."""
        week, second = divmod(at, WEEK)
        hour = second / HOUR
        index = int(hour)
        table = self._table or self._whole_table()
        before = table[index]
        return week * 7.0 + before + (hour - index) * (table[index + 1] - before)

    def _whole_table(self) -> list[float]:
        """Worked out when it is asked for, from what had been counted at the last `refresh`."""
        hours = [of_day * value for of_day in self.weekday for value in self._hour]
        self._table = list(accumulate(hours, initial=0.0))
        return self._table

    def moment(self, day: int, part: float, *, until: float) -> float:
        """The moment at which a part of a day's exposure is spent, for a review of which only the day is known."""
        start = day * DAY
        end = min(start + DAY, max(until, start + HOUR))
        first = self.until(start)
        goal = first + part * (self.until(end) - first)
        low, high = start, end
        for _ in range(12):
            middle = (low + high) / 2
            if self.until(middle) < goal:
                low = middle
            else:
                high = middle
        return high

    def state(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "hours": self.hours,
            "weekdays": self.weekdays,
            "seen": self.weekdays_seen,
            "table": self._table or self._whole_table(),
            "weekday": self.weekday,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved, the table included: it is rebuilt once a day only."""
        self.hours = list(state["hours"])
        self.weekdays = list(state["weekdays"])
        self.weekdays_seen = list(state["seen"])
        self._table = list(state["table"])
        self.weekday = list(state["weekday"])
