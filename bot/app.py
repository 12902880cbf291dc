"""The only place that joins the parts: settings and a clock in, a running service out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO
from urllib.parse import urlsplit

import httpx
import structlog
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError

from bot import egress
from bot.clock import Clock
from bot.detect.fixed_rule import FixedRule
from bot.errors import StopError, TokenRevokedError
from bot.pipeline import Connected, Pipeline
from bot.score.score import Score, ScoreJob, score_many
from bot.settings import LocationSettings, Settings, SourceSettings
from bot.sources import registry
from bot.sources._contract import Source, Surroundings
from bot.stages import due, look, pause, rate, tell, upkeep
from bot.store import installation, migrate, places, sources
from bot.store.engine import Store, lock, open_store
from bot.telegram import answers, wire
from bot.telegram.sender import NO_ACCOUNT_HELP, Sender
from bot.telegram.updates import Updates
from bot.telegram.words import Words
from bot.work.heavy import HeavyWorkers
from bot.work.local import LocalWork, Tick

log = structlog.get_logger(__name__)

POLLS_AT_ONCE = 4
NOTE_PASS_EVERY = timedelta(minutes=1)
STOP_WITHIN_S = 20.0


def hosts(settings: Settings) -> tuple[str, ...]:
    """Every host the program may reach with these settings."""
    telegram = urlsplit(settings.telegram.base_url).hostname or ""
    found = {telegram}
    for business in settings.businesses:
        for location in business.locations:
            for source in location.sources:
                found.update(source.hosts())
    return tuple(sorted(host for host in found if host))


def open_database(settings: Settings) -> Store:
    """Open the configured database."""
    return open_store(settings.database)


def make_workers(settings: Settings) -> HeavyWorkers:
    """The worker processes, which may reach what this process may reach."""
    return HeavyWorkers(initializer=egress.install_in_worker, initargs=(hosts(settings),))


@dataclass(slots=True)
class Parts:
    """What the service is made of."""

    settings: Settings
    clock: Clock
    store: Store
    bot: Bot
    http: httpx.AsyncClient
    workers: HeavyWorkers
    sender: Sender


def build(
    settings: Settings, clock: Clock, *, chance: Callable[[], float] = random.random, store: Store | None = None
) -> Service:
    """Make a service; nothing is started or reached yet.

    Args:
        settings: the configuration.
        clock: what time it is.
        chance: spreads what should not happen at once, 0..1.
        store: an opened database instead of the configured one.
    """
    store = store or open_database(settings)
    bot = wire.make_bot(settings.telegram.token.get_secret_value(), settings.telegram.base_url)
    return Service(
        Parts(
            settings=settings,
            clock=clock,
            store=store,
            bot=bot,
            http=make_http(),
            workers=make_workers(settings),
            sender=Sender(store, clock, bot, chance=chance),
        ),
        chance=chance,
    )


def make_http() -> httpx.AsyncClient:
    """The client for the sources' own hosts. httpx's pool is slow with many connections, so there are few."""
    return httpx.AsyncClient(
        trust_env=False, verify=wire.tls_context(), timeout=30, limits=httpx.Limits(max_connections=16)
    )


async def make_pipeline(
    settings: Settings, store: Store, clock: Clock, http: httpx.AsyncClient, *, chance: Callable[[], float]
) -> Pipeline:
    """Bring the database in line with the configuration, and connect every source."""
    async with store.write() as connection:
        await places.sync(connection, settings.businesses)
        rows = await sources.active(connection)
        keys = {place.location_id: place for place in await places.all_active(connection)}
    wanted = {
        (business.name, location.id): location for business in settings.businesses for location in business.locations
    }
    connected: dict[int, Connected] = {}
    for row in rows:
        place = keys[row.location_id]
        location = wanted[(place.business_name, place.key)]
        its = next((source for source in location.sources if source.id == row.key), None)
        if its is None:
            continue
        source = make_source(its, location, http)
        connected[row.source_id] = Connected(source=source, settings=its, detector=detector_of(location))
    return Pipeline(store, clock, connected, chance=chance)


def make_source(its: SourceSettings, location: LocationSettings, http: httpx.AsyncClient) -> Source:
    """The source that a source's settings ask for."""
    _, make = registry.TYPES[its.type]
    return make(its, Surroundings(zone=location.zone, http=http))


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Store, Pipeline]]:
    """The database, up to date and in line with the configuration, for a command that runs beside the service.

    Raises:
        StopError: the database cannot be opened; the text says what the owner does.
    """
    store, http = open_database(settings), make_http()
    try:
        await migrate.upgrade(store)
        yield store, await make_pipeline(settings, store, clock, http, chance=random.random)
    finally:
        await http.aclose()
        await store.close()


