"""From stored reviews to what the rhythm detector is fed. The live program and the replay share it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.detect.observation import Observation
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import LOW_UP_TO, Alarm, Review
from bot.model.review import Rating

STARS = 5
Twin = tuple[str, bool]
"""One guest's words, and whether they come with a low rating: lowered words are news on every platform."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A review of any rating, or an edit that lowered one, as far as it matters for an alarm.

    Attributes:
        at: when it counts: published (a date-only one at the end of its local day), or lowered by an edit.
        seen: when this program found it.
        is_low: by the source's own limit.
        platform: where the guest wrote.
        is_fresh: a low one may alarm; history may not.
        twin: the same for one guest's same words on several platforms; None where that cannot be told.
    """

    review_id: int
    at: datetime
    seen: datetime
    rating: Rating | None
    is_low: bool
    platform: str
    is_date_only: bool = False
    is_fresh: bool = True
    twin: str | None = None


def feed(detector: RhythmDetector, reviews: Iterable[Heard], *, now: datetime, zone: tzinfo) -> Alarm | None:
    """Everything of one completed poll, in the order in which it counts; what the detector says to it."""
    for heard in sorted(reviews, key=lambda one: (one.at, one.review_id)):
        detector.observe(as_review(heard, zone))
    return detector.tick(now.timestamp())


def as_review(heard: Heard, zone: tzinfo) -> Review:
    """In the detector's terms; a day-only review becomes the UTC day that has the date of its local one."""
    at = heard.at
    if heard.is_date_only:
        at = datetime.combine(at.astimezone(zone).date(), time(), tzinfo=UTC)
    return Review(
        at=at.timestamp(),
        seen=heard.seen.timestamp(),
        rating=stars(heard.rating, is_low=heard.is_low),
        source=heard.platform,
        day_only=heard.is_date_only,
        is_history=heard.is_low and not heard.is_fresh,
    )


def stars(rating: Rating | None, *, is_low: bool) -> int | None:
    """A rating on any scale as 1 to 5 stars: at most 2 where it is low by its source's limit, at least 3 where not."""
    if rating is None:
        return None
    found = 1 + round((STARS - 1) * rating.share)
    return min(found, LOW_UP_TO) if is_low else max(found, LOW_UP_TO + 1)


def without_twins(reviews: Iterable[Heard], known: Counter[tuple[Twin, str]] | None = None) -> list[Heard]:
    """Leave out one guest's same words on a second platform; equal words twice on one platform are two reviews.

    Args:
        reviews: in the order in which they were found.
        known: how often words were heard before on which platform; it is added to.
    """
    known = Counter() if known is None else known
    most: dict[Twin, int] = {}
    for (words, _), count in known.items():
        most[words] = max(most.get(words, 0), count)
    kept = []
    for heard in reviews:
        if heard.twin is None:
            kept.append(heard)
            continue
        words = (heard.twin, heard.is_low)
        known[words, heard.platform] += 1
        if known[words, heard.platform] > most.get(words, 0):
            most[words] = known[words, heard.platform]
            kept.append(heard)
    return kept


def last_moment(low: Observation, zone: tzinfo) -> datetime:
    """The latest moment at which the detector may have placed a low review: of a day-only one the end of its day."""
    if not low.is_date_only:
        return low.at
    day = low.at.astimezone(zone).date()
    return datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=1)
