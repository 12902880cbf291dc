"""From cells to a plan: which row is the header, which columns are what, what the owner's mapping adds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import jmespath
import jmespath.exceptions

from bot.errors import UnknownColumnsError, UnreadableFileError
from bot.sources.contract.source import Parsed, Problem
from bot.sources.tables.delimited import Grid
from bot.sources.tables.mapping import ColumnMapping, FolderSettings
from bot.sources.tables.maps import PLAIN, ColumnMap, Match, fits, header, kind_of, known_maps, lay, recognise
from bot.sources.tables.rows import Plan, read_rows

_HEADER_WITHIN: Final = 10
_SHOWN: Final = 30
_SAMPLE: Final = 200
Objects = Sequence[tuple[int, Any]]


def read_grids(
    grids: Sequence[Grid],
    *,
    name: str,
    zone: ZoneInfo,
    settings: FolderSettings | None,
    objects: Objects | None = None,
) -> Parsed:
    """Read every sheet that holds reviews.

    Args:
        grids: the sheets of a file, or its only table.
        name: what the file is called in problems.
        zone: the location's time zone.
        settings: for their mapping and location.
        objects: the JSON values that the only grid was made of, for a mapping's expressions.

    Raises:
        UnknownColumnsError: it is a table, but not known of what.
        UnreadableFileError: no sheet holds reviews.
    """
    mapping = settings.mapping if settings else None
    location = settings.location if settings else ""
    filled = [grid for grid in grids if any(_filled(cells) for _, cells in grid.rows) or grid.bad]
    if not filled:
        raise UnreadableFileError("this file is empty; export it again")
    parts: list[Parsed] = []
    for grid in filled:
        found = _mapped(grid, mapping, objects) or _recognised(grid)
        if found is None:
            continue
        table, at, match = found
        plan = _plan(match, mapping, zone=zone, location=location)
        part = _read(table, at, plan, name=f"{name} [{grid.name}]" if len(filled) > 1 else name)
        parts.append(replace(part, kind=kind_of(match)))
    if not parts:
        raise _unknown(filled[0], mapping)
    if not any(part.reviews or part.problems for part in parts):
        if location:
            return Parsed(())
        raise UnreadableFileError("this file has headers but no reviews below them")
    return joined(parts)


def joined(parts: Sequence[Parsed], problems: Sequence[Problem] = ()) -> Parsed:
    """Several readings as one, with what was wrong before them."""
    return Parsed(
        tuple(review for part in parts for review in part.reviews),
        (*problems, *(problem for part in parts for problem in part.problems)),
        kind=parts[0].kind if parts else "",
    )


def _read(grid: Grid, at: int, plan: Plan, *, name: str) -> Parsed:
    head = list(grid.rows[at][1])
    rows = [(line, cells) for line, cells in grid.rows[at + 1 :] if _filled(cells) and cells != head]
    parsed = read_rows(rows, plan, name=name, width=len(head))
    bad = [Problem(name, line, reason) for line, reason in grid.bad]
    return Parsed(parsed.reviews, tuple(sorted((*bad, *parsed.problems), key=lambda problem: problem.line or 0)))


def _recognised(grid: Grid) -> tuple[Grid, int, Match] | None:
    for index in _candidates(grid):
        match = recognise(grid.rows[index][1])
        if match is not None:
            return grid, index, match
    return None


def _mapped(grid: Grid, mapping: ColumnMapping | None, objects: Objects | None) -> tuple[Grid, int, Match] | None:
    """Lay the owner's own mapping over the file; None where there is none or it does not fit."""
    if mapping is None or not mapping.date:
        return None
    if objects is not None:
        return _searched(grid, mapping, objects)
    own = _own_map(
        {field: header(column) for field, column in mapping.columns.items()},
        {key: header(column) for key, column in mapping.details.items()},
    )
    for index in _candidates(grid):
        match = lay(own, [header(cell) for cell in grid.rows[index][1]])
        if fits(match):
            return grid, index, match
    return None


