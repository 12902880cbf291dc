"""Every stored moment that was reckoned from the machine's clock, to be moved when that clock was set."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import chats, deadlines, incidents, installation, messages, outbox, sources, uploads

_AHEAD = (
    sources.c.next_poll_at,
    sources.c.paused_until,
    chats.c.paused_until,
    outbox.c.not_before,
    deadlines.c.due_at,
    uploads.c.not_before,
    incidents.c.snoozed_until,
)
"""Moments at which something is due."""
_PAST = (
    installation.c.passed_at,
    installation.c.started_at,
    installation.c.last_update_at,
    installation.c.scored_at,
    sources.c.connected_at,
    sources.c.ok_at,
    sources.c.failing_since,
    messages.c.sent_at,
    outbox.c.created_at,
)
"""Moments at which something happened, from which others are reckoned."""
_NOTED = (
    installation.c.started_at,
    installation.c.stopped_at,
    installation.c.passed_at,
    installation.c.last_update_at,
)


async def last_noted(connection: Connection) -> datetime | None:
    """The newest moment that the running program has noted; None before its first run."""
    row = (await connection.execute(sa.select(*_NOTED))).first()
    return max((one for one in row or () if one is not None), default=None)


async def move(connection: Connection, by: timedelta, *, now: datetime) -> None:
    """Follow a clock that was set back.

    What is due comes as soon as it would have, and what has happened does not lie in the future.

    Args:
        connection: the caller's transaction.
        by: how far the clock was set, negative for back.
        now: the time by the clock as it is now, aware UTC.
    """
    for column, is_past in [(one, False) for one in _AHEAD] + [(one, True) for one in _PAST]:
        (key,) = column.table.primary_key.columns
        rows = (await connection.execute(sa.select(key, column.label("at")).where(column > now))).all()
        for row in rows:
            at = now if is_past else row.at + by
            await connection.execute(sa.update(column.table).where(key == row[0]).values({column.name: at}))
