"""Printing for a reader: hostile text made harmless, tables, progress."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.i18n.speech import Plain
from bot.text.shorten import short_line
from bot.text.signs import lines, one_line

NAME: Final = "reviewbot"
_COMMAND: Final = re.compile(r"(?<=`)reviewbot(?= [a-z])|(?<=: )reviewbot(?= [a-z]+ )")
Advance = Callable[..., None]
"""`advance(done, more=0)`: so much is done, and there is so much more to do than was known."""


def clean(text: str, limit: int | None = None) -> str:
    """One line that a terminal shows as it is: no control or direction characters, white space folded.

    Args:
        text: anything, also hostile.
        limit: characters at most; the rest becomes "…".
    """
    return one_line(text) if limit is None else short_line(text, limit)


def program() -> str:
    """How this program is called from here: its name where the shell finds it, else the way it was called."""
    called = Path(sys.argv[0])
    found = shutil.which(NAME)
    is_found = found is not None and Path(found).resolve() == called.resolve()
    return NAME if is_found or called.name != NAME else str(called)


def as_called(text: str) -> str:
    """A text with the commands in it written as this program can be called from here."""
    called = program()
    return text if called == NAME else _COMMAND.sub(called, text)


def clean_lines(text: str) -> str:
    """As `clean`, but lines stay lines and keep their indentation."""
    return "\n".join(line.expandtabs().rstrip() for line in lines(text).split("\n"))


def say(text: str = "") -> None:
    """Print text of our own making that may quote others."""
    typer.echo(clean_lines(as_called(text)))


def warn(text: str) -> None:
    """Print to the error output."""
    typer.echo(clean_lines(as_called(text)), err=True)


def local(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the place's own clock shows it."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def count(number: int, one: str, many: str = "") -> str:
    """ "1 review", "2,000 reviews"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def span(duration: timedelta) -> str:
    """How long something took: "25 min", "2 h 15 min", "3 days 4 h"."""

    return Plain("en", ZoneInfo("UTC")).exact(duration).replace("\u00a0", " ")


def table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: drawn on a terminal, columns of plain text otherwise."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        widths = [max(len(line[column]) for line in [headers, *cells]) for column in range(len(headers))]
        for line in [list(headers), *cells]:
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        return

    drawn = Table(box=box.SIMPLE_HEAD)
    for header in headers:
        drawn.add_column(header)
    for line in cells:
        # Text, since a str would be read as rich's own markup.
        drawn.add_row(*(Text(cell) for cell in line))
    Console().print(drawn)


@contextmanager
def progress(label: str, total: int) -> Iterator[Advance]:
    """A progress bar on a terminal's error output, nothing elsewhere; see `Advance`."""
    if not sys.stderr.isatty():
        yield lambda done, more=0: None  # noqa: ARG005 -- nobody sees it
        return

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(clean(label, 60), total=total)
        known = [total]

        def advance(done: int, more: int = 0) -> None:
            known[0] += more
            bar.update(task, advance=done, total=known[0])

        yield advance
