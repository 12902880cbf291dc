"""What is stored under the ids of a file's rows, before the file is stored itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import reviews

_IDS_AT_ONCE = 500
_LONGEST_NUMBER = 7


@dataclass(frozen=True, slots=True)
class Known:
    """A stored review, as far as it tells whether another one is the same."""

    review_id: int
    platform: str
    external_id: str
    author: str
    title: str
    text: str
    published_at: datetime
    is_date_only: bool
    content_hash: str
    rating_value: float | None


_COLUMNS = [reviews.c[name] for name in Known.__slots__]


async def by_ids(connection: Connection, location_id: int, external_ids: Sequence[str]) -> list[Known]:
    """A location's reviews under some ids, of any platform."""
    found: list[Known] = []
    ids = list(dict.fromkeys(external_ids))
    for start in range(0, len(ids), _IDS_AT_ONCE):
        rows = await connection.execute(
            sa.select(*_COLUMNS).where(
                reviews.c.location_id == location_id, reviews.c.external_id.in_(ids[start : start + _IDS_AT_ONCE])
            )
        )
        found += [Known(**row._mapping) for row in rows]
    return found


async def between(connection: Connection, location_id: int, first: datetime, last: datetime) -> list[Known]:
    """A location's reviews that were published between two moments, without those that are only a notice of one."""
    rows = await connection.execute(
        sa.select(*_COLUMNS).where(
            reviews.c.location_id == location_id,
            reviews.c.published_at >= first,
            reviews.c.published_at <= last,
            sa.not_(reviews.c.is_stub),
        )
    )
    return [Known(**row._mapping) for row in rows]


async def under_numbers(connection: Connection, location_id: int) -> list[Known]:
    """A location's reviews whose id is as short as a row number."""
    rows = await connection.execute(
        sa.select(*_COLUMNS).where(
            reviews.c.location_id == location_id, sa.func.length(reviews.c.external_id) <= _LONGEST_NUMBER
        )
    )
    return [Known(**row._mapping) for row in rows]


async def rename(connection: Connection, review_id: int, *, external_id: str, published_at: datetime) -> None:
    """Store a review under another id and date; a low one counts at that date, unless it was edited later."""
    low_at = sa.case((reviews.c.low_at.is_not(None), sa.literal(published_at, reviews.c.low_at.type)), else_=None)
    await connection.execute(
        sa.update(reviews)
        .where(reviews.c.review_id == review_id)
        .values(external_id=external_id, published_at=published_at, low_at=low_at)
    )
