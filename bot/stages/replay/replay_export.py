"""Replays an export: the incidents that its history would have raised. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.detect.adapter import Heard
from bot.detect.fixed_rule import FixedRule
from bot.detect.late import LateCluster
from bot.detect.observation import Observation
from bot.detect.types import Alarm, Tuning
from bot.incidents.replay import PastIncident, replay
from bot.model.ingest.normal import Review, normalise
from bot.model.ingest.poll import Problem
from bot.sources.files import sandbox
from bot.sources.files.folder import FolderSettings
from bot.sources.files.understand import settled
from bot.sources.tables.table import Answers


@dataclass(frozen=True, slots=True)
class Past:
    """A history and what it would have raised.

    Attributes:
        reviews: every review, oldest first; a PastIncident's review_ids are places in it.
        problems: rows that were skipped.
        fixed: when the fixed rule beside it would have alarmed.
        notes: what would have been noticed without an alarm.
        silent: what the chat would have been told of without sound.
    """

    reviews: Sequence[Review]
    problems: Sequence[Problem]
    incidents: Sequence[PastIncident]
    fixed: Sequence[datetime]
    notes: Sequence[Alarm] = ()
    silent: Sequence[LateCluster] = ()


def look_back(
    name: str,
    body: bytes,
    *,
    zone: ZoneInfo,
    settings: FolderSettings | None,
    tuning: Tuning,
    until: datetime,
    answers: Answers | None = None,
    fixed: FixedRule | None = None,
    begins: Callable[[int], Callable[[int], None]] = lambda _: lambda _: None,
) -> Past:
    """Read an export and replay it.

    Args:
        name: the file's name.
        body: its bytes.
        zone: for times without one.
        settings: a folder source's, for its mapping, platform and lowest rating.
        tuning: the owner's side of the detector.
        until: today; what lies later is left out.
        answers: what people have answered about tables, by the key of their columns.
        fixed: the rule to compare with.
        begins: called with the number of reviews; what it gives is called with how many more have been replayed.

    Raises:
        UnreadableFileError: it is not reviews; the text says why and what to do.
        OpenQuestionsError: something about its columns, scale or dates has to be asked first.
    """
    parsed = settled(sandbox.understand(name, body, zone=zone, settings=settings, answers=answers))
    found = normalise(
        parsed.reviews,
        platform=(settings.platform if settings else "") or "file",
        low_at_most=settings.low_at_most if settings else None,
    )
    once = {(review.platform, review.external_id): review for review in found}
    reviews = sorted((r for r in once.values() if r.published_at <= until), key=lambda review: review.published_at)
    notes: list[Alarm] = []
    silent: list[LateCluster] = []
    incidents = replay(
        [as_heard(place, review) for place, review in enumerate(reviews)],
        tuning=tuning,
        zone=zone,
        until=until,
        advance=begins(len(reviews)),
        noted=notes.append,
        told=silent.append,
    )
    lows = [
        Observation(review_id=place, at=review.published_at, platform=review.platform, twin=review.twin_key)
        for place, review in enumerate(reviews)
        if review.is_low
    ]
    return Past(reviews, parsed.problems, incidents, (fixed or FixedRule()).alarms(lows), notes, silent)


def as_heard(place: int, review: Review) -> Heard:
    """A review of a file as it would have been heard on the day."""
    return Heard(
        review_id=place,
        at=review.published_at,
        seen=review.published_at,
        rating=review.rating,
        is_low=review.is_low,
        platform=review.platform,
        is_date_only=review.is_date_only,
        twin=review.twin_key,
    )
