"""`reviewbot backup`: the whole database in one file, while the service runs or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import say, table
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings


def backup(
    config: ConfigFile = DEFAULT_CONFIG,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Where to; by default the folder of the daily ones.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Only list the backups that are there.")] = False,
) -> None:
    """Write a backup: database and configuration, without secrets, in one file that only you can read.

    The service makes one each night by itself. `reviewbot restore FILE` puts one back.
    """
    settings = begin(config, quiet=True)
    if listed:
        _list(settings)
        return
    if not settings.database.is_file():
        say(f"There is no database at {settings.database} yet, so there is nothing to back up.")
        raise typer.Exit(EXIT_FAILED)
    path = finish(_make(settings, to))
    how = "encrypted to your passphrase" if settings.backup.passphrase.get_secret_value() else "not encrypted"
    say(f"{path}: {path.stat().st_size:,} bytes, {how}; only you can read it.")
    say("It holds guests' names and words. Keep a copy on another machine; the bot's token is not in it.")


async def _make(settings: Settings, to: Path | None) -> Path:
    from bot import app
    from bot.stages.ops.backup import Why

    clock = SystemClock()
    store = app.open_database(settings)
    try:
        return await app.make_backups(settings, store, clock).make(Why.ASKED, to)
    finally:
        await store.close()


def _list(settings: Settings) -> None:
    from bot.stages.ops.backup import found

    there = found(settings.backups)
    if not there:
        say(f"There is no backup in {settings.backups} yet; the service makes one each night.")
        return
    rows = [(f"{one.made_at:%Y-%m-%d %H:%M} UTC", one.why.value, f"{one.path.stat().st_size:,}") for one in there]
    table(("MADE", "WHY", "BYTES", "FILE"), [(*row, str(one.path)) for row, one in zip(rows, there, strict=True)])
