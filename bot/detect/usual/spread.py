"""How regular the volume of ordinary days is: learned from how far each was from what had been expected of it."""

from __future__ import annotations

FADE = 0.99
REGULAR_SHAPE = 12.0
REGULAR_WEIGHT = 10.0
SHAPE_LIMITS = (4.0, 40.0)


class Spread:
    """Attributes:
    excess, weight: the sum of the days' variances beyond that of a Poisson number, relative to their means, and of
        what each of them weighs.
    """

    __slots__ = ("excess", "weight")

    def __init__(self, excess: float = 0.0, weight: float = 0.0) -> None:
        self.excess = excess
        self.weight = weight

    @property
    def shape(self) -> float:
        """Shape of the gamma of an ordinary day's volume."""
        shape = (self.weight + REGULAR_WEIGHT) / (max(0.0, self.excess) + REGULAR_WEIGHT / REGULAR_SHAPE)
        return min(max(shape, SHAPE_LIMITS[0]), SHAPE_LIMITS[1])

    def learn(self, total: int, expected: float) -> None:
        """A day that brought `total` reviews, where `expected` were expected."""
        weight = (expected / (expected + 10)) ** 2
        gap = min(total, 2.5 * expected) - expected
        self.excess = FADE * self.excess + weight * (gap * gap - expected) / (expected * expected)
        self.weight = FADE * self.weight + weight
