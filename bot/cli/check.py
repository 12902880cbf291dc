"""`reviewbot check`: is everything in order, and if not, what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import network_hold
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_CONFIG, EXIT_FAILED, ConfigFile, begin, fail, finish
from bot.cli.terminal.show import clean, count, local, say
from bot.clock import SystemClock
from bot.errors import ConfigError, ReviewBotError

if TYPE_CHECKING:
    import httpx

    from bot.egress import Guard
    from bot.settings import LocationSettings, Settings, SourceSettings
    from bot.store.db.engine import Store
    from bot.store.ingest.sources import SourceRow

_PROBLEMS_SHOWN = 5


def check(
    config: ConfigFile = DEFAULT_CONFIG,
    health: Annotated[
        bool,
        typer.Option("--health", help="Only ask whether the running service is well; fast, reaches nothing."),
    ] = False,
) -> None:
    """Try the configuration, the bot token, every source and the database, and say what to do.

    Nothing is stored. Ends with 1 when something is wrong, with 3 when the configuration has mistakes.
    """
    if health:
        wrong = finish(_health(Path(config)))
        for line in wrong:
            say(f"unwell: {line}")
        if wrong:
            raise typer.Exit(EXIT_FAILED)
        say("well")
        return
    from bot import egress
    from bot.stages.analyse import packs

    settings = begin(Path(config), quiet=True)
    report = Report()
    report.good("configuration", f"{config}: {count(sum(len(b.locations) for b in settings.businesses), 'location')}")
    for path in packs.owners_files(settings):
        report.good("own words", str(path))
    _release(report)
    for business in settings.businesses:
        days = ", ".join(f"{name} {number:,}" for name, number in business.keep_days)
        report.good("keeps", f"{business.id}, in days: {days} (docs/privacy.md)")
        for its in (source for location in business.locations for source in location.sources):
            _terms(its, business.keep_days.reviews, report)
    finish(_all(settings, report))
    _egress(egress.install(()), report)
    if report.wrong:
        say(f"\n{count(report.wrong, 'thing')} to put right, see above.")
        raise typer.Exit(EXIT_FAILED)
    say("\nNothing is wrong; what is left to do stands above." if report.left else "\nEverything is in order.")


def _terms(its: SourceSettings, days: int, report: Report) -> None:
    """What the platform's terms say about storing, and what that comes to."""
    if its.terms.reference or its.kept_at_most is not None:
        kept = f"words are kept for {count(min(days, its.kept_at_most or days), 'day')}"
        where = f" ({its.terms.reference})" if its.terms.reference else ""
        report.good(f"terms of {its.id}", f"{its.terms.says}{where}; {kept}, `keep_days` of the source makes it less")


def _release(report: Report) -> None:
    """How old this release is. Nobody is asked whether there is a newer one."""
    from importlib.metadata import version

    from bot import RELEASED

    age = (SystemClock().now().date() - RELEASED).days
    old = f"{version('reviewbot')} of {RELEASED}, {count(max(age, 0), 'day')} old"
    report.good("release", f"{old}; a newer one stands in CHANGELOG.md after `git pull` (docs/install.md, Upgrading)")


class Report:
    """Prints findings as they come and counts what is wrong."""

    def __init__(self) -> None:
        self.wrong = 0
        self.left = 0

    def good(self, what: str, text: str) -> None:
        """It works."""
        say(f"ok     {what}: {text}")

    def note(self, what: str, text: str) -> None:
        """It works, but something is left to do."""
        self.left += 1
        say(f"to do  {what}: {text}")

    def bad(self, what: str, text: str) -> None:
        """It does not work."""
        self.wrong += 1
        say(f"WRONG  {what}: {text}")


async def _health(config: Path) -> list[str]:
    from bot.settings import database_of
    from bot.stages.ops import health
    from bot.store.db.engine import open_store

    try:
        path = database_of(config)
    except ConfigError as error:
        fail(error, code=EXIT_CONFIG)
    if not path.is_file():
        return [f"there is no database at {path}: the service has never been started"]
    store = open_store(path)
    try:
        return await health.read(store, now=SystemClock().now())
    finally:
        await store.close()


async def _all(settings: Settings, report: Report) -> None:
    from bot import app

    await _token(settings, report)
    stored: dict[str, SourceRow] = {}
    if not settings.database.is_file():
        report.note("database", f"there is none at {settings.database} yet; `reviewbot run` makes it")
    else:
        store = app.open_database(settings)
        try:
            stored = await _database(store, report)
        finally:
            await store.close()
    async with app.make_http() as http:
        for business in settings.businesses:
            for location in business.locations:
                if not location.sources:
                    report.note(f"location {business.id}/{location.id}", "it has no sources, so nothing is watched")
                for its in location.sources:
                    row = stored.get(f"{business.id}/{location.id}/{its.id}")
                    await _source(its, location, row, http, report)


async def _token(settings: Settings, report: Report) -> None:
    from bot.telegram.outbound import account

    try:
        name = await account.username(settings.telegram.token.get_secret_value(), settings.telegram.base_url)
    except ReviewBotError as error:
        report.bad("token", _text(error))
    else:
        report.good("token", f"it belongs to @{name}")


