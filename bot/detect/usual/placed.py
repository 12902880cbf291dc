"""Where in their day reviews are put of which only the day is known."""

from __future__ import annotations

from typing import Any

from bot.detect.usual.profile import Profile


class Placed:
    """How many day-only reviews of a source and day have been put somewhere, low ones apart."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], list[int]] = {}

    def moment(self, profile: Profile, source: str, day: int, *, is_low: bool, until: float) -> float:
        """The next moment of a day: its reviews are spread evenly over its exposure (van der Corput)."""
        counts = self._counts.setdefault((source, day), [0, 0])
        counts[is_low] += 1
        index, part, step = counts[is_low], 0.0, 0.5
        while index:
            part += step * (index & 1)
            index >>= 1
            step /= 2
        return profile.moment(day, part, until=until)

    def forget(self, before: int) -> None:
        """Drop the days before one."""
        self._counts = {key: counts for key, counts in self._counts.items() if key[1] >= before}

    def state(self) -> list[Any]:
        """Plain values."""
        return [[source, day, *counts] for (source, day), counts in self._counts.items()]

    @classmethod
    def restored(cls, state: list[Any]) -> Placed:
        """The same."""
        placed = cls()
        placed._counts = {(source, day): [other, low] for source, day, other, low in state}
        return placed
