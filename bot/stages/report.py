"""What a source's first import found, told once, as soon as there is a chat to tell it to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.detect.observation import Detector
from bot.stages import backtest, tell
from bot.store import incidents, reviews, sources
from bot.store.engine import Connection
from bot.store.schema import outbox, problems
from bot.store.schema import reviews as reviews_table
from bot.store.sources import SourceRow

RECENT = timedelta(hours=72)


async def report_first_import(connection: Connection, row: SourceRow, detector: Detector, *, now: datetime) -> None:
    """Say what the first import found, and offer to open a recent cluster as an incident."""
    # The caller's row may be stale: two looks at a location can be under way at once.
    row = await sources.find(connection, row.source_id)
    if row.swept_at is None or row.reported_at is not None:
        return
    if not await tell.chats_of(connection, row.location_id):
        return
    found = (
        await connection.execute(
            sa.select(
                sa.func.count(),
                sa.func.count().filter(reviews_table.c.is_low),
                sa.func.count().filter(reviews_table.c.published_at < row.connected_at),
                sa.func.min(reviews_table.c.published_at, type_=reviews_table.c.published_at.type),
                sa.func.max(reviews_table.c.published_at, type_=reviews_table.c.published_at.type),
            ).where(reviews_table.c.source_id == row.source_id)
        )
    ).one()
    count, low, old, first_at, last_at = found
    if not old:
        # A source that had nothing when it was connected has brought news only; that is no import.
        return
    skipped = await connection.scalar(
        sa.select(sa.func.count()).select_from(problems).where(problems.c.source_id == row.source_id)
    )
    # The row may be older than this transaction: two sources of one location can be looked at at the same time.
    if not await sources.mark_reported(connection, row.source_id, at=now):
        return
    await tell.location(
        connection,
        row.location_id,
        "first_import",
        now=now,
        args={
            "source_id": row.source_id,
            "count": count,
            "low": low,
            "skipped": skipped,
            "first_at": first_at.isoformat(),
            "last_at": last_at.isoformat(),
        },
    )
    await backtest.ask_for(connection, row.location_id, now=now)
    await _offer(connection, row.location_id, detector, now=now)


async def _offer(connection: Connection, location_id: int, detector: Detector, *, now: datetime) -> None:
    """Offer to open what would have been an incident, had the source been connected before."""
    if await incidents.current(connection, location_id) is not None:
        return
    lows = await reviews.lows(connection, location_id, since=now - RECENT)
    history = [replace(low, is_fresh=not low.is_fresh) for low in lows]
    recent = detector.look(history, now=now, known_since=await reviews.known_since(connection, location_id))
    if recent is None:
        return
    args: dict[str, object] = {
        "location_id": location_id,
        "count": recent.count,
        "since": recent.first_at.isoformat(),
        "is_date_only": await _is_date_only(connection, recent.review_ids[0]),
        "review_ids": list(recent.review_ids),
    }
    await tell.location(connection, location_id, "recent_cluster", now=now, args=args, key=f"offer:{location_id}")


async def offer_of(connection: Connection, location_id: int) -> list[int]:
    """The reviews that were offered to be opened as an incident; empty when nothing is offered."""
    args = await connection.scalar(
        sa.select(outbox.c.args)
        .where(outbox.c.kind == "recent_cluster", outbox.c.key == f"offer:{location_id}")
        .order_by(outbox.c.outbox_id.desc())
        .limit(1)
    )
    return [] if args is None else list(args["review_ids"])


async def _is_date_only(connection: Connection, review_id: int) -> bool:
    return bool(
        await connection.scalar(sa.select(reviews_table.c.is_date_only).where(reviews_table.c.review_id == review_id))
    )
