"""How good the word of an imported past is: platforms remove low reviews, and what is left is too good.

The past says a share q of low reviews. If one in r of the low ones is left, the true share is r q / (1 + (r - 1) q).
Four values of r are believed beforehand, most of all that nothing was removed; what comes live says which it is, and so
does what becomes of it: a platform that removes low reviews under our eyes has done so before.
"""

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

BELIEFS = ((1.0, 0.80), (1.5, 0.07), (2.0, 0.08), (3.0, 0.05))
"""What the low reviews of the past have to be multiplied with, and how far each is believed beforehand."""

GONE_BY_NOW = 0.5
"""How many of the low reviews that a platform is going to remove it has removed by the time they are counted."""
TAKEN_BACK = 0.02
"""Low reviews that guests take back themselves, or a platform's filter hides, wherever nobody has any removed."""


class Doubt(NamedTuple):
    """What is believed of a past.

    Attributes:
        ratio: how many low reviews there were for each that is left, on average.
        spread: the variance of that, relative to its square.
        likely: the value that is believed most: what is said of the place rests on it.
    """

    ratio: float
    spread: float
    likely: float


NO_DOUBT = Doubt(1.0, 0.0, 1.0)


def doubt_of(share: float, low: float, total: float, *, removed: float = 0.0) -> Doubt:
    """What live reviews say of a past.

    Args:
        share: of low reviews in the past, between 0 and 1.
        low: low reviews that came live.
        total: all reviews that came live.
        removed: how many of the low ones have been removed since. None proves nothing: most sources do not tell.
    """
    logs = []
    for ratio, belief in BELIEFS:
        p = min(0.999, ratio * share / (1 + (ratio - 1) * share))
        logs.append(log(belief) + low * log(p) + (total - low) * log(1 - p))
        if removed > 0:
            gone = GONE_BY_NOW * (1 - 1 / ratio) + TAKEN_BACK
            logs[-1] += removed * log(gone) + max(0.0, low - removed) * log(1 - gone)
    top = max(logs)
    whole = mean = square = 0.0
    for (ratio, _), value in zip(BELIEFS, logs, strict=True):
        weight = exp(value - top)
        whole += weight
        mean += weight * ratio
        square += weight * ratio * ratio
    mean /= whole
    likely = BELIEFS[logs.index(top)][0]
    return Doubt(mean, max(0.0, square / whole / (mean * mean) - 1), likely)
