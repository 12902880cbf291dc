"""`reviewbot`: all commands together."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import (
    check,
    connect,
    demo,
    evidence,
    incidents,
    mail,
    model,
    new_source,
    pair,
    people,
    replay,
    run,
    themes,
    tune,
)
from bot.cli.data import backup, guest, restore
from bot.cli.exports import files, importing
from bot.cli.firstrun import command

# Its tracebacks print local variables, the token among them.
app = typer.Typer(
    name="reviewbot",
    help="Watches the reviews a business owns and alerts its team in Telegram when 1-2 star reviews pile up.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("setup")(command.setup)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("pair")(pair.pair)
app.command("people")(people.people)
app.add_typer(connect.app, name="connect")
app.add_typer(mail.app, name="mail")
app.command("check")(check.check)
app.command("import")(importing.import_)
app.command("replay")(replay.replay)
app.command("incidents")(incidents.incidents)
app.command("tune")(tune.tune)
app.command("files")(files.files)
app.command("evidence")(evidence.evidence)
app.command("themes")(themes.themes)
app.command("model")(model.model)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.add_typer(guest.app, name="guest")
app.command("new-source", hidden=True)(new_source.new_source)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"reviewbot {version('reviewbot')}")
        raise typer.Exit


@app.callback()
def main(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Watches the reviews a business owns and alerts its team in Telegram when 1-2 star reviews pile up."""
