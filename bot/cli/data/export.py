"""`reviewbot export`: everything out, for another program or another product."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.data.files import write_private
from bot.cli.places import table
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import count, say
from bot.clock import SystemClock
from bot.store.people import imported_places

if TYPE_CHECKING:
    from bot.settings import Settings

_ABOUT = """# What is in this folder

Every table of the database, once as JSON Lines (`TABLE.jsonl`, one row a line, values as they are) and once as CSV
(`TABLE.csv`, UTF-8, nested values as JSON). Times are ISO 8601 in UTC. Schema {schema}, exported {now}.
It holds guests' names and words: keep it as private as the original.
"""


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    config: ConfigFile = DEFAULT_CONFIG,
    settings_only: Annotated[
        bool, typer.Option("--settings", help="Only the configuration, without its secrets.")
    ] = False,
) -> None:
    """Write all that is stored as JSON Lines and CSV, with a page that says what is what; or the settings alone."""
    settings = begin(config, quiet=True)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        say(f"{folder} is not an empty folder. Give a new one; nothing was written.")
        raise typer.Exit(EXIT_FAILED)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(folder / "reviewbot.toml", settings.without_secrets().encode())
    _copy_own_words(settings, config.parent.absolute(), folder)
    if imported := imported_places.read(settings.database):
        write_private(folder / "locations.csv", table.written(imported).encode())
        say(f"{folder / 'locations.csv'}: the locations of the database.")
        say("On another machine, after the set-up: reviewbot locations import locations.csv")
    if settings_only:
        say(f"{folder / 'reviewbot.toml'}: the configuration without its secrets.")
        say("On another machine: reviewbot setup --from reviewbot.toml. What was chosen in the chat (see `reviewbot")
        say("settings`), the team and the reviews are not in it: a backup holds them.")
        return
    written = finish(_write(settings, folder))
    say(f"{folder}: {count(written, 'row')} of every table, as JSON Lines and CSV; schema.md says what is what.")


def _copy_own_words(settings: Settings, home: Path, folder: Path) -> None:
    """The owner's files of themes, events and mail rules that the configuration names, where it names them."""
    from bot.stages.analyse import packs

    every = [source for business in settings.businesses for place in business.locations for source in place.sources]
    rules = [path for source in every if (path := getattr(source, "rules", None)) is not None]
    for path in dict.fromkeys([*packs.owners_files(settings), *rules]):
        if path.is_relative_to(home):
            copy = folder / path.relative_to(home)
            copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(copy, path.read_bytes())
        else:
            say(f"{path} lies outside of {home} and is not copied: take it along by hand.")


async def _write(settings: Settings, folder: Path) -> int:
    from bot import app
    from bot.store.db.migrate import HEAD
    from bot.store.privacy import everything

    clock = SystemClock()
    page = [_ABOUT.format(schema=HEAD, now=f"{clock.now():%Y-%m-%d %H:%M} UTC")]
    written = 0
    async with app.opened(settings, clock) as (store, _):
        for name in everything.tables():
            columns = everything.columns(name)
            with _private(folder / f"{name}.jsonl") as lines, _private(folder / f"{name}.csv") as sheet:
                rows = csv.writer(sheet, quoting=csv.QUOTE_ALL)
                rows.writerow([column for column, _, _ in columns])
                number = 0
                async for row in everything.rows(store, name):
                    lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                    rows.writerow([_cell(row[column]) for column, _, _ in columns])
                    number += 1
            written += number
            page.append(f"\n## {name} ({number:,} rows)\n\n| column | type | refers to |\n|---|---|---|")
            page += [f"| {column} | {kind} | {target} |" for column, kind, target in columns]
    write_private(folder / "schema.md", "\n".join([*page, ""]).encode())
    return written


def _private(path: Path) -> Any:
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")


def _cell(value: Any) -> str:
    """A value for a spreadsheet, which takes a text that begins like a formula for one."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(("=", "+", "@", "\t", "\r")) else text
