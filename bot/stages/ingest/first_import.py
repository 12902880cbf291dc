"""What a source's first import found, told once, as soon as there is a chat to tell it to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.detect.fixed_rule import count_guests
from bot.detect.types import OwnerRule
from bot.incidents.replay import PastIncident, replay
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.stages.watch import feed_detector
from bot.store.db.engine import Connection, Store
from bot.store.delivery import service_status
from bot.store.incidents import incidents, offers
from bot.store.ingest import problems, sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import locations
from bot.store.reviews import detector_queue, reviews
from bot.store.reviews.reviews import Brought

TOLD_ONE_BY_ONE = 3
"""So many places that are read for the first time have messages of their own; more share one with a page for each."""
RECENT = timedelta(hours=72)
LEARNED_FROM = timedelta(days=730)
LEARNED_AT_MOST = 20_000
"""How much history is replayed, in time and in reviews, to say what the last days would have been."""


async def report_first_imports(store: Store, rows: Sequence[SourceRow], rule: OwnerRule, *, now: datetime) -> None:
    """Say what the first imports of a location's sources found, and offer to open a recent cluster as an incident."""
    waiting = [row.source_id for row in rows if row.swept_at is not None and row.reported_at is None]
    if not waiting:
        return
    async with store.read() as connection:
        found = [(row, brought) for row in waiting if (brought := await _to_report(connection, row)) is not None]
    if not found:
        return
    cluster = await missed(store, rows[0].location_id, rule, now=now)
    async with store.write() as connection:
        for source_id, brought in found:
            await _report(connection, rows[0].location_id, source_id, brought, now=now)
        has_page = await _of_many(connection) is not None
        await offer(connection, rows[0].location_id, cluster, now=now, has_page=has_page)


async def _to_report(connection: Connection, source_id: int) -> Brought | None:
    """What a source's first import brought, where that is to be told and there is a chat to tell it to."""
    # The caller's row may be stale: two looks at a location can be under way at once.
    row = await sources.find(connection, source_id)
    if row.swept_at is None or row.reported_at is not None:
        return None
    if not await enqueue.chats_of(connection, row.location_id):
        return None
    brought = await reviews.of_source(connection, source_id, connected_at=row.connected_at)
    # A source that had nothing when it was connected has brought news only; that is no import.
    return brought if brought is not None and brought.old else None


async def _report(connection: Connection, location_id: int, source_id: int, brought: Brought, *, now: datetime) -> None:
    skipped = await problems.count(connection, source_id)
    # Somebody else may have been faster: two sources of one location can be looked at at the same time.
    if not await sources.mark_reported(connection, source_id, at=now):
        return
    if started_at := await _of_many(connection):
        await enqueue.first_reads(connection, location_id, since=started_at, now=now)
        return
    await enqueue.location(
        connection,
        location_id,
        "first_import",
        now=now,
        args={
            "source_id": source_id,
            "count": brought.count,
            "low": brought.low,
            "skipped": skipped,
            "first_at": brought.first_at.isoformat(),
            "last_at": brought.last_at.isoformat(),
        },
    )
    await backtest.ask_for(connection, location_id, now=now)


async def _of_many(connection: Connection) -> datetime | None:
    """When the program was started, if more places are read for the first time since then than messages are good for.

    Their back-tests are made when somebody asks for one.
    """
    started_at = (await service_status.read(connection)).started_at
    if started_at is None:
        return None
    places = {row.location_id for row in await sources.to_report(connection, since=started_at)}
    return started_at if len(places) > TOLD_ONE_BY_ONE else None


async def offer(
    connection: Connection, location_id: int, found: PastIncident | None, *, now: datetime, has_page: bool = False
) -> None:
    """Offer to open what would have been an incident, had the source been connected before.

    Args:
        connection: the caller's transaction.
        location_id: where.
        found: what `missed` has given.
        now: the time.
        has_page: the location has a page in a message about many, which shows the offer too.
    """
    if await incidents.current(connection, location_id) is not None:
        return
    lows = {low.review_id: low for low in await reviews.lows(connection, location_id, since=now - RECENT)}
    members = [lows[one] for one in found.review_ids if one in lows] if found is not None else []
    if found is None or not members or any(low.incident_id is not None for low in members):
        return
    if all(low.is_fresh for low in members) or await offers.offered_ids(connection, location_id) & set(
        found.review_ids
    ):
        # The detector judges what is news, and what has been offered is not offered twice.
        return
    args: dict[str, object] = {
        "location_id": location_id,
        "count": count_guests(members),
        "since": members[0].at.isoformat(),
        "is_date_only": await reviews.is_date_only(connection, members[0].review_id),
    }
    await offers.put(connection, location_id, [low.review_id for low in members], evidence=found.evidence, now=now)
    if not has_page:
        await enqueue.location(
            connection, location_id, "recent_cluster", now=now, args=args, key=f"offer:{location_id}"
        )


async def missed(store: Store, location_id: int, rule: OwnerRule, *, now: datetime) -> PastIncident | None:
    """The incident that would have begun in the last days and would still be open.

    Up to LEARNED_AT_MOST reviews are replayed, so it is asked before the write lock is taken.
    """
    async with store.read() as connection:
        if not await reviews.lows(connection, location_id, since=now - RECENT):
            return None
        history = await detector_queue.every(connection, location_id, since=now - LEARNED_FROM, at_most=LEARNED_AT_MOST)
        tuning = await feed_detector.tuning_of(connection, location_id, rule)
        zone = (await locations.find(connection, location_id)).zone
    past = await asyncio.to_thread(
        partial(replay, history, tuning=tuning, zone=zone, until=now, watched_since=now - RECENT)
    )
    return past[-1] if past and past[-1].ended_at is None else None
