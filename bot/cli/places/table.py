"""A table of locations (CSV): what stands in each row, or why a row cannot be taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bot import settings
from bot.configured.imported_places import COLUMNS, LIKE, ImportedPlace, location_of
from bot.errors import ConfigError, ReviewBotError
from bot.sources import registry

_WHERE: Final = re.compile(r"businesses\[1\]\.(?:locations\[1\]\.?)?")
_NAMES: Final = {"sources[1].path": "folder", "sources[1].platform": "platform", "alerts.quiet_hours": "quiet_hours"}


@dataclass(slots=True)
class Table:
    """What a table holds: its locations, and what is wrong with it, a sentence a row."""

    places: list[ImportedPlace] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read(path: Path, tree: Mapping[str, Any], *, folder: Path, folders: Path | None) -> Table:
    """The locations of a file.

    Args:
        path: the table.
        tree: what the configuration file says.
        folder: what relative paths count from.
        folders: rows without a folder get one in here, called like the location.

    Raises:
        ReviewBotError: the file cannot be read, or has not the columns of such a table.
    """
    rows = _rows(path)
    businesses = {one["id"]: one for one in tree["businesses"]}
    found, seen = Table(), dict[tuple[str, str], int]()
    for number, row in rows:
        business = row.pop("business", "") or (next(iter(businesses)) if len(businesses) == 1 else "")
        if folders is not None and "folder" not in row and "id" in row:
            row["folder"] = str(folders / row["id"])
        problems = _problems(row, business, businesses, folder)
        key = (business, row.get("id", ""))
        if not problems and key in seen:
            problems = [f"the id {key[1]} stands in row {seen[key]} already"]
        seen.setdefault(key, number)
        found.problems += [f"Row {number}: {problem}" for problem in problems]
        if not problems:
            found.places.append(ImportedPlace(business, row))
    return found


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = "it is not UTF-8; save it as CSV UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ReviewBotError(f"{path} cannot be read: {said}") from error
    first = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    head = [cell.strip().lower() for cell in next(lines, [])]
    if unknown := [cell for cell in head if cell not in COLUMNS]:
        raise ReviewBotError(
            f"{path} has columns that are not known: {', '.join(cell or '(empty)' for cell in unknown)}. "
            f"There are: {', '.join(COLUMNS)}"
        )
    if missing := [cell for cell in ("id", "name") if cell not in head]:
        raise ReviewBotError(f"{path} lacks the column {' and '.join(missing)}; its first row has to name the columns")
    return [
        (number, {name: cell.strip() for name, cell in zip(head, cells, strict=False) if cell.strip()})
        for number, cells in enumerate(lines, start=2)
        if any(cell.strip() for cell in cells)
    ]


def _problems(
    row: Mapping[str, str], business: str, businesses: Mapping[str, Mapping[str, Any]], folder: Path
) -> list[str]:
    if not business:
        return [f"which business? Fill the column business with one of {', '.join(businesses)}"]
    if business not in businesses:
        return [f"the business {business} is not in the configuration; there are: {', '.join(businesses)}"]
    if missing := [name for name in ("id", "name") if name not in row]:
        return [f"{' and '.join(missing)} is empty"]
    if "platform" in row and "folder" not in row:
        return ["a platform needs a folder whose files it is for"]
    its = {one["id"]: one for one in businesses[business]["locations"]}
    if row["id"] in its:
        return [f"the location {row['id']} stands in the configuration file; one id is one location"]
    if LIKE in row and row[LIKE] not in its:
        return [f"like {row[LIKE]}: there is no such location in the file; there are: {', '.join(its)}"]
    return _invalid(location_of(row, its.get(row.get(LIKE, ""))), folder)


def _invalid(location: Mapping[str, Any], folder: Path) -> list[str]:
    alone = {"id": "alone", "name": "alone", "locations": [location]}
    tree = {"telegram": {"token": "1:unused"}, "businesses": [alone]}
    try:
        settings.build(tree, source_types=registry.SETTINGS, folder=folder, name="")
    except ConfigError as error:
        return [_said(one) for one in error.problems]
    return []


def _said(problem: str) -> str:
    text = _WHERE.sub("", problem.removeprefix(": "))
    where, colon, rest = text.partition(": ")
    return f"{_NAMES.get(where, where)}{colon}{rest}"


def written(places: Sequence[ImportedPlace]) -> str:
    """These locations as such a table."""
    out = io.StringIO(newline="")
    rows = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerows({"business": one.business, **one.columns} for one in places)
    return out.getvalue()
