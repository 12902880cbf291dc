"""The command itself: which step comes, and what is left for later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.firstrun.ask import LeftError, head
from bot.cli.firstrun.spoken import machine_language, speak, spoken
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin
from bot.cli.terminal.show import program, say
from bot.settings import Language

if TYPE_CHECKING:
    from bot.settings import Settings


def setup(
    config: ConfigFile = DEFAULT_CONFIG,
    taken_from: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Take over what `reviewbot export --settings` wrote elsewhere."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Of the questions. [default: the machine's]", show_default=False)
    ] = None,
) -> None:
    """Set the bot up: token, place, sources, phone, first export. What is done already is not asked again.

    Every step can be left with "later" (or Ctrl+C) and taken up by calling `reviewbot setup` again.
    """
    from bot.cli.firstrun import configure, export, phone, take_over

    speak(language or machine_language())
    say(spoken("begin"))
    say(spoken("leave", program=program()))
    if config.exists():
        say("\n" + spoken("there", config=str(config)))
        if taken_from is not None:
            say(f"To take over {taken_from}, move it away first, or name another one with --config.")
            raise typer.Exit(1)
    else:
        try:
            if taken_from is None:
                configure.configure(config)
            else:
                take_over.take_over(taken_from, config)
        except (LeftError, typer.Abort):
            say("\n" + spoken("nothing_written", program=program()))
            raise typer.Exit(1) from None
    settings = begin(config, quiet=True)
    _step(4, spoken("phone"), lambda: phone.connect(settings))
    _step(5, spoken("export"), lambda: export.take_in_first(settings))
    _finish(settings, config)


def _step(number: int, title: str, run: object) -> None:
    assert callable(run)
    head(number, title)
    try:
        run()
    except (LeftError, typer.Abort, KeyboardInterrupt):
        say("\n" + spoken("left"))


def _finish(settings: Settings, config: Path) -> None:
    from bot.cli.firstrun.ask import yes
    from bot.cli.run import serve

    head(6, spoken("watch"))
    say(spoken("must_run"))
    say(spoken("by_hand", program=program()))
    say(spoken("weak", program=program(), config=str(config)))
    try:
        starts = yes(spoken("start_now"), default=False)
    except typer.Abort:
        starts = False
    if starts:
        say(spoken("watching"))
        serve(settings)
