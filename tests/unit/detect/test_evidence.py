import math

import pytest

from bot.detect.evidence.e_values import count_e_value, e_value, expected_low


def chance_of(n: int, mean: float, k: float) -> float:
    """Negative binomial probability by mean and shape."""
    return math.exp(
        math.lgamma(n + k)
        - math.lgamma(k)
        - math.lgamma(n + 1)
        + k * math.log(k / (k + mean))
        + n * math.log(mean / (k + mean))
    )


@pytest.mark.parametrize(("others", "low_mean", "other_mean"), [(0, 0.1, 0.5), (3, 1.0, 4.0), (40, 6.0, 20.0)])
def test_expectation_is_one(others: int, low_mean: float, other_mean: float) -> None:
    """Under the null the e-value is one on average, whatever the other reviews were."""
    a, known = 12.0, 20.0
    parts = []
    for weight, shape, rate in ((0.98, a, a), (0.02, 1.5, 0.5)):
        log_others = (
            math.log(weight) + math.lgamma(shape + others) - math.lgamma(shape)
            + shape * math.log(rate) - (shape + others) * math.log(rate + other_mean)
        )  # fmt: skip
        mean = low_mean * (shape + others) / (rate + other_mean)
        k = 1 / (1 / (shape + others) + 1 / known)
        parts.append((math.exp(log_others), mean, k))
    total = sum(weight for weight, _, _ in parts)
    expectation = sum(
        sum(weight / total * chance_of(n, mean, k) for weight, mean, k in parts)
        * e_value(n, others, low_mean, other_mean, volume=(a, a), known=known)
        for n in range(2000)
    )
    assert expectation == pytest.approx(1.0, abs=0.01)


def test_more_others_explain_more_lows() -> None:
    """Six low reviews among fifty others say less than six alone."""
    alone = e_value(6, 0, 0.3, 1.2, volume=(12, 12), known=40)
    among = e_value(6, 50, 0.3, 1.2, volume=(12, 12), known=40)
    assert alone > 1000 > 1 > among


def test_no_veto_at_a_high_share() -> None:
    """Five low reviews at once at a place where half are low are evidence, though no share can be far above a half."""
    assert e_value(5, 0, 0.05, 0.05, volume=(12, 12), known=40) > 10_000


def test_little_known_share_says_less() -> None:
    """The same window says less where the share was learned from two low reviews only."""
    assert e_value(9, 20, 1.0, 9.0, volume=(12, 12), known=2) < e_value(9, 20, 1.0, 9.0, volume=(12, 12), known=60)


def test_expected_follows_the_others() -> None:
    """With many others expected, the usual number of low ones is their number times the odds of a low one."""
    assert expected_low(1000, 10.0, 90.0, (12, 12)) == pytest.approx(1000 / 9, rel=0.12)
    assert expected_low(0, 0.01, 0.09, (12, 12)) == pytest.approx(0.01, rel=0.02)


def test_count_alone_sees_a_surge() -> None:
    """The count is blind to the other reviews: what they would explain is a surge."""
    assert count_e_value(30, 5.0, shape=12, known=60) > 100
    assert e_value(30, 400, 5.0, 60.0, volume=(12, 12), known=60) < 1
