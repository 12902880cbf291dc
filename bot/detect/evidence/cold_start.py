"""A place without a history is its own baseline: are so many of its first reviews low that no usual place explains it?

One question, asked once in a location's life, hence with odds of its own: after n low and h other reviews

    E = B(4 + n, 2 + h) B(a, b) / (B(4, 2) B(a + n, b + h))

is the beta-binomial odds of a place of which two in three are unhappy against a usual one, Beta(a, b) with the mean of
the prior. By Ville's inequality a usual launch reaches E >= 12 at most once in 12 times, however often one looks.

A launch around one half low may never reach that, as it may be what is usual there. So the low reviews of a new place
that nothing has told of are counted (`FirstReviews`), and told silently when they are ten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp, lgamma
from typing import Any

from bot.detect.types import Prior

UNHAPPY = (4.0, 2.0)
LEAST_WEIGHT = 12.0
ASKED = 12.0
FIRST_DAY_LOW = 9
NEW_PLACE_REVIEWS = 30.0
"""A place that has counted fewer is new."""
TOLD_AT = 10
"""Low reviews of a new place after which the chat has a word of them, whatever the odds."""


@dataclass(slots=True)
class FirstReviews:
    """The first reviews of a new place, as long as nothing has told of them.

    Attributes:
        lows: moments of the low ones.
        others: how many others.
    """

    lows: list[float] = field(default_factory=list)
    others: int = 0

    def add(self, moments: Iterable[tuple[str, float, bool]]) -> None:
        """Count reviews: source, moment, whether it is low."""
        for _, at, is_low in moments:
            if is_low:
                self.lows.append(at)
            else:
                self.others += 1

    @property
    def are_to_be_told(self) -> bool:
        """Whether there are so many low ones that silence would hide them."""
        return len(self.lows) >= TOLD_AT

    def state(self) -> list[Any]:
        """Plain values."""
        return [self.lows, self.others]

    @classmethod
    def restored(cls, state: list[Any]) -> FirstReviews:
        """The same reviews."""
        lows, others = state
        return cls(list(lows), others)


def believed(prior: Prior, low: float, reviews: float) -> Prior:
    """What is usual at a place that has little history: the prior and what it has been taught.

    A vague prior is taken for 12 reviews' worth, or places of which half are low would be usual.
    """
    weight = max(prior.weight, LEAST_WEIGHT)
    return Prior((weight * prior.share + low) / (weight + reviews), weight + reviews)


def launch_odds(low: int, others: int, belief: Prior) -> float:
    """The odds for an unhappy launch, from the reviews since `belief`."""
    a, b = belief.weight * belief.share, belief.weight * (1 - belief.share)
    x, y = UNHAPPY
    log_odds = _log_beta(x + low, y + others) - _log_beta(x, y) - _log_beta(a + low, b + others) + _log_beta(a, b)
    return exp(min(700.0, log_odds))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
