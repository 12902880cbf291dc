"""How much the texts of some low reviews speak for one cause: an e-value against the place's own earlier low reviews.

While nothing has happened, the low reviews of a window complain like any others of the place: with the earlier ones
they are exchangeable. Of n + m texts, K have a feature (complain of a theme, hold a word); that k of the n in the
window have it is then hypergeometric, whatever the feature's true share is, so that nothing has to be estimated and
a short history costs power instead of honesty. For odds w fixed beforehand

    e = w^k / E[w^K_n],   K_n ~ Hypergeometric(n + m, K, n)

has the expectation 1 (the likelihood ratio of Fisher's noncentral hypergeometric). It is averaged over three odds and
over all features that the pooled texts have often enough; themes together and words together weigh one half each. A
mean of e-values is one, however the features hang together. It rests on the stars and times of the reviews only
through which texts are in the window, so that its product with the e-value of the counts is an e-value, too.

Source: R. A. Fisher, "The logic of inductive inference", JRSS 98, 1935 (the conditional distribution); N. W. Koning,
"Post-hoc and anytime valid permutation and group invariance testing", arXiv 2310.01153, 2023 (e-values of this kind).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

from bot.model.incident import Shared

ODDS = (4.0, 20.0, 100.0)
"""How many times likelier a cause makes its words: from "some mention it" to "nearly all do"."""

FLOOR = 1 / 3
"""What unrelated texts leave of the count's evidence: about one low review more is needed then."""

LEAST_TEXTS = 2
MOST_TEXTS = 30
"""Low reviews in a window from which on the count needs no help."""

MOST_EARLIER = 100
"""Earlier low reviews that a window is compared with, the newest."""

STEM = 5
"""Letters of a word that count: "undercooked" and "underdone", "Wartezeit" and "warten" are near enough."""

LEAST_CARRIERS = 3
MOST_SHARE = 0.25
"""A word that more of the texts hold is the place's own ("chicken"), and tells no cause."""


@dataclass(frozen=True, slots=True)
class LowText:
    """What is known of the words of a low review.

    Attributes:
        at: when it counts, seconds since 1970.
        until: the latest moment at which it may have been written; later than `at` where only the day is known.
        themes: what it complains of.
        words: its words in the form in which words are compared, without those that say nothing alone.
    """

    at: float
    until: float
    themes: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The e-value, and what speaks for it most; None where nothing is shared."""

    value: float
    shared: Shared | None = None

    @property
    def factor(self) -> float:
        """What the count's evidence is multiplied with: a mean of the e-value and of 1, so that it is one itself."""
        return FLOOR + (1 - FLOOR) * self.value


NO_EVIDENCE = Agreement(1.0)


class Texts:
    """The texts of a place's low reviews that windows are cut from.

    Args:
        texts: those that have been read; any order.
        told: those of earlier incidents, which are what is usual but no evidence again; any order.
    """

    def __init__(self, texts: Iterable[LowText], told: Iterable[LowText] = ()) -> None:
        self._texts = sorted(texts, key=lambda one: (one.at, one.until))
        self._told = sorted(told, key=lambda one: (one.at, one.until))

    def between(self, begin: float, end: float) -> Agreement:
        """How much the window after `begin` up to and with `end` agrees, against the newest before it."""
        window = [one for one in self._texts if one.at <= end and one.until > begin]
        if not LEAST_TEXTS <= len(window) <= MOST_TEXTS:
            return NO_EVIDENCE
        earlier = [one for one in (*self._texts, *self._told) if one.until <= begin]
        earlier.sort(key=lambda one: one.at)
        return agreement(window, earlier[-MOST_EARLIER:])


def agreement(window: Sequence[LowText], earlier: Sequence[LowText]) -> Agreement:
    """The e-value of some low reviews against earlier ones of the same place."""
    themes = _values(
        Counter(theme for one in window for theme in one.themes),
        Counter(theme for one in earlier for theme in one.themes),
        sizes=(len(window), len(earlier)),
    )
    size, least = len(window) + len(earlier), max(LEAST_CARRIERS, len(window) / 2)
    words = _values(
        Counter(stem for one in window for stem in _stems(one)),
        Counter(stem for one in earlier for stem in _stems(one)),
        sizes=(len(window), len(earlier)),
        least=least,
        most=max(least, MOST_SHARE * size),
    )
    parts = [(value / len(themes), theme, "") for theme, value in themes.items()]
    parts += [(value / len(words), "", word) for word, value in words.items()]
    value = 0.5 * (sum(part for part, theme, _ in parts if theme) if themes else 1.0)
    value += 0.5 * (sum(part for part, _, word in parts if word) if words else 1.0)
    return Agreement(value, _shared(parts, window, earlier))


def _values(
    here: Mapping[str, int],
    before: Mapping[str, int],
    *,
    sizes: tuple[int, int],
    least: float = LEAST_CARRIERS,
    most: float = float("inf"),
) -> dict[str, float]:
    """The e-value of each feature that the pool has often enough; which ones does not depend on where they are."""
    carriers = {name: here.get(name, 0) + before.get(name, 0) for name in {*here, *before}}
    return {
        name: _value(*sizes, carrying, here.get(name, 0))
        for name, carrying in sorted(carriers.items())
        if least <= carrying <= most
    }


@lru_cache(maxsize=4096)
def _value(n: int, m: int, carriers: int, k: int) -> float:
    """The e-value of one feature: k of n in the window have it, `carriers` of all n + m."""
    chances = [
        (i, comb(carriers, i) * comb(n + m - carriers, n - i))
        for i in range(max(0, carriers - m), min(n, carriers) + 1)
    ]
    total = comb(n + m, n)
    return sum(odds**k * total / sum(ways * odds**i for i, ways in chances) for odds in ODDS) / len(ODDS)


def _stems(text: LowText) -> set[str]:
    return {word[:STEM] for word in text.words}


def _shared(
    parts: Sequence[tuple[float, str, str]], window: Sequence[LowText], earlier: Sequence[LowText]
) -> Shared | None:
    """What most of the window has in common: a theme of two texts or more, or a word of three or more."""
    for _, theme, stem in sorted(parts, reverse=True):
        carriers = [one for one in window if theme in one.themes or stem in _stems(one)]
        if len(carriers) >= (LEAST_TEXTS if theme else LEAST_CARRIERS) and 2 * len(carriers) > len(window):
            usual = sum(theme in one.themes or stem in _stems(one) for one in earlier)
            return Shared(theme, _written(stem, carriers), len(carriers), len(window), usual, len(earlier))
    return None


def _written(stem: str, carriers: Sequence[LowText]) -> str:
    """The form in which most of them write a word; empty for a theme."""
    forms = Counter(word for one in carriers for word in sorted(one.words) if stem and word.startswith(stem))
    return max(forms, key=lambda form: (forms[form], form)) if forms else ""
