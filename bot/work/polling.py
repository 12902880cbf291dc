"""Polls each source when it is due or says that it has news, and evaluates its location afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from bot.errors import OwnerActionError, RetryError
from bot.pipeline import Pipeline
from bot.sources.contract.source import Listening
from bot.stages.ingest.poll import LONGEST_S
from bot.stages.notify import downtime
from bot.stages.ops import timers
from bot.stages.ops.clock_jumps import ClockWatch
from bot.store.delivery import service_status
from bot.store.delivery import timers as deadlines
from bot.store.ingest import raw_items, sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import locations
from bot.work.gates import Gates
from bot.work.local import LocalWork
from bot.work.trouble import Trouble

log = structlog.get_logger(__name__)

DUE_CHECKED_EVERY_S = 5.0
"""How long a tick that waits for a due time may sleep: other processes write due times too."""
NOTE_PASS_EVERY_S = 60.0


class Polling:
    """Polls what is due and evaluates what has news; one source or location that fails holds up no other."""

    def __init__(
        self, pipeline: Pipeline, clock_watch: ClockWatch, trouble: Trouble, pause: downtime.Pause | None
    ) -> None:
        """`pause` is how long the program had been away, told once the first pass over all sources is done."""
        self.pipeline, self._clock_watch, self._trouble, self._pause = pipeline, clock_watch, trouble, pause
        self._store, self._clock = pipeline.store, pipeline.clock
        self._gates = Gates()
        self._running: dict[int, float] = {}
        every = [its.settings.every_minutes for its in pipeline.connected.values()]
        self._furthest = sources.furthest(max(every, default=timedelta(0)))
        self._passed_at: float | None = None
        self._work: LocalWork | None = None
        self._listeners: list[asyncio.Task[None]] = []

    @property
    def work(self) -> LocalWork:
        """What runs the polls; there is one from `run_by` on."""
        assert self._work is not None
        return self._work

    def run_by(self, work: LocalWork) -> None:
        """Let polls run beside the ticks of `work`."""
        self._work = work

    def listen(self) -> None:
        """Begin to listen to the sources that say when they have news."""
        self._listeners = [
            asyncio.create_task(self._listen(source_id, its.source, its.settings.every_minutes))
            for source_id, its in self.pipeline.connected.items()
            if isinstance(its.source, Listening) and its.source.listens
        ]

    async def stop(self) -> None:
        """Listen no longer; polls under way end with the ticks."""
        for task in self._listeners:
            task.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)

    async def recover(self) -> None:
        """Work off what a killed process had stored."""
        async with self._store.read() as connection:
            with_raw = await raw_items.with_unparsed(connection)
        for source_id in with_raw:
            if source_id in self.pipeline.connected:
                parsing = self.pipeline.parse(source_id)
                await self._trouble.attempt(f"source {source_id}", "reading what a source gave", parsing)
        await self._evaluate_due()

    async def poll(self) -> float:
        """Start a poll of every source that is due; gives the seconds until the next is."""
        await self._clock_watch.look()
        await self.pipeline.save_quiet()
        now, steady = self._clock.now(), self._clock.steady()
        async with self._store.read() as connection:
            waiting = await sources.due(connection, now=now, furthest=self._furthest)
            next_at = await sources.next_due(connection, now=now)
            self.pipeline.parse_unfinished(await raw_items.unparsed_of(connection, [row.source_id for row in waiting]))
        if any(row.next_poll_at is None for row in waiting):
            async with self._store.write() as connection:
                waiting = await sources.take(connection, waiting, now=now)
        for row in waiting:
            source_id = row.source_id
            is_free = source_id not in self._running and not self._trouble.is_aside(f"source {source_id}")
            if source_id in self.pipeline.connected and is_free:
                self._running[source_id] = steady
                self.work.spawn(self._poll_one(source_id, row))
        await self._evaluate_due()
        # A slow source has a while; one that has been waiting for its turn for longer means that polling is stuck.
        if all(steady - begun <= 2 * LONGEST_S for begun in self._running.values()):
            await self._note_pass(now, steady)
        until = DUE_CHECKED_EVERY_S if next_at is None else (next_at - now).total_seconds()
        return min(max(until, 0.0), DUE_CHECKED_EVERY_S)

    async def fire_timers(self) -> float:
        """Do what has come due: snoozes, hourly evaluations, open pickers; gives the seconds until the next is."""
        now = self._clock.now()
        async with self._store.read() as connection:
            next_at = await deadlines.next_due(connection)
        if next_at is None or next_at > now:
            return DUE_CHECKED_EVERY_S if next_at is None else min((next_at - now).total_seconds(), DUE_CHECKED_EVERY_S)
        await self._evaluate(await timers.fire_due(self._store, now=now))
        self.work.nudge("deliver")
        return 0.0

    async def _evaluate_due(self) -> None:
        async with self._store.read() as connection:
            location_ids = await locations.due(connection)
        await self._evaluate(location_ids)

    async def _evaluate(self, location_ids: Iterable[int]) -> None:
        for location_id in location_ids:
            item = f"location {location_id}"
            if not self._trouble.is_aside(item):
                await self._trouble.attempt(item, "evaluating a location", self.pipeline.evaluate(location_id))
                self.work.nudge("deliver")

    async def _poll_one(self, source_id: int, row: SourceRow) -> None:
        """Poll one source; a slow one delays only those of the same host."""
        its = self.pipeline.connected[source_id]
        try:
            async with self._gates.of(its.settings.hosts()):
                # What waits at a gate may have changed by its turn; a folder's turn is now.
                polling = self.pipeline.poll(source_id, None if its.settings.hosts() else row)
                await self._trouble.attempt(f"source {source_id}", f"reading {its.settings.id}", polling)
        finally:
            self._running.pop(source_id, None)
        if not self._running:
            await self.pipeline.save_quiet()
        self.work.nudge("deliver")
        self.work.nudge("score")

    async def _listen(self, source_id: int, source: Listening, every: timedelta) -> None:
        """Ask a source that says when it has news as soon as it says so; the polls go on beside it."""
        failures = 0
        while True:
            try:
                await source.news()
                async with self._store.write() as connection:
                    await sources.poll_one_now(connection, source_id)
            except Exception as error:  # noqa: BLE001 -- whatever it was, the source is listened to again later
                failures += 1
                if isinstance(error, RetryError | OwnerActionError):
                    # The polls tell people of the same trouble.
                    log.info("listening for news failed", source_id=source_id, reason=str(error))
                else:
                    self.work.report(error)
                await asyncio.sleep(sources.backoff(failures, every=every, spread=0.5).total_seconds())
                continue
            failures = 0
            self.work.nudge("poll")

    async def _note_pass(self, now: datetime, steady: float) -> None:
        # Once a minute: a write every second would wear out a memory card.
        is_told = self._pause is None or bool(self._running)
        if not is_told or self._passed_at is None or steady - self._passed_at >= NOTE_PASS_EVERY_S:
            self._passed_at = steady
            async with self._store.write() as connection:
                await service_status.update(connection, passed_at=now)
                if self._pause is not None and not self._running:
                    await downtime.notify_pause(connection, self._pause, now=now)
                    self._pause = None
