"""The incidents that an export's own history would have raised. Nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.detect.fixed_rule import FixedRule
from bot.detect.observation import Observation
from bot.incidents.replay import PastIncident, replay
from bot.model.normal import Review, normalise
from bot.model.poll import Problem
from bot.sources.exports import read_export
from bot.sources.folder import FolderSettings


@dataclass(frozen=True, slots=True)
class Past:
    """A history and what it would have raised.

    Attributes:
        reviews: every review, oldest first; a PastIncident's review_ids are places in it.
        problems: rows that were skipped.
    """

    reviews: Sequence[Review]
    problems: Sequence[Problem]
    incidents: Sequence[PastIncident]


def look_back(
    name: str, body: bytes, *, zone: ZoneInfo, settings: FolderSettings | None, detector: FixedRule, until: datetime
) -> Past:
    """Read an export and replay it.

    Args:
        name: the file's name.
        body: its bytes.
        zone: for times without one.
        settings: a folder source's, for its mapping, platform and lowest rating.
        detector: the rule to try.
        until: today; what lies later is left out.

    Raises:
        UnreadableFileError: it is not reviews; the text says why and what to do.
    """
    parsed = read_export(name, body, zone=zone, settings=settings)
    found = normalise(
        parsed.reviews,
        platform=(settings.platform if settings else "") or "file",
        low_at_most=settings.low_at_most if settings else None,
    )
    once = {(review.platform, review.external_id): review for review in found}
    reviews = sorted((r for r in once.values() if r.published_at <= until), key=lambda review: review.published_at)
    lows = [
        Observation(review_id=place, at=review.published_at, platform=review.platform, twin=review.twin_key)
        for place, review in enumerate(reviews)
        if review.is_low
    ]
    known_since = reviews[0].published_at if reviews else None
    incidents = replay(lows, detector=detector, reach=detector.window, known_since=known_since, until=until)
    return Past(reviews, parsed.problems, incidents)