async def _database(store: Store, report: Report) -> dict[str, SourceRow]:
    """Look at the database; gives what it knows of each source, where that can be read."""
    from bot.store.db import integrity, migrate

    wrong = await integrity.find(store)
    for line in wrong:
        report.bad("database", line)
    if wrong:
        return {}
    report.good("database", f"undamaged, schema {migrate.HEAD}")
    await _people(store, report)
    await _service(store, report)
    await _mails(store, report)
    return await _rows(store)


async def _people(store: Store, report: Report) -> None:
    from bot.store.people import chats, locations, people

    async with store.read() as connection:
        members = await people.members(connection)
        reached = {
            place: len(await chats.of_location(connection, place.location_id))
            for place in await locations.all_active(connection)
        }
        lost = await chats.disabled(connection)
    if not members:
        report.note("people", "nobody is connected yet, so alerts reach nobody: `reviewbot pair` makes a link")
    else:
        report.good("people", f"{count(len(members), 'role')} given; `reviewbot people` shows them")
        for place, number in reached.items():
            if not number:
                report.note(
                    "chats", f"no chat gets the alerts of {place.name}: `reviewbot pair --location {place.key}`"
                )
    for chat in lost:
        report.bad(
            "chats",
            f"{chat.title or chat.telegram_chat_id} was given up ({chat.disabled_reason}): let the bot in again and "
            "connect it with `reviewbot pair`",
        )


async def _service(store: Store, report: Report) -> None:
    from bot.stages.ops import health
    from bot.store.delivery import service_status

    async with store.read() as connection:
        row = await service_status.read(connection)
    if row.started_at is None or row.stopped_at is not None:
        report.note("service", "it is not running: `reviewbot run`")
        return
    wrong = await health.read(store, now=SystemClock().now())
    for line in wrong:
        report.bad("service", line)
    if not wrong:
        report.good("service", "it is running and its messages go out")


async def _mails(store: Store, report: Report) -> None:
    from bot.model.ingest.poll import Outcome
    from bot.store.ingest import mail_log, sources

    told = {
        Outcome.UNREAD: "could not be read: `reviewbot mail teach --from-mailbox`",
        Outcome.UNVERIFIED: "come from an unproved sender and do not count: `reviewbot mail list` says more",
        Outcome.FAILED: "have a forged sender and are kept apart: `reviewbot mail list --only failed`",
    }
    async with store.read() as connection:
        for row in await sources.active(connection):
            counts = await mail_log.counts(connection, row.source_id)
            for outcome, text in told.items():
                if number := counts.get(outcome, 0):
                    report.note(f"mails of {row.key}", f"{count(number, 'mail')} {text}")


async def _rows(store: Store) -> dict[str, SourceRow]:
    from bot.store.ingest import sources
    from bot.store.people import locations

    async with store.read() as connection:
        rows = await sources.active(connection)
        keys = await locations.keys(connection)
    return {f"{keys[row.location_id]}/{row.key}": row for row in rows if row.location_id in keys}


async def _source(
    its: SourceSettings, location: LocationSettings, row: SourceRow | None, http: httpx.AsyncClient, report: Report
) -> None:
    from bot import app
    from bot.stages.ingest.probe import probe

    what = f"source {location.id}/{its.id} ({its.type})"
    # Over a network only what is new is asked for; files are all read again.
    state = row.state if row is not None and its.hosts() else {}
    try:
        found = await probe(app.make_source(its, location, http), its, state, now=SystemClock().now())
    except ReviewBotError as error:
        report.bad(what, _text(error))
        return
    newest = f", the newest of {local(found.last_at, location.zone)}" if found.last_at else ""
    new = "" if not state else " new since the last poll or near it"
    parts = {"folder": "file", "mailbox": "mail"}.get(its.type, "page")
    report.good(what, f"{count(found.reviews, 'review')}{new} in {count(found.items, parts)}, {found.low} low{newest}")
    for name in found.waiting[:_PROBLEMS_SHOWN]:
        report.note(what, f"{clean(name)} is still being written; it is read two seconds after its last change")
    for name in found.asking[:_PROBLEMS_SHOWN]:
        report.note(
            what, f"{clean(name)}: something has to be asked before it can be read; the bot asks it in the chat"
        )
    for problem in found.problems[:_PROBLEMS_SHOWN]:
        line = f", line {problem.line}" if problem.line is not None else ""
        report.note(what, f"{problem.name}{line}: {problem.reason}")
    if len(found.problems) > _PROBLEMS_SHOWN:
        report.note(what, f"{len(found.problems) - _PROBLEMS_SHOWN:,} more rows or files are skipped")


def _egress(guard: Guard, report: Report) -> None:
    if network_hold.is_set():
        report.good(
            "network", "systemd lets the service reach the addresses of its IPAddressAllow only, C code included"
        )
    else:
        report.good(
            "network",
            "every Python socket is held to the configured hosts; C code and child processes are held by no rule that "
            "can be seen from here (docs/security.md has one)",
        )
    for refusal in guard.refused:
        report.bad("network", f"{refusal.act} of {refusal.target} was refused: the configuration does not name it")


def _text(error: Exception) -> str:
    from bot import logs

    return clean(logs.redact(str(error)))
