"""Evidence of weeks: has the share of low reviews crept up over the last 7 to 42 days? Looked at once a day."""

from __future__ import annotations

from dataclasses import dataclass

from bot.detect.evidence.e_values import e_value, expected_low
from bot.detect.evidence.scan import LEAST_LOW, LEAST_RATIO
from bot.detect.types import QUARTER_HOURS
from bot.detect.usual.baseline import SHARE_SHRINK, Usual
from bot.detect.usual.history import FADES, LAG, SourceHistory

# window in days, and the days of possible beginnings it stands for
WINDOWS = ((7, 7.0), (14, 10.0), (28, 14.0), (42, 14.0))
VOLUME_SHAPE = 5.0
KNOWN_CAP = 30.0
"""A share is never known better than from so many low reviews: it wanders a little, from month to month."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The sum of the evidence of all windows, and the window that says most."""

    odds: float
    days: int
    n: int
    expected: float


def look(
    histories: list[SourceHistory], usual: Usual, *, today: int, skip: set[int], belief: tuple[float, float]
) -> Drift | None:
    """Evidence that the share has risen, from whole days up to yesterday; the baseline is what came before each window.

    Args:
        histories: the sources that have a baseline.
        usual: today's baseline, for the volume.
        today: day number.
        skip: days of incidents.
        belief: share and weight of the prior.
    """
    middle_total = sum(h.memory[3] for h in histories)
    middle_low = sum(h.memory[4] for h in histories)
    slow_total = sum(h.memory[6] for h in histories)
    slow_low = sum(h.memory[7] for h in histories)
    share, weight = belief
    total = low = days = 0
    odds = 0.0
    best: Drift | None = None
    most = 0.0
    begin = 1
    for length, span in WINDOWS:
        for back in range(begin, length + 1):
            day = today - back
            if day in skip:
                continue
            days += 1
            age = back - LAG
            for history in histories:
                counts = history.days.get(day)
                if counts is None:
                    continue
                total += counts[0]
                low += counts[1]
                if age >= 0:
                    fade = FADES[1] ** age
                    middle_total -= fade * counts[0]
                    middle_low -= fade * counts[1]
                    fade = FADES[2] ** age
                    slow_total -= fade * counts[0]
                    slow_low -= fade * counts[1]
        begin = length + 1
        if low < LEAST_LOW or slow_total < 5:
            continue
        before = (max(0.0, slow_low) + weight * share) / (slow_total + weight)
        before = (max(0.0, middle_low) + SHARE_SHRINK * before) / (max(0.0, middle_total) + SHARE_SHRINK)
        volume = (usual.low + usual.other) * days
        low_mean, other_mean = volume * before, volume * (1 - before)
        others = total - low
        expected = expected_low(others, low_mean, other_mean, (VOLUME_SHAPE, VOLUME_SHAPE))
        if low < LEAST_RATIO * expected:
            continue
        known = 1 / (1 / (max(0.0, slow_low) + weight * share) + 1 / KNOWN_CAP)
        value = e_value(low, others, low_mean, other_mean, volume=(VOLUME_SHAPE, VOLUME_SHAPE), known=known)
        part = value * span * 24 / QUARTER_HOURS
        odds += part
        if part > most:
            most, best = part, Drift(0.0, length, low, expected)
    return None if best is None else Drift(odds, best.days, best.n, best.expected)
