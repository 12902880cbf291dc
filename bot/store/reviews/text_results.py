"""What was read from the reviews of an incident, and from those before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import reviews, scores
from bot.store.reviews.reviews import full_text


@dataclass(frozen=True, slots=True)
class ReadReview:
    """A review's words and what was read from them.

    Attributes:
        text: title and text.
        details: what else the source says.
        complaints: the themes it complains of; None until the present words have been read.
    """

    text: str
    details: Mapping[str, Any]
    complaints: frozenset[str] | None


async def of_reviews(connection: Connection, review_ids: Collection[int]) -> dict[int, ReadReview]:
    """Some reviews by their id."""
    rows = await connection.execute(
        sa.select(
            *(reviews.c[name] for name in ("review_id", "title", "text", "details", "content_hash")),
            scores.c.complaints,
            scores.c.rules,
            scores.c.content_hash.label("read_hash"),
        )
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(reviews.c.review_id.in_(list(review_ids)))
    )
    return {
        row.review_id: ReadReview(
            text=full_text(row.title, row.text),
            details=row.details,
            complaints=frozenset(row.complaints.split()) if row.rules and row.read_hash == row.content_hash else None,
        )
        for row in rows
    }


async def earlier_complaints(
    connection: Connection, location_id: int, *, before: datetime, without: Collection[int]
) -> list[frozenset[str]]:
    """What a location's reviews with text, of any rating, complain of that were published before a moment and read.

    Args:
        connection: the caller's transaction.
        location_id: whose reviews.
        before: the moment.
        without: reviews that do not count.
    """
    rows = await connection.execute(
        sa.select(scores.c.complaints, sa.func.count().label("count"))
        .join_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(*_earlier(location_id, before, without), scores.c.rules != "")
        .group_by(scores.c.complaints)
    )
    return [its for row in rows for its in [frozenset(row.complaints.split())] * row._mapping["count"]]


async def earlier_texts(
    connection: Connection, location_id: int, *, before: datetime, without: Collection[int], limit: int
) -> list[str]:
    """The newest texts of the same reviews, read or not."""
    rows = await connection.execute(
        sa.select(reviews.c.title, reviews.c.text)
        .where(*_earlier(location_id, before, without))
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .limit(limit)
    )
    return [full_text(row.title, row.text) for row in rows]


def _earlier(location_id: int, before: datetime, without: Collection[int]) -> Sequence[sa.ColumnElement[bool]]:
    return (
        reviews.c.location_id == location_id,
        reviews.c.published_at < before,
        reviews.c.review_id.not_in(list(without)),
        sa.or_(sa.func.trim(reviews.c.text) != "", sa.func.trim(reviews.c.title) != ""),
    )
