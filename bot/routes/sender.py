"""Works the messages of the second way off, each route for itself: one that hangs holds no other back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.messages.render.render_routes import letter_of
from bot.messages.service.second_way import LATE
from bot.redaction import Redactor
from bot.routes.contract import TIMEOUT_S, Letter, MayHaveArrivedError, NotSentError, Route
from bot.stages.notify import second_way
from bot.store.db.engine import Store
from bot.store.delivery import routes
from bot.store.delivery.routes import ToSend

log = structlog.get_logger(__name__)

UNSURE_AT_MOST = 3
"""How often something is sent that may have arrived each time."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)
_ENDS_WITHIN_S = 5.0


class RouteSender:
    """Sends on the configured routes."""

    def __init__(
        self, store: Store, clock: Clock, ways: Mapping[tuple[str, str], Route], secrets: tuple[str, ...] = ()
    ) -> None:
        """`ways` are by business and route key; `secrets` are taken out of every error that is kept."""
        self._store = store
        self._clock = clock
        self._ways = ways
        self._redactor = Redactor()
        for secret in secrets:
            self._redactor.add(secret)

    async def recover(self) -> None:
        """After a start: what was being sent may have arrived."""
        async with self._store.write() as connection:
            await routes.recover(connection)

    async def tick(self) -> None:
        """See what has to be told on the second way, and tell it."""
        if self._ways:
            async with self._store.write() as connection:
                await second_way.look(connection, now=self._clock.now())
            await self.deliver()

    async def deliver(self) -> None:
        """Send what is due, all routes at once."""
        while True:
            async with self._store.read() as connection:
                due = await routes.ready(connection, now=self._clock.now())
                rows = {row.route_id: row for row in await routes.every(connection)}
            known = [one for one in due if (rows[one.route_id].business_key, rows[one.route_id].key) in self._ways]
            if not known:
                return
            await asyncio.gather(*(self._deliver_one(one, rows[one.route_id]) for one in known))

    async def last_word(self) -> None:
        """At the end of the program: what is due goes out if that takes no longer than some seconds."""
        if self._ways:
            try:
                await asyncio.wait_for(self.deliver(), _ENDS_WITHIN_S)
            except TimeoutError:
                log.warning("the second way takes too long; the next start goes on with it")

    async def _deliver_one(self, one: ToSend, row: routes.RouteRow) -> None:
        async with self._store.write() as connection:
            if not await routes.claim(connection, one.message_id):
                return
        now = self._clock.now()
        async with self._store.read() as connection:
            told = await letter_of(connection, one, row, now=now)
        if told is None or now - one.created_at > LATE:
            async with self._store.write() as connection:
                await routes.drop(connection, one, error="" if told is None else "given up after a day", now=now)
            return
        letter = Letter(told.subject, told.text, str(one.message_id), told.is_urgent)
        try:
            await asyncio.wait_for(self._ways[row.business_key, row.key].send(letter), TIMEOUT_S)
        except Exception as error:  # noqa: BLE001 -- a library knows a hundred services; its errors hold no other back
            await self._failed(one, row, error)
            return
        async with self._store.write() as connection:
            now = self._clock.now()
            await routes.mark_sent(connection, one, now=now)
            await second_way.tell_tester(connection, one, row.name, "", now=now)

    async def _failed(self, one: ToSend, row: routes.RouteRow, error: Exception) -> None:
        now = self._clock.now()
        is_known = isinstance(error, NotSentError | MayHaveArrivedError)
        text = self._redactor.sentence(str(error)) if is_known else type(error).__name__
        is_unsure = not isinstance(error, NotSentError)
        log.warning("a route does not take a message", route=row.key, kind=one.kind, says=text)
        async with self._store.write() as connection:
            if one.kind == "test":
                await routes.drop(connection, one, error=text, now=now)
                await second_way.tell_tester(connection, one, row.name, text, now=now)
                return
            if is_unsure and one.attempts + 1 >= UNSURE_AT_MOST:
                # Each of the attempts has most likely arrived.
                await routes.drop(connection, one, error=text, now=now)
                return
            wait = min(_FIRST_WAIT * 2 ** min(one.attempts, 10), _LONGEST_WAIT)
            await routes.put_back(
                connection, one, not_before=now + wait, error=text, may_have_arrived=is_unsure, now=now
            )
