"""Reviews that a platform has removed: it says so, or does not list them any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import UtcDateTime, incident_reviews, locations, reviews, sources

GONE_AFTER_SWEEPS = 3
GONE_AFTER = timedelta(hours=48)
_IDS_AT_ONCE = 500


async def remove(
    connection: Connection, *, location_id: int, platform: str, external_ids: Sequence[str], now: datetime
) -> int:
    """The platform says that these are removed: they are gone at once, whatever source brought them; gives how many.

    An id of which no review is stored is ignored.
    """
    missing_since = sa.func.coalesce(reviews.c.missing_since, sa.literal(now, UtcDateTime))
    gone = 0
    for start in range(0, len(external_ids), _IDS_AT_ONCE):
        is_removed = sa.and_(
            reviews.c.location_id == location_id,
            reviews.c.platform == platform,
            reviews.c.external_id.in_(external_ids[start : start + _IDS_AT_ONCE]),
            reviews.c.gone_at.is_(None),
        )
        result = await connection.execute(
            sa.update(reviews).where(is_removed).values(gone_at=now, missing_since=missing_since)
        )
        gone += int(result.rowcount)
    if gone:
        await connection.execute(
            sa.update(locations).where(locations.c.location_id == location_id).values(look_due=True)
        )
    return gone


async def miss(connection: Connection, *, source_id: int, sweep: int, now: datetime) -> int:
    """After a complete sweep: count it for every review it did not bring; gives how many are gone now.

    Gone is what three complete sweeps over at least 48 hours did not bring. One missing sweep proves nothing: Google
    is known to hide reviews for hours and to bring them back.
    """
    is_missing = sa.and_(reviews.c.source_id == source_id, reviews.c.seen_sweep < sweep, reviews.c.erased_at.is_(None))
    location_id = await connection.scalar(sa.select(sources.c.location_id).where(sources.c.source_id == source_id))
    assert location_id is not None, "a source belongs to a location"
    return await _miss(connection, is_missing, location_id, now=now)


@dataclass(frozen=True, slots=True)
class Followed:
    """A review of an incident that its source may be asked for."""

    review_id: int
    source_id: int
    external_id: str


async def followed(connection: Connection, incident_id: int) -> list[Followed]:
    """The reviews of an incident that are known by the platform's own id and not erased."""
    rows = await connection.execute(
        sa.select(reviews.c.review_id, reviews.c.source_id, reviews.c.external_id)
        .join(incident_reviews, incident_reviews.c.review_id == reviews.c.review_id)
        .where(
            incident_reviews.c.incident_id == incident_id,
            reviews.c.erased_at.is_(None),
            sa.not_(reviews.c.is_stub),
        )
        .order_by(reviews.c.review_id)
    )
    return [Followed(**row._mapping) for row in rows]


async def miss_some(connection: Connection, location_id: int, review_ids: Sequence[int], *, now: datetime) -> int:
    """A platform was asked for single reviews and did not show these; gives how many are gone now.

    The rule is that of `miss`: three times over at least 48 hours.
    """
    if not review_ids:
        return 0
    return await _miss(connection, reviews.c.review_id.in_(review_ids), location_id, now=now)


async def _miss(connection: Connection, is_missing: sa.ColumnElement[bool], location_id: int, *, now: datetime) -> int:
    await connection.execute(
        sa.update(reviews)
        .where(is_missing)
        .values(
            missed_sweeps=reviews.c.missed_sweeps + 1,
            missing_since=sa.func.coalesce(reviews.c.missing_since, sa.literal(now, UtcDateTime)),
        )
    )
    result = await connection.execute(
        sa.update(reviews)
        .where(
            is_missing,
            reviews.c.gone_at.is_(None),
            reviews.c.missed_sweeps >= GONE_AFTER_SWEEPS,
            reviews.c.missing_since <= now - GONE_AFTER,
        )
        .values(gone_at=now)
    )
    if result.rowcount:
        await connection.execute(
            sa.update(locations).where(locations.c.location_id == location_id).values(look_due=True)
        )
    return int(result.rowcount)
