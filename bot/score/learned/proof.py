"""Is one score better than another at telling high reviews from low ones? Areas under the curve, and their spread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def area(scores: NDArray[Any], is_high: NDArray[np.bool_]) -> float:
    """How often a high review scores above a low one; a draw counts half. Both kinds must occur."""
    return float(_parts(scores, is_high)[0].mean())


def lower_bound(
    scores: NDArray[Any], is_high: NDArray[np.bool_], *, deviations: float, against: NDArray[Any] | None = None
) -> float:
    """The least that an area is, or that it is larger than the area of `against` on the same reviews.

    Source: DeLong, DeLong and Clarke-Pearson, "Comparing the Areas under Two or More Correlated Receiver Operating
    Characteristic Curves", Biometrics 1988.

    Args:
        scores: A score for each review.
        is_high: Which reviews are high; at least two of each kind.
        deviations: How many standard deviations of the normal distribution it lies below the measured figure.
        against: Other scores of the same reviews, in the same order.
    """
    high, low = _parts(scores, is_high)
    if against is not None:
        other_high, other_low = _parts(against, is_high)
        high, low = high - other_high, low - other_low
    spread = float(high.var(ddof=1)) / len(high) + float(low.var(ddof=1)) / len(low)
    bound: float = high.mean() - deviations * spread**0.5
    return bound


def _parts(scores: NDArray[Any], is_high: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """For each high review the share of low ones below it, and for each low review the share of high ones above it."""
    high, low = scores[is_high], scores[~is_high]
    among_all = _ranks(scores)
    above_low = (among_all[is_high] - _ranks(high)) / len(low)
    below_high = 1 - (among_all[~is_high] - _ranks(low)) / len(high)
    return above_low, below_high


def _ranks(values: NDArray[Any]) -> NDArray[Any]:
    """Ranks from one up; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])
