"""Whom a restore must not bring back: what was erased since the backup was made stays erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import bars as bars_table
from bot.store.db.schema import businesses, installation, locations, reviews
from bot.store.delivery import service_status
from bot.store.privacy import bars

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Barred:
    """What a database keeps out: its key, and business, location and hash of each."""

    key: str
    tokens: Sequence[tuple[str, str, str]]


async def known(connection: Connection) -> Barred:
    """What the database that is to be replaced keeps out."""
    rows = await connection.execute(
        sa.select(businesses.c.key.label("business"), locations.c.key.label("location"), bars_table.c.token)
        .join_from(bars_table, locations)
        .join(businesses, businesses.c.business_id == locations.c.business_id)
    )
    its_key = await connection.scalar(sa.select(installation.c.bar_key))
    return Barred(its_key or "", [(row.business, row.location, row.token) for row in rows])


async def apply(connection: Connection, barred: Barred) -> list[int]:
    """Keep the same out of a restored database; gives the reviews in it that are to be erased.

    A database with a key of its own is another installation's, whose hashes say nothing here.
    """
    own = await connection.scalar(sa.select(installation.c.bar_key))
    if not barred.tokens or (own and own != barred.key):
        return []
    await service_status.update(connection, bar_key=barred.key)
    by_place: dict[tuple[str, str], list[str]] = {}
    for business, location, token in barred.tokens:
        by_place.setdefault((business, location), []).append(token)
    to_erase: list[int] = []
    for (business, location), tokens in by_place.items():
        found = await connection.scalar(
            sa.select(locations.c.location_id)
            .join(businesses, businesses.c.business_id == locations.c.business_id)
            .where(businesses.c.key == business, locations.c.key == location)
        )
        if found is not None:
            await bars.put(connection, found, tokens)
            to_erase += await _there(connection, found)
    return to_erase


async def _there(connection: Connection, location_id: int) -> list[int]:
    there: list[int] = []
    last = 0
    while True:
        rows = (
            await connection.execute(
                sa.select(reviews)
                .where(reviews.c.location_id == location_id, reviews.c.review_id > last, reviews.c.erased_at.is_(None))
                .order_by(reviews.c.review_id)
                .limit(_AT_ONCE)
            )
        ).all()
        if not rows:
            return there
        last = rows[-1].review_id
        there += [row.review_id for row in await bars.barred(connection, location_id, rows)]
