"""`reviewbot`: all commands together, each imported when it is asked for.

The health check runs twice a minute, and the service starts on small machines: neither pays for what the others use.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "setup": "firstrun.command:setup",
        "run": "run:run",
        "demo": "demo:demo",
        "pair": "team.pair:pair",
        "people": "team.people:people",
        "route": "team.route:app",
        "settings": "settings.show:settings",
        "locations": "places.command:app",
        "connect": "sources.connect:app",
        "mail": "sources.mail:app",
        "check": "check:check",
        "import": "exports.importing:import_",
        "replay": "alarms.replay:replay",
        "incidents": "alarms.incidents:incidents",
        "tune": "alarms.tune:tune",
        "files": "exports.files:files",
        "evidence": "alarms.evidence:evidence",
        "themes": "texts.themes:themes",
        "model": "texts.model:model",
        "backup": "data.backup:backup",
        "restore": "data.restore:restore",
        "guest": "data.guest:app",
        "erase": "data.erase:erase",
        "export": "data.export:export",
        "new-source": "sources.new_source:new_source",
    }
)
"""Where each command is, under `bot.cli`: a function, or an app of several."""
_HIDDEN: Final = frozenset({"new-source"})


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- as click wants it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"bot.cli.{module}"), name)
        if not isinstance(found, typer.Typer):
            alone = typer.Typer(add_completion=False, rich_markup_mode=None)
            alone.command(cmd_name, hidden=cmd_name in _HIDDEN)(found)
            return typer.main.get_command(alone)
        found.rich_markup_mode = None
        group = typer.main.get_group(found)
        group.name = cmd_name
        return group

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a disk that is full or not ours ends it with a sentence, without a traceback."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            from bot.cli.terminal.setup import fail
            from bot.store.db import failures

            if (said := failures.in_words(error)) is None:
                raise
            fail(said)


# Its tracebacks print local variables, the token among them.
app = typer.Typer(
    cls=_Commands,
    name="reviewbot",
    help="Watches the reviews a business owns and alerts its team in Telegram when 1-2 star reviews pile up.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reviewbot {version('reviewbot')}")
        raise typer.Exit


@app.callback()
def main(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Watches the reviews a business owns and alerts its team in Telegram when 1-2 star reviews pile up."""
