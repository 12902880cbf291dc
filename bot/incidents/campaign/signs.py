"""The nine signs of a smear campaign, each tested against its own usual share at this place.

The tests are binomial tails. What is usual is the place's own share, drawn towards a general one that counts like a
number of reviews, so that few earlier reviews neither alarm nor calm. General shares without a source are assumptions
on the safe side and stated as such in docs/understanding.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Final

from bot.incidents.campaign.near_duplicates import alike, pairs_alike
from bot.incidents.campaign.visit import details, names_competitor
from bot.incidents.chance import at_least, blended
from bot.model.campaign import Sign, SmearReview
from bot.score.severe.find import find_severe

COPIES, TEMPO, NO_DETAIL, NO_TEXT, SOURCES = "copies", "tempo", "no_detail", "no_text", "sources"
NO_HISTORY, LANGUAGE, COMPETITOR, DEMAND = "no_history", "language", "competitor", "demand"

READ: Final = 2_000
"""Characters of a text that are looked at."""

ALPHA: Final = 0.05
"""Chance of a single sign standing out in an ordinary incident, over all signs that are tested (Holm 1979)."""

LEAST_SHARE: Final = 0.3
"""Share of an incident that a sign must cover, whatever chance says; half for tempo and texts without a detail."""

HALF: Final = 0.5
LEAST_COPIES: Final = 3
LEAST_LOW: Final = 15
"""Earlier low reviews below which all ratings say how often guests give stars only. How much a low review tells is
never taken from good ones: "Lovely" is no measure for a complaint."""

WINDOWS: Final = (10, 30, 60, 120, 360, 720)
"""Minutes; the shortest that holds half of the incident is shown."""

_MINUTE: Final = 60.0
_GAPS: Final = {10: 0.017, 60: 0.040}
"""Share of gaps between two low reviews of a place of at most so many minutes (9,954 restaurant reviews)."""

_GENERAL: Final = {
    COPIES: 0.0005,
    NO_DETAIL: 0.40,
    NO_TEXT: 0.25,
    NO_HISTORY: 0.335,
    LANGUAGE: 0.03,
    SOURCES: 0.25,
    COMPETITOR: 0.01,
}
_WEIGHTS: Final = {COPIES: 2000.0, TEMPO: 100.0, COMPETITOR: 50.0}
_WEIGHT: Final = 20.0
_OFTEN_SOURCE: Final = 0.10
"""A platform without earlier reviews may just have been connected: its share is never taken as less."""

_COMPARED: Final = 100
_NEIGHBOURS: Final = 9
"""Copies among earlier low reviews: each of the newest `_COMPARED` with so many before it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A sign before the correction: `sign.stands_out` says whether it covers enough of the incident.

    Attributes:
        tail: how often chance alone gives as much; 0 where one find is enough.
    """

    sign: Sign
    tail: float


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at a place.

    Attributes:
        low: earlier low reviews.
        every: all earlier reviews.
    """

    low: tuple[SmearReview, ...]
    every: tuple[SmearReview, ...]

    def share(self, sign: str, has: Callable[[SmearReview], bool], among: Sequence[SmearReview]) -> tuple[float, bool]:
        """The usual share of a sign, and whether it rests on the place more than on general rates."""
        weight = _WEIGHTS.get(sign, _WEIGHT)
        count = sum(1 for review in among if has(review))
        return blended(count, len(among), general=_GENERAL[sign], weight=weight), len(among) >= weight


def usual_of(history: Sequence[SmearReview]) -> Usual:
    """What is usual by earlier reviews, oldest first."""
    return Usual(low=tuple(review for review in history if review.is_low), every=tuple(history))


