"""What a location's detector cannot judge well yet, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from bot.detect.evidence.cold_start import NEW_PLACE_REVIEWS
from bot.detect.state import Memory
from bot.detect.types import DAY
from bot.detect.usual.baseline import LEARNING_DAYS


@dataclass(frozen=True, slots=True)
class Learning:
    """What is still being learned.

    Attributes:
        is_new_place: fewer than 30 reviews have been counted, so that nothing is usual yet.
        young_until: the place knows its usual from less than 28 days; until about then, seconds since 1970. None: no.
        sources: the sources that came later and without a history, and when each is known.
    """

    is_new_place: bool
    young_until: float | None
    sources: Mapping[str, float]


def learning(memory: Memory) -> Learning:
    """What a memory does not know well yet."""
    usual = memory.usual
    is_new = usual.counted < NEW_PLACE_REVIEWS
    young_until = None
    if not is_new and usual.days < LEARNING_DAYS:
        young_until = (memory.today + ceil(LEARNING_DAYS - usual.days)) * DAY
    sources = {
        name: (history.since + LEARNING_DAYS) * DAY
        for name, history in memory.histories.items()
        if memory.is_new(history)
    }
    return Learning(is_new, young_until, sources)
