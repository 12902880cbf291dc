"""What one location may believe before its first review: the shares of the same business's other locations."""

from __future__ import annotations

from collections.abc import Iterable

from bot.detect.types import Prior

LEAST_REVIEWS = 30.0
WEIGHTS = (10.0, 60.0)


def borrow(locations: Iterable[tuple[float, float]], default: Prior | None = None) -> Prior:
    """The prior for a location, from `RhythmDetector.experience` of its siblings.

    A beta distribution fitted to the siblings' shares by moments (Morris 1983, "Parametric empirical Bayes"): alike
    siblings are believed up to 60 reviews' worth, different ones as little as the default. The default counts as one
    more sibling.

    Args:
        locations: share of low reviews and number of reviews for each sibling; those below 30 reviews are left out.
        default: the belief without siblings.
    """
    default = default or Prior()
    shares = [(share, count) for share, count in locations if count >= LEAST_REVIEWS]
    if not shares:
        return default
    weight = len(shares) + 1
    mean = (sum(share for share, _ in shares) + default.share) / weight
    if len(shares) == 1:
        return Prior(mean, default.weight)
    noise = sum(share * (1 - share) / count for share, count in shares) / len(shares)
    centre = sum(share for share, _ in shares) / len(shares)
    spread = sum((share - centre) ** 2 for share, _ in shares) / (len(shares) - 1) - noise
    strength = WEIGHTS[1] if spread <= 0 else mean * (1 - mean) / spread - 1
    return Prior(mean, min(max(strength, WEIGHTS[0]), WEIGHTS[1]))