def signs_of(incident: Sequence[SmearReview], usual: Usual) -> tuple[Sign, ...]:
    """The signs that these reviews, oldest first, allow to check.

    The correction counts every sign that was tested, also those that are not listed because no review shows them.
    Source of the step-down rule: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian
    Journal of Statistics 6(2), 1979.
    """
    found = [sign(incident, usual) for sign in _ALWAYS]
    found += [one for one in (_no_history(incident, usual), _language(incident, usual)) if one is not None]
    is_out = _holm([one.tail for one in found])
    signs = [replace(one.sign, stands_out=one.sign.stands_out and out) for one, out in zip(found, is_out, strict=True)]
    if (demand := _demand(incident, usual)) is not None:
        signs.append(demand)
    return tuple(sign for sign in signs if sign.count or sign.id not in (LANGUAGE, COMPETITOR))


def _holm(tails: Sequence[float]) -> list[bool]:
    order = sorted(range(len(tails)), key=lambda place: tails[place])
    is_out = [False] * len(tails)
    for rank, place in enumerate(order):
        if tails[place] >= ALPHA / (len(tails) - rank):
            break
        is_out[place] = True
    return is_out


def has_words(review: SmearReview) -> bool:
    """Whether a review says anything in words."""
    return any(map(str.isalpha, review.text[:READ]))


def busiest(times: Sequence[float], minutes: float) -> tuple[int, int]:
    """Where the window of so many minutes with the most times begins and ends (ends not included)."""
    best, first = (0, 0), 0
    for last, at in enumerate(times):
        while at - times[first] > minutes * _MINUTE:
            first += 1
        if last + 1 - first > best[1] - best[0]:
            best = first, last + 1
    return best


def _sign(
    sign: str, members: Sequence[int], of: int, usual: tuple[float, bool], *, least: float = LEAST_SHARE
) -> _Found:
    """A sign that is tested as a share of reviews."""
    count, (share, is_own) = len(members), usual
    shown = Sign(
        id=sign,
        stands_out=count >= max(2, least * of),
        count=count,
        of=of,
        usual=share,
        is_own=is_own,
        members=tuple(members),
    )
    return _Found(shown, at_least(count, of, share=share))


