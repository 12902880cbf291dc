"""The command itself: which step comes, and what is left for later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.firstrun.ask import LATER, LeftError, head, program
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin
from bot.cli.terminal.show import say

if TYPE_CHECKING:
    from bot.settings import Settings


def setup(
    config: ConfigFile = DEFAULT_CONFIG,
    taken_from: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Take over what `reviewbot export --settings` wrote elsewhere."),
    ] = None,
) -> None:
    """Set the bot up: token, place, sources, phone, first export. What is done already is not asked again.

    Every step can be left with "later" (or Ctrl+C) and taken up by calling `reviewbot setup` again.
    """
    from bot.cli.firstrun import configure, export, phone, take_over

    say("This sets reviewbot up in a few minutes. Everything stays on this machine.")
    say(f'Answer "{LATER}" to leave a step; `{program()} setup` takes it up again.')
    if config.exists():
        say(f"\n{config} is there already and is not changed.")
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
            say(f"\nNothing was written. Call `{program()} setup` again when you have the token.")
            raise typer.Exit(1) from None
    settings = begin(config, quiet=True)
    _step(4, "Your phone", lambda: phone.connect(settings))
    _step(5, "Your first export", lambda: export.take_in_first(settings))
    _finish(settings, config)


def _step(number: int, title: str, run: object) -> None:
    assert callable(run)
    head(number, title)
    try:
        run()
    except (LeftError, typer.Abort, KeyboardInterrupt):
        say("\nLeft for later.")


def _finish(settings: Settings, config: Path) -> None:
    from bot.cli.firstrun.ask import yes
    from bot.cli.run import serve

    head(6, "Watch")
    say("From now on the bot has to run. On a server: docs/install.md (systemd or Docker).")
    say(f"By hand: `{program()} run`.")
    say(f"What is still weak: `{program()} check --config {config}`.")
    try:
        starts = yes("Start watching now, in this terminal?", default=False)
    except typer.Abort:
        starts = False
    if starts:
        say("Watching. Stop with Ctrl+C.")
        serve(settings)
