"""The scores of an incident's reviews, and of those before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.incident import SEVERE
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, incidents, reviews, scores
from bot.store.reviews.heard import IS_SHOWN
from bot.store.reviews.reviews import full_text
from bot.text.signature import unsigned

_READ = (
    *(reviews.c[name] for name in ("review_id", "title", "text", "author", "details", "content_hash")),
    scores.c.complaints,
    scores.c.rules,
    scores.c.content_hash.label("read_hash"),
)
_HAS_TEXT = sa.or_(sa.func.trim(reviews.c.text) != "", sa.func.trim(reviews.c.title) != "")


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


@dataclass(frozen=True, slots=True)
class ReadLow:
    """A low review as the second look compares it.

    Attributes:
        at: when it counts: published, or lowered by an edit.
        twin: the same for one guest's same words on several platforms; None where that cannot be told.
        is_told: an incident holds it or has held it, other than one that a severe review opened.
        read: its words and what was read from them.
    """

    at: datetime
    is_date_only: bool
    twin: str | None
    is_told: bool
    read: ReadReview


async def newest_lows(connection: Connection, location_id: int, *, limit: int) -> list[ReadLow]:
    """A location's newest low reviews with text, oldest first."""
    told = (
        sa.select(sa.literal(1))
        .select_from(incident_reviews.join(incidents, incidents.c.incident_id == incident_reviews.c.incident_id))
        .where(
            incident_reviews.c.review_id == reviews.c.review_id,
            incident_reviews.c.low_at == reviews.c.low_at,
            incidents.c.reason != SEVERE,
        )
        .exists()
    )
    rows = await connection.execute(
        sa.select(
            *_READ,
            *(reviews.c[name] for name in ("low_at", "published_at", "is_date_only", "twin_key")),
            told.label("is_told"),
        )
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(reviews.c.location_id == location_id, reviews.c.is_low, _HAS_TEXT, IS_SHOWN)
        .order_by(reviews.c.low_at.desc(), reviews.c.review_id.desc())
        .limit(limit)
    )
    found = [
        ReadLow(
            at=row.low_at,
            is_date_only=row.is_date_only and row.low_at == row.published_at,
            twin=row.twin_key,
            is_told=row.is_told,
            read=_as_read(row),
        )
        for row in rows
    ]
    return found[::-1]


async def of_reviews(connection: Connection, review_ids: Collection[int]) -> dict[int, ReadReview]:
    """Some reviews by their id."""
    rows = await connection.execute(
        sa.select(*_READ)
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(reviews.c.review_id.in_(list(review_ids)))
    )
    return {row.review_id: _as_read(row) for row in rows}


def _as_read(row: Any) -> ReadReview:
    return ReadReview(
        text=unsigned(full_text(row.title, row.text), row.author),
        details=row.details,
        complaints=frozenset(row.complaints.split()) if row.rules and row.read_hash == row.content_hash else None,
    )


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
        _HAS_TEXT,
    )