def detector_of(location: LocationSettings) -> FixedRule:
    """The detector that a location's settings ask for."""
    return FixedRule(low_reviews=location.alarm.low_reviews, window=timedelta(hours=location.alarm.within_hours))


async def languages_of(settings: Settings, store: Store) -> dict[int, tuple[str, ...]]:
    """The languages of each location, the most usual first."""
    async with store.read() as connection:
        active = await places.all_active(connection)
    configured = {
        (business.name, location.id): (*location.languages, business.language)
        for business in settings.businesses
        for location in business.locations
    }
    return {place.location_id: tuple(dict.fromkeys(configured[(place.business_name, place.key)])) for place in active}


class Service:
    """The running program."""

    def __init__(self, parts: Parts, *, chance: Callable[[], float]) -> None:
        """See `build`."""
        self.parts = parts
        self._chance = chance
        self._polling: set[int] = set()
        self._passed_at: datetime | None = None
        self._gate = asyncio.Semaphore(POLLS_AT_ONCE)
        self._lock: IO[str] | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[None] | None = None
        self._pipeline: Pipeline | None = None
        self._languages: dict[int, tuple[str, ...]] = {}
        self._pause: pause.Pause | None = None
        self.work = LocalWork(
            {
                "handle": Tick(self._handle, 5),
                "poll": Tick(self._poll, 1),
                "due": Tick(self._due, 1),
                "deliver": Tick(parts.sender.deliver, 1),
                "rate": Tick(self._rate, 10),
                "upkeep": Tick(self._upkeep, 60),
            },
            failed=self._failed,
        )
        self.updates = Updates(
            parts.store,
            parts.clock,
            parts.bot,
            arrived=lambda: self.work.nudge("handle"),
            changed=lambda: self.work.nudge("deliver"),
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
        self._lock = lock(parts.settings.data_dir / "reviewbot.lock")
        await migrate.upgrade(parts.store)
        self._pipeline = await make_pipeline(parts.settings, parts.store, parts.clock, parts.http, chance=self._chance)
        await self._note_languages()
        await parts.sender.recover()
        await self._meet_telegram()
        now = parts.clock.now()
        async with parts.store.read() as connection:
            self._pause = pause.pause_before(await installation.read(connection), now=now)
        every = [its.settings.every_minutes.total_seconds() for its in self.pipeline.connected.values()]
        async with parts.store.write() as connection:
            await installation.update(
                connection, started_at=now, stopped_at=None, pass_every_s=max(every, default=900.0)
            )
            # Presses and edits may have been missed while the program did not run.
            everywhere = [place.location_id for place in await places.all_active(connection)]
            await tell.open_cards(connection, everywhere, now=now)
        await self._catch_up()
        self._fetching = asyncio.create_task(self.updates.fetch_forever())
        self._fetching.add_done_callback(self._fetching_ended)
        self.work.start()
        for name in ("handle", "poll", "due", "deliver"):
            self.work.nudge(name)
        log.info("watching", sources=len(self.pipeline.connected), locations=len(self._languages))

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
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait([self._fetching])
        await self.work.stop(within_s=STOP_WITHIN_S)
        if self._pipeline is not None:
            async with parts.store.write() as connection:
                await installation.update(connection, stopped_at=parts.clock.now())
        await parts.workers.close()
        await parts.http.aclose()
        await parts.bot.shutdown()
        await parts.store.close()
        if self._lock is not None:
            self._lock.close()

    async def _meet_telegram(self) -> None:
        """Ask who we are. Without an answer the program starts all the same: messages wait in the outbox."""
        parts = self.parts
        try:
            await parts.bot.initialize()
        except InvalidToken as error:
            async with parts.store.write() as connection:
                now = parts.clock.now()
                await installation.update(connection, telegram_error=NO_ACCOUNT_HELP, telegram_error_at=now)
            raise TokenRevokedError(NO_ACCOUNT_HELP) from error
        except TelegramError as error:
            log.warning("Telegram does not answer yet; messages wait", says=str(error)[:200])
            return
        async with parts.store.write() as connection:
            await installation.update(
                connection, bot_username=parts.bot.username, telegram_error="", telegram_error_at=None
            )
        await self._register_commands()

    async def _register_commands(self) -> None:
        for language, code in (("en", None), ("de", "de")):
            words = Words(language=language, zone=self.parts.settings.businesses[0].locations[0].zone)
            commands = [BotCommand(name, text) for name, text in answers.commands(words)]
            try:
                await self.parts.bot.set_my_commands(commands, language_code=code)
            except TelegramError as error:
                # The menu is a convenience; every command works without it.
                log.warning("the menu of commands could not be set", says=str(error)[:200])

    async def _note_languages(self) -> None:
        self._languages = await languages_of(self.parts.settings, self.parts.store)

    async def _catch_up(self) -> None:
        """What a killed process had stored but not worked off."""
        async with self.parts.store.read() as connection:
            with_raw = await sources.with_unparsed(connection)
        for source_id in with_raw:
            if source_id in self.pipeline.connected:
                await self.pipeline.catch_up(source_id)
        await self._look_at(None)

    async def _look_at(self, location_ids: list[int] | None) -> None:
        if location_ids is None:
            async with self.parts.store.read() as connection:
                location_ids = await look.due(connection)
        for location_id in location_ids:
            await self.pipeline.look(location_id)

    async def _handle(self) -> None:
        await self.updates.handle()

    async def _poll(self) -> None:
        now = self.parts.clock.now()
        async with self.parts.store.read() as connection:
            rows = await sources.active(connection)
        for row in rows:
            is_due = row.next_poll_at is None or row.next_poll_at <= now
            if is_due and row.source_id in self.pipeline.connected and row.source_id not in self._polling:
                self._polling.add(row.source_id)
                self.work.spawn(self._poll_one(row.source_id))
        await self._look_at(None)
        if not self._polling:
            await self._note_pass(now)

    async def _poll_one(self, source_id: int) -> None:
        """A slow source keeps no other from being polled; the pass is full when none is left."""
        try:
            async with self._gate:
                await self.pipeline.run(source_id)
        finally:
            self._polling.discard(source_id)
        self.work.nudge("deliver")
        self.work.nudge("rate")

    async def _note_pass(self, now: datetime) -> None:
        # Once a minute: a write every second would wear out a memory card.
        if self._passed_at is None or now - self._passed_at >= NOTE_PASS_EVERY:
            self._passed_at = now
            async with self.parts.store.write() as connection:
                await installation.update(connection, passed_at=now)
                if self._pause is not None:
                    await pause.tell_pause(connection, self._pause, now=now)
                    self._pause = None

    async def _due(self) -> None:
        await self._look_at(await due.work_off(self.parts.store, now=self.parts.clock.now()))
        self.work.nudge("deliver")

    async def _rate(self) -> None:
        await rate.rate(self.parts.store, self._score_many, self._languages)

    async def _score_many(self, jobs: Sequence[ScoreJob]) -> list[Score]:
        return await self.parts.workers.run(score_many, jobs)

    async def _upkeep(self) -> None:
        now = self.parts.clock.now()
        await upkeep.tidy(self.parts.store, now=now)
        await self.parts.workers.rest(now)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StopError):
            self._stop_with(error)
        else:
            log.error("something failed and is tried again", exc_info=error)

    def _fetching_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            self._stop_with(task.exception())

    def _stop_with(self, error: BaseException | None) -> None:
        if error is not None and self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)
