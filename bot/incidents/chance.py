"""How often chance alone gives what was seen: binomial tails, without a library that takes half a second to load."""

from __future__ import annotations

from math import exp, lgamma, log, log1p


def at_least(count: int, of: int, *, share: float) -> float:
    """The probability that at least `count` of `of` independent cases happen, each with probability `share`."""
    if count <= 0:
        return 1.0
    if count > of or share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    choose = lgamma(of + 1)
    total = 0.0
    for seen in range(count, of + 1):
        ways = choose - lgamma(seen + 1) - lgamma(of - seen + 1)
        term = exp(ways + seen * log(share) + (of - seen) * log1p(-share))
        total += term
        if term < total * 1e-12 and seen > share * of:
            break
    return min(1.0, total)


def blended(count: int, of: int, *, general: float, weight: float) -> float:
    """A place's own share, drawn towards a general one that counts like `weight` cases."""
    return (count + weight * general) / (of + weight)
