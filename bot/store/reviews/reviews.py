"""Reading stored reviews: the low ones that count, and the words and rating of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.detect.observation import Observation
from bot.model.review import Rating
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, reviews, scores, sources
from bot.store.reviews.heard import IS_SHOWN


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
            reviews.c.discovered_at,
            reviews.c.changed_at,
            joined.label("incident_id"),
            scores.c.complaints,
        )
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(
            reviews.c.location_id == location_id,
            reviews.c.is_low,
            reviews.c.low_at >= since,
            sa.or_(IS_SHOWN, joined.is_not(None)),
        )
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
            seen=row.discovered_at if row.low_at == row.published_at else row.changed_at,
            themes=None if row.complaints is None else frozenset(row.complaints.split()),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a source has brought so far.

    Attributes:
        low: those of `count` that are low.
        old: those that were published before the source was connected.
        first_at, last_at: when the first and the last were published.
    """

    count: int
    low: int
    old: int
    first_at: datetime
    last_at: datetime


async def of_source(connection: Connection, source_id: int, *, connected_at: datetime | None) -> Brought | None:
    """What a source has brought so far; None when it has brought nothing."""
    at = reviews.c.published_at
    row = (
        await connection.execute(
            sa.select(
                sa.func.count().label("number"),
                sa.func.count().filter(reviews.c.is_low).label("low"),
                sa.func.count().filter(at < connected_at).label("old"),
                sa.func.min(at, type_=at.type).label("first_at"),
                sa.func.max(at, type_=at.type).label("last_at"),
            ).where(reviews.c.source_id == source_id)
        )
    ).one()
    return Brought(row.number, row.low, row.old, row.first_at, row.last_at) if row.number else None


async def is_date_only(connection: Connection, review_id: int) -> bool:
    """Whether of a review only the day is known, not the time."""
    return bool(await connection.scalar(sa.select(reviews.c.is_date_only).where(reviews.c.review_id == review_id)))


async def platforms(connection: Connection, location_id: int) -> list[str]:
    """The platforms that a location has reviews of, the most frequent first."""
    rows = await connection.execute(
        sa.select(reviews.c.platform)
        .where(reviews.c.location_id == location_id)
        .group_by(reviews.c.platform)
        .order_by(sa.func.count().desc(), reviews.c.platform)
    )
    return [row.platform for row in rows]


async def discovered_since(connection: Connection, location_id: int, since: datetime) -> tuple[int, int]:
    """How many reviews were discovered since a moment, and how many of them are low.

    A source that was connected after the moment has brought its history, which it reports itself; it does not count.
    """
    row = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.count().filter(reviews.c.is_low))
            .join_from(reviews, sources, sources.c.source_id == reviews.c.source_id)
            .where(
                reviews.c.location_id == location_id,
                reviews.c.discovered_at >= since,
                sources.c.connected_at < since,
            )
        )
    ).one()
    return row[0], row[1]


async def has_any(connection: Connection, location_id: int) -> bool:
    """Whether a location has reviews."""
    query = sa.select(reviews.c.review_id).where(reviews.c.location_id == location_id).limit(1)
    return await connection.scalar(query) is not None


IS_REPLIED: Final = sa.or_(sa.func.coalesce(reviews.c.reply_text, "") != "", reviews.c.reply_at.is_not(None))
"""Whether the business has answered; a `reply_text` of NULL says that nobody can tell."""


def rating_of(row: sa.Row[Any]) -> Rating | None:
    """The rating of a row that has the three rating columns."""
    if row.rating_value is None:
        return None
    return Rating(row.rating_value, row.rating_worst, row.rating_best)


def full_text(title: str, text: str) -> str:
    """A review's title and text as they are read: the title is a line of its own."""
    return f"{title}\n{text}".strip() if title else text
