"""Finding what is held of a guest, by name or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection, Row, Store
from bot.store.db.schema import incident_reviews, locations, review_versions, reviews, scores
from bot.store.privacy import places
from bot.text.fold import fold
from bot.text.needles import Needles

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """A review that has the words, or a guest of that name.

    Attributes:
        is_by: the guest has the name; else it stands in the text.
    """

    review_id: int
    place: str
    platform: str
    author: str
    text: str
    stars: str
    published_at: datetime
    is_by: bool
    location_id: int = 0


async def reviews_with(connection: Connection, wanted: str) -> list[Found]:
    """The reviews whose guest, title, text, earlier text or answer holds some words in any case; oldest first."""
    needle = fold(wanted)
    found: list[Found] = []
    last = 0
    while True:
        query = (
            sa.select(reviews, locations.c.name.label("place"))
            .join_from(reviews, locations)
            .where(reviews.c.review_id > last, reviews.c.erased_at.is_(None))
            .order_by(reviews.c.review_id)
            .limit(_AT_ONCE)
        )
        rows = (await connection.execute(query)).all()
        if not rows:
            return found
        last = rows[-1].review_id
        earlier = await _earlier_texts(connection, rows[0].review_id, last)
        for row in rows:
            is_by = needle in fold(row.author)
            texts = [row.title, row.text, row.reply_text or "", *earlier.get(row.review_id, [])]
            if is_by or any(needle in fold(text) for text in texts):
                found.append(_found(row, is_by=is_by))


async def one(connection: Connection, review_id: int) -> Found | None:
    """A review that is held; None where it is not there or erased."""
    query = (
        sa.select(reviews, locations.c.name.label("place"))
        .join_from(reviews, locations)
        .where(reviews.c.review_id == review_id, reviews.c.erased_at.is_(None))
    )
    row = (await connection.execute(query)).first()
    return None if row is None else _found(row, is_by=True)


async def elsewhere(store: Store, wanted: str) -> dict[str, int]:
    """Table -> in how many of its rows the words stand, beside the reviews themselves."""
    counts: dict[str, int] = {}
    async for hits in places.hits(store, Needles.of([wanted], [])):
        counts[hits[0].table.name] = counts.get(hits[0].table.name, 0) + len(hits)
    return counts


async def everything(connection: Connection, review_ids: Sequence[int]) -> list[dict[str, Any]]:
    """All that is stored of some reviews, as plain values, by table."""
    found = []
    for row in (await connection.execute(sa.select(reviews).where(reviews.c.review_id.in_(review_ids)))).all():
        its: dict[str, Any] = {"review": _plain(row)}
        for name, table in (
            ("earlier_versions", review_versions),
            ("reading", scores),
            ("incidents", incident_reviews),
        ):
            rows = await connection.execute(sa.select(table).where(table.c.review_id == row.review_id))
            its[name] = [_plain(one) for one in rows]
        found.append(its)
    return found


async def _earlier_texts(connection: Connection, first: int, last: int) -> dict[int, list[str]]:
    rows = await connection.execute(
        sa.select(review_versions.c.review_id, review_versions.c.title, review_versions.c.text).where(
            review_versions.c.review_id.between(first, last)
        )
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.review_id, []).extend((row.title, row.text))
    return found


def _found(row: Row, *, is_by: bool) -> Found:
    stars = "-" if row.rating_value is None else f"{row.rating_value:g}/{row.rating_best:g}"
    text = f"{row.title} {row.text}".strip()
    return Found(
        row.review_id, row.place, row.platform, row.author, text, stars, row.published_at, is_by, row.location_id
    )


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._mapping.items()
        if not isinstance(value, bytes)
    }
