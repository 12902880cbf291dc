"""The running program: what is started, what is looked after, and how it comes to an end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import httpx
import structlog
from telegram import Bot

from bot.clock import Clock
from bot.errors import OwnerActionError, RetryError, StopError
from bot.evidence_file import waiting
from bot.pipeline import Pipeline
from bot.score.lessons import Taught
from bot.score.reading import Reading, read_many
from bot.score.score import ScoreJob
from bot.score.teaching import learn_reviews
from bot.sources.contract.source import Listening
from bot.stages.analyse import incident_texts, learn, score
from bot.stages.analyse.packs import Packs
from bot.stages.ingest import uploads
from bot.stages.ingest.poll import LONGEST_S
from bot.stages.notify import downtime, enqueue
from bot.stages.ops import retention, timers
from bot.stages.ops.clock_jumps import ClockWatch
from bot.stages.replay import backtest
from bot.stages.watch import severe
from bot.store.db import migrate
from bot.store.db.engine import Store, lock
from bot.store.delivery import service_status
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.ingest import raw_items, sources
from bot.store.ingest.sources import SourceRow
from bot.store.people import locations
from bot.telegram.inbound.updates import Updates
from bot.telegram.limits import LARGEST_FILE
from bot.telegram.outbound import account
from bot.telegram.outbound.download import fetch
from bot.telegram.outbound.sender import Sender
from bot.work.gates import Gates
from bot.work.heavy import HeavyWorkers
from bot.work.local import LocalWork, Tick
from bot.work.trouble import Trouble

log = structlog.get_logger(__name__)

LOOK_AT_LEAST_EVERY_S = 5.0
"""How long a tick that waits for a due time may sleep: other processes write due times too."""
NOTE_PASS_EVERY_S = 60.0
STOP_WITHIN_S = 2.5
"""Seconds that what runs has to come to its end; what is broken off is in the database, and goes on after the start."""
ERROR_KEPT = 200


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What the service is made of.

    Attributes:
        lock_file: held while the service runs, so that there is one.
        connect: brings the database in line with the configuration and connects every source; what it is given is
            called each time reviews were stored.
        read_as: how the reviews of each location are read.
        severe: what each location wants of severe reviews.
    """

    clock: Clock
    store: Store
    bot: Bot
    http: httpx.AsyncClient
    workers: HeavyWorkers
    sender: Sender
    files: OutgoingFiles
    packs: Packs
    lock_file: Path
    connect: Callable[[Callable[[], None]], Awaitable[Pipeline]]
    read_as: Callable[[], Awaitable[dict[int, score.ReadAs]]]
    severe: Callable[[], Awaitable[dict[int, severe.SevereMode]]]


