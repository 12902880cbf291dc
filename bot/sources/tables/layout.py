"""From the cells of a table to its reviews: where it begins, what its columns are, on which scale and in which order.

What is certain is read, what is likely is read and said, and what is open is asked: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from bot.errors import UnreadableFileError
from bot.model.ingest.poll import problem
from bot.reasons import reason
from bot.sources.contract.source import Parsed
from bot.sources.tables.columns import Column, profiles
from bot.sources.tables.formats.delimited import Grid
from bot.sources.tables.header import filled, find_header, side_by_side
from bot.sources.tables.maps import header
from bot.sources.tables.reading import TableReading
from bot.sources.tables.summaries import without_totals
from bot.sources.tables.table import Around, Table


def read_tables(grids: Sequence[Grid], around: Around, *, has_fixed_header: bool = False) -> list[Table]:
    """Read every sheet of a file, or its only table.

    Raises:
        UnreadableFileError: nothing is in it.
    """
    some = [grid for grid in grids if any(filled(cells) for _, cells in grid.rows) or grid.bad]
    if not some:
        raise UnreadableFileError(reason("file_empty"))
    several = len(some) > 1
    tables: list[Table] = []
    for grid in some:
        if grid.is_hidden and any(not other.is_hidden for other in some):
            tables.append(Table(left_out=[reason("sheet_hidden", sheet=grid.name)]))
            continue
        sheet = grid.name if several else ""
        its = replace(around, name=f"{around.name} [{grid.name}]") if several else around
        at = 0 if has_fixed_header else find_header(grid)
        parts = side_by_side(grid, at)
        tables += [_read(part, its, 0 if len(parts) > 1 else at, sheet=sheet, others=several) for part in parts]
    return _without_strangers(_without_copies(tables))


def _without_copies(tables: list[Table]) -> list[Table]:
    """A sheet whose every review stands in another sheet too is a copy."""
    for number, table in enumerate(tables[1:], start=1):
        mine = {_content(review) for review in table.parsed.reviews}
        if len(mine) < 2:
            continue
        for other in tables[:number]:
            if mine <= {_content(review) for review in other.parsed.reviews} and table.understood is not None:
                table.left_out.append(reason("sheet_copy", sheet=table.understood.sheet))
                table.parsed = Parsed(())
                table.understood = None
                break
    return tables


def _without_strangers(tables: list[Table]) -> list[Table]:
    """Days and words without stars, beside sheets that have stars, are messages or notes rather than reviews."""
    have_stars = [table for table in tables if table.understood is not None and table.understood.scale is not None]
    for table in tables if have_stars else ():
        understood = table.understood
        if understood is None or understood.scale is not None or understood.platform or understood.answered:
            continue
        table.parsed = Parsed(())
        table.understood = None
        table.is_unknown = True
    return tables


def _content(review: Any) -> tuple[object, ...]:
    return (review.published_at, review.text, review.title, review.author, review.rating)


def _read(grid: Grid, around: Around, at: int | None, *, sheet: str, others: bool) -> Table:
    head: Sequence[Any] = (
        grid.rows[at][1] if at is not None else [""] * max((len(cells) for _, cells in grid.rows), default=0)
    )
    rows = [
        (line, cells)
        for line, cells in grid.rows[(0 if at is None else at + 1) :]
        if filled(cells) and (at is None or not _repeats_head(cells, head))
    ]
    bad = [problem(around.name, line, why) for line, why in grid.bad]
    if not rows:
        table = Table(parsed=Parsed((), tuple(bad)), columns=_names(head), sheet=sheet)
        table.left_out.append(reason("sheet_empty", sheet=sheet) if sheet else reason("file_only_headings"))
        return table
    rows, totals = without_totals(rows)
    bad += [problem(around.name, line, reason("row_total", cell=cell)) for line, cell in totals]
    columns = profiles(head, rows)
    key = key_of(head)
    answers = _answers(around, key, columns)
    found = TableReading(columns, rows, around, sheet=sheet, key=key, answers=answers, others=others).read()
    if bad:
        problems = tuple(sorted((*bad, *found.parsed.problems), key=lambda one: one.line or 0))
        found.parsed = replace(found.parsed, problems=problems)
    return found


def _repeats_head(cells: Sequence[Any], head: Sequence[Any]) -> bool:
    """The headings once more, or what a survey's program calls them (Qualtrics, third row of an export)."""
    first = cells[0] if cells else None
    if isinstance(first, str) and first.startswith('{"ImportId"'):
        return True
    return first == head[0] and list(cells) == list(head)


def key_of(head: Sequence[Any]) -> str:
    """The same for every table with these headings."""
    names = [header(cell) for cell in head]
    while names and not names[-1]:
        names.pop()
    return sha256("\x1f".join(names or [f"{len(head)} columns"]).encode("utf-8", "replace")).hexdigest()[:32]


def _names(head: Sequence[Any]) -> list[str]:
    return [" ".join(str(cell).split())[:60] for cell in head if cell not in (None, "")]


def _answers(around: Around, key: str, columns: Sequence[Column]) -> dict[str, Any]:
    """The owner's mapping where its columns are there, and what people have answered about this table."""
    places = {column.name for column in columns} | {column.heading for column in columns}
    found: dict[str, Any] = {}
    if around.mapping is not None:
        own = around.mapping.model_dump(exclude_defaults=True)
        named = dict(around.mapping.columns.items())
        strict = {
            name: column for name, column in named.items() if name in ("date", "rating", "text", "id", "recommended")
        }
        if all(column in places or header(column) in places for column in strict.values()) or not named:
            found |= own
    for answer in (around.answers.get("*"), around.answers.get(key)):
        found |= answer or {}
    return found
