"""The one incident that is open: how long it lasts, when it is over, when it has become the new normal."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from bot.detect.baseline import Usual
from bot.detect.recent import Recent
from bot.detect.types import DAY

SILENT = 3 * DAY
MEMBERS_WITHIN = 3 * DAY
LOOK_BACK_QUIET = 5 * DAY
QUIET = 1.0
ACCEPT_AFTER = 14 * DAY


@dataclass(frozen=True, slots=True)
class Episode:
    """An open incident.

    Attributes:
        since: start of the window that paged.
        paged: when it last paged.
        opened: when it first paged.
    """

    since: float
    opened: float
    paged: float

    def is_over(self, now: float, usual: Usual, recent: Recent) -> bool:
        """Three days without a page whose low reviews are about the usual, up to one and a half deviations."""
        if now - self.paged < SILENT:
            return False
        back = look_back(usual)
        mean = usual.low * back / DAY
        return recent.low_between(now - back, now) <= usual_at_most(mean)

    def is_settled(self, now: float) -> bool:
        """It has lasted for so long that it is the new normal, whether or not the owner said so."""
        return now - self.opened >= ACCEPT_AFTER

    def rate(self, until: float, recent: Recent) -> float:
        """Low reviews a day of the incident so far."""
        begin = max(self.since, until - 8 * DAY)
        return recent.low_between(begin, until) / max(0.5, (until - begin) / DAY)


def usual_at_most(mean: float) -> float:
    """How many low reviews are about the usual where `mean` are expected: up to one and a half deviations."""
    return max(1.0, 1.25 * mean + 1.5 * sqrt(mean))


def look_back(usual: Usual) -> float:
    """Seconds that have to be normal before an incident is over: longer where a low review is a rare thing."""
    return MEMBERS_WITHIN if usual.low >= QUIET else LOOK_BACK_QUIET


def level_at_end(now: float, usual: Usual, recent: Recent) -> float:
    """Low reviews a day in the stretch that was judged normal, one deviation up: usual from now on, until learned."""
    back = look_back(usual)
    n = recent.low_between(now - back, now)
    return (n + sqrt(n)) / (back / DAY)
