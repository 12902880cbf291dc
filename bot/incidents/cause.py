"""What an incident's reviews are about, against what is usual at this place.

One rule names a cause: at least half of the incident's reviews with text carry the theme, it is unusual here (signed
log-likelihood ratio of at least `UNUSUAL`, against all earlier reviews with text of any rating), and at least one
review more than the next theme carries it. Otherwise the cause is unclear and people read the texts.

Source of the ratio: T. Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", Computational
Linguistics 19(1), 1993; signed and one-sided here, as only an excess is a cause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log

UNUSUAL = 2.71
"""The ratio's bound: chi-square with one degree of freedom at 10 %, so 5 % one-sided."""

LEAST_SHARE = 0.5
LEAST_LEAD = 1

_SHARED_SHARE = 0.5
_SHARED_LEAST = 3
_SHARED_UNUSUAL = 6.63
"""Chi-square at 1 %: with thousands of words looked at, 5 % would show chance."""

_SHARED_MOST = 5
_READ = 20_000
_WORD = re.compile(r"[^\W\d_]{4,40}")


@dataclass(frozen=True, slots=True)
class ThemeCount:
    """A theme's line of the table.

    Attributes:
        theme: The theme's id.
        count: Reviews of the incident that carry it.
        usual: Earlier reviews that carry it.
        signed_g2: The log-likelihood ratio, negative where the incident has less of it than usual.
    """

    theme: str
    count: int
    usual: int
    signed_g2: float


@dataclass(frozen=True, slots=True)
class Cause:
    """What can be said about an incident's cause.

    Attributes:
        theme: The cause, or None where it is unclear.
        reviews: The incident's reviews with text.
        earlier: The earlier reviews with text.
        silent: The incident's reviews with text that carry no theme.
        table: Every theme, the most frequent first.
    """

    theme: str | None
    reviews: int
    earlier: int
    silent: int
    table: tuple[ThemeCount, ...]


@dataclass(frozen=True, slots=True)
class SharedWord:
    """A word that an incident's reviews share and the place's others do not.

    Attributes:
        word: The word in small letters.
        count: Reviews of the incident that hold it.
        usual: Earlier reviews that hold it.
    """

    word: str
    count: int
    usual: int


def signed_g2(count: int, of: int, *, usual: int, usual_of: int) -> float:
    """The log-likelihood ratio of two shares (Dunning 1993), negative where the first share is the smaller one.

    Args:
        count: Reviews of the first kind that carry something.
        of: All reviews of the first kind.
        usual: Reviews of the second kind that carry it.
        usual_of: All reviews of the second kind.

    Returns:
        0 where one of the kinds is empty.
    """
    total, carrying = of + usual_of, count + usual
    if not of or not usual_of:
        return 0.0
    cells = (
        (count, of * carrying / total),
        (of - count, of * (total - carrying) / total),
        (usual, usual_of * carrying / total),
        (usual_of - usual, usual_of * (total - carrying) / total),
    )
    ratio = 2 * sum(seen * log(seen / expected) for seen, expected in cells if seen)
    return max(0.0, ratio) if count * usual_of >= usual * of else -max(0.0, ratio)


def find_cause(
    incident: Sequence[Collection[str]], history: Sequence[Collection[str]], *, themes: Sequence[str]
) -> Cause:
    """Name the theme that stands out, or none.

    Args:
        incident: The themes of each of the incident's reviews with text.
        history: The themes of each earlier review with text, of any rating.
        themes: Every theme of the place's pack; of equally frequent ones the first stands first.
    """
    here = Counter(theme for review in incident for theme in set(review))
    before = Counter(theme for review in history for theme in set(review))
    lines = [
        ThemeCount(
            theme=theme,
            count=here[theme],
            usual=before[theme],
            signed_g2=signed_g2(here[theme], len(incident), usual=before[theme], usual_of=len(history)),
        )
        for theme in themes
    ]
    table = tuple(sorted(lines, key=lambda line: -line.count))
    return Cause(
        theme=_named(table, len(incident)),
        reviews=len(incident),
        earlier=len(history),
        silent=sum(not review for review in incident),
        table=table,
    )


def _named(table: Sequence[ThemeCount], reviews: int) -> str | None:
    if not table or not reviews:
        return None
    first = table[0]
    following = table[1].count if len(table) > 1 else 0
    is_common = first.count >= LEAST_SHARE * reviews
    is_ahead = first.count - following >= LEAST_LEAD
    return first.theme if is_common and is_ahead and first.signed_g2 >= UNUSUAL else None


def shared_words(
    incident: Sequence[str], history: Sequence[str], *, known: Collection[str] = frozenset()
) -> tuple[SharedWord, ...]:
    """Words that at least half (and three) of the incident's texts hold and that are unusual here.

    Args:
        incident: The incident's texts.
        history: The earlier texts.
        known: Words in small letters that are not shown, such as the place's own name.
    """
    here = Counter(word for text in incident for word in _words(text))
    common = {word for word, count in here.items() if count >= max(_SHARED_LEAST, _SHARED_SHARE * len(incident))}
    common -= set(known)
    before = Counter(word for text in history for word in _words(text) & common) if common else Counter[str]()
    rated = [(signed_g2(here[word], len(incident), usual=before[word], usual_of=len(history)), word) for word in common]
    kept = sorted((-ratio, word) for ratio, word in rated if ratio >= _SHARED_UNUSUAL)[:_SHARED_MOST]
    return tuple(SharedWord(word, here[word], before[word]) for _, word in kept)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text[:_READ].lower()))
