"""What was understood of a file, and what has to be asked about it first; all of it plain data that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class AskKind(StrEnum):
    """What a person is asked about a table."""

    COLUMNS = "columns"
    SCALE = "scale"
    DATE = "date"
    RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question without whose answer a table cannot be read.

    Attributes:
        key: the same for every table with these columns; the answer is remembered under it.
        sheet: the sheet's name where the file has several.
        rows: how many reviews there may be.
        mapping: what is known or guessed so far, with the keys of a source's `mapping`.
        facts: what the question shows, by its kind:
            COLUMNS: "columns", a list of {"name", "first", "top"}; "open", the fields that are not clear;
            SCALE: "column", "options" (lists of worst, best, whether the lowest is best), "why" and "example", a rating
                with the words beside it;
            DATE: "example" and its two readings "day_first" and "month_first" as ISO dates;
            RECOMMENDED: "column" and "example".
    """

    kind: AskKind
    key: str
    sheet: str
    rows: int
    mapping: Mapping[str, Any]
    facts: Mapping[str, Any]

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class TableUnderstood:
    """How one table was read.

    Attributes:
        sheet: the sheet's or member's name where the file has several.
        key: the same for every table with these columns.
        kind: the known kind of export, "plain" or "mapping".
        columns: field -> the headings of its columns.
        likely: fields that were told by the cells or by a part of the heading.
        scale: worst and best rating.
        lowest_is_best: school grades.
        scale_is_stated: the file itself or a person says which scale it is; else it is the usual one for such numbers.
        order: "dmy", "mdy" or "ydm" where the dates have an order; "swapped" where a spreadsheet program had changed
            day and month and that was put right.
        unused: headings of columns that were not used.
        answered: the fields and settings that a person has settled.
        platform: where all its reviews were written, told by the sheet's name.
        scale_of: the platform by which an answer about the scale is remembered, where one was taken.
    """

    sheet: str
    key: str
    kind: str
    columns: Mapping[str, Sequence[str]]
    likely: Sequence[str] = ()
    scale: tuple[float, float] | None = None
    lowest_is_best: bool = False
    scale_is_stated: bool = True
    order: str = ""
    unused: Sequence[str] = ()
    answered: Sequence[str] = ()
    reviews: int = 0
    low: int = 0
    without_rating: int = 0
    platform: str = ""
    scale_of: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was understood of a file.

    Attributes:
        tables: those that were read.
        left_out: sheets, rows and columns that were left out on purpose, as `Reason.stored` gives them.
    """

    tables: tuple[TableUnderstood, ...] = ()
    left_out: tuple[Mapping[str, Any], ...] = field(default=())

    def stored(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"tables": [table.stored() for table in self.tables], "left_out": [dict(one) for one in self.left_out]}
