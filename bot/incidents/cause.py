"""What an incident's reviews complain of, against what is complained of usually at this place.

A review counts for a theme where it complains of it (`bot.score.themes.complaints`). Each theme is a possible cause:
then at least `MEANT` of the incident's reviews complain of it, else as many as usual. Bayes' rule, with no cause at all
as one more possibility and none likelier beforehand, gives each its odds; the theme that reaches `SURE` is the cause,
where at least `LEAST_SHARE` of the reviews with text (and two) complain of it. Service and waiting are judged as one
and named by the one that is meant, or both. Two themes that are sure together, neither alone, are named together;
otherwise the cause is unclear, and people read.

The table shows Dunning's signed log-likelihood ratio beside the counts (T. Dunning, "Accurate Methods for the
Statistics of Surprise and Coincidence", Computational Linguistics 19(1), 1993).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, log

MEANT = 0.35
"""Share of an incident's reviews that complain of its cause, at least: guests of one bad evening complain of other
things too, and of those who mean the cause some do not say it in words that are found."""

MORE_THAN_USUAL = 0.15
"""Where much is complained of anyway, the share is so much more than usual."""

SURE = 0.85
"""Of the odds of all possible causes. Chosen with the two shares below on sentences of real reviews, so that about
2 % are named wrongly where two in five reviews are about something else (docs/understanding.md)."""

UNUSUAL = 4.0
"""The ratio from which a line of the table is said to stand out: chi-square with one degree of freedom at 4.6 %."""

LEAST_SHARE = 0.3
LEAST_REVIEWS = 2
_LEAST_OF_TWO = 0.25
"""What the less likely of two themes must reach where both are named."""

_USUAL_ANYWAY, _USUAL_FACTOR = 0.01, 0.5
"""What passes for usual in an incident without that cause: the share among all earlier reviews, which are longer and
mostly content, drawn towards one in ten as if that were twenty reviews."""

_SUPPOSED, _SUPPOSED_OF = 2, 20
RELATED = ("waiting", "service")
"""Guests tell slow service as the one or the other."""

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
        named: The cause; two themes where both stand out together; empty where it is unclear.
        count: The incident's reviews that complain of it (of either, where two are named).
        reviews: The incident's reviews with text.
        earlier: The earlier reviews with text.
        silent: The incident's reviews with text that complain of no theme.
        table: Every theme, the most frequent first.
    """

    named: tuple[str, ...]
    count: int
    reviews: int
    earlier: int
    silent: int
    table: tuple[ThemeCount, ...]

    @property
    def theme(self) -> str | None:
        """The single cause; of waiting and service together the more frequent one; None where it is not one."""
        return self.named[0] if len(self.named) == 1 or set(self.named) == set(RELATED) else None


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
        incident: What each of the incident's reviews with text complains of.
        history: The same of each earlier review with text, of any rating.
        themes: Every theme of the place's pack; of equally frequent ones the first stands first.
    """
    lines = [_line((theme,), incident, history) for theme in themes]
    table = tuple(sorted(lines, key=lambda line: -line.count))
    groups: list[tuple[str, ...]] = [(theme,) for theme in themes if theme not in RELATED]
    groups.append(tuple(theme for theme in RELATED if theme in themes))
    named = _named(groups, incident, history)
    return Cause(
        named=named,
        count=_count(named, incident),
        reviews=len(incident),
        earlier=len(history),
        silent=sum(not review for review in incident),
        table=table,
    )


def _line(
    group: tuple[str, ...], incident: Sequence[Collection[str]], history: Sequence[Collection[str]]
) -> ThemeCount:
    count, usual = _count(group, incident), _count(group, history)
    ratio = signed_g2(count, len(incident), usual=usual, usual_of=len(history))
    return ThemeCount(theme=group[0] if group else "", count=count, usual=usual, signed_g2=ratio)


def _count(group: Collection[str], reviews: Sequence[Collection[str]]) -> int:
    return sum(1 for review in reviews if any(theme in review for theme in group))


def _named(
    groups: Sequence[tuple[str, ...]], incident: Sequence[Collection[str]], history: Sequence[Collection[str]]
) -> tuple[str, ...]:
    if not incident or not history:
        return ()
    least = max(LEAST_REVIEWS, LEAST_SHARE * len(incident))
    lines = [(_line(group, incident, history), group) for group in groups if group]
    evidence = [_evidence(line, len(incident), len(history)) for line, _ in lines]
    nothing = 1.0
    total = nothing + sum(map(exp, evidence))
    odds = sorted(
        ((exp(one) / total, group) for one, (line, group) in zip(evidence, lines, strict=True) if line.count >= least),
        key=lambda one: -one[0],
    )
    if odds and odds[0][0] >= SURE:
        return _member(odds[0][1], incident)
    if len(odds) > 1 and odds[0][0] + odds[1][0] >= SURE and odds[1][0] >= _LEAST_OF_TWO:
        return (_member(odds[0][1], incident)[0], _member(odds[1][1], incident)[0])
    return ()


def _evidence(line: ThemeCount, reviews: int, earlier: int) -> float:
    """How much likelier the count is if the theme is the cause than if it is not: the logarithm of the ratio."""
    usual = _USUAL_ANYWAY + _USUAL_FACTOR * (line.usual + _SUPPOSED) / (earlier + _SUPPOSED_OF)
    meant = max(MEANT, usual + MORE_THAN_USUAL)
    return line.count * log(meant / usual) + (reviews - line.count) * log((1 - meant) / (1 - usual))


def _member(group: tuple[str, ...], incident: Sequence[Collection[str]]) -> tuple[str, ...]:
    """Which of related themes is meant: the more frequent one, and the other too where it is nearly as frequent."""
    counts = sorted(((_count((theme,), incident), theme) for theme in group), key=lambda one: -one[0])
    return tuple(theme for count, theme in counts if count and 2 * count > counts[0][0])


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