def _searched(grid: Grid, mapping: ColumnMapping, objects: Objects) -> tuple[Grid, int, Match] | None:
    wanted = {**mapping.columns, **{f"details {key}": column for key, column in mapping.details.items()}}
    searches = {field: _compiled(column) for field, column in wanted.items()}
    table: list[tuple[int, Sequence[Any]]] = [(0, [*wanted])]
    for line, value in objects:
        if isinstance(value, Mapping):
            table.append((line, [_search(value, column, searches[field]) for field, column in wanted.items()]))
    place = [*wanted].index("date")
    if all(cells[place] is None for _, cells in table[1:]):
        return None
    fields = {field: (index,) for index, field in enumerate(wanted) if field in mapping.columns}
    details = {key: [*wanted].index(f"details {key}") for key in mapping.details}
    return Grid(table, grid.bad), 0, Match(_own_map({}, {}), fields, details)


def _compiled(column: str) -> Any:
    try:
        return jmespath.compile(column)
    except jmespath.exceptions.JMESPathError:
        return None  # a key like "Review Date" is no expression; it is looked up as it stands


def _search(row: Mapping[str, Any], column: str, search: Any) -> Any:
    if column in row:
        value = row[column]
    elif search is None:
        value = None
    else:
        try:
            value = search.search(row)
        except jmespath.exceptions.JMESPathError:
            value = None  # a function that met the wrong type in this row: the row lacks the value
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _own_map(columns: Mapping[str, str], details: Mapping[str, str]) -> ColumnMap:
    strict = ("date", "rating", "text", "positive", "negative", "id", "recommended")
    return ColumnMap(
        name="mapping",
        columns={field: (name,) for field, name in columns.items()},
        details={key: (name,) for key, name in details.items()},
        needs=tuple(field for field in strict if field in columns),
    )


def _plan(match: Match, mapping: ColumnMapping | None, *, zone: ZoneInfo, location: str) -> Plan:
    known = match.map
    plan = Plan(
        columns=match.columns,
        details=match.details,
        zone=ZoneInfo(known.time_zone) if known.time_zone else zone,
        platform=known.platform,
        rating_range=known.rating_range,
        location=location,
    )
    if mapping is None:
        return plan
    return replace(
        plan,
        zone=ZoneInfo(mapping.time_zone) if mapping.time_zone else plan.zone,
        rating_range=mapping.rating_range or plan.rating_range,
        date_style=mapping.date_format,
        recommended_counts=mapping.recommended_counts,
    )


def _candidates(grid: Grid) -> list[int]:
    """The first rows with something in them: titles and blank lines may stand above the header."""
    filled = (index for index, (_, cells) in enumerate(grid.rows) if _filled(cells))
    return [index for index, _ in zip(filled, range(_HEADER_WITHIN), strict=False)]


def _filled(cells: Sequence[Any]) -> bool:
    for cell in cells:
        if isinstance(cell, str):
            if cell and not cell.isspace():
                return True
        elif cell is not None:
            return True
    return False


def _unknown(grid: Grid, mapping: ColumnMapping | None) -> UnknownColumnsError:
    """Say which columns there are and give a mapping to paste, with what could be guessed filled in."""
    candidates = [(index, grid.rows[index][1]) for index in _candidates(grid)]
    at, cells = max(
        candidates, key=lambda row: sum(1 for cell in row[1] if isinstance(cell, str) and cell), default=(0, ())
    )
    names = [str(cell).strip()[:60] for cell in cells if cell not in (None, "")]
    guessed = lay(known_maps()[PLAIN], [header(cell) for cell in cells])
    rest = [name for name in names if header(name) not in {header(cells[i[0]]) for i in guessed.columns.values()}]
    shown = {
        field: str(cells[guessed.columns[field][0]]).strip() if field in guessed.columns else _next(rest)
        for field in ("date", "rating", "text")
    }
    parts = [f"{field} = {json.dumps(name, ensure_ascii=False)}" for field, name in shown.items()]
    parts.insert(2, "rating_range = [1, 5]")
    why = (
        "the mapping names columns that this file does not have"
        if mapping and mapping.date
        else ("it is not clear which columns hold the date and the rating")
    )
    listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    below = [row for _, row in grid.rows[at + 1 :] if _filled(row)]
    return UnknownColumnsError(
        f"{why}. Its columns are: {listed or 'none'}. Write a mapping with the right names into this source's "
        f"settings, like: mapping = {{ {', '.join(parts)} }}",
        columns=["" if cell is None else str(cell).strip() for cell in cells],
        rows=below[:_SAMPLE],
        count=len(below),
    )


def _next(rest: list[str]) -> str:
    return rest.pop(0) if rest else "NAME OF THE COLUMN"
