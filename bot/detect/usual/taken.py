"""What a poll brought, and which days of an imported past count."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from bot.detect.usual.history import SILENCE


@dataclass(slots=True)
class Taken:
    """What a poll brought.

    Attributes:
        ends: moments of low reviews that may alarm, oldest first.
        late: moments of low reviews that were found too late to alarm, and are judged as of their own time.
        moments: every review with its source, when it counts, and whether it is low.
        teaches: it changes what is usual.
        is_import: it brought a source's past of two weeks and more.
    """

    ends: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    moments: list[tuple[str, float, bool]] = field(default_factory=list)
    teaches: bool = False
    is_import: bool = False

    def leave_to_tell(self, before: float) -> None:
        """Low reviews from before a moment may not alarm: they lie too far back to join the incident that is open."""
        self.late = sorted([*self.late, *(at for at in self.ends if at < before)])
        self.ends = [at for at in self.ends if at >= before]


def open_days(heard: list[int], first: int, last: int) -> list[tuple[int, int]]:
    """The stretches of an imported past, both ends counted, without what a closed season took out of it.

    Args:
        heard: the day of each review.
        first: the first day.
        last: the last day; before the first where every review is dated ahead of today.
    """
    if last < first:
        return []
    marks = sorted({first, *(day for day in heard if first <= day <= last), last + 1})
    gaps = [(one, other) for one, other in itertools.pairwise(marks) if other - one > 1]
    rate = 0.0
    closed: list[tuple[int, int]] = []
    for _ in range(2):  # the second time the rate is that of the open days
        closed = [(one + 1 + int(SILENCE / rate), other - 1) for one, other in gaps] if rate else []
        closed = [(one, other) for one, other in closed if one <= other]
        shut = sum(other - one + 1 for one, other in closed)
        rate = len(heard) / (last - first + 1 - shut)
    stretches: list[tuple[int, int]] = []
    begin = first
    for one, other in closed:
        stretches.append((begin, one - 1))
        begin = other + 1
    return [*stretches, (begin, last)]
