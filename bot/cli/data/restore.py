"""`reviewbot restore`: a backup in the place of the database, on this machine or on a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, fail, finish
from bot.cli.terminal.show import say, warn
from bot.clock import SystemClock
from bot.errors import ReviewBotError

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.stages.ops.restore import Restored


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, as `reviewbot backup --list` names it.")],
    config: ConfigFile = DEFAULT_CONFIG,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", help="A file with the backup's passphrase, if it is encrypted to another."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the database is replaced.")] = False,
) -> None:
    """Put a backup in the place of the database. Stop the service first.

    What is there is backed up before. On a new machine the configuration is written too, without its secrets: put
    the bot's token where it says, and run the same again.
    """
    passphrase = _passphrase(passphrase_file)
    if not config.exists():
        _write_configuration(file, passphrase, config)
    settings = begin(config, quiet=True)
    if settings.database.is_file() and settings.database.stat().st_size and not yes:
        typer.confirm(f"Replace the database at {settings.database}? It is backed up first.", abort=True)
    done = finish(_restore(settings, file, passphrase))
    say(f"Restored from {file.name}, made {done.made_at:%Y-%m-%d %H:%M} UTC.")
    if done.before is not None:
        say(f"What was there before is in {done.before}.")
    say("Make sure that the old copy does not run any more, then start this one: `reviewbot run`.")


def _passphrase(path: Path | None) -> str:
    from bot.part import secret_of

    if path is None:
        return ""
    try:
        return secret_of(path, "--passphrase-file")
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _write_configuration(file: Path, passphrase: str, config: Path) -> None:
    from bot.stages.ops import backup

    try:
        with backup.opened(file, passphrase, within=config.parent) as found:
            text = found.configuration
    except ReviewBotError as error:
        fail(error)
    if not text:
        warn(f"There is no configuration at {config} and none in the backup; `reviewbot setup` makes one.")
        raise typer.Exit(EXIT_FAILED)
    with config.open("x", encoding="utf-8") as handle:
        handle.write(text)
    config.chmod(0o600)
    say(f"{config} was written from the backup, without its secrets.")


async def _restore(settings: Settings, file: Path, passphrase: str) -> Restored:
    from bot import app
    from bot.stages.ops.restore import restore as put_back

    return await put_back(
        file,
        passphrase or settings.backup.passphrase.get_secret_value(),
        database=settings.database,
        plan=app.backup_plan(settings),
        now=SystemClock().now(),
    )
