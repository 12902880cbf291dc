"""The running program: starts everything, and stops it in order."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import IO

import structlog

from bot.errors import StopError
from bot.pipeline import Pipeline
from bot.sources.sandbox import process as readers
from bot.stages.notify import downtime, enqueue, escalate, handover
from bot.stages.ops.clock_jumps import ClockWatch
from bot.store.db import migrate
from bot.store.db.engine import lock
from bot.store.db.presence import Presence
from bot.store.delivery import service_status
from bot.store.people import locations
from bot.telegram.inbound.updates import Updates
from bot.telegram.outbound import account
from bot.threads import look_names_up_apart
from bot.work.dependencies import Dependencies
from bot.work.local import LocalWork
from bot.work.polling import Polling
from bot.work.texts import ReadingWishes, TextWork
from bot.work.ticks import registry
from bot.work.trouble import Trouble

log = structlog.get_logger(__name__)

STOP_WITHIN_S = 2.5
"""Seconds that what runs has to come to its end; what is broken off is in the database, and goes on after the start."""


class Service:
    """The running program."""

    def __init__(self, parts: Dependencies) -> None:
        """Nothing is started or reached yet."""
        self.parts = parts
        self._trouble = Trouble(parts.store, parts.clock)
        self._clock_watch = ClockWatch(parts.store, parts.clock)
        self._lock: IO[str] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[None] | None = None
        self._polling: Polling | None = None
        self._texts: TextWork | None = None
        self._work: LocalWork | None = None
        self._has_met = False
        self._is_open = False
        self.updates = Updates(
            parts.store,
            parts.clock,
            parts.bot,
            files=parts.files,
            packs=parts.packs,
            arrived=lambda: self._nudge("handle"),
            changed=self._handled,
            failed=self._failed,
        )

    @property
    def polling(self) -> Polling:
        """Polls sources and evaluates locations; there is one from `start` on."""
        assert self._polling is not None
        return self._polling

    @property
    def texts(self) -> TextWork:
        """What the workers do with texts; there is one from `start` on."""
        assert self._texts is not None
        return self._texts

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline; there is one from `start` on."""
        return self.polling.pipeline

    @property
    def work(self) -> LocalWork:
        """What runs the ticks; there is one from `start` on."""
        assert self._work is not None
        return self._work

    async def start(self) -> None:
        """Open, catch up with what the last run left, and begin.

        Raises:
            StopError: the program cannot run; the text says what the owner does.
        """
        parts = self.parts
        self._ended = asyncio.get_running_loop().create_future()
        look_names_up_apart()
        self._lock = lock(parts.lock_file)
        await migrate.upgrade(parts.store, parts.premises.backups.before_upgrade)
        await self._clock_watch.begin()
        pipeline = await parts.connect(lambda: self._nudge("score"))
        wishes = ReadingWishes(await parts.read_as(), parts.packs)
        await parts.sender.recover()
        await parts.routes.recover()
        self._is_open = True
        await self._meet()
        now = parts.clock.now()
        async with parts.store.read() as connection:
            pause = downtime.pause_before(await service_status.read(connection), now=now)
        polling = self._polling = Polling(pipeline, self._clock_watch, self._trouble, pause)
        self._texts = TextWork(pipeline, wishes, parts.workers, parts.files, self._trouble, self._nudge)
        presence = Presence(parts.store)
        await presence.look()
        checks = (presence.look, self._meet, self._trouble.note)
        ticks = registry(parts, self.updates, polling, self._texts, self._nudge, checks)
        self._work = LocalWork(ticks, parts.clock, failed=self._failed)
        polling.run_by(self._work)
        await self._note_start(pipeline, now)
        await polling.recover()
        self._fetching = asyncio.create_task(self.updates.fetch_forever())
        self._fetching.add_done_callback(self._fetching_ended)
        self._work.start()
        for name in ("handle", "poll", "timers", "deliver"):
            self._nudge(name)
        polling.listen()
        log.info("watching", sources=len(pipeline.connected), locations=len(wishes.ways))

    async def step(self) -> None:
        """Run every tick at once, after a stepped clock was moved."""
        await self.work.step()

    async def run(self) -> None:
        """Run until `stop` is called.

        Raises:
            StopError: the program cannot go on.
        """
        assert self._ended is not None
        await self._ended

    def end(self) -> None:
        """Make `run` return."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    async def stop(self) -> None:
        """Stop in order; unfinished work is in the database, and the next start goes on with it."""
        parts = self.parts
        if self._polling is not None:
            await self._polling.stop()
        if self._fetching is not None:
            self.updates.stop()
            await asyncio.wait([self._fetching], timeout=STOP_WITHIN_S)
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        if self._work is not None:
            await self._work.stop(within_s=STOP_WITHIN_S)
            async with parts.store.write() as connection:
                await service_status.update(connection, stopped_at=parts.clock.now())
        if self._is_open:
            # What waits for the second way may be why the program ends.
            await parts.routes.last_word()
        readers.break_off()
        await parts.workers.close(within=timedelta(seconds=1))
        await parts.http.aclose()
        await parts.bot.shutdown()
        await parts.store.close()
        if self._lock is not None:
            self._lock.close()

    async def _note_start(self, pipeline: Pipeline, now: datetime) -> None:
        every = [its.settings.every_minutes.total_seconds() for its in pipeline.connected.values()]
        async with self.parts.store.write() as connection:
            await service_status.update(
                connection, started_at=now, stopped_at=None, pass_every_s=max(every, default=900.0)
            )
            # Presses and edits may have been missed while the program did not run.
            everywhere = [place.location_id for place in await locations.all_active(connection)]
            await enqueue.open_cards(connection, everywhere, now=now)
            await escalate.begin_missing(connection, everywhere, now=now)
            # The configuration may name other quiet hours than before.
            await escalate.go_on(connection, everywhere)
            await handover.begin(connection, everywhere, now=now)

    async def _meet(self) -> None:
        if not self._has_met:
            self._has_met = await account.introduce(self.parts.bot, self.parts.store, now=self.parts.clock.now())

    def _nudge(self, name: str) -> None:
        if self._work is not None:
            self._work.nudge(name)

    def _handled(self) -> None:
        for name in ("deliver", "import", "notes", "evidence", "digests"):
            self._nudge(name)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StopError):
            self._stop_with(error)
        else:
            self._trouble.failed(error)

    def _fetching_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._stop_with(task.exception())

    def _stop_with(self, error: BaseException | None) -> None:
        if error is not None and self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)
