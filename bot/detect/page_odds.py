"""How good the odds of a cluster have to be before it pages: a function of what is usual at the place."""

from __future__ import annotations

from math import sqrt

from bot.detect.evidence import cold_start
from bot.detect.evidence.scan import COLD_COUNTED
from bot.detect.state import Memory
from bot.detect.types import DAY, HOUR, MOST_RELAXED, Tuning
from bot.detect.usual.baseline import LEARNING_DAYS, Usual
from bot.detect.usual.history import LAG

PAGE_ODDS = 10.0
ESCALATE_FACTOR = 4.0
OVERSHOOT = 0.6
MANY = 1.25
SUDDEN_RATIO = 3.0
SUDDEN_LEAST = 6.0
YOUNG_FACTOR = 3.0
COLD_FACTOR = 10.0


def plain_odds(usual: Usual, *, relaxed: int) -> float:
    """The odds that a page takes where the place is well known.

    Args:
        usual: reviews a day, low and other.
        relaxed: how often people have said "false alarm", each doubling what is asked.
    """
    # Where low reviews are rare, each one moves the sum by a large factor, so that it overshoots what is asked: the
    # true odds are better than asked for (Siegmund 1985, "Sequential Analysis", ch. VIII). Where they are many, nothing
    # is left of that, and no baseline is quite right. The size is measured.
    asked = PAGE_ODDS * min(MANY, max(OVERSHOOT, sqrt(sqrt(usual.low))))
    return asked * float(2 ** min(relaxed, MOST_RELAXED))


def is_sudden(memory: Memory, now: float) -> bool:
    """Whether many more reviews than usual came within a day, low ones left out: ratings collected, a festival.

    They are a population of their own, of which nobody knows the share, until they have lasted and are what is usual.
    """
    others = memory.recent.others_before(now, (DAY / HOUR,))[0]
    exposure = memory.profile.until(now) - memory.profile.until(now - DAY)
    return others >= SUDDEN_RATIO * memory.usual.other * exposure + SUDDEN_LEAST


def asked_of_page(usual: Usual, *, is_open: bool, is_import_day: bool, is_crowded: bool, relaxed: int) -> float:
    """The odds asked of a page.

    Args:
        usual: reviews a day, low and other, and on how much that rests.
        is_open: an incident is open, which a page would escalate.
        is_crowded: reviews come that are not the usual ones, see `is_sudden`.
        is_import_day: history arrived today, so that what is usual is hardly known to hold.
        relaxed: how often people have said "false alarm", each doubling what is asked.
    """
    asked = plain_odds(usual, relaxed=relaxed)
    if is_open:
        asked *= ESCALATE_FACTOR
    if usual.counted < COLD_COUNTED or is_import_day:
        asked *= COLD_FACTOR
    elif usual.days < LEARNING_DAYS or is_crowded:
        asked *= YOUNG_FACTOR
    return asked


def is_unhappy(memory: Memory, end: float, tuning: Tuning) -> bool:
    """Whether the first reviews of a new place are low beyond what a usual place explains."""
    begin = (memory.today - LAG + 1) * DAY  # older days have taught
    lows = memory.recent.low_between(begin - 1, end)
    others = memory.recent.others_before(end, ((end - begin) / HOUR,))[0]
    belief = cold_start.believed(tuning.prior, *memory.taught)
    asked: float = cold_start.ASKED * 2.0 ** min(tuning.relaxed, MOST_RELAXED)
    return cold_start.launch_odds(lows, others, belief) >= asked
