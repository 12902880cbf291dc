"""Steps 1 to 3 on a second machine: the settings of the first are taken over, its secrets are asked for."""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from bot.cli.firstrun.ask import LeftError, checked, head, write_private
from bot.cli.firstrun.ask import text as ask
from bot.cli.firstrun.configure import TELEGRAM, known_bot
from bot.cli.terminal.show import program, say, warn

_SECRETS: Final = ("token", "password", "client_secret", "passphrase")
"""Keys whose value stays behind; Google's refresh token is made anew by `connect google`."""
_LINE: Final = re.compile(r'(?P<key>[a-z_]+)[ \t]*=[ \t]*"(?P<value>[^"\\]*)"[ \t]*(?:#.*)?')


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a secret belongs: the line, what it is, whose, and the file that holds it; None for the line itself."""

    line: int
    key: str
    of: str
    file: Path | None


def take_over(source: Path, config: Path) -> None:
    """Write the configuration of another machine here, with the owner's files of words beside it.

    Raises:
        LeftError: the token is left for later.
    """
    try:
        text = source.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        warn(
            f"{source} cannot be taken over: {error}. Give the reviewbot.toml that `reviewbot export --settings` wrote."
        )
        raise typer.Exit(1) from error
    head(1, "Secrets")
    say("The settings come from the file. Secrets are not in it, so they are asked for here.")
    lines = text.splitlines()
    base_url = os.environ.get("REVIEWBOT_TELEGRAM__BASE_URL") or tree.get("telegram", {}).get("base_url", TELEGRAM)
    for place in _places(lines, config.parent):
        _ask(place, lines, config.parent, base_url)
    for path in _own_words(tree):
        if (source.parent / path).is_file() and not (config.parent / path).exists():
            write_private(config.parent / path, (source.parent / path).read_text(encoding="utf-8"))
    for path in _folders(tree):
        (config.parent / path).mkdir(parents=True, exist_ok=True)
    write_private(config, "\n".join([*lines, ""]))
    say(f"\nWritten: {config}. Only you can read it.")


def _ask(place: _Place, lines: list[str], folder: Path, base_url: str) -> None:
    is_token = place.key == "token" and place.of == "telegram"
    question = f"{place.key.replace('_', ' ').capitalize()} of {place.of}"
    try:
        if is_token:
            answer = checked(question, lambda given: known_bot(given, base_url), hidden=True)
        else:
            answer = ask(question, hidden=True)
    except LeftError:
        if is_token:
            raise
        say(f"   Left for later: `{program()} check` names what is missing.")
        return
    file = place.file
    if file is None:
        file = Path(re.sub(r"[^a-z0-9]+", "-", f"{place.of}-{place.key}".lower()))
        lines[place.line] = f'{place.key}_file = "{file}"'
    write_private(folder / file, f"{answer}\n")


def _places(lines: list[str], folder: Path) -> list[_Place]:
    """The secrets that are not there; the token is asked for first."""
    found: list[_Place] = []
    of = ""
    for number, line in enumerate(lines):
        if table := re.match(r"[ \t]*\[+([a-z_.]+)\]+", line):
            of = table[1].rpartition(".")[2]
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        key, value = match["key"], match["value"]
        if key == "id":
            of = value
        elif key in _SECRETS and not value:
            found.append(_Place(number, key, of, None))
        elif key.removesuffix("_file") in _SECRETS and key.endswith("_file"):
            path = folder / Path(value).expanduser()
            if not path.is_file():
                found.append(_Place(number, key.removesuffix("_file"), of, path))
    return sorted(found, key=lambda place: place.of != "telegram")


def _tables(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """The businesses, their places and their sources."""
    businesses = tree.get("businesses", [])
    places = [place for business in businesses for place in business.get("locations", [])]
    return [*businesses, *places, *(source for place in places for source in place.get("sources", []))]


def _own_words(tree: dict[str, Any]) -> list[Path]:
    named = [
        table[key]
        for table in _tables(tree)
        for key in ("themes", "severe_events", "playbook", "rules")
        if table.get(key)
    ]
    return [path for name in dict.fromkeys(named) if not (path := Path(str(name)).expanduser()).is_absolute()]


def _folders(tree: dict[str, Any]) -> list[Path]:
    named = [table["path"] for table in _tables(tree) if table.get("type") == "folder" and table.get("path")]
    return [path for name in named if not (path := Path(str(name)).expanduser()).is_absolute()]
