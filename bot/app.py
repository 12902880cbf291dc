"""The only place that joins the parts: settings and a clock in, a running service out."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import httpx

from bot import egress
from bot.clock import Clock
from bot.configured.keeping import Keeping
from bot.configured.route_settings import AppriseRoute, EmailRoute, NtfyRoute
from bot.part import secrets_in
from bot.pipeline import ConfiguredSource, Pipeline
from bot.routes.apprise import Apprise
from bot.routes.contract import Route
from bot.routes.dead_man import DeadMansPing
from bot.routes.email import Email
from bot.routes.ntfy import Ntfy
from bot.routes.sender import RouteSender
from bot.settings import BusinessSettings, LocationSettings, Settings, SourceSettings
from bot.sources import registry
from bot.sources.contract.source import Source, SourceContext
from bot.stages.analyse.packs import read_packs, read_playbooks
from bot.stages.analyse.score import ReadAs
from bot.stages.ops.backup import Plan
from bot.stages.ops.daily_backup import Backups
from bot.stages.ops.erase import Premises
from bot.stages.watch.feed_detector import rule_of
from bot.store.db import migrate
from bot.store.db.engine import Store, open_store
from bot.store.delivery import routes
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import playbooks
from bot.store.ingest import sources
from bot.store.people import locations
from bot.telegram.outbound import api
from bot.telegram.outbound.sender import Sender
from bot.work.dependencies import Dependencies
from bot.work.heavy import HeavyWorkers
from bot.work.service import Service


def hosts(settings: Settings) -> tuple[str, ...]:
    """Every host the program may reach with these settings."""
    telegram = urlsplit(settings.telegram.base_url).hostname or ""
    found = {telegram}
    for business in settings.businesses:
        for location in business.locations:
            for source in location.sources:
                found.update(source.hosts())
        for route in business.routes:
            found.update(route.hosts())
    found.update(settings.watch.hosts())
    return tuple(sorted(host for host in found if host))


def open_database(settings: Settings) -> Store:
    """Open the configured database."""
    return open_store(settings.database)


def outgoing_files(settings: Settings) -> OutgoingFiles:
    """Where files wait until they are sent."""
    return OutgoingFiles(settings.data_dir / "outgoing")


def note_files(settings: Settings) -> OutgoingFiles:
    """Where photos and voice notes of incidents are kept."""
    return OutgoingFiles(settings.data_dir / "notes")


def make_backups(settings: Settings, store: Store, clock: Clock) -> Backups:
    """What makes the installation's backups."""
    return Backups(
        store,
        clock,
        database=settings.database,
        plan=backup_plan(settings),
        zone=settings.businesses[0].locations[0].zone,
        configuration=settings.without_secrets(),
    )


def premises(settings: Settings, store: Store, clock: Clock) -> Premises:
    """Where the installation keeps things, for an erase."""
    backups = make_backups(settings, store, clock)
    return Premises(store, settings.database, outgoing_files(settings), note_files(settings), backups)


def backup_plan(settings: Settings) -> Plan:
    """Where backups lie and how they are made."""
    its = settings.backup
    return Plan(settings.backups, its.keep, its.passphrase.get_secret_value())


def make_workers(settings: Settings) -> HeavyWorkers:
    """The worker processes, which may reach what this process may reach."""
    return HeavyWorkers(initializer=egress.install_in_worker, initargs=(hosts(settings),))


def build(
    settings: Settings,
    clock: Clock,
    *,
    chance: Callable[[], float] = random.random,
    store: Store | None = None,
    workers: HeavyWorkers | None = None,
) -> Service:
    """Make a service; nothing is started or reached yet.

    Args:
        settings: the configuration.
        clock: what time it is.
        chance: spreads what should not happen at once, 0..1.
        store: an opened database instead of the configured one.
        workers: other worker processes than one a core.

    Raises:
        ConfigError: the owner's theme files have mistakes.
    """
    store = store or open_database(settings)
    bot = api.make_bot(settings.telegram.token.get_secret_value(), settings.telegram.base_url)
    http = make_http()
    files, packs = outgoing_files(settings), read_packs(settings)
    return Service(
        Dependencies(
            clock=clock,
            store=store,
            bot=bot,
            http=http,
            workers=workers or make_workers(settings),
            routes=RouteSender(store, clock, make_routes(settings, http), tuple(secrets_in(settings))),
            ping=DeadMansPing(store, clock, http, settings.watch),
            sender=Sender(store, clock, bot, files=files, chance=chance, packs=packs),
            files=files,
            notes=note_files(settings),
            packs=packs,
            lock_file=settings.data_dir / "reviewbot.lock",
            connect=partial(make_pipeline, settings, store, clock, http, chance=chance),
            premises=premises(settings, store, clock),
            keep=keeping(settings),
            read_as=partial(read_as, settings, store),
        )
    )


