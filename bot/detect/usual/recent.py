"""The last days moment by moment: each low review, other reviews in quarter hours."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from typing import Any

BIN = 900.0
KEPT_BINS = 13 * 96
KEPT_LOWS = 4000
FOLLOWERS = (0, 1, 2, 5, 11)


class Recent:
    """Counts of low and other reviews in any window of the last eleven days. Bounded, whatever the volume.

    Attributes:
        lows: moments of the low reviews that no incident has told yet: evidence.
        told: moments of those that were there when an incident ended.
    """

    __slots__ = ("_bins", "_first", "_others", "lows", "told")

    def __init__(self, bins: int = KEPT_BINS) -> None:
        self.lows: list[float] = []
        self.told: list[float] = []
        self._bins = bins
        self._others = [0] * bins
        self._first = 0  # number of the oldest quarter hour kept

    def set_back(self, today: int) -> None:
        """It is an earlier day than was thought."""
        first = (today + 2) * 96 - self._bins
        self._others = ([0] * (self._first - first) + self._others)[: self._bins]
        self._first = first

    def advance(self, today: int) -> None:
        """A day begins: let go of what is older than eleven days."""
        first = (today + 2) * 96 - self._bins
        gone = first - self._first
        if gone <= 0:
            return
        if gone >= self._bins:
            self._others = [0] * self._bins
        else:
            del self._others[:gone]
            self._others += [0] * gone
        self._first = first
        for moments in (self.lows, self.told):
            old = bisect_left(moments, first * BIN)
            if old or len(moments) > KEPT_LOWS:
                del moments[: max(old, len(moments) - KEPT_LOWS)]

    def add_low(self, at: float) -> None:
        """One low review."""
        if at >= self._first * BIN:
            insort(self.lows, at)
            if len(self.lows) > 2 * KEPT_LOWS:
                del self.lows[:KEPT_LOWS]

    def withdraw(self, begin: float, end: float) -> bool:
        """One low review from `begin` up to and with `end` is no evidence any more; whether there was one."""
        index = bisect_left(self.lows, begin)
        if index == len(self.lows) or self.lows[index] > end:
            return False
        del self.lows[index]
        return True

    def add_other(self, at: float) -> None:
        """One other review."""
        index = int(at // BIN) - self._first
        if 0 <= index < self._bins:
            self._others[index] += 1

    def take_over(self, other: Recent) -> None:
        """Count what another one of the same length has counted, too."""
        self.lows = sorted(self.lows + other.lows)
        self.told = sorted(self.told + other.told)
        shift = other._first - self._first
        for index, count in enumerate(other._others):
            if count and 0 <= index + shift < self._bins:
                self._others[index + shift] += count

    def tell(self) -> None:
        """An incident has ended: what it held is evidence for no other."""
        self.told = sorted(self.told + self.lows)
        self.lows = []

    def all_low_between(self, begin: float, end: float) -> int:
        """Low reviews after `begin` up to and with `end`, told or not."""
        return self.low_between(begin, end) + bisect_right(self.told, end) - bisect_right(self.told, begin)

    def low_between(self, begin: float, end: float) -> int:
        """Low reviews that are evidence, after `begin` up to and with `end`."""
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
            "told": self.told,
            "first": self._first,
            "others": [[index, count] for index, count in enumerate(self._others) if count],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Exactly what was saved."""
        self.lows = list(state["lows"])
        self.told = list(state["told"])
        self._first = state["first"]
        self._others = [0] * KEPT_BINS
        for index, count in state["others"]:
            self._others[index] = count
