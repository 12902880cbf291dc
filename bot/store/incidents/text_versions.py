"""What the texts of an incident say, as it was worked out, with the version of what it was read from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, incident_texts, locations, reviews, scores
from bot.store.reviews.reviews import IS_REPLIED


@dataclass(frozen=True, slots=True)
class Kept:
    """A result in JSON, and the version that it was read from."""

    version: str
    found: str


async def find(connection: Connection, incident_id: int) -> Kept | None:
    """What is kept of an incident; None when nothing is."""
    query = sa.select(incident_texts).where(incident_texts.c.incident_id == incident_id)
    row = (await connection.execute(query)).first()
    return None if row is None else Kept(row.version, row.found)


async def put(connection: Connection, incident_id: int, version: str, found: str, *, now: datetime) -> None:
    """Keep a result in the place of an older one."""
    await connection.execute(sa.delete(incident_texts).where(incident_texts.c.incident_id == incident_id))
    await connection.execute(
        sa.insert(incident_texts).values(incident_id=incident_id, version=version, found=found, made_at=now)
    )


async def inputs_mark(connection: Connection, incident_id: int, location_id: int) -> str:
    """A mark of all that an incident's texts are read from: its reviews, and those of its location before them.

    It changes with every review that joins, leaves, is edited, answered or read, and with every earlier one that comes
    or changes; not with reviews that were published since the incident began.
    """
    its = (
        await connection.execute(
            sa.select(
                *(reviews.c[name] for name in ("review_id", "content_hash", "changed_at", "is_low", "low_at")),
                IS_REPLIED,
                reviews.c.published_at,
                incident_reviews.c.is_severe,
                *(scores.c[name] for name in ("content_hash", "rules", "themes", "complaints", "severe", "language")),
            )
            .join_from(incident_reviews, reviews, reviews.c.review_id == incident_reviews.c.review_id)
            .outerjoin(scores, scores.c.review_id == reviews.c.review_id)
            .where(incident_reviews.c.incident_id == incident_id)
            .order_by(reviews.c.review_id)
        )
    ).all()
    digest = hashlib.sha256(repr([tuple(row) for row in its]).encode("utf-8", "surrogatepass"))
    begin = min((row.low_at or row.published_at for row in its), default=None)
    if begin is not None:
        before = await connection.execute(
            sa.select(sa.func.count(), sa.func.max(reviews.c.changed_at), sa.func.count(scores.c.review_id))
            .select_from(
                reviews.outerjoin(scores, sa.and_(scores.c.review_id == reviews.c.review_id, scores.c.rules != ""))
            )
            .where(reviews.c.location_id == location_id, reviews.c.published_at < begin)
        )
        digest.update(repr(tuple(before.one())).encode())
    name = await connection.scalar(sa.select(locations.c.name).where(locations.c.location_id == location_id))
    digest.update((name or "").encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
