"""What guests who gave 3-5 stars have begun to say, which no alarm on low ratings can see.

The reviews of the last weeks are compared with the place's earlier ones. A theme or phrase is named when it is said
more often than before by Fisher's exact test, with at most 5 % wrong discoveries over all themes and phrases together
(`bot.incidents.excess`), by at least four guests and one in twenty, and not in one week only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from bot.incidents.excess import askable, discoveries, least_tail, log_odds_z, upper_tail

LEVEL = 0.05
LEAST_COUNT = 4
LEAST_SHARE = 0.05
LEAST_WEEKS = 0.5
"""Share of the weeks that must hold a mention: one bad evening is an incident's matter."""

LEAST_REVIEWS = 15
LEAST_EARLIER = 30
"""Reviews with text below which nothing is compared."""

_LEAST_Z = 1.96
_MOST_PHRASES = 5
_SAME = 0.6
"""Two phrases of which one is this much in the reviews of the other say the same."""


@dataclass(frozen=True, slots=True)
class PositiveReview:
    """A review of 3-5 stars with text.

    Attributes:
        week: How many weeks ago, 0 the latest seven days; of an earlier review it is not looked at.
    """

    themes: Collection[str]
    phrases: Collection[str]
    week: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """How often something is said.

    Attributes:
        what: A theme's id, or a phrase as `bot.score.phrases` gives it.
        count: Reviews of the last weeks that say it.
        of: All of them.
        usual: Earlier reviews that say it.
        usual_of: All of them.
        chance: Of at least so many, were nothing different from before.
    """

    what: str
    count: int
    of: int
    usual: int
    usual_of: int
    chance: float


@dataclass(frozen=True, slots=True)
class SlowBurn:
    """What came of the comparison.

    Attributes:
        reviews: Reviews of the last weeks.
        earlier: Reviews before them.
        is_compared: Whether there were enough of both.
        themes: The themes that are named, the most conspicuous first.
        phrases: The phrases that are named, the most distinctive first.
        table: Every theme that is mentioned, the most frequent first.
    """

    reviews: int
    earlier: int
    is_compared: bool
    themes: tuple[Statement, ...]
    phrases: tuple[Statement, ...]
    table: tuple[Statement, ...]


def find_slow_burn(
    latest: Sequence[PositiveReview], earlier: Sequence[PositiveReview], *, themes: Sequence[str], weeks: int
) -> SlowBurn:
    """Compare the last weeks with what was before.

    Args:
        latest: The reviews of the last weeks.
        earlier: The reviews before.
        themes: Every theme of the place's pack; of equally frequent ones the first stands first.
        weeks: How many weeks `latest` covers.
    """
    said = _Family([one.themes for one in latest], [one.themes for one in earlier])
    words = _Family([one.phrases for one in latest], [one.phrases for one in earlier])
    is_compared = len(latest) >= LEAST_REVIEWS and len(earlier) >= LEAST_EARLIER
    named: list[Statement] = []
    phrases: list[Statement] = []
    if is_compared:
        asked = (said.askable(themes), words.askable(words.distinct(LEAST_COUNT)))
        found = discoveries([[one.chance for one in family] for family in asked], level=LEVEL)
        steady = _Steadiness([one.week for one in latest], weeks)
        named = [one for place, one in enumerate(asked[0]) if place in found[0] and steady.holds(one, said)]
        phrases = [one for place, one in enumerate(asked[1]) if place in found[1] and steady.holds(one, words)]
    table = [said.statement(theme) for theme in themes]
    return SlowBurn(
        reviews=len(latest),
        earlier=len(earlier),
        is_compared=is_compared,
        themes=tuple(sorted(named, key=lambda one: (one.chance, -one.count))),
        phrases=_distinctive(phrases, words),
        table=tuple(sorted((one for one in table if one.count or one.usual), key=lambda one: -one.count)),
    )


class _Family:
    """Statements of one kind, counted in both parts."""

    def __init__(self, latest: Sequence[Collection[str]], earlier: Sequence[Collection[str]]) -> None:
        self._latest = [frozenset(said) for said in latest]
        self._earlier = [frozenset(said) for said in earlier]
        self._sizes = (len(latest), len(earlier))
        self._here = Counter(what for said in self._latest for what in said)
        self._before = Counter(what for said in self._earlier for what in said)
        self._chances: dict[tuple[int, int], float] = {}
        self.mentions = (self._here.total(), self._before.total())

    def distinct(self, at_least: int) -> list[str]:
        """What is said so often in both parts together; of phrases that stand in the same reviews only the longest.

        They are one and the same statement: asking each of them again would only hide the others.
        """
        both = self._here + self._before
        where: dict[str, list[int]] = {what: [] for what, count in both.items() if count >= at_least}
        for place, said in enumerate((*self._latest, *self._earlier)):
            for what in said:
                if what in where:
                    where[what].append(place)
        longest: dict[tuple[int, ...], str] = {}
        for what, places in where.items():
            standing = longest.get(tuple(places), "")
            longest[tuple(places)] = max(standing, what, key=lambda one: (len(one), one))
        return sorted(longest.values())

    def statement(self, what: str) -> Statement:
        pair = self._here[what], self._before[what]
        if pair not in self._chances:
            self._chances[pair] = upper_tail(pair[0], self._sizes[0], usual=pair[1], usual_of=self._sizes[1])
        return Statement(what, pair[0], self._sizes[0], pair[1], self._sizes[1], self._chances[pair])

    def askable(self, whats: Iterable[str]) -> list[Statement]:
        """Those whose totals could become conspicuous at all; the last weeks' own count plays no part in it."""
        statements = [self.statement(what) for what in whats]
        totals = [one.count + one.usual for one in statements]
        least = {total: least_tail(total, self._sizes[0], usual_of=self._sizes[1]) for total in set(totals)}
        bound = askable([least[total] for total in totals], level=LEVEL / 2)
        return [one for one, total in zip(statements, totals, strict=True) if least[total] <= bound]

    def where(self, what: str) -> set[int]:
        """The places of the latest reviews that say something."""
        return {place for place, said in enumerate(self._latest) if what in said}


class _Steadiness:
    """Whether something is said often enough, and in enough of the weeks."""

    def __init__(self, weeks_ago: Sequence[int], weeks: int) -> None:
        self._weeks_ago = weeks_ago
        self._least = ceil(weeks * LEAST_WEEKS)

    def holds(self, one: Statement, family: _Family) -> bool:
        weeks = {self._weeks_ago[place] for place in family.where(one.what)}
        return one.count >= max(LEAST_COUNT, LEAST_SHARE * one.of) and len(weeks) >= self._least


def _distinctive(statements: Sequence[Statement], words: _Family) -> tuple[Statement, ...]:
    """The most distinctive phrases; of those that stand in the same reviews one, the longer where they draw."""
    here, before = words.mentions
    rated = [(log_odds_z(one.count, here, usual=one.usual, usual_of=before), one) for one in statements]
    ordered = sorted(rated, key=lambda pair: (-pair[0], -len(pair[1].what), pair[1].what))
    kept: list[tuple[Statement, set[int]]] = []
    for z, one in ordered:
        where = words.where(one.what)
        if z >= _LEAST_Z and all(len(where & other) < _SAME * min(len(where), len(other)) for _, other in kept):
            kept.append((one, where))
    return tuple(one for one, _ in kept[:_MOST_PHRASES])
