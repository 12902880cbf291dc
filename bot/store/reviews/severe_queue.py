"""Severe reviews: which were found and not acted on yet, and what was acted on before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection, Row
from bot.store.db.schema import incident_reviews, review_versions, reviews, scores
from bot.store.reviews.heard import IS_SHOWN
from bot.store.reviews.reviews import full_text


async def waiting(connection: Connection, *, changed_since: datetime) -> list[int]:
    """The severe reviews that are news and were not acted on.

    What was changed before `changed_since` is history, even if the rules find it only now.
    """
    return [row.review_id for row in await connection.execute(_waiting(changed_since))]


async def still_waiting(connection: Connection, review_id: int, *, changed_since: datetime) -> Row | None:
    """One of them with all its columns and `severe`; None when somebody has acted on it."""
    found: Row | None = (
        await connection.execute(_waiting(changed_since).where(reviews.c.review_id == review_id))
    ).first()
    return found


def _waiting(changed_since: datetime) -> sa.Select[Any]:
    # Beginning at the few severe scores, not at all reviews.
    return (
        sa.select(reviews)
        .add_columns(scores.c.severe)
        .join_from(scores, reviews, scores.c.review_id == reviews.c.review_id)
        .where(
            scores.c.severe != "",
            scores.c.loudness.in_(("sound", "silent")),
            scores.c.content_hash == reviews.c.content_hash,
            reviews.c.is_news,
            reviews.c.severe_at.is_(None),
            IS_SHOWN,
            reviews.c.changed_at >= changed_since,
        )
        .order_by(reviews.c.review_id)
    )


async def find(connection: Connection, review_id: int) -> Row | None:
    """A review with all its columns."""
    return (await connection.execute(sa.select(reviews).where(reviews.c.review_id == review_id))).first()


async def mark_acted(connection: Connection, review_id: int, *, now: datetime) -> None:
    """Note that a severe review was acted on, which happens once in its life."""
    await connection.execute(sa.update(reviews).where(reviews.c.review_id == review_id).values(severe_at=now))


async def earlier_texts(connection: Connection, review_id: int) -> list[str]:
    """What a review said before its edits."""
    rows = await connection.execute(
        sa.select(review_versions.c.title, review_versions.c.text).where(review_versions.c.review_id == review_id)
    )
    return [full_text(row.title, row.text) for row in rows]


async def is_copy(connection: Connection, row: Row) -> bool:
    """Whether the same guest's same words on another platform were acted on."""
    if row.twin_key is None:
        return False
    found = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(reviews)
        .where(
            reviews.c.location_id == row.location_id,
            reviews.c.twin_key == row.twin_key,
            reviews.c.review_id != row.review_id,
            reviews.c.severe_at.is_not(None),
        )
    )
    return bool(found)


async def holds_copy(connection: Connection, incident_id: int, row: Row) -> bool:
    """Whether an incident holds the same guest's same severe words."""
    found = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(incident_reviews)
        .join(reviews, reviews.c.review_id == incident_reviews.c.review_id)
        .where(
            incident_reviews.c.incident_id == incident_id,
            incident_reviews.c.is_severe,
            reviews.c.twin_key == row.twin_key,
        )
    )
    return bool(found)
