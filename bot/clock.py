"""The one source of time. Everything else is handed a time or a clock.

`app.build` makes one clock; a lint rule forbids reading the system's time anywhere else.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def steady(self) -> float:
        """Seconds since some moment, which no setting of the clock changes."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Seconds since the machine started; on Linux those in which it slept too."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class SteppedClock:
    """A clock that stands still until it is moved: the demo and the tests drive the whole program with it."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._steady = 0.0

    def now(self) -> datetime:
        """The moment the clock was last moved to."""
        return self._now

    def steady(self) -> float:
        """The seconds that have passed."""
        return self._steady

    def set_wrong(self, by: timedelta) -> None:
        """Set the clock, back or ahead, while no time passes: what a wrong time server does to a machine."""
        self._now += by

    def advance(self, by: timedelta) -> None:
        """Let time pass.

        Raises:
            ValueError: `by` is negative.
        """
        if by < timedelta(0):
            raise ValueError("a clock moves forward only")
        self._now += by
        self._steady += by.total_seconds()
