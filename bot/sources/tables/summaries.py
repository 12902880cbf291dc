"""Rows that add up the ones above, and whole tables of averages: their numbers are no ratings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.errors import BadRowError
from bot.sources.tables.columns import Column
from bot.sources.tables.headings import is_total, says
from bot.sources.tables.maps import PLAIN, known_maps
from bot.sources.tables.rows import Rows
from bot.sources.tables.taking import Roles
from bot.sources.tables.values.dates import DateReader

_MONTHS_FROM: Final = 3
_TOTALS_WITHIN: Final = 5
_READER: Final = DateReader(ZoneInfo("UTC"), order="dmy")


def is_summary(columns: Sequence[Column], rows: Rows, roles: Roles, zone: ZoneInfo) -> bool:
    """Averages by month and other counts: no words, no guest, and a count or whole months."""
    if roles.columns.keys() & {"text", "positive", "negative", "title", "author", "id"}:
        return False
    if roles.map is not known_maps()[PLAIN]:
        return False
    place = roles.columns.get("rating", (None,))[0]
    if any(says(one.heading, "summary") and one.place != place and one.numbers for one in columns):
        return True
    if place is not None and says(columns[place].heading, "summary"):
        return True
    if "date" not in roles.columns:
        return False
    at = roles.columns["date"][0]
    reader = DateReader(zone, order="dmy")
    days = [_day(cells[at], reader) for _, cells in rows if at < len(cells)]
    months = {(day.year, day.month) for day in days if day is not None}
    return (
        len(rows) >= _MONTHS_FROM and len(months) == len(rows) and all(day is not None and day.day == 1 for day in days)
    )


def without_totals(rows: Rows) -> tuple[list[tuple[int, Sequence[Any]]], list[tuple[int, str]]]:
    """The rows without the last ones that only add up: their numbers are no ratings."""
    totals: list[tuple[int, str]] = []
    kept = list(rows)
    for line, cells in list(reversed(rows))[:_TOTALS_WITHIN]:
        some = [cell for cell in cells if cell not in (None, "")]
        first = some[0] if some else None
        has_day = any(isinstance(cell, date) or (isinstance(cell, str) and _is_day(cell)) for cell in some)
        if isinstance(first, str) and is_total(first) and not has_day and len(kept) > 1:
            totals.append((line, " ".join(first.split())[:40]))
            kept.remove((line, cells))
    return kept, totals


def _is_day(cell: str) -> bool:
    try:
        _READER.read(cell.strip())
    except BadRowError:
        return False
    return True


def _day(cell: Any, reader: DateReader) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return reader.read(cell).at.astimezone(reader.zone).date()
    except BadRowError:
        return None
