"""What the documents say is so."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
import typer.main
from pydantic import BaseModel

from bot import settings
from bot.cli.main import app
from bot.cli.sources.new_source import types_in_words
from bot.errors import ConfigError
from bot.settings import Settings
from bot.sources import registry
from tests.pictures import rooms
from tests.project.tree import ROOT, blocks, documents

_TOML = [
    pytest.param(text, id=f"{path.relative_to(ROOT)}:{number}")
    for path in documents()
    for number, text in enumerate(blocks(path, "toml"), 1)
]
_GIVEN: Mapping[str, Mapping[str, Any]] = {
    "businesses": {"id": "given", "name": "Given"},
    "locations": {"id": "given", "name": "Given"},
    "sources": {},
}
_BLOCK = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|[\s/$])reviewbot((?: +--?[\w-]+)*)((?: +[a-z][a-z-]*)*)", re.MULTILINE)


def _filled(tree: Mapping[str, Any], key: str = "") -> dict[str, Any]:
    """A part of a configuration with what the rest of the file would hold."""
    filled = dict(_GIVEN.get(key, {})) | dict(tree)
    for inner in ("businesses", "locations", "sources"):
        if inner in filled:
            several = filled[inner] if isinstance(filled[inner], list) else [filled[inner]]
            filled[inner] = [_filled(one, inner) for one in several]
    if key == "businesses":
        filled.setdefault("locations", [_filled({}, "locations")])
    return filled


def _with_files(value: Any, folder: Path) -> Any:
    """Every `*_file` is there, with something in it."""
    if isinstance(value, Mapping):
        for key in value:
            if key.endswith("_file"):
                (folder / key).write_text("123456789:secret", encoding="utf-8")
        return {k: str(folder / k) if k.endswith("_file") else _with_files(v, folder) for k, v in value.items()}
    return [_with_files(one, folder) for one in value] if isinstance(value, list) else value


def _load(text: str, folder: Path) -> Settings:
    tree = _with_files(_filled({"businesses": [{}]} | tomllib.loads(text)), folder)
    tree.setdefault("telegram", {}).setdefault("token_file", str(folder / "token"))
    if "token" in tree["telegram"]:
        del tree["telegram"]["token_file"]
    (folder / "token").write_text("123456789:secret", encoding="utf-8")
    return settings.build(tree, source_types=registry.SETTINGS, folder=folder, name="this block")


@pytest.mark.parametrize("text", _TOML)
def test_every_toml_block_is_a_configuration(text: str, tmp_path: Path) -> None:
    """Whatever a page shows as TOML can be put into the configuration as it stands."""
    assert _load(text, tmp_path).businesses


def test_a_block_with_a_mistake_would_be_noticed(tmp_path: Path) -> None:
    """The check above fills in what is missing, but lets no unknown key, type or value through."""
    for text in (
        "surprise = 1",
        '[[businesses.locations.sources]]\nid = "a"\ntype = "fax"',
        '[[businesses.locations.sources]]\nid = "a"\ntype = "folder"\npath = "x"\nsurprise = 1',
        "[businesses.locations.alarm]\nlow_reviews = 0",
    ):
        with pytest.raises(ConfigError):
            _load(text, tmp_path)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _keys(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for inner in _models(field.annotation):
            yield from _keys(inner)


def _every_key() -> set[str]:
    models: list[type[BaseModel]] = [Settings, *registry.SETTINGS.values()]
    return {key for model in models for key in _keys(model)}


def test_every_key_is_described() -> None:
    """docs/configuration.md, or the page of a source, names every key of the settings and of every source type."""
    pages = [ROOT / "docs/configuration.md", *sorted((ROOT / "docs/sources").glob("*.md"))]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    keys = _every_key()
    described = set(re.findall(r"`([a-z_]+)`", text))
    assert len(keys) > 50
    assert not keys - described, "not described in docs/configuration.md nor in docs/sources"


def test_every_key_in_a_table_exists() -> None:
    """docs/configuration.md describes no key that is gone."""
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    keys = _every_key()
    cells = re.findall(r"^\| (`[a-z_`, ]+`) \|", text, re.MULTILINE)
    named = {key for cell in cells for key in re.findall(r"`([a-z_]+)`", cell)}
    assert len(named) > 50
    assert not named - keys, "described, but not in the settings"


@cache
def _commands() -> frozenset[str]:
    top = typer.main.get_group(app)
    context = typer.Context(top)
    found = set()
    for name in top.list_commands(context):
        found.add(name)
        found.update(f"{name} {inner}" for inner in getattr(top.get_command(context, name), "commands", {}))
    return frozenset(found)


def _missing(text: str) -> set[str]:
    """The commands that a page's code names and that do not exist."""
    missing = set()
    for code in [*_BLOCK.findall(text), *_SPAN.findall(_BLOCK.sub("", text))]:
        for _, words in _COMMAND.findall(code):
            first, *rest = words.split() or [""]
            is_group = any(name.startswith(f"{first} ") for name in _commands())
            name = f"{first} {rest[0]}" if is_group and rest else first
            if name and name not in _commands():
                missing.add(name)
    return missing