def _copies(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    texts = [review.text for review in incident]
    pairs = pairs_alike(texts)
    members = sorted({place for pair in pairs for place in pair})
    earlier = [review.text for review in usual.low[-_COMPARED:] if has_words(review)]
    compared = [(a, b) for place, a in enumerate(earlier) for b in earlier[max(0, place - _NEIGHBOURS) : place]]
    weight = _WEIGHTS[COPIES]
    seen = sum(1 for a, b in compared if alike(a, b))
    share = blended(seen, len(compared), general=_GENERAL[COPIES], weight=weight)
    written = sum(map(has_words, incident))
    possible = written * (written - 1) // 2
    shown = Sign(
        id=COPIES,
        stands_out=len(members) >= max(LEAST_COPIES, LEAST_SHARE * written),
        count=len(members),
        of=written,
        usual=share,
        is_own=len(compared) >= weight,
        names=_platforms([incident[place] for place in members]),
        members=_most_alike_first(members, pairs),
    )
    return _Found(shown, at_least(len(pairs), max(possible, len(pairs)), share=share))


def _most_alike_first(members: Sequence[int], pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The pair with the most copies leads, as it is what the card quotes."""
    often = Counter(place for pair in pairs for place in pair)
    return tuple(sorted(members, key=lambda place: (-often[place], place)))


def _tempo(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    timed = [place for place, review in enumerate(incident) if not review.is_date_only]
    times = [incident[place].at for place in timed]
    least = max(4, ceil(HALF * len(incident)))
    first, last = 0, 0
    for minutes in WINDOWS:
        first, last = busiest(times, minutes)
        if last - first >= least:
            break
    gaps = [later - earlier for earlier, later in pairwise(times)]
    earlier = [review.at for review in usual.low if not review.is_date_only]
    known = [later - before for before, later in pairwise(earlier)]
    weight = _WEIGHTS[TEMPO]
    tails, shares = [], []
    for minutes, general in _GAPS.items():
        near = sum(1 for gap in known if gap <= minutes * _MINUTE)
        shares.append(blended(near, len(known), general=general, weight=weight))
        fast = sum(1 for gap in gaps if gap <= minutes * _MINUTE)
        tails.append(at_least(fast, len(gaps), share=shares[-1]))
    shown = Sign(
        id=TEMPO,
        stands_out=last - first >= least,
        count=last - first,
        of=len(incident),
        usual=shares[-1],
        is_own=len(known) >= weight,
        minutes=ceil((times[last - 1] - times[first]) / _MINUTE) if last else 0,
        members=tuple(timed[first:last]),
    )
    return _Found(shown, min(1.0, min(tails) * len(tails)))


def _no_detail(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    written = [place for place, review in enumerate(incident) if has_words(review)]
    without = [place for place in written if not details(incident[place].text)]
    among = [review for review in usual.low if has_words(review)]
    share = usual.share(NO_DETAIL, lambda review: not details(review.text), among)
    return _sign(NO_DETAIL, without, len(written), share, least=HALF)


def _no_text(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    without = [place for place, review in enumerate(incident) if not has_words(review)]
    among = usual.low if len(usual.low) >= LEAST_LOW else usual.every
    share = usual.share(NO_TEXT, lambda review: not has_words(review), among)
    return _sign(NO_TEXT, without, len(incident), share)


def _sources(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    names = _platforms(incident)
    known = Counter(review.source for review in usual.every)
    main = known.most_common(1)[0][0] if known else (names[0] if names else "")
    beside = [place for place, review in enumerate(incident) if review.source and review.source != main]
    share, is_own = usual.share(SOURCES, lambda review: review.source != main, usual.every)
    found = _sign(SOURCES, beside, len(incident), (max(share, _OFTEN_SOURCE), is_own))
    # All of them on one platform is one source, however seldom guests write there.
    is_several = found.sign.stands_out and len(names) > 1
    return replace(found, sign=replace(found.sign, stands_out=is_several, names=names))


def _no_history(incident: Sequence[SmearReview], usual: Usual) -> _Found | None:
    known = [place for place, review in enumerate(incident) if review.author_reviews is not None]
    if not known:
        return None
    new = [place for place in known if (incident[place].author_reviews or 0) <= 1]
    among = [review for review in usual.low if review.author_reviews is not None]
    share = usual.share(NO_HISTORY, lambda review: (review.author_reviews or 0) <= 1, among)
    return _sign(NO_HISTORY, new, len(known), share, least=HALF)


def _language(incident: Sequence[SmearReview], usual: Usual) -> _Found | None:
    named = [place for place, review in enumerate(incident) if review.language]
    among = [review for review in usual.every if review.language]
    if not named or len(among) < _WEIGHT:
        return None
    known = Counter(review.language for review in among)
    rare = {
        language for language in {incident[place].language for place in named} if known[language] < 0.1 * len(among)
    }
    members = [place for place in named if incident[place].language in rare]
    share = usual.share(LANGUAGE, lambda review: review.language in rare, among)
    found = _sign(LANGUAGE, members, len(named), share)
    return replace(found, sign=replace(found.sign, names=tuple(sorted(map(str, rare)))))


def _competitor(incident: Sequence[SmearReview], usual: Usual) -> _Found:
    members = [place for place, review in enumerate(incident) if names_competitor(review.text)]
    share = usual.share(COMPETITOR, lambda review: names_competitor(review.text), usual.low)
    return _sign(COMPETITOR, members, len(incident), share)


def _demand(incident: Sequence[SmearReview], usual: Usual) -> Sign | None:
    members = [place for place, review in enumerate(incident) if _demands(review)]
    if not members:
        return None
    # One demand is enough, and none is usual anywhere.
    return Sign(DEMAND, True, len(members), len(incident), 0.0, bool(usual.every), members=tuple(members))


def _demands(review: SmearReview) -> bool:
    return any(hit.kind == "money" for hit in find_severe(review.text[:READ]))


def _platforms(reviews: Sequence[SmearReview]) -> tuple[str, ...]:
    return tuple(name for name, _ in Counter(review.source for review in reviews if review.source).most_common())


_ALWAYS: Final = (_copies, _tempo, _no_detail, _no_text, _sources, _competitor)
