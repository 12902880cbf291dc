"""Draws the picture of the rooms in docs/architecture.md from the imports themselves: `python -m tests.pictures.rooms`.

The rows are the layers that import-linter holds (pyproject.toml), the arrows the imports between rooms as grimp finds
them. An arrow that follows from two others is left out.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "architecture.md"
BEGIN: Final = "<!-- python -m tests.pictures.rooms writes from here -->\n"
END: Final = "<!-- to here -->\n"
_GROUND: Final = "what everything stands on"


def layers() -> list[list[str]]:
    """The rooms of each layer, the highest first."""
    tree = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = tree["tool"]["importlinter"]["contracts"]
    rows = next(one["layers"] for one in contracts if one["name"] == "imports go down only")
    return [[name.strip().removeprefix("bot.") for name in row.replace("|", ":").split(":")] for row in rows]


def imports(rooms: list[str]) -> dict[str, set[str]]:
    """Which rooms each room imports."""
    graph = grimp.build_graph("bot")
    found: dict[str, set[str]] = {room: set() for room in rooms}
    for room in rooms:
        for other in rooms:
            if other != room and graph.direct_import_exists(
                importer=f"bot.{room}", imported=f"bot.{other}", as_packages=True
            ):
                found[room].add(other)
    return found


def reduced(found: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """The same without what follows from the rest."""

    def reached(room: str) -> set[str]:
        return set().union(*({other} | reached(other) for other in found[room]))

    return {
        room: {one for one in its if not any(one in reached(two) for two in its - {one})} for room, its in found.items()
    }


def _id(room: str) -> str:
    return room.replace(".", "_")


def picture() -> str:
    """The picture in Mermaid's language, which GitHub and most editors draw."""
    rows = layers()
    ground = {room for row in rows[-2:] for room in row}
    rooms = [room for row in rows for room in row]
    arrows = reduced({room: its - ground for room, its in imports(rooms).items() if room not in ground})
    lines = ["```mermaid", "flowchart TD"]
    for row in rows[:-2]:
        lines += [f'    {_id(room)}["{room}{"/" if (ROOT / "bot" / room).is_dir() else ""}"]' for room in row]
    for room, its in arrows.items():
        lines += [f"    {_id(room)} --> {_id(other)}" for other in sorted(its)]
    lines.append(f'    ground["{_GROUND}: {", ".join(sorted(ground))}"]')
    lines += [f"    {_id(room)} --> ground" for room in arrows if not arrows[room]]
    return "\n".join((*lines, "```", ""))


def page(text: str) -> str:
    """The page with its picture drawn anew."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + picture() + END + rest.split(END)[1]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
