"""What is told silently: clusters that a delivery brought too late to alarm, the first low reviews of a new place, and
what would have been a page if more were known of the place.

The reviews of a delivery, and those of earlier ones that came too late and of which nothing was told, are looked at
alone, as of their own time, against what was usual of their sources. Nothing here buzzes: it is for one silent card
with a button.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.detect.evidence.cold_start import FirstReviews
from bot.detect.evidence.scan import Scan, Scanner
from bot.detect.state import Memory
from bot.detect.types import DAY, HOUR, LATE_AT_MOST, Alarm, OwnerRule
from bot.detect.usual.baseline import Usual
from bot.detect.usual.recent import Recent
from bot.model.silence import Reason

MOST = 3
_BINS = 96 * (int(LATE_AT_MOST / DAY) + 6)


@dataclass(frozen=True, slots=True)
class LateCluster:
    """Low reviews that are to be told silently.

    Attributes:
        since: the first low review, seconds since 1970.
        until: the last one.
        n: low reviews.
        window_h: the window in which they are most remarkable, hours.
        expected: low reviews that are usual in such a window.
        usual_per_day: low reviews a day that are usual here.
        odds: in quarters; infinite where the owner's own rule asks for it; 0 for the first reviews of a new place.
        first_reviews: how many first reviews of a new place they are among; 0 where they were found too late to alarm.
        reason: why it is no alarm.
    """

    since: float
    until: float
    n: int
    window_h: float
    expected: float
    usual_per_day: float
    odds: float
    first_reviews: int = 0
    reason: Reason = Reason.LATE

    def state(self) -> list[Any]:
        """Plain values, in the order of the attributes."""
        return [
            self.since,
            self.until,
            self.n,
            self.window_h,
            self.expected,
            self.usual_per_day,
            self.odds,
            self.first_reviews,
            self.reason.value,
        ]


def restored(values: list[Any]) -> LateCluster:
    """The cluster whose state this is, also of a release that gave no reason."""
    reason = Reason(values[8]) if len(values) > 8 else Reason.LATE
    return LateCluster(*[*values[:8], reason])


def of_first_reviews(first: FirstReviews, *, usual_per_day: float, share: float) -> LateCluster:
    """The low ones among the first reviews of a new place; `share` is what is believed of it without them."""
    lows = sorted(first.lows)
    reviews = len(lows) + first.others
    return LateCluster(
        lows[0],
        lows[-1],
        len(lows),
        (lows[-1] - lows[0]) / HOUR,
        share * reviews,
        usual_per_day,
        odds=0.0,
        first_reviews=reviews,
    )


def unsure(memory: Memory, scan: Scan) -> LateCluster:
    """What a scan shows where too little is known of the place for a page."""
    since = min((at for at in memory.recent.lows if scan.begin < at <= scan.end), default=scan.begin)
    usual = memory.usual.said
    return LateCluster(since, scan.end, scan.n, scan.hours, scan.expected, usual, scan.odds, reason=Reason.UNSURE)


def of_note(note: Alarm) -> LateCluster:
    """What a note has to say."""
    odds = 4 * note.recurrence_years
    reason = Reason(note.kind.value)
    return LateCluster(
        note.since, note.time, note.n, note.window_h, note.expected, note.usual_per_day, odds, reason=reason
    )


def find(
    memory: Memory,
    moments: Sequence[tuple[str, float, bool]],
    ends: Iterable[float],
    before: Usual,
    *,
    asked: float,
    rule: OwnerRule | None,
    since_page: float | None,
) -> list[LateCluster]:
    """The strongest clusters of a delivery that do not overlap, oldest first.

    Args:
        memory: with the delivery taken in.
        moments: what the delivery brought, and earlier ones of which nothing has been told: source, when, whether low.
        ends: those of the low ones that were found too late.
        before: what was usual before it.
        asked: the odds asked of a page.
        rule: the owner's own rule, which needs no odds.
        since_page: when the window of a page of the same poll begins: what lies in it has been said.
    """
    names = {name for name, _, _ in moments}
    # What was usual before is not coloured by the clusters themselves; a source that came with its past has no before.
    usual = before.of(names) if names <= before.parts.keys() else memory.usual.of(names)
    main = _recent(memory)
    others: dict[str, Recent] = {}
    for name, at, is_low in moments:
        recent = main
        if name not in usual.parts:
            recent = others.setdefault(name, _recent(memory))
        if is_low:
            recent.add_low(at)
        else:
            recent.add_other(at)
    newcomers = [memory.newcomer(name, recent) for name, recent in others.items()]
    scanner = Scanner(memory.profile, main)
    lows = sorted([*main.lows, *(at for recent in others.values() for at in recent.lows)])
    found: list[tuple[float, Scan]] = []
    for end in sorted(set(ends)):
        if since_page is not None and end >= since_page:
            continue
        scan = scanner.look(end, usual, volume_shape=memory.volume_shape, newcomers=newcomers)
        if scan is not None and scan.odds >= asked:
            found.append((scan.odds, scan))
        elif rule is not None and not rule.is_floor:
            begin = end - rule.hours * HOUR
            n = bisect_right(lows, end) - bisect_right(lows, begin)
            if n >= rule.low_reviews:
                expected = usual.low * (memory.profile.until(end) - memory.profile.until(begin))
                found.append((float("inf"), Scan(0.0, 0.0, begin, end, rule.hours, n, expected)))
    found.sort(key=lambda one: (one[0], one[1].n), reverse=True)
    chosen: list[LateCluster] = []
    for odds, scan in found:
        if any(scan.begin < one.until + DAY and one.since < scan.end + DAY for one in chosen):
            continue
        first = lows[bisect_right(lows, scan.begin)]
        chosen.append(LateCluster(first, scan.end, scan.n, scan.hours, scan.expected, memory.usual.said, odds))
        if len(chosen) == MOST:
            break
    return sorted(chosen, key=lambda one: one.since)


def _recent(memory: Memory) -> Recent:
    recent = Recent(_BINS)
    recent.advance(memory.today)
    return recent
