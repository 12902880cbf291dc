"""Which row of a table holds the headings; a guest's row never does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError
from bot.sources.tables.formats.delimited import Grid
from bot.sources.tables.headings import says
from bot.sources.tables.maps import header, known_maps
from bot.sources.tables.values.dates import DateReader

_WITHIN: Final = 20
_LONGEST: Final = 120
_READER: Final = DateReader(ZoneInfo("UTC"), order="dmy")
_STEMS: Final = ("rating", "date", "text", "author", "title", "reply", "recommended", "clock")


def filled(cells: Sequence[Any]) -> bool:
    """Whether a row has anything in it."""
    for cell in cells:
        if isinstance(cell, str):
            if cell and not cell.isspace():
                return True
        elif cell is not None:
            return True
    return False


def find_header(grid: Grid) -> int | None:
    """The place of the row with the headings; None where the table has none.

    Titles, blank lines and a first row of groups may stand above it.
    """
    best: tuple[int, int] | None = None
    unknown: int | None = None
    for place in islice((at for at, (_, cells) in enumerate(grid.rows) if filled(cells)), _WITHIN):
        cells = grid.rows[place][1]
        if not _may_be_headings(cells):
            if best is not None and _has_values(cells):
                break
            continue
        points = _points(cells)
        if points and (best is None or points > best[0] or (points == best[0] and place == best[1] + 1)):
            best = points, place
        if unknown is None and sum(cell not in (None, "") for cell in cells) > 1:
            unknown = place
    if best is not None:
        return best[1]
    if unknown is not None and any(_has_values(cells) for _, cells in grid.rows[unknown + 1 :][:_WITHIN]):
        return unknown
    if unknown is not None and not any(_has_values(cells) for _, cells in grid.rows[:_WITHIN]):
        return unknown
    return None


def _may_be_headings(cells: Sequence[Any]) -> bool:
    some = False
    for cell in cells:
        if cell is None or cell == "":
            continue
        if not isinstance(cell, str) or len(cell) > _LONGEST * 3 or _is_value(cell):
            return False
        some = True
    return some


def _has_values(cells: Sequence[Any]) -> bool:
    return any(cell not in (None, "") and (not isinstance(cell, str) or _is_value(cell)) for cell in cells)


def _is_value(cell: str) -> bool:
    """A number or a date, which no heading is."""
    text = cell.strip()
    if not text or not any(sign.isdigit() for sign in text):
        return False
    if text.replace(",", ".").replace(".", "", 1).lstrip("+-").isdecimal():
        return True
    if len(text) > 40:
        return False
    try:
        _READER.read(text)
    except BadRowError:
        return False
    return True


def _points(cells: Sequence[Any]) -> int:
    """How many cells are known as headings; whole ones count twice."""
    known = _known()
    seen: set[str] = set()
    total = 0
    for cell in cells:
        name = header(cell)
        if not name or name in seen:
            continue
        seen.add(name)
        if name in known:
            total += 2
        elif len(name) <= _LONGEST and any(says(name, which) for which in _STEMS):
            total += 1
    return total


@cache
def _known() -> Mapping[str, None]:
    return {
        name: None
        for known in known_maps().values()
        for names in (*known.columns.values(), *known.details.values())
        for name in names
    }


def side_by_side(grid: Grid, at: int | None) -> list[Grid]:
    """Tables with the same headings beside each other, one for each month or platform, as tables of their own.

    `at` is the row of the headings, see `find_header`; where several are given, it is the first of each.
    """
    if at is None:
        return [grid]
    names = [header(cell) for cell in grid.rows[at][1]]
    first = next((name for name in names if name), "")
    starts = [place for place, name in enumerate(names) if name == first]
    if len(starts) < 2 or starts[0] != next(place for place, name in enumerate(names) if name):
        return [grid]
    ends = [*starts[1:], len(names)]
    blocks = [[name for name in names[start:end] if name] for start, end in zip(starts, ends, strict=True)]
    if any(block != blocks[0] for block in blocks) or len(blocks[0]) < 2:
        return [grid]
    parts = []
    for start, end in zip(starts, ends, strict=True):
        width = end - start
        rows = [(line, list(cells[start : start + width])) for line, cells in grid.rows[at:]]
        bad = grid.bad if start == starts[0] else ()
        parts.append(Grid(rows, bad, grid.name, grid.is_hidden))
    return parts
