"""What every command needs first: the configuration, the log, the egress guard; and what a command ends with.

Exit codes: 0 done, 1 something is wrong that the text explains, 2 the command line itself was wrong,
3 the configuration has mistakes.

Whatever takes long to import is imported inside functions here and in every command, so that `--help`, the health
check and the start of the service cost only what they use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn, TypeVar

import typer

from bot.errors import ConfigError, ReviewBotError

if TYPE_CHECKING:
    from bot.settings import Settings

EXIT_FAILED: Final = 1
EXIT_CONFIG: Final = 3
T = TypeVar("T")

ConfigFile = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="REVIEWBOT_CONFIG", help="The configuration file.", show_default=True),
]
DEFAULT_CONFIG = Path("config/reviewbot.toml")


def begin(config: Path, *, quiet: bool = False, has_imported: bool = True) -> Settings:
    """Read the configuration, set the log up and put the egress guard in place.

    Mistakes in the configuration end the command, all of them printed.

    Args:
        config: the file.
        quiet: log warnings only, for commands whose output is for a reader.
        has_imported: with the locations that stand in the database; without them what the file says alone.
    """
    from bot import app, egress, logs, part, settings
    from bot.clock import SystemClock
    from bot.sources import registry
    from bot.stages.analyse import packs
    from bot.store.people import imported_places

    try:
        imported = imported_places.read(settings.database_of(config)) if has_imported else ()
        found = settings.load(config, registry.SETTINGS, imported)
        egress.install(app.hosts(found))
        # With files of the owner's only: the words of the package cost a command half a tenth of a second.
        if any(packs.owners_files(found)):
            packs.read_packs(found)
            packs.read_playbooks(found)
    except ConfigError as error:
        fail(error, code=EXIT_CONFIG)
    logs.configure(
        level="warning" if quiet and found.log.level == "info" else found.log.level,
        as_json=found.log.json_lines,
        secrets=part.secrets_in(found),
        now=SystemClock().now,
    )
    return found


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; an error of the project ends it with its text, without a traceback."""
    try:
        return asyncio.run(work)
    except ConfigError as error:
        fail(error, code=EXIT_CONFIG)
    except ReviewBotError as error:
        fail(error)


def fail(error: ReviewBotError, *, code: int = EXIT_FAILED) -> NoReturn:
    """Print what went wrong and end the command."""
    from bot import logs
    from bot.cli.terminal.show import warn

    warn(logs.redact(str(error)))
    raise typer.Exit(code)
