"""Whether low reviews gather on one weekday, or at one time of the day. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Final

FEWEST: Final = 5
"""Low reviews that one part must have before it is spoken of."""
RAREST: Final = 0.01
"""It is told only where all parts together would show as much by chance alone at most this often."""


def stands_out(lows: Sequence[int], reviews: Sequence[int]) -> int | None:
    """The part that has more low reviews than its share of all reviews explains; None where none does.

    The chance that so many of the low ones fall into a part is hypergeometric; it is multiplied by the number of parts,
    because each of them was looked at (Bonferroni).

    Args:
        lows: low reviews of each part.
        reviews: all reviews of each part, the low ones among them.
    """
    every, low = sum(reviews), sum(lows)
    found: tuple[float, int] | None = None
    for part, (count, size) in enumerate(zip(lows, reviews, strict=True)):
        if count < FEWEST or size == every:
            continue
        chance = len(lows) * _at_least(count, size=size, low=low, every=every)
        if chance <= RAREST and (found is None or chance < found[0]):
            found = (chance, part)
    return None if found is None else found[1]


def _at_least(count: int, *, size: int, low: int, every: int) -> float:
    ways = sum(comb(size, k) * comb(every - size, low - k) for k in range(count, min(size, low) + 1) if low - k >= 0)
    return ways / comb(every, low)
