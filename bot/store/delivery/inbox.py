"""Telegram's updates, stored before they are confirmed to Telegram, and handled once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import inbox


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update."""

    update_id: int
    body: Mapping[str, Any]
    received_at: datetime


async def save(connection: Connection, updates: Iterable[tuple[int, Mapping[str, Any]]], *, now: datetime) -> int:
    """Store updates; one that is stored already is left as it is. Gives how many are new."""
    count = 0
    for update_id, body in updates:
        known = await connection.scalar(sa.select(inbox.c.update_id).where(inbox.c.update_id == update_id))
        if known is None:
            await connection.execute(sa.insert(inbox).values(update_id=update_id, body=dict(body), received_at=now))
            count += 1
    return count


async def unhandled(connection: Connection) -> list[Incoming]:
    """Updates that wait for their handler, oldest first."""
    rows = await connection.execute(
        sa.select(inbox.c.update_id, inbox.c.body, inbox.c.received_at)
        .where(inbox.c.handled_at.is_(None))
        .order_by(inbox.c.update_id)
    )
    return [Incoming(**row._mapping) for row in rows]


async def mark_handled(connection: Connection, update_id: int, *, now: datetime, error: str = "") -> None:
    """Note that an update has been handled, in the transaction of what it changed."""
    await connection.execute(sa.update(inbox).where(inbox.c.update_id == update_id).values(handled_at=now, error=error))


async def last_update_id(connection: Connection) -> int | None:
    """The newest update stored."""
    found: int | None = await connection.scalar(sa.select(sa.func.max(inbox.c.update_id)))
    return found


async def forget_handled(connection: Connection, *, before: datetime) -> int:
    """Drop updates handled before a moment, but never the newest: it says where to go on."""
    newest = sa.select(sa.func.max(inbox.c.update_id)).scalar_subquery()
    result = await connection.execute(sa.delete(inbox).where(inbox.c.handled_at < before, inbox.c.update_id < newest))
    return int(result.rowcount)
