"""`reviewbot demo`: the whole program on this machine, without an account."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Final, cast

import typer
from rich.console import Console

from bot import egress, logs
from bot.cli.terminal.setup import fail, finish
from bot.cli.terminal.show import program
from bot.clock import SystemClock
from bot.demo import evening, script
from bot.demo.evening import ExportsError
from bot.demo.stage import TOKEN
from bot.settings import LANGUAGES, Language

_INTERRUPTED: Final = 130


def demo(
    language: Annotated[str, typer.Option(help="en or de; by default what LANG says.", show_default=False)] = "",
    auto: Annotated[bool, typer.Option("--auto", help="Play by itself, also in a terminal.")] = False,
    exports: Annotated[
        Path | None, typer.Option(help="A changed copy of the demo's exports.", show_default=False)
    ] = None,
    keep: Annotated[Path | None, typer.Option(help="Keep the evening's data in this new folder.")] = None,
    transcript: Annotated[Path | None, typer.Option(help="Write every message as JSON to this file.")] = None,
) -> None:
    """See an evening of bad reviews end in one card: no account, nothing leaves this machine."""
    chosen = _language(language)
    egress.install(("127.0.0.1",))
    logs.configure(level="error", as_json=False, secrets=[TOKEN], now=SystemClock().now)
    by_hand = not auto and sys.stdin.isatty() and sys.stdout.isatty()
    try:
        bodies = evening.read(exports or evening.bundled())
        folder = _empty(keep) if keep is not None else None
        if transcript is not None and not transcript.absolute().parent.is_dir():
            raise ExportsError(f"the folder of {transcript} does not exist; make it or name another file")
    except ExportsError as error:
        fail(error)
    # Also when the system ends it: what was stored temporarily goes away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="reviewbot-demo-") as temporary:
            finish(
                script.play(
                    Console(highlight=False),
                    folder=folder or Path(temporary),
                    bodies=bodies,
                    language=chosen,
                    by_hand=by_hand,
                    write_to=transcript,
                    keeps=folder is not None,
                    program=program(),
                )
            )
    except KeyboardInterrupt:
        raise typer.Exit(_INTERRUPTED) from None


def _language(wanted: str) -> Language:
    if wanted and wanted not in LANGUAGES:
        raise typer.BadParameter(f"there are: {', '.join(LANGUAGES)}", param_hint="--language")
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return cast(Language, wanted or ("de" if said.lower().startswith("de") else "en"))


def _empty(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise ExportsError(f"the folder {folder} cannot be made: {error.strerror}") from error
    if not is_empty:
        raise ExportsError(f"the folder {folder} is not empty; give --keep a new one")
    return folder.absolute()
