"""Which reviews belong to an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, incidents, reviews


async def first_low_at(connection: Connection, incident_id: int) -> datetime | None:
    """When the first review of an incident counts."""
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.min(incident_reviews.c.low_at, type_=incident_reviews.c.low_at.type)).where(
            incident_reviews.c.incident_id == incident_id
        )
    )
    return found


async def join(connection: Connection, incident_id: int, review_ids: Sequence[int], *, now: datetime) -> None:
    """Make reviews part of an incident; one that is not low any more stays out."""
    rows = await connection.execute(
        sa.select(reviews.c.review_id, reviews.c.low_at).where(
            reviews.c.review_id.in_(review_ids), reviews.c.low_at.is_not(None)
        )
    )
    its = sa.and_(incident_reviews.c.incident_id == incident_id, incident_reviews.c.review_id.in_(review_ids))
    severe = set(
        await connection.scalars(sa.select(incident_reviews.c.review_id).where(its, incident_reviews.c.is_severe))
    )
    found = [
        {"incident_id": incident_id, "joined_at": now, "is_severe": row.review_id in severe, **row._mapping}
        for row in rows
    ]
    # A review that left by an edit and comes back counts at its new time.
    await connection.execute(sa.delete(incident_reviews).where(its))
    if found:
        await connection.execute(sa.insert(incident_reviews), found)
    await connection.execute(sa.update(incidents).where(incidents.c.incident_id == incident_id).values(grown_at=now))


async def join_for_words(
    connection: Connection, incident_id: int, review_id: int, *, counts_at: datetime, now: datetime
) -> None:
    """Make a severe review part of an incident, whether it is low or not."""
    its = sa.and_(incident_reviews.c.incident_id == incident_id, incident_reviews.c.review_id == review_id)
    known = await connection.execute(sa.update(incident_reviews).where(its).values(is_severe=True))
    if known.rowcount == 0:
        await connection.execute(
            sa.insert(incident_reviews).values(
                incident_id=incident_id, review_id=review_id, joined_at=now, low_at=counts_at, is_severe=True
            )
        )
        await connection.execute(
            sa.update(incidents).where(incidents.c.incident_id == incident_id).values(grown_at=now)
        )


async def joined_since(connection: Connection, incident_id: int, since: datetime) -> set[int]:
    """The reviews that joined an incident at `since` or later."""
    rows = await connection.execute(
        sa.select(incident_reviews.c.review_id).where(
            incident_reviews.c.incident_id == incident_id, incident_reviews.c.joined_at >= since
        )
    )
    return {row.review_id for row in rows}


async def severe_ids(connection: Connection, incident_id: int) -> list[int]:
    """The incident's reviews that are there for their words."""
    its = (incident_reviews.c.incident_id == incident_id, incident_reviews.c.is_severe)
    return list(await connection.scalars(sa.select(incident_reviews.c.review_id).where(*its)))


async def incident_of_severe(connection: Connection, review_id: int) -> int | None:
    """The newest incident that a review is part of for its words."""
    its = (incident_reviews.c.review_id == review_id, incident_reviews.c.is_severe)
    found: int | None = await connection.scalar(sa.select(sa.func.max(incident_reviews.c.incident_id)).where(*its))
    return found
