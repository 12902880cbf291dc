"""What an incident's reviews have in common beside their themes: the visit, people named, versions, one table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

T = TypeVar("T")

ONE_VISIT = timedelta(minutes=10)
"""Reviews within so little time of each other are probably one guest's or one table's."""

_SHARE = 0.5
_LEAST = 2
_LEAST_WEEKDAYS = 3
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_STAFF = {
    "waiter": re.compile(r"\b(?:waiter|waitress|server|kellner(?:in)?|bedienung|servicekraft)s?\b", re.IGNORECASE),
    "manager": re.compile(r"\b(?:manager|owner|inhaber(?:in)?|geschäftsführer(?:in)?|wirt(?:in)?)s?\b", re.IGNORECASE),
    "kitchen": re.compile(r"\b(?:head chef|cook|koch|köchin|köche|küchenchef(?:in)?)s?\b", re.IGNORECASE),
    "bar": re.compile(r"\b(?:bartender|barista|barkeeper|barmann|barfrau)s?\b", re.IGNORECASE),
    "reception": re.compile(
        r"\b(?:receptionist|reception|front desk|rezeption(?:ist(?:in)?)?|empfang)s?\b", re.IGNORECASE
    ),
}
_READ = 20_000


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a review of the incident tells of the visit.

    Attributes:
        at: when it counts; `is_date_only` where the source gives a day only.
        visited, product, version: what the source says beside the text; empty where it says nothing.
    """

    text: str
    at: datetime
    is_date_only: bool = False
    visited: str = ""
    product: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """How many reviews of how many."""

    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the reviews have in common; None or empty where they do not, or where the source does not say.

    Attributes:
        visit: the day of the visit.
        weekday: the weekday of the visits, 0 is Monday, where the day itself differs.
        staff: roles of people, in how many reviews each is named, the most frequent first.
        burst: the most reviews within `ONE_VISIT`, and the time from the first of them to the last.
    """

    visit: tuple[date, Share] | None = None
    weekday: tuple[int, Share] | None = None
    product: tuple[str, Share] | None = None
    version: tuple[str, Share] | None = None
    staff: tuple[tuple[str, int], ...] = ()
    burst: tuple[int, timedelta] | None = None


def circumstances(reviews: Sequence[VisitFacts]) -> Circumstances:
    """Find what at least half of the reviews that say something (and two of them) have in common."""
    visits = [day for one in reviews if (day := day_of(one.visited)) is not None]
    visit = _common(visits)
    return Circumstances(
        visit=visit,
        weekday=None if visit else _common([day.weekday() for day in visits], least=_LEAST_WEEKDAYS),
        product=_common([one.product.strip() for one in reviews if one.product.strip()]),
        version=_common([one.version.strip() for one in reviews if one.version.strip()]),
        staff=_staff(reviews),
        burst=_burst([one.at for one in reviews if not one.is_date_only]),
    )


def day_of(written: str) -> date | None:
    """The day of "2026-11-21" or "21.11.2026", with or without a time behind it; None for anything else."""
    iso, german = _ISO.match(written.strip()), _GERMAN.match(written.strip())
    try:
        if iso:
            return date(*map(int, iso.groups()))
        if german:
            day, month, year = map(int, german.groups())
            return date(year, month, day)
    except ValueError:
        # The 31st of February: what the guest's source says is no day.
        return None
    return None


def _common(values: Sequence[T], *, least: int = _LEAST) -> tuple[T, Share] | None:
    found = Counter(values).most_common(1)
    if not found or found[0][1] < max(least, _SHARE * len(values)):
        return None
    return found[0][0], Share(found[0][1], len(values))


def _staff(reviews: Iterable[VisitFacts]) -> tuple[tuple[str, int], ...]:
    counts = Counter(role for one in reviews for role, words in _STAFF.items() if words.search(one.text[:_READ]))
    return tuple((role, count) for role, count in counts.most_common() if count >= _LEAST)


def _burst(moments: Iterable[datetime]) -> tuple[int, timedelta] | None:
    times = sorted(moments)
    best: tuple[int, timedelta] | None = None
    begin = 0
    for end, at in enumerate(times):
        while at - times[begin] > ONE_VISIT:
            begin += 1
        count = end - begin + 1
        if count >= _LEAST and (best is None or count > best[0]):
            best = (count, at - times[begin])
    return best