@pytest.mark.parametrize("path", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in documents()])
def test_every_named_command_exists(path: Path) -> None:
    """Each `reviewbot ...` that a page shows as code is a command."""
    assert not _missing(path.read_text(encoding="utf-8"))


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    """The check above sees commands in spans, blocks and behind a path, and leaves prose and services alone."""
    assert _missing("`reviewbot fly` and\n```sh\n.venv/bin/reviewbot --config x swim\nreviewbot run\n```\n") >= {"fly"}
    assert _missing("```sh\n/opt/reviewbot/bin/reviewbot swim\n```\n") == {"swim"}
    assert not _missing("reviewbot flies, `/opt/reviewbot/bin/pip`, `reviewbot --help`, `docs/reviewbot.service`")


def test_every_link_inside_the_project_leads_somewhere() -> None:
    """A page links only to files that are there."""
    broken = []
    for path in documents():
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)", path.read_text(encoding="utf-8")):
            if path.name != "chat.md" and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert not broken


def test_the_changes_begin_with_this_version() -> None:
    """CHANGELOG.md's newest entry is the version of pyproject.toml."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    entries = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert next(entry for entry in entries if entry != "Unreleased") == version


def test_every_room_is_on_the_map() -> None:
    """docs/architecture.md names every folder of the program."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "bot").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert not {room for room in rooms if f"`{room}/`" not in text}


def test_every_place_in_the_glossary_exists() -> None:
    """Each term names the module that defines it, and stands once."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| `([^`]+)` \|$", (ROOT / "docs/glossary.md").read_text("utf-8"), re.M)
    assert len(rows) > 30
    assert len({term for term, _ in rows}) == len(rows)
    assert [place for _, place in rows if not (ROOT / place).is_file()] == []


def test_the_picture_of_the_rooms_is_what_the_imports_say() -> None:
    """docs/architecture.md shows the layers and imports as they are: `python -m tests.pictures.rooms` draws it anew."""
    text = rooms.PAGE.read_text(encoding="utf-8")
    assert text == rooms.page(text), "python -m tests.pictures.rooms"


def test_the_ways_name_each_file_once() -> None:
    """The way of a review and the way of a press name modules that exist, each of them once."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for begin, end in (
        ("## The way of a review", "A kill between"),
        ("## The way of a press", "Nothing is worked out"),
    ):
        named = re.findall(r"`(bot/[\w/]+\.py)`", text.split(begin)[1].split(end)[0])
        assert len(named) >= 8
        assert len(set(named)) == len(named)
        assert not [name for name in named if not (ROOT / name).is_file()]


def test_every_type_of_source_is_named_where_people_look() -> None:
    """The row of `type` lists the registry's types, and README links each type's page."""
    keys = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    assert f"| `type` | | {types_in_words(list(registry.SETTINGS))} |" in keys
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in registry.SETTINGS if f"](docs/sources/{name}.md)" not in readme] == []