def keeping(settings: Settings) -> Keeping:
    """How long what is kept."""
    limits = {
        f"{business.id}/{location.id}/{source.id}": source.kept_at_most
        for business in settings.businesses
        for location in business.locations
        for source in location.sources
    }
    return Keeping(
        {business.id: business.keep_days for business in settings.businesses},
        {name: days for name, days in limits.items() if days is not None},
    )


def make_http() -> httpx.AsyncClient:
    """The client for the sources' own hosts. httpx's pool is slow with many connections, so there are few."""
    return httpx.AsyncClient(
        trust_env=False, verify=api.tls_context(), timeout=30, limits=httpx.Limits(max_connections=64)
    )


def make_routes(settings: Settings, http: httpx.AsyncClient) -> dict[tuple[str, str], Route]:
    """Business and route key -> the route. The library of one that is not configured is never loaded."""
    found: dict[tuple[str, str], Route] = {}
    for business in settings.businesses:
        for its in business.routes:
            match its:
                case EmailRoute():
                    way: Route = Email(its, tls=api.tls_context())
                case NtfyRoute():
                    way = Ntfy(its, http)
                case AppriseRoute():
                    way = Apprise(its)
            found[business.id, its.id] = way
    return found


async def make_pipeline(
    settings: Settings,
    store: Store,
    clock: Clock,
    http: httpx.AsyncClient,
    stored: Callable[[], None] = lambda: None,
    *,
    chance: Callable[[], float],
) -> Pipeline:
    """Bring the database in line with the configuration, and connect every source."""
    async with store.write() as connection:
        await locations.sync(connection, settings.businesses)
        await routes.sync(connection, settings.businesses)
        await playbooks.sync(connection, read_playbooks(settings))
        rows = await sources.active(connection)
        keys = {place.location_id: place for place in await locations.all_active(connection)}
    wanted = {
        (business.name, location.id): location for business in settings.businesses for location in business.locations
    }
    connected: dict[int, ConfiguredSource] = {}
    for row in rows:
        place = keys[row.location_id]
        location = wanted[(place.business_name, place.key)]
        its = next((source for source in location.sources if source.id == row.key), None)
        if its is None:
            continue
        source = make_source(its, location, http)
        connected[row.source_id] = ConfiguredSource(source=source, settings=its, rule=rule_of(location.alarm))
    return Pipeline(store, clock, connected, chance=chance, stored=stored)


def make_source(its: SourceSettings, location: LocationSettings, http: httpx.AsyncClient) -> Source:
    """The source that a source's settings ask for."""
    _, make = registry.TYPES[its.type]
    return make(its, SourceContext(zone=location.zone, http=http))


@asynccontextmanager
async def opened(settings: Settings, clock: Clock) -> AsyncIterator[tuple[Store, Pipeline]]:
    """The database, up to date and in line with the configuration, for a command that runs beside the service.

    Raises:
        StopError: the database cannot be opened; the text says what the owner does.
    """
    store, http = open_database(settings), make_http()
    try:
        await migrate.upgrade(store, make_backups(settings, store, clock).before_upgrade)
        yield store, await make_pipeline(settings, store, clock, http, chance=random.random)
    finally:
        await http.aclose()
        await store.close()


async def read_as(settings: Settings, store: Store) -> dict[int, ReadAs]:
    """How the reviews of each location are read.

    Raises:
        ConfigError: a theme file has mistakes.
    """
    packs = read_packs(settings)
    return {
        location_id: ReadAs(
            languages=tuple(dict.fromkeys((*location.languages, business.language))),
            pack=packs[business.name, location.id],
        )
        for location_id, business, location in await _configured(settings, store)
    }


async def _configured(settings: Settings, store: Store) -> list[tuple[int, BusinessSettings, LocationSettings]]:
    async with store.read() as connection:
        active = await locations.all_active(connection)
    configured = {
        (business.name, location.id): (business, location)
        for business in settings.businesses
        for location in business.locations
    }
    return [(place.location_id, *configured[(place.business_name, place.key)]) for place in active]
