"""The last days moment by moment: each low review, other reviews in quarter hours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Any

BIN = 900.0
KEPT_BINS = 13 * 96
KEPT_LOWS = 4000
FOLLOWERS = (0, 1, 2, 5, 11)


class Recent:
    """Counts of low and other reviews in any window of the last eleven days. Bounded, whatever the volume."""

    __slots__ = ("_first", "_others", "lows")

    def __init__(self) -> None:
        self.lows: list[float] = []
        self._others = [0] * KEPT_BINS
        self._first = 0  # number of the oldest quarter hour kept

    def advance(self, today: int) -> None:
        """A day begins: let go of what is older than eleven days."""
        first = (today + 2) * 96 - KEPT_BINS
        gone = first - self._first
        if gone <= 0:
            return
        if gone >= KEPT_BINS:
            self._others = [0] * KEPT_BINS
        else:
            self._others = self._others[gone:] + [0] * gone
        self._first = first
        old = bisect_left(self.lows, first * BIN)
        if old or len(self.lows) > KEPT_LOWS:
            del self.lows[: max(old, len(self.lows) - KEPT_LOWS)]

    def add_low(self, at: float) -> None:
        """One low review."""
        if at >= self._first * BIN:
            insort(self.lows, at)
            if len(self.lows) > 2 * KEPT_LOWS:
                del self.lows[:KEPT_LOWS]

    def add_other(self, at: float) -> None:
        """One other review."""
        index = int(at // BIN) - self._first
        if 0 <= index < KEPT_BINS:
            self._others[index] += 1

    def low_between(self, begin: float, end: float) -> int:
        """Low reviews after `begin` up to and with `end`."""
        return bisect_right(self.lows, end) - bisect_right(self.lows, begin)

    def with_followers(self, moments: list[float]) -> list[float]:
        """The moments and some of the low reviews after each.

        A review that is found late completes a window that ends at a later one.
        """
        lows = self.lows
        last = len(lows) - 1
        ends = set(moments)
        for at in moments:
            index = bisect_right(lows, at)
            for step in FOLLOWERS:
                if index + step > last:
                    break
                ends.add(lows[index + step])
            if index <= last and lows[last] - at < 72 * 3600.0:
                ends.add(lows[last])
        return sorted(ends)

    def others_before(self, end: float, hours: tuple[float, ...]) -> list[int]:
        """Other reviews in windows that end at a moment, shortest first; in whole quarter hours."""
        stop = int(end // BIN) + 1 - self._first
        counts: list[int] = []
        total = 0
        for hour in hours:
            start = max(0, int((end - hour * 3600.0) // BIN) + 1 - self._first)
            if stop > start:
                total += sum(self._others[start:stop])
                stop = start
            counts.append(total)
        return counts

    def state(self) -> dict[str, Any]:
        """Plain values; quarter hours without reviews are left out."""
        return {
            "lows": self.lows,
            "first": self._first,
            "others": [[index, count] for index, count in enumerate(self._others) if count],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved."""
        self.lows = list(state["lows"])
        self._first = state["first"]
        self._others = [0] * KEPT_BINS
        for index, count in state["others"]:
            self._others[index] = count
