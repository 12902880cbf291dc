"""What every command needs first: the configuration, the log, the egress guard; and what a command ends with.

Exit codes: 0 done, 1 something is wrong that the text explains, 2 the command line itself was wrong,
3 the configuration has mistakes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, TypeVar

import typer

from bot import app, egress, logs, settings
from bot.clock import SystemClock
from bot.errors import ConfigError, ReviewBotError
from bot.settings import Settings
from bot.sources import registry

EXIT_FAILED: Final = 1
EXIT_CONFIG: Final = 3
T = TypeVar("T")

ConfigFile = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="REVIEWBOT_CONFIG", help="The configuration file.", show_default=True),
]
DEFAULT_CONFIG = Path("config/reviewbot.toml")


def begin(config: Path) -> Settings:
    """Read the configuration, set the log up and put the egress guard in place.

    Mistakes in the configuration end the command, all of them printed.
    """
    try:
        found = settings.load(config, registry.SETTINGS)
        egress.install(app.hosts(found))
    except ConfigError as error:
        fail(error, code=EXIT_CONFIG)
    logs.configure(
        level=found.log.level,
        as_json=found.log.json_lines,
        secrets=[found.telegram.token.get_secret_value()],
        now=SystemClock().now,
    )
    return found


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work; an error of the project ends it with its text, without a traceback."""
    try:
        return asyncio.run(work)
    except ReviewBotError as error:
        fail(error)


def fail(error: ReviewBotError, *, code: int = EXIT_FAILED) -> NoReturn:
    """Print what went wrong and end the command."""
    typer.echo(logs.redact(str(error)), err=True)
    raise typer.Exit(code)
