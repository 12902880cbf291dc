"""Low reviews that were not told by themselves yet, where an owner wants to hear of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, reviews


async def low(connection: Connection, location_id: int, *, since: datetime) -> list[int]:
    """The low reviews that are news since a moment, belong to no incident and were not told, oldest first."""
    is_member = sa.exists().where(incident_reviews.c.review_id == reviews.c.review_id)
    rows = await connection.scalars(
        sa.select(reviews.c.review_id)
        .where(
            reviews.c.location_id == location_id,
            reviews.c.is_low,
            reviews.c.is_news,
            reviews.c.low_at >= since,
            reviews.c.low_told_at.is_(None),
            ~is_member,
        )
        .order_by(reviews.c.low_at, reviews.c.review_id)
    )
    return list(rows)


async def mark_told(connection: Connection, review_ids: Sequence[int], *, now: datetime) -> None:
    """Note that reviews were told by themselves, which happens once."""
    await connection.execute(sa.update(reviews).where(reviews.c.review_id.in_(review_ids)).values(low_told_at=now))