class Service:
    """The running program."""

    def __init__(self, parts: Dependencies) -> None:
        """Nothing is started or reached yet."""
        self.parts = parts
        self._polling: dict[int, float] = {}
        self._furthest = sources.furthest(timedelta(0))
        self._scoring_noted_at: float | None = None
        self._passed_at: float | None = None
        self._gates = Gates()
        self._trouble = Trouble(parts.store, parts.clock)
        self._clock_watch = ClockWatch(parts.store, parts.clock)
        self._lock: IO[str] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._listeners: list[asyncio.Task[None]] = []
        self._ended: asyncio.Future[None] | None = None
        self._pipeline: Pipeline | None = None
        self._places: dict[int, score.ReadAs] = {}
        self._severe: dict[int, severe.SevereMode] = {}
        self._pause: downtime.Pause | None = None
        self._has_met = False
        self.work = LocalWork(
            {
                "handle": Tick(self._handle, 5),
                "poll": Tick(self._poll, 1),
                "due": Tick(self._due, 1),
                "deliver": Tick(parts.sender.deliver, 1),
                "take_in": Tick(self._take_in, 5),
                "back_test": Tick(self._back_test, 5),
                "rate": Tick(self._rate, 10),
                "learn": Tick(self._learn, 600),
                "evidence": Tick(self._evidence, 5),
                "upkeep": Tick(self._upkeep, 60),
            },
            failed=self._failed,
        )
        self.updates = Updates(
            parts.store,
            parts.clock,
            parts.bot,
            files=parts.files,
            arrived=lambda: self.work.nudge("handle"),
            changed=self._handled,
            failed=self._failed,
        )

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline; there is one from `start` on."""
        assert self._pipeline is not None
        return self._pipeline

    async def start(self) -> None:
        """Open, catch up with what the last run left, and begin.

        Raises:
            StopError: the program cannot run; the text says what the owner does.
        """
        parts = self.parts
        self._ended = asyncio.get_running_loop().create_future()
        self._lock = lock(parts.lock_file)
        await migrate.upgrade(parts.store)
        await self._clock_watch.begin()
        self._pipeline = await parts.connect(lambda: self.work.nudge("rate"))
        self._places = await parts.read_as()
        self._severe = await parts.severe()
        await parts.sender.recover()
        self._has_met = await account.meet(parts.bot, parts.store, now=parts.clock.now())
        now = parts.clock.now()
        async with parts.store.read() as connection:
            self._pause = downtime.pause_before(await service_status.read(connection), now=now)
        every = [its.settings.every_minutes.total_seconds() for its in self.pipeline.connected.values()]
        self._furthest = sources.furthest(timedelta(seconds=max(every, default=0.0)))
        async with parts.store.write() as connection:
            await service_status.update(
                connection, started_at=now, stopped_at=None, pass_every_s=max(every, default=900.0)
            )
            # Presses and edits may have been missed while the program did not run.
            everywhere = [place.location_id for place in await locations.all_active(connection)]
            await enqueue.open_cards(connection, everywhere, now=now)
        await self._catch_up()
        self._fetching = asyncio.create_task(self.updates.fetch_forever())
        self._fetching.add_done_callback(self._fetching_ended)
        self.work.start()
        for name in ("handle", "poll", "due", "deliver"):
            self.work.nudge(name)
        self._listeners = [
            asyncio.create_task(self._listen(source_id, its.source, its.settings.every_minutes))
            for source_id, its in self.pipeline.connected.items()
            if isinstance(its.source, Listening) and its.source.listens
        ]
        log.info("watching", sources=len(self.pipeline.connected), locations=len(self._places))

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
        """Come to an orderly end; what is not done is in the database."""
        parts = self.parts
        for task in self._listeners:
            task.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)
        if self._fetching is not None:
            self.updates.stop()
            await asyncio.wait([self._fetching], timeout=STOP_WITHIN_S)
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        await self.work.stop(within_s=STOP_WITHIN_S)
        if self._pipeline is not None:
            async with parts.store.write() as connection:
                await service_status.update(connection, stopped_at=parts.clock.now())
        await parts.workers.close(within=timedelta(seconds=1))
        await parts.http.aclose()
        await parts.bot.shutdown()
        await parts.store.close()
        if self._lock is not None:
            self._lock.close()

    async def _catch_up(self) -> None:
        """What a killed process had stored but not worked off."""
        async with self.parts.store.read() as connection:
            with_raw = await raw_items.with_unparsed(connection)
        for source_id in with_raw:
            if source_id in self.pipeline.connected:
                await self._trouble.attempt(
                    f"source {source_id}", "reading what a source gave", self.pipeline.parse(source_id)
                )
        await self._look_at(None)

    async def _look_at(self, location_ids: list[int] | None) -> None:
        if location_ids is None:
            async with self.parts.store.read() as connection:
                location_ids = await locations.due(connection)
        for location_id in location_ids:
            item = f"location {location_id}"
            if not self._trouble.is_aside(item):
                await self._trouble.attempt(item, "evaluating a location", self.pipeline.evaluate(location_id))

    def _handled(self) -> None:
        self.work.nudge("deliver")
        self.work.nudge("take_in")
        self.work.nudge("evidence")

    async def _handle(self) -> None:
        await self.updates.handle()

    async def _poll(self) -> float:
        await self._clock_watch.look()
        await self.pipeline.save_quiet()
        now, steady = self.parts.clock.now(), self.parts.clock.steady()
        async with self.parts.store.read() as connection:
            waiting = await sources.due(connection, now=now, furthest=self._furthest)
            next_at = await sources.next_due(connection)
        for row in waiting:
            source_id = row.source_id
            is_free = source_id not in self._polling and not self._trouble.is_aside(f"source {source_id}")
            if source_id in self.pipeline.connected and is_free:
                self._polling[source_id] = steady
                self.work.spawn(self._poll_one(source_id, row))
        await self._look_at(None)
        # A slow source has a while; one that has been waiting for its turn for longer means that polling is stuck.
        if all(steady - begun <= 2 * LONGEST_S for begun in self._polling.values()):
            await self._note_pass(now, steady)
        until = LOOK_AT_LEAST_EVERY_S if next_at is None else (next_at - now).total_seconds()
        return min(max(until, 0.0), LOOK_AT_LEAST_EVERY_S)

    async def _poll_one(self, source_id: int, row: SourceRow) -> None:
        """A slow source keeps no other from being polled, unless both are asked of the same host."""
        its = self.pipeline.connected[source_id]
        try:
            async with self._gates.of(its.settings.hosts()):
                # What waits at a gate may have changed by its turn; a folder's turn is now.
                known = None if its.settings.hosts() else row
                await self._trouble.attempt(
                    f"source {source_id}", f"reading {its.settings.id}", self.pipeline.poll(source_id, known)
                )
        finally:
            self._polling.pop(source_id, None)
        if not self._polling:
            await self.pipeline.save_quiet()
        self.work.nudge("deliver")
        self.work.nudge("rate")

    async def _listen(self, source_id: int, source: Listening, every: timedelta) -> None:
        """Ask a source that says when it has news as soon as it says so; the polls go on beside it."""
        failures = 0
        while True:
            try:
                await source.news()
                async with self.parts.store.write() as connection:
                    await sources.poll_one_now(connection, source_id)
            except Exception as error:  # noqa: BLE001 -- whatever it was, the source is listened to again later
                failures += 1
                if isinstance(error, RetryError | OwnerActionError):
                    # The polls tell people of the same trouble.
                    log.info("listening for news failed", source_id=source_id, reason=str(error))
                else:
                    self._failed(error)
                await asyncio.sleep(sources.backoff(failures, every=every, spread=0.5).total_seconds())
                continue
            failures = 0
            self.work.nudge("poll")

    async def _note_pass(self, now: datetime, steady: float) -> None:
        # Once a minute: a write every second would wear out a memory card.
        is_told = self._pause is None or bool(self._polling)
        if not is_told or self._passed_at is None or steady - self._passed_at >= NOTE_PASS_EVERY_S:
            self._passed_at = steady
            async with self.parts.store.write() as connection:
                await service_status.update(connection, passed_at=now)
                if self._pause is not None and not self._polling:
                    await downtime.notify_pause(connection, self._pause, now=now)
                    self._pause = None

    async def _due(self) -> None:
        await self._look_at(await timers.fire_due(self.parts.store, now=self.parts.clock.now()))
        self.work.nudge("deliver")

    async def _take_in(self) -> None:
        parts = self.parts
        rule_of = self.pipeline.rule_of
        await uploads.go_on(parts.store, parts.clock, self._fetch, parts.files, rule_of=rule_of)
        self.work.nudge("deliver")

    async def _fetch(self, file_id: str) -> bytes:
        return await fetch(self.parts.bot, file_id)

    async def _rate(self) -> None:
        try:
            await score.score(self.parts.store, self._read_many, self._places, stored=self._was_read)
        except Exception as error:
            await self._scored(error=f"{type(error).__name__}: {error}"[:ERROR_KEPT])
            raise
        if self._scoring_noted_at is None or self.parts.clock.steady() - self._scoring_noted_at >= NOTE_PASS_EVERY_S:
            await self._scored()

    async def _scored(self, *, error: str = "") -> None:
        """Note for the health check how scoring goes: each minute, or that it fails."""
        self._scoring_noted_at = None if error else self.parts.clock.steady()
        values = {"scoring_error": error} if error else {"scoring_error": "", "scored_at": self.parts.clock.now()}
        async with self.parts.store.write() as connection:
            await service_status.update(connection, **values)

    async def _read_many(self, jobs: Sequence[ScoreJob], saved: Mapping[int, bytes]) -> list[Reading]:
        return await self.parts.workers.run(read_many, jobs, saved)

    async def _was_read(self, location_ids: frozenset[int]) -> None:
        now = self.parts.clock.now()
        await self._scored()
        await severe.open_severe(self.parts.store, self._severe, now=now)
        await incident_texts.refresh_open(self.parts.store, location_ids, self.parts.packs, now=now)
        async with self.parts.store.write() as connection:
            await enqueue.open_cards(connection, location_ids, now=now, is_growth=True)
        self.work.nudge("deliver")

    async def _back_test(self) -> None:
        is_reading = await score.waiting(self.parts.store, self._places) > 0
        async with self.parts.store.read() as connection:
            waiting = await backtest.due(connection, now=self.parts.clock.now(), is_reading=is_reading)
        for wanted in waiting:
            item = f"back-test {wanted.location_id}"
            if not self._trouble.is_aside(item):
                work = self.pipeline.backtest(wanted, self.parts.files, self._draw)
                await self._trouble.attempt(item, "a back-test", work)
            self.work.nudge("deliver")

    async def _draw(self, draw: Callable[[backtest.Job], backtest.Drawn], job: backtest.Job) -> backtest.Drawn:
        return await self.parts.workers.run(draw, job)

    async def _evidence(self) -> None:
        parts, now = self.parts, self.parts.clock.now()
        largest = LARGEST_FILE[waiting.KIND]
        if await waiting.send_waiting(parts.store, parts.files, parts.packs, largest=largest, now=now):
            self.work.nudge("deliver")

    async def _learn(self) -> None:
        now = self.parts.clock.now()
        if await learn.learn(self.parts.store, self._learn_reviews, self._places, now=now):
            self.work.nudge("rate")

    async def _learn_reviews(self, jobs: Sequence[ScoreJob]) -> list[Taught]:
        return await self.parts.workers.run(learn_reviews, jobs)

    async def _upkeep(self) -> None:
        now = self.parts.clock.now()
        if not self._has_met:
            self._has_met = await account.meet(self.parts.bot, self.parts.store, now=now)
        await self._trouble.note()
        await retention.remove_old(self.parts.store, self.parts.files, now=now)
        await self.parts.workers.rest(now)

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
