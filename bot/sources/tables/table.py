"""What a table is read with, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.model.ingest.understanding import Ask, TableUnderstood
from bot.reasons import Reason
from bot.sources.contract.source import Parsed
from bot.sources.tables.mapping import ColumnMapping

Answers = Mapping[str, Mapping[str, Any]]
"""What people have answered: the key of a table's columns -> a mapping; "*" is for every table."""

ASK_ANYWAY: Final = "ask_anyway"
"""The key of an answer that only says: ask which column is what, whatever is known."""


@dataclass(slots=True)
class Table:
    """What came of one table.

    Attributes:
        parsed: its reviews, or nothing.
        understood: how it was read; None where it was not.
        asks: what has to be answered before it can be read.
        left_out: why it, or a part of it, was left out on purpose.
        is_unknown: it is a table, but nothing in it is like reviews.
        columns: the names of its columns.
        sheet: its sheet, where the file has several.
    """

    parsed: Parsed = field(default_factory=lambda: Parsed(()))
    understood: TableUnderstood | None = None
    asks: list[Ask] = field(default_factory=list)
    left_out: list[Reason] = field(default_factory=list)
    is_unknown: bool = False
    columns: Sequence[str] = ()
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a table is read with.

    Attributes:
        name: what the file is called in problems.
        zone: of times without one.
        mapping: the owner's own, out of the configuration.
        location: keep only rows of this place; empty keeps all.
        answers: what people have answered so far.
        now: no review is from later; None for no limit.
    """

    name: str
    zone: ZoneInfo
    mapping: ColumnMapping | None = None
    location: str = ""
    answers: Answers = field(default_factory=dict)
    now: datetime | None = None
