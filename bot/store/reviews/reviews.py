"""Reading stored reviews: the low ones that count, and the words and rating of a row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.detect.observation import Observation
from bot.model.review import Rating
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, reviews


async def lows(connection: Connection, location_id: int, *, since: datetime) -> list[Observation]:
    """A location's low reviews that count at `since` or later, oldest first."""
    joined = (
        sa.select(sa.func.max(incident_reviews.c.incident_id))
        .where(incident_reviews.c.review_id == reviews.c.review_id, incident_reviews.c.low_at == reviews.c.low_at)
        .scalar_subquery()
    )
    rows = await connection.execute(
        sa.select(
            reviews.c.review_id,
            reviews.c.low_at,
            reviews.c.platform,
            reviews.c.twin_key,
            reviews.c.is_fresh,
            reviews.c.is_date_only,
            reviews.c.published_at,
            joined.label("incident_id"),
        )
        .where(reviews.c.location_id == location_id, reviews.c.is_low, reviews.c.low_at >= since)
        .order_by(reviews.c.low_at, reviews.c.review_id)
    )
    return [
        Observation(
            review_id=row.review_id,
            at=row.low_at,
            platform=row.platform,
            twin=row.twin_key,
            is_fresh=row.is_fresh,
            incident_id=row.incident_id,
            is_date_only=row.is_date_only and row.low_at == row.published_at,
        )
        for row in rows
    ]


async def has_any(connection: Connection, location_id: int) -> bool:
    """Whether a location has reviews."""
    query = sa.select(reviews.c.review_id).where(reviews.c.location_id == location_id).limit(1)
    return await connection.scalar(query) is not None


def rating_of(row: sa.Row[Any]) -> Rating | None:
    """The rating of a row that has the three rating columns."""
    if row.rating_value is None:
        return None
    return Rating(row.rating_value, row.rating_worst, row.rating_best)


def full_text(title: str, text: str) -> str:
    """A review's title and text as they are read: the title is a line of its own."""
    return f"{title}\n{text}".strip() if title else text
