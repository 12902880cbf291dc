"""Is something said more often than before? Exact tails, many questions at once, and how distinctive a phrase is.

Sources:

- R. A. Fisher's exact test of two shares (the hypergeometric tail, one-sided).
- Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", JRSS B 57, 1995; with weights as in C. Genovese,
  K. Roeder, L. Wasserman, "False discovery control with p-value weighting", Biometrika 93, 2006.
- R. E. Tarone, "A modified Bonferroni method for discrete data", Biometrics 46, 1990, before Benjamini-Hochberg as in
  P. B. Gilbert, Applied Statistics 54, 2005: a question whose totals cannot become conspicuous is not asked.
- B. Monroe, M. Colaresi, K. Quinn, "Fightin' Words", Political Analysis 16, 2008, equations 16 to 22.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import exp, lgamma, log, sqrt

PRIOR_WORDS = 500.0
"""Size of the prior of `log_odds_z`: so many mentions, spread as in both parts together, are added to each part."""


def upper_tail(count: int, of: int, *, usual: int, usual_of: int) -> float:
    """The chance of at least `count` where both parts are alike (Fisher, one-sided).

    Args:
        count: Reviews of the first part that say something.
        of: All reviews of the first part.
        usual: Reviews of the second part that say it.
        usual_of: All reviews of the second part.
    """
    total = count + usual
    everything = _log_choose(of + usual_of, total)
    terms = (
        exp(_log_choose(of, k) + _log_choose(usual_of, total - k) - everything)
        for k in range(max(count, total - usual_of), min(of, total) + 1)
    )
    return min(1.0, sum(terms))


def least_tail(total: int, of: int, *, usual_of: int) -> float:
    """The smallest value that `upper_tail` can give for `total` mentions in both parts."""
    most = min(of, total)
    return upper_tail(most, of, usual=total - most, usual_of=usual_of)


def askable(least: Sequence[float], *, level: float) -> float:
    """The bound of `least_tail` above which a question need not be asked (Tarone 1990).

    Args:
        least: The smallest value each question can give.
        level: The level of all questions together.
    """
    ordered = sorted(least)
    asked = 1
    while bisect_right(ordered, level / asked) > asked:
        asked += 1
    return level / asked


def discoveries(families: Sequence[Sequence[float]], *, level: float) -> list[set[int]]:
    """Which questions are answered with yes, at most `level` of them wrongly on average (Benjamini-Hochberg).

    Each family that asks anything has the same weight, so that thousands of phrases do not drown ten themes.

    Args:
        families: The chances of each family's questions.
        level: The bound of the share of wrong discoveries.

    Returns:
        For each family the places of its discoveries.
    """
    asking = sum(1 for family in families if family)
    number = sum(len(family) for family in families)
    ranked = sorted(
        (chance * asking * len(family) / number, group, place)
        for group, family in enumerate(families)
        for place, chance in enumerate(family)
    )
    kept = max((rank for rank, (chance, *_) in enumerate(ranked, 1) if chance <= level * rank / number), default=0)
    found: list[set[int]] = [set() for _ in families]
    for _, group, place in ranked[:kept]:
        found[group].add(place)
    return found


def log_odds_z(count: int, of: int, *, usual: int, usual_of: int) -> float:
    """How distinctive a phrase is of the first part: the weighted log-odds in standard deviations (Monroe et al. 2008).

    Args:
        count: Mentions of the phrase in the first part.
        of: Mentions of all phrases there.
        usual: Mentions of the phrase in the second part.
        usual_of: Mentions of all phrases there.
    """
    prior = PRIOR_WORDS * (count + usual) / (of + usual_of)
    here, there = count + prior, usual + prior
    odds = log(here / (of + PRIOR_WORDS - here)) - log(there / (usual_of + PRIOR_WORDS - there))
    return odds / sqrt(1 / here + 1 / there)


def _log_choose(of: int, count: int) -> float:
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
