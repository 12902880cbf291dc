"""What a source's first import found, told once, as soon as there is a chat to tell it to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.detect.observation import Detector, Finding
from bot.stages import tell
from bot.store import incidents, reviews, sources
from bot.store.engine import Connection
from bot.store.schema import problems
from bot.store.schema import reviews as reviews_table
from bot.store.sources import SourceRow

RECENT = timedelta(hours=72)


async def report_first_import(connection: Connection, row: SourceRow, detector: Detector, *, now: datetime) -> None:
    """Say what the first import found, and offer to open a recent cluster as an incident."""
    if row.swept_at is None or row.reported_at is not None:
        return
    if not await tell.chats_of(connection, row.location_id):
        return
    found = (
        await connection.execute(
            sa.select(
                sa.func.count(),
                sa.func.count().filter(reviews_table.c.is_low),
                sa.func.min(reviews_table.c.published_at, type_=reviews_table.c.published_at.type),
                sa.func.max(reviews_table.c.published_at, type_=reviews_table.c.published_at.type),
            ).where(reviews_table.c.source_id == row.source_id)
        )
    ).one()
    count, low, first_at, last_at = found
    if not count:
        return
    skipped = await connection.scalar(
        sa.select(sa.func.count()).select_from(problems).where(problems.c.source_id == row.source_id)
    )
    await sources.mark_reported(connection, row.source_id, at=now)
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
    recent = await recent_cluster(connection, row.location_id, detector, until=now)
    if recent is not None:
        await tell.location(
            connection,
            row.location_id,
            "recent_cluster",
            now=now,
            args={
                "location_id": row.location_id,
                "count": recent.count,
                "since": recent.first_at.isoformat(),
                "until": int(now.timestamp()),
            },
            key=f"offer:{row.location_id}",
        )


async def recent_cluster(
    connection: Connection, location_id: int, detector: Detector, *, until: datetime
) -> Finding | None:
    """The cluster that history of the 72 hours before a moment would have been; None when an incident is open."""
    if await incidents.current(connection, location_id) is not None:
        return None
    lows = await reviews.lows(connection, location_id, since=until - RECENT)
    history = [replace(low, is_fresh=not low.is_fresh) for low in lows if low.at <= until + timedelta(days=1)]
    return detector.look(history, now=until, known_since=await reviews.known_since(connection, location_id))
