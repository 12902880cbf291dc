"""Which window of those that a poll has changed says most, and whether the owner's rule is met in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.detect.evidence import cold_start
from bot.detect.evidence.scan import Scan, Scanner
from bot.detect.page_odds import is_unhappy
from bot.detect.state import Memory
from bot.detect.types import DAY, HOUR, Tuning


@dataclass(frozen=True, slots=True)
class Looked:
    """What some moments show.

    Attributes:
        best: what the strongest of them shows; None where none holds enough.
        surge: the strongest surge.
        ends: the moments that show anything, with their odds.
    """

    best: Scan | None
    surge: float
    ends: Sequence[tuple[float, float]]


def look(
    memory: Memory,
    ends: Sequence[float],
    *,
    now: float,
    raised: float = 0.0,
    said: Callable[[float, float], float] | None = None,
) -> Looked:
    """Look back from each moment.

    Args:
        memory: what the location remembers.
        ends: moments of low reviews.
        now: the time of the poll.
        raised: low reviews a day that an open incident explains.
        said: the e-value of the texts between two moments; None where they are not looked at.
    """
    scanner = Scanner(memory.profile, memory.recent)
    newcomers = [memory.newcomer(name, recent) for name, recent in memory.newcomers.items()]
    lagging = memory.lagging(now)
    best: Scan | None = None
    surge = 0.0
    found: list[tuple[float, float]] = []
    for end in ends:
        scan = scanner.look(
            end,
            memory.usual,
            volume_shape=memory.volume_shape,
            raised=raised,
            newcomers=newcomers,
            lagging=[one for one in lagging if one.until < end],
            said=said,
        )
        if scan is None:
            continue
        found.append((end, scan.odds))
        surge = max(surge, scan.surge)
        if best is None or scan.odds > best.odds or (scan.odds == best.odds and scan.surge > best.surge):
            best = scan
    return Looked(best, surge, found)


def ruled(memory: Memory, ends: Sequence[float], tuning: Tuning) -> Scan | None:
    """The first window in which the owner's rule is met, or the floor of a new place; without odds."""
    rule = tuning.rule
    if rule is None or (rule.is_floor and memory.usual.counted >= cold_start.NEW_PLACE_REVIEWS):
        return None
    is_first_day = rule.is_floor and memory.born == memory.today
    for end in ends:
        least = rule.low_reviews
        if is_first_day and memory.recent.others_before(end, (DAY / HOUR,))[0]:
            least = max(least, cold_start.FIRST_DAY_LOW)
        begin = end - rule.hours * HOUR
        n = memory.low_between(begin, end)
        if n < least:
            continue
        if not rule.is_floor or is_unhappy(memory, end, tuning):
            exposure = memory.profile.until(end) - memory.profile.until(begin)
            return Scan(0.0, 0.0, begin, end, rule.hours, n, memory.usual.low * exposure)
    return None
