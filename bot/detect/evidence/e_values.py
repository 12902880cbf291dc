"""How much a window of reviews speaks for an incident: one e-value from count and share together.

Under the null a window with exposure x holds N low and H other reviews,

    N | F, G ~ Poisson(mu F G),   H | F ~ Poisson(nu F),   mu = V p x,   nu = V (1 - p) x,

where F is what happened to the volume, the same for low and other reviews, and G is what is not known about the
share. F is a mixture of a tight gamma (an ordinary day) and a wide one (a festival, a sale). G is a gamma of mean 1
whose shape is the number of low reviews the share was learned from. The window's own other reviews set F, so
that N given H is negative binomial (the gamma is conjugate):

    F | H ~ Gamma(a + H, c + nu),   N | H ~ NB(mean m = mu (a + H) / (c + nu), 1/shape = 1/(a + H) + 1/b).

Few others expected (nu << c): F stays at its prior and this is a count test. Many expected: m -> H p / (1 - p), a share
test. Neither can veto the other. The e-value is the likelihood ratio of NB(m + extra) to NB(m), averaged over five
extras fixed beforehand; its expectation under the null is 1 (Grünwald, de Heide & Koolen 2024, "Safe testing").
"""

from __future__ import annotations

from math import exp, lgamma, log, sqrt

EXTRAS = ((2.0, 0.22), (3.5, 0.28), (6.0, 0.24), (10.0, 0.16), (18.0, 0.10))
SURGE_WEIGHT = 0.02
SURGE_SHAPE = 1.5
SURGE_MEAN = 3.0


def e_value(
    n: float,
    others: float,
    low_mean: float,
    other_mean: float,
    *,
    volume: tuple[float, float],
    known: float,
    more: tuple[float, float] | None = None,
    of_day: tuple[float, float] = (0.0, 0.0),
) -> float:
    """The e-value of a window.

    Args:
        n: low reviews in the window.
        others: other reviews in it.
        low_mean: mu, low reviews usual in such a window.
        other_mean: nu, other reviews usual in it.
        volume: shape a and rate c of the ordinary volume factor.
        known: b, the number of low reviews the share was learned from.
        more: mean and shape of the low reviews of new sources, which are part of `n` but not of `others`; the sum of
            both is taken for a negative binomial with the same mean and variance.
        of_day: other reviews of the same day outside of the window, and how many are usual there: they tell an
            ordinary day from a festival, and how large that is, before the window is looked at.
    """
    a, c = volume
    parts = []
    for of_others, shape, rate in _volumes(a, c, *of_day):
        posterior = shape + others
        total = rate + other_mean
        mean = low_mean * posterior / total
        k = posterior * known / (posterior + known)
        if more is not None:
            mean, k = add(mean, k, *more)
        base = of_others + lgamma(posterior) - lgamma(shape) + shape * log(rate) - posterior * log(total)
        parts.append((base, mean, k))
    tops = [base + _log_negative_binomial(n, mean, k) for base, mean, k in parts]
    top = max(tops)
    null = sum(exp(value - top) for value in tops)
    alternative = 0.0
    for extra, share in EXTRAS:
        for base, mean, k in parts:
            raised = mean + extra * (sqrt(mean) if mean > 1.0 else 1.0)
            grown = raised / mean
            alternative += share * exp(min(700.0, base + _log_negative_binomial(n, raised, k * grown * grown) - top))
    return alternative / null


def _log_negative_binomial(n: float, mean: float, k: float) -> float:
    """Logarithm of its probability of n, up to the factorial of n."""
    return lgamma(n + k) - lgamma(k) + k * log(k) + n * log(mean) - (n + k) * log(k + mean)


def _volumes(a: float, c: float, day: float, day_mean: float) -> list[tuple[float, float, float]]:
    """Logarithm of the weight, shape and rate of each thing that may have happened to the volume.

    An ordinary day, a surge that begins with the window, and a festival that the rest of the day shows, too.
    """
    wide, slow = SURGE_SHAPE, SURGE_SHAPE / SURGE_MEAN
    ordinary, surge = log(1 - SURGE_WEIGHT), log(SURGE_WEIGHT)
    if day_mean <= 0.0:
        return [(ordinary, a, c), (surge, wide, slow)]
    as_usual = _fit(a, c, day, day_mean)
    return [
        (ordinary + as_usual, a + day, c + day_mean),
        (surge + as_usual, wide, slow),
        (surge + _fit(wide, slow, day, day_mean), wide + day, slow + day_mean),
    ]


def _fit(shape: float, rate: float, others: float, mean: float) -> float:
    """How well a gamma explains the other reviews of a day, as a logarithm, up to what is the same for all."""
    return lgamma(shape + others) - lgamma(shape) + shape * log(rate) - (shape + others) * log(rate + mean)


def add(mean: float, k: float, more_mean: float, more_k: float) -> tuple[float, float]:
    """Mean and shape of the negative binomial that has the mean and variance of the sum of two."""
    total = mean + more_mean
    return total, total * total / (mean * mean / k + more_mean * more_mean / more_k)


def expected_low(others: float, low_mean: float, other_mean: float, volume: tuple[float, float]) -> float:
    """Low reviews usual in a window that holds so many others: m of the ordinary part."""
    a, c = volume
    return low_mean * (a + others) / (c + other_mean)


def count_e_value(n: float, low_mean: float, *, shape: float, known: float) -> float:
    """The same e-value of the count alone, blind to the other reviews: what a surge shows."""
    k = shape * known / (shape + known)
    mean = low_mean
    total = 0.0
    for extra, share in EXTRAS:
        raised = mean + extra * (sqrt(mean) if mean > 1.0 else 1.0)
        total += share * exp(min(700.0, n * log(raised / mean) - (n + k) * log((k + raised) / (k + mean))))
    return total
