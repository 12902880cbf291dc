"""`reviewbot locations`: the locations of the file and of the database; many at once from a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.data.files import write_private
from bot.cli.places import table as tables
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import count, say, table, warn
from bot.clock import SystemClock
from bot.configured.imported_places import LIKE, ImportedPlace
from bot.model.people import Grant, Role
from bot.store.delivery import service_status
from bot.store.people import imported_places, locations

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Locations: list them, import many from a table, take one out.")
_SHOWN = 20


@app.command("list")
def list_(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Show every location with its sources, and whether it stands in the file or in the database."""
    settings = begin(config, quiet=True)
    imported = {(one.business, one.key) for one in imported_places.read(settings.database)}
    rows = [
        (
            f"{business.id}/{place.id}",
            place.name,
            place.time_zone,
            ", ".join(source.id for source in place.sources) or "none",
            "database" if (business.id, place.id) in imported else "file",
        )
        for business in settings.businesses
        for place in business.locations
    ]
    table(("LOCATION", "NAME", "TIME ZONE", "SOURCES", "FROM"), rows)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="A table; its first row names the columns.")],
    config: ConfigFile = DEFAULT_CONFIG,
    folders: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Make a folder for exports in here for each row without one.")
    ] = None,
    links: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="Write an invitation for a manager of each location.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
) -> None:
    """Set up many locations at once, beside those of the configuration file.

    Columns: id and name; as you like business, time_zone, kind, languages, folder, platform, quiet_hours, and like: the
    id of a location in the file. A row is like that one in whatever it leaves empty, and its people and chats get the
    new location too. A location that was imported before gets what the table says now.
    """
    settings = begin(config, quiet=True, has_imported=False)
    home = config.parent.absolute()
    found = finish(_read(settings, config, file, folders))
    if found.problems:
        for problem in found.problems[:_SHOWN]:
            warn(problem)
        if (more := len(found.problems) - _SHOWN) > 0:
            warn(f"and {more} more")
        warn("Nothing was imported. Mend these rows and import the file again.")
        raise typer.Exit(EXIT_FAILED)
    known = {(one.business, one.key) for one in imported_places.read(settings.database)}
    again = sum((one.business, one.key) in known for one in found.places)
    new = count(len(found.places) - again, "new location")
    if dry_run:
        say(f"{file}: {new}, {again} known already. Nothing was written; without --dry-run they are set up.")
        return
    for one in found.places:
        if "folder" in one.columns:
            (home / Path(one.columns["folder"]).expanduser()).mkdir(parents=True, exist_ok=True)
    finish(_keep(settings, found.places))
    merged = begin(config, quiet=True)
    invitations = finish(_set_up(merged, found.places, known, is_inviting=links is not None))
    say(f"{file}: {new}, {again} brought up to date.")
    if links is not None:
        write_private(links, invitations.encode())
        say(f"{links}: an invitation for each; each works once, for 24 hours. Keep the file to yourself.")
    say("A running service takes them in when it is started again.")


@app.command()
def remove(
    location: Annotated[str, typer.Argument(metavar="BUSINESS/ID", help="As `reviewbot locations list` shows it.")],
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Take a location out of the database. Its reviews are kept; `reviewbot erase` removes them too."""
    settings = begin(config, quiet=True, has_imported=False)
    there = [
        one for one in imported_places.read(settings.database) if location in (one.key, f"{one.business}/{one.key}")
    ]
    if len(there) > 1:
        warn(f"Several businesses have {location}: {', '.join(f'{one.business}/{one.key}' for one in there)}.")
        raise typer.Exit(EXIT_FAILED)
    if not there:
        is_in_file = any(
            location in (place.id, f"{business.id}/{place.id}")
            for business in settings.businesses
            for place in business.locations
        )
        warn(
            f"{location} stands in {config}: take it out there."
            if is_in_file
            else f"There is no location {location}. `reviewbot locations list` shows all."
        )
        raise typer.Exit(EXIT_FAILED)
    finish(_remove(settings, there[0]))
    say(f"{location} is taken out; its reviews are kept. A running service notices when it is started again.")


async def _read(settings: Settings, config: Path, file: Path, folders: Path | None) -> tables.Table:
    from bot.settings import tree_of

    del settings
    return tables.read(file, tree_of(config), folder=config.parent.absolute(), folders=folders)


async def _keep(settings: Settings, places: list[ImportedPlace]) -> None:
    from bot import app as parts

    clock = SystemClock()
    async with parts.opened(settings, clock) as (store, _), store.write() as connection:
        await imported_places.put(connection, places, now=clock.now())


async def _remove(settings: Settings, place: ImportedPlace) -> None:
    from bot import app as parts

    async with parts.opened(settings, SystemClock()) as (store, _), store.write() as connection:
        await imported_places.remove(connection, place.business, place.key)


async def _set_up(
    settings: Settings, places: list[ImportedPlace], known: set[tuple[str, str]], *, is_inviting: bool
) -> str:
    """Give the new locations their people and chats; gives a table of invitations, where those are wanted."""
    from bot import app as parts

    clock = SystemClock()
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("location", "name", "link"))
    async with parts.opened(settings, clock) as (store, _):
        name = await _bot_name(store, settings) if is_inviting else ""
        async with store.write() as connection:
            for place in places:
                (its,) = await locations.find_by_key(connection, f"{place.business}/{place.key}")
                if LIKE in place.columns and (place.business, place.key) not in known:
                    (template,) = await locations.find_by_key(connection, f"{place.business}/{place.columns[LIKE]}")
                    now = clock.now()
                    await imported_places.copy_team(connection, template.location_id, its.location_id, now=now)
                if is_inviting:
                    link = await _invitation(connection, name, its, clock)
                    rows.writerow((place.key, its.name, link))
    return out.getvalue()


async def _bot_name(store: Any, settings: Settings) -> str:
    from bot.telegram.outbound import account

    async with store.read() as connection:
        known = (await service_status.read(connection)).bot_username
    return known or await account.username(settings.telegram.token.get_secret_value(), settings.telegram.base_url)


async def _invitation(connection: Any, bot_name: str, place: locations.Place, clock: SystemClock) -> str:
    from bot.telegram.inbound.people import membership

    grant = Grant(Role.MANAGER, place.business_id, place.location_id)
    return await membership.make_link(
        connection, bot_username=bot_name, grant=grant, now=clock.now(), kind="person", parameter="start"
    )
