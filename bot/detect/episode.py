"""The one incident that is open: how long it lasts, when it is over, when it has become the new normal."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from bot.detect.state import Memory
from bot.detect.types import DAY
from bot.detect.usual.baseline import Usual

LOOK_BACK = 3 * DAY
LOOK_BACK_QUIET = 5 * DAY
QUIET = 1.0
ACCEPT_AFTER = 14 * DAY


@dataclass(frozen=True, slots=True)
class Episode:
    """An open incident.

    Attributes:
        since: start of the window that paged.
        paged: when it last paged; of one that a person has opened, when it began.
        opened: when it first paged.
    """

    since: float
    opened: float
    paged: float

    def is_over(self, now: float, usual: Usual, memory: Memory) -> bool:
        """Three days without a page whose low reviews are about the usual, up to one and a half deviations."""
        if now - max(self.opened, self.paged) < LOOK_BACK:
            return False
        back = look_back(usual)
        mean = usual.low * back / DAY
        return memory.all_low_between(now - back, now) <= usual_at_most(mean)

    def set_back(self, now: float) -> Episode:
        """The same where the machine's clock had been ahead."""
        return Episode(min(self.since, now), min(self.opened, now), min(self.paged, now))

    def is_settled(self, now: float) -> bool:
        """It has lasted for so long that it is the new normal, whether or not the owner said so."""
        return now - self.opened >= ACCEPT_AFTER

    def rate(self, until: float, memory: Memory) -> float:
        """Low reviews a day of the incident so far."""
        begin = max(self.since, until - 8 * DAY)
        return memory.all_low_between(begin, until) / max(0.5, (until - begin) / DAY)


def usual_at_most(mean: float) -> float:
    """How many low reviews are about the usual where `mean` are expected: up to one and a half deviations."""
    return max(1.0, 1.25 * mean + 1.5 * sqrt(mean))


def look_back(usual: Usual) -> float:
    """Seconds that have to be normal before an incident is over: longer where a low review is a rare thing."""
    return LOOK_BACK if usual.low >= QUIET else LOOK_BACK_QUIET
