"""`reviewbot new-source NAME`: for contributors, in a clone. Writes a kind of source that already passes its tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

import bot

_REGISTRY = "bot/sources/registry.py"
_TEMPLATE = "tests/contract/new_source"


def new_source(name: Annotated[str, typer.Argument(help="The new type, like my_shop.")]) -> None:
    """Write a new kind of source: its file, a recorded case, its page and the registry line. For contributors."""
    root = Path(bot.__file__).parents[1]
    if not (root / _TEMPLATE).is_dir():
        raise typer.BadParameter("this works in a clone of the project only, see CONTRIBUTING.md")
    if re.fullmatch(r"[a-z][a-z0-9_]{1,29}", name) is None:
        raise typer.BadParameter("the name is lower case letters, digits and underscores, like my_shop")
    files = _files(root / _TEMPLATE, name)
    if there := [path for path in files if (root / path).exists()]:
        raise typer.BadParameter(f"{there[0]} is there already")
    registry = root / _REGISTRY
    lines = registry.read_text(encoding="utf-8")
    if f'"{name}": (' in lines:
        raise typer.BadParameter(f"there is a type {name} already")
    registry.write_text(registered(lines, name), encoding="utf-8")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        typer.echo(path)
    typer.echo(f"{_REGISTRY} (one line and its import)")
    typer.echo("It passes: .venv/bin/python -m pytest -q tests/contract/test_sources.py")
    typer.echo("Now make it read what the platform really sends, see CONTRIBUTING.md.")


def registered(registry: str, name: str) -> str:
    """The registry with one more type, its lines in order."""
    made = class_of(name)
    lines = registry.splitlines()
    imports = [line for line in lines if line.startswith("from bot.sources.")]
    types = [line for line in lines if re.match(r'        "\w+": \(\w+Settings, \w+\),', line)]
    for old, new in (
        (imports, f"from bot.sources.api.{name} import {made}, {made}Settings"),
        (types, f'        "{name}": ({made}Settings, {made}),'),
    ):
        at = lines.index(old[0])
        lines[at : at + len(old)] = sorted([*old, new])
    return "\n".join(lines) + "\n"


def class_of(name: str) -> str:
    """The class of a type: MyShop for my_shop."""
    return "".join(part.capitalize() for part in name.split("_"))


def _files(template: Path, name: str) -> dict[str, str]:
    case = f"tests/contract/cases/{name}/plain"
    places = {
        "source.py.txt": f"bot/sources/api/{name}.py",
        "case.toml": f"{case}/case.toml",
        "page-1.json": f"{case}/files/page-1.json",
        "page-2.json": f"{case}/files/page-2.json",
        "expected.json": f"{case}/expected.json",
        "page.md.txt": f"docs/sources/{name}.md",
    }
    words = {
        "__NAME__": name,
        "__CLASS__": class_of(name),
        "__TITLE__": " ".join(part.capitalize() for part in name.split("_")),
        "__HOST__": name.replace("_", "-"),
    }
    made = {}
    for held, path in places.items():
        text = (template / held).read_text(encoding="utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        made[path] = text
    return made
