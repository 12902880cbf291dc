"""Feeds new reviews to a location's detector, in the transaction that carries out what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, tzinfo

from bot.configured.alerting import AlarmSettings
from bot.detect.adapter import Heard, as_review, feed, without_twins
from bot.detect.learning import Learning
from bot.detect.rhythm import RhythmDetector
from bot.detect.second_look import Unread
from bot.detect.types import FLOOR, Alarm, OwnerRule, Tuning
from bot.detect.usual.prior import borrow
from bot.model.incident import Cause, Incident, Transition
from bot.store.db.engine import Connection
from bot.store.learning import detectors
from bot.store.reviews import detector_queue

IN_A_THREAD_FROM = 1000
"""Reviews from which learning would be felt by the loop."""


def rule_of(alarm: AlarmSettings) -> OwnerRule:
    """The rule that a location's settings ask for: the owner's own, or the floor of new and tiny places."""
    if alarm.low_reviews is None and alarm.within_hours is None:
        return FLOOR
    return OwnerRule(alarm.low_reviews or FLOOR.low_reviews, alarm.within_hours or FLOOR.hours)


async def tuning_of(connection: Connection, location_id: int, rule: OwnerRule) -> Tuning:
    """The owner's side of a location's detector as it is now."""
    return Tuning(
        relaxed=await detectors.relaxed(connection, location_id),
        rule=rule,
        prior=borrow(await detectors.siblings(connection, location_id)),
    )


async def restore(connection: Connection, location_id: int, rule: OwnerRule) -> RhythmDetector:
    """A location's detector as it was left."""
    tuning = await tuning_of(connection, location_id, rule)
    state = await detectors.load(connection, location_id)
    detector = RhythmDetector(tuning) if state is None else RhythmDetector.restored(dict(state), tuning)
    detector.reads_texts = True
    return detector


async def unread(connection: Connection, location_id: int) -> Unread:
    """What waits for its texts at a location; the detector itself is not restored for that."""
    state = await detectors.load(connection, location_id)
    return Unread.of(state or {})


async def learning(connection: Connection, location_id: int) -> Learning | None:
    """What a location's detector cannot judge well yet; None before its first look."""
    state = await detectors.load(connection, location_id)
    return None if state is None else RhythmDetector.restored(dict(state)).learning


def follow_beginning(
    detector: RhythmDetector, current: Incident, *, first_at: datetime | None, begun_at: datetime | None
) -> None:
    """Tell the detector of an incident that it does not know: one that a person has opened or reopened.

    Args:
        detector: the location's detector.
        current: the unresolved incident.
        first_at: when its first review counts.
        begun_at: when it last became open.
    """
    if detector.episode is None and current.settled_at is None:
        begun = begun_at or current.opened_at
        detector.resume(min(first_at or begun, begun).timestamp(), begun.timestamp())


def follow_end(detector: RhythmDetector, last: Incident | None, *, now: datetime) -> None:
    """Tell the detector that the incident it knows is over: a person has ended it as what `last` says."""
    episode = detector.episode
    if episode is None:
        return
    ended_at = None if last is None or last.ended_at is None else last.ended_at.timestamp()
    if last is None or ended_at is None or ended_at < episode.opened:
        detector.end(now.timestamp())
    elif last.last_move is Transition.ACCEPT:
        detector.accept(ended_at)
    elif last.cause is Cause.FALSE:
        detector.dismiss(ended_at)
    else:
        detector.end(ended_at)


async def feed_news(
    connection: Connection, location_id: int, detector: RhythmDetector, *, zone: tzinfo, now: datetime
) -> Alarm | None:
    """Feed the detector every review that it has not had; gives its alarm, if any. Without any only days pass.

    What has been removed is taken back first.
    """
    for removed in await detector_queue.take_removed(connection, location_id, now=now):
        detector.take_back(as_review(removed, zone))
    delivered = await detector_queue.delivered(connection, location_id)
    found = await detector_queue.waiting(connection, location_id)
    for platform, until in delivered.items():
        detector.deliver(platform, until.timestamp())
    if not found:
        return detector.tick(now.timestamp())
    news = without_twins(found, await detector_queue.known_twins(connection, location_id, found))
    await detector_queue.mark_fed(connection, location_id)
    if len(news) < IN_A_THREAD_FROM:
        return feed(detector, news, now=now, zone=zone)
    return await asyncio.to_thread(_feed, detector, news, now, zone)


def _feed(detector: RhythmDetector, news: Sequence[Heard], now: datetime, zone: tzinfo) -> Alarm | None:
    return feed(detector, news, now=now, zone=zone)
