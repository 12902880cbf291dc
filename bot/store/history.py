"""A location's whole history, as far as a back-test needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.model.review import Rating
from bot.store.engine import Connection
from bot.store.reviews import rating_of
from bot.store.schema import reviews


@dataclass(frozen=True, slots=True)
class Told:
    """One review; `twin_key` is the same for one guest's same words on several platforms."""

    published_at: datetime
    rating: Rating | None
    is_low: bool
    platform: str
    twin_key: str | None


async def of_location(connection: Connection, location_id: int) -> list[Told]:
    """Every review of a location, oldest first, those that the guest took back included: they were there once."""
    columns = ("rating_value", "rating_worst", "rating_best", "is_low", "platform", "twin_key", "published_at")
    rows = await connection.execute(
        sa.select(*(reviews.c[name] for name in columns))
        .where(reviews.c.location_id == location_id)
        .order_by(reviews.c.published_at, reviews.c.review_id)
    )
    return [
        Told(
            published_at=row.published_at,
            rating=rating_of(row),
            is_low=row.is_low,
            platform=row.platform,
            twin_key=row.twin_key,
        )
        for row in rows
    ]
