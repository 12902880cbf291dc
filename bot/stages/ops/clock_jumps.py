"""Notices that the machine's clock was set, moves what is due along with it, and tells the owners once.

Without it a clock that is set back by a day would leave everything that is due for a day later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.clock import Clock
from bot.stages.notify import enqueue
from bot.store.db import moments
from bot.store.db.engine import Connection, Store
from bot.store.people import chats as chats_store
from bot.store.people import locations

log = structlog.get_logger(__name__)

NOTICED_FROM = timedelta(minutes=2)
TOLD_FROM = timedelta(minutes=10)


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
            last = await moments.last_noted(connection) or now
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
                await moments.move(connection, by, now=now)
            if abs(by) >= TOLD_FROM:
                await _tell(connection, by, now=now)
        return by


async def _tell(connection: Connection, by: timedelta, *, now: datetime) -> None:
    businesses = {place.business_id for place in await locations.all_active(connection)}
    owners = {
        chat.chat_id
        for business in businesses
        for chat in await chats_store.of_owners(connection, business_id=business)
    }
    args: dict[str, object] = {"by_s": by.total_seconds()}
    await enqueue.chats(connection, sorted(owners), "clock_set", now=now, args=args)
