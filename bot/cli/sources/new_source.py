"""`reviewbot new-source NAME`: for contributors, in a clone. Writes a kind of source that already passes its tests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

import bot

_REGISTRY = "bot/sources/registry.py"
_KEYS = "docs/configuration.md"
_README = "README.md"
_TEMPLATE = "tests/contract/new_source"
_ONLY = re.compile(r"^([+-])since\|(.*\n)", re.MULTILINE)


def new_source(
    name: Annotated[str, typer.Argument(help="The new type, like my_shop.")],
    header: Annotated[str, typer.Option(help="The header that carries the key, like X-Api-Key.")] = "Authorization",
    since: Annotated[
        str, typer.Option(help="The parameter that asks for what has changed since a time, like updated_since.")
    ] = "",
) -> None:
    """Write a new kind of source: its file, a recorded case, its page, and where it is named. For contributors."""
    root = Path(bot.__file__).parents[1]
    if not (root / _TEMPLATE).is_dir():
        raise typer.BadParameter("this works in a clone of the project only, see CONTRIBUTING.md")
    if re.fullmatch(r"[a-z][a-z0-9_]{1,29}", name) is None:
        raise typer.BadParameter("the name is lower case letters, digits and underscores, like my_shop")
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,39}", header) is None:
        raise typer.BadParameter("a header is letters, digits and hyphens, like X-Api-Key", param_hint="--header")
    if re.fullmatch(r"([A-Za-z][A-Za-z0-9_]{0,39})?", since) is None:
        raise typer.BadParameter("a parameter is letters, digits and underscores", param_hint="--since")
    files = _files(root / _TEMPLATE, words_of(name, header=header, since=since), has_since=bool(since))
    if there := [path for path in files if (root / path).exists()]:
        raise typer.BadParameter(f"{there[0]} is there already")
    named = {path: (root / path).read_text(encoding="utf-8") for path in (_REGISTRY, _KEYS, _README)}
    if f'"{name}": (' in named[_REGISTRY]:
        raise typer.BadParameter(f"there is a type {name} already")
    files[_REGISTRY] = registered(named[_REGISTRY], name)
    files[_KEYS] = listed(named[_KEYS], name)
    files[_README] = linked(named[_README], name)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
        typer.echo(f"{path} (one place)" if path in named else path)
    typer.echo(f"It passes: .venv/bin/python -m pytest -q tests/contract/test_sources.py -k '{name} or missing'")
    typer.echo("Now make it read what the platform really sends, see CONTRIBUTING.md. Left to you beside that:")
    typer.echo(f"  a row for {title_of(name)} in README.md's table of platforms, and a line in CHANGELOG.md")


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


def listed(keys: str, name: str) -> str:
    """The page of all keys with one more type in the row of `type`."""
    row = re.search(r"^\| `type` \| \| (.*) \|$", keys, re.MULTILINE)
    if row is None:
        raise typer.BadParameter(f"{_KEYS} has no row for `type`")
    types = [*re.findall(r"`(\w+)`", row[1]), name]
    return keys.replace(row[0], f"| `type` | | {types_in_words(types)} |")


def types_in_words(types: list[str]) -> str:
    """Types as the page of all keys lists them: `folder`, `google` or `mailbox`."""
    quoted = [f"`{one}`" for one in sorted(types)]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def linked(readme: str, name: str) -> str:
    """README with one more link behind those to the pages of the sources."""
    last = list(re.finditer(r"\]\(docs/sources/\w+\.md\)(?= ·)", readme))[-1]
    return f"{readme[: last.end()]}, [{title_of(name)}](docs/sources/{name}.md){readme[last.end() :]}"


def class_of(name: str) -> str:
    """The class of a type: MyShop for my_shop."""
    return "".join(part.capitalize() for part in name.split("_"))


def title_of(name: str) -> str:
    """What people call a type: My Shop for my_shop."""
    return " ".join(part.capitalize() for part in name.split("_"))


def words_of(name: str, *, header: str, since: str) -> Mapping[str, str]:
    """What stands for each mark of the template."""
    is_bearer = header.lower() == "authorization"
    key, words = ("token", "token") if is_bearer else ("api_key", "API key")
    value = f"self._settings.{key}.get_secret_value()"
    return {
        "__NAME__": name,
        "__CLASS__": class_of(name),
        "__TITLE__": title_of(name),
        "__HOST__": name.replace("_", "-"),
        "__HEADER__": header,
        "__SINCE__": since,
        "__KEY__": key,
        "__WORDS__": words,
        "__ARTICLE__": "a" if is_bearer else "an",
        "__BEARER__": "Bearer " if is_bearer else "",
        "__VALUE__": f'f"Bearer {{{value}}}"' if is_bearer else value,
    }


def _files(template: Path, words: Mapping[str, str], *, has_since: bool) -> dict[str, str]:
    name = words["__NAME__"]
    case = f"tests/contract/cases/{name}/plain"
    places = {
        "source.py.txt": f"bot/sources/api/{name}.py",
        "case.toml": f"{case}/case.toml",
        **{f"{page}.json": f"{case}/files/{page}.json" for page in ("page-1", "page-2", "then-page-1", "then-page-2")},
        "expected.json": f"{case}/expected.json",
        "page.md.txt": f"docs/sources/{name}.md",
    }
    made = {}
    for held, path in places.items():
        text = (template / held).read_text(encoding="utf-8")
        # A line that begins with a mark is for sources with, or without, a parameter for what has changed.
        text = _ONLY.sub(lambda line: line[2] if (line[1] == "+") is has_since else "", text)
        for mark, word in words.items():
            text = text.replace(mark, word)
        made[path] = text
    return made
