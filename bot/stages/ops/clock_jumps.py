"""A clock that was set: noticed, what is due moved along, and the owners told once.

Without it a clock that is set back by a day would leave everything that is due for a day later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from bot.clock import Clock
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection, Store
from bot.store.db.schema import chats, deadlines, incidents, installation, messages, outbox, sources, uploads
from bot.store.people import chats as chats_store
from bot.store.people import locations

log = structlog.get_logger(__name__)

NOTICED_FROM = timedelta(minutes=2)
TOLD_FROM = timedelta(minutes=10)

_DUE = (
    sources.c.next_poll_at,
    chats.c.paused_until,
    outbox.c.not_before,
    deadlines.c.due_at,
    uploads.c.not_before,
    incidents.c.snoozed_until,
)
"""Moments that were reckoned from a clock and lie ahead of it."""
_NOTED = (
    installation.c.started_at,
    installation.c.stopped_at,
    installation.c.passed_at,
    installation.c.last_update_at,
)
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
"""Moments that have been, and from which others are reckoned."""


class ClockWatch:
    """Compares the wall clock with the steady one."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """The first look only takes both readings."""
        self._store = store
        self._clock = clock
        self._wall: datetime | None = None
        self._steady = 0.0

    async def begin(self) -> timedelta:
        """After a start: a time that was noted in the last run and has not come yet betrays a clock set back since."""
        now = self._clock.now()
        self._wall, self._steady = now, self._clock.steady()
        async with self._store.read() as connection:
            row = (await connection.execute(sa.select(*_NOTED))).first()
        last = max((one for one in row or () if one is not None), default=now)
        return await self._set_right(now - last, now=now) if last - now >= NOTICED_FROM else timedelta(0)

    async def look(self) -> timedelta:
        """Compare; gives by how much the clock was set since the last look, negative for back, 0 for not at all."""
        now, steady = self._clock.now(), self._clock.steady()
        if self._wall is None:
            self._wall, self._steady = now, steady
            return timedelta(0)
        by = (now - self._wall) - timedelta(seconds=steady - self._steady)
        self._wall, self._steady = now, steady
        return await self._set_right(by, now=now) if abs(by) >= NOTICED_FROM else timedelta(0)

    async def _set_right(self, by: timedelta, *, now: datetime) -> timedelta:
        log.error("this machine's clock was set", by_s=round(by.total_seconds()))
        async with self._store.write() as connection:
            if by < timedelta(0):
                await _move(connection, by, now=now)
            if abs(by) >= TOLD_FROM:
                await _tell(connection, by, now=now)
        return by


async def _move(connection: Connection, by: timedelta, *, now: datetime) -> None:
    """Bring what lies ahead as near as it was before, and what has been into the past."""
    for column, is_past in [(one, False) for one in _DUE] + [(one, True) for one in _PAST]:
        (key,) = column.table.primary_key.columns
        rows = (await connection.execute(sa.select(key, column.label("at")).where(column > now))).all()
        for row in rows:
            at = now if is_past else row.at + by
            await connection.execute(sa.update(column.table).where(key == row[0]).values({column.name: at}))


async def _tell(connection: Connection, by: timedelta, *, now: datetime) -> None:
    businesses = {place.business_id for place in await locations.all_active(connection)}
    owners = {
        chat.chat_id
        for business in businesses
        for chat in await chats_store.of_owners(connection, business_id=business)
    }
    args: dict[str, object] = {"by_s": by.total_seconds()}
    await enqueue.chats(connection, sorted(owners), "clock_set", now=now, args=args)
