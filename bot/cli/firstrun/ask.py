"""Questions in the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import typer

from bot.cli.firstrun.spoken import spoken
from bot.cli.terminal.show import clean, say

T = TypeVar("T")
LATER = ("later", "später", "spaeter")


class LeftError(Exception):
    """A step is left for later."""


def head(number: int, title: str) -> None:
    """The headline of a step."""
    say(f"\n{number}. {title}\n")


def text(question: str, *, default: str = "", hidden: bool = False) -> str:
    """One line; "later" leaves the step.

    Raises:
        LeftError: the step is left.
    """
    if hidden:
        say("   " + spoken("hidden"))
    while True:
        answer = str(
            typer.prompt(question, default=default or None, hide_input=hidden, show_default=bool(default))
        ).strip()
        if answer.casefold() in LATER:
            raise LeftError
        if answer:
            return answer


def checked(question: str, check: Callable[[str], T], *, default: str = "", hidden: bool = False) -> T:
    """One line that `check` turns into something; a ValueError is shown and the question asked again.

    Raises:
        LeftError: the step is left.
    """
    while True:
        try:
            return check(text(question, default=default, hidden=hidden))
        except ValueError as error:
            say(f"   {error}")


def choice(question: str, options: Sequence[str], *, default: int | None = None) -> int:
    """One of several, by its number; gives its index.

    Raises:
        LeftError: the step is left.
    """
    for number, option in enumerate(options, start=1):
        say(f"   {number}  {clean(option, 100)}")

    def number_of(answer: str) -> int:
        if answer.isdecimal() and 1 <= int(answer) <= len(options):
            return int(answer) - 1
        raise ValueError(spoken("number", most=len(options)))

    return checked(question, number_of, default="" if default is None else str(default + 1))


def yes(question: str, *, default: bool = True) -> bool:
    """Yes or no."""
    return bool(typer.confirm(question, default=default))


def write_private(path: Path, content: str) -> None:
    """Write a file that only this user can read, in one piece."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    half.unlink(missing_ok=True)
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
        handle.write(content)
    half.replace(path)
