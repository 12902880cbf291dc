"""A file that somebody sent: what it is, what has to be asked about it, and its reviews."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

from bot.errors import AmbiguousDatesError, BadRowError, UnknownColumnsError, UnknownScaleError
from bot.sources.contract.source import Parsed, Poll, RawItem, State
from bot.sources.files.reader import read_export
from bot.sources.tables.cells import text_of
from bot.sources.tables.dates import DateReader
from bot.sources.tables.mapping import ColumnMapping, FolderSettings
from bot.sources.tables.maps import PLAIN, header, known_maps, lay
from bot.sources.tables.ratings import score

ASKED: Final = ("rating", "date", "text")
"""What a person is asked about a table that is not recognised."""
_TOPS: Final = (5.0, 10.0, 100.0)
_FIRST_SHOWN: Final = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table nobody has named yet.

    Attributes:
        name: its header.
        first: what stands in its first row that has something.
        top: its largest number; None where it holds none.
        dates: how many of the first rows hold a date there.
        length: characters of text in a row, on average.
    """

    name: str
    first: str = ""
    top: float | None = None
    dates: int = 0
    length: float = 0.0


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file holds, and the mapping it was read with."""

    parsed: Parsed
    mapping: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskColumns:
    """Which column is what?

    Attributes:
        mapping: what can be guessed, with the keys of a source's `mapping`.
        rows: how many reviews there may be.
        key: the same for every file with these columns.
    """

    columns: tuple[Column, ...]
    mapping: dict[str, Any]
    rows: int
    key: str


@dataclass(frozen=True, slots=True)
class AskDate:
    """Day or month first? The dates are ISO dates."""

    example: str
    day_first: str
    month_first: str
    rows: int


def understand(
    name: str, body: bytes, *, zone: ZoneInfo, mapping: Mapping[str, Any], remembered: Mapping[str, Mapping[str, Any]]
) -> Understood | AskColumns | AskDate:
    """Read a file, or say what has to be asked first.

    Args:
        name: the file's name.
        body: its bytes.
        zone: the location's time zone, for times without one.
        mapping: what was answered so far, with the keys of a source's `mapping`.
        remembered: earlier answers, by the key of the columns.

    Raises:
        UnreadableFileError: nothing in it is reviews; the text says why and what to do.
    """
    try:
        return Understood(_read(name, body, zone=zone, mapping=mapping), dict(mapping))
    except UnknownColumnsError as error:
        question = _ask(error, zone=zone)
    except AmbiguousDatesError as error:
        return AskDate(error.example, error.day_first, error.month_first, error.count)
    except UnknownScaleError:
        # A recognised table with ratings above 10: of the scales in use only 1 to 100 is left.
        return understand(name, body, zone=zone, mapping={**mapping, "rating_range": [1, 100]}, remembered=remembered)
    known = remembered.get(question.key)
    if known is not None and not mapping:
        return understand(name, body, zone=zone, mapping=known, remembered={})
    return question


def with_answer(mapping: Mapping[str, Any], field: str, column: Column) -> dict[str, Any]:
    """The mapping after a person has said which column holds a field."""
    after = {name: value for name, value in mapping.items() if value != column.name} | {field: column.name}
    if field == "rating":
        after["rating_range"] = list(_range(column.top)) if column.top is not None else [1.0, 5.0]
    return after


def is_enough(mapping: Mapping[str, Any]) -> bool:
    """Whether a file can be read with these answers: a date, and stars or words."""
    return "date" in mapping and bool({"rating", "text"} & mapping.keys())


class SentFile:
    """The source of one file; it is never polled."""

    absence_means_gone: ClassVar[bool] = False

    def __init__(self, zone: ZoneInfo, mapping: Mapping[str, Any]) -> None:
        """`mapping` has the keys of a source's `mapping`."""
        self._zone = zone
        self._mapping = mapping

    def item(self, name: str, body: bytes) -> RawItem:
        """The file as a raw item; the same file read the same way has the same key."""
        reading = json.dumps(self._mapping, sort_keys=True)
        return RawItem(
            key=sha256(b"%s\x1f%s" % (sha256(body).digest(), reading.encode())).hexdigest(), name=name, body=body
        )

    async def poll(self, state: State, now: datetime) -> Poll:
        """Nothing comes by itself."""
        return Poll((), state, is_complete=False)

    def parse(self, raw: RawItem) -> Parsed:
        """Read the file.

        Raises:
            UnreadableFileError: it is not reviews; the text says why and what to do.
        """
        return _read(raw.name, raw.body, zone=self._zone, mapping=self._mapping)

    async def confirm(self, state: State) -> None:
        """Nothing to do."""


def settings_of(mapping: Mapping[str, Any]) -> FolderSettings:
    """The settings that a folder with this mapping would have."""
    own = ColumnMapping.model_validate(dict(mapping)) if mapping else None
    return FolderSettings.model_validate({"id": "sent", "type": "folder", "path": ".", "mapping": own})


def _read(name: str, body: bytes, *, zone: ZoneInfo, mapping: Mapping[str, Any]) -> Parsed:
    return read_export(name, body, zone=zone, settings=settings_of(mapping))


def _ask(error: UnknownColumnsError, *, zone: ZoneInfo) -> AskColumns:
    names = [name for name in error.columns if name]
    columns = tuple(
        _column(name, [row[place] for row in error.rows if place < len(row)], zone=zone)
        for place, name in enumerate(error.columns)
        if name
    )
    key = sha256("\x1f".join(map(header, names)).encode()).hexdigest()[:32]
    return AskColumns(columns, _guess(columns), error.count, key)


def _column(name: str, cells: Sequence[Any], *, zone: ZoneInfo) -> Column:
    texts = [text_of(cell) for cell in cells]
    numbers = [number for cell in cells if (number := _number(cell)) is not None]
    reader = DateReader(zone, order="dmy")
    dates = 0
    for cell in cells:
        with suppress(BadRowError):
            reader.read(cell)
            dates += 1
    return Column(
        name=name,
        first=next((text for text in texts if text), "")[:_FIRST_SHOWN],
        top=max(numbers) if numbers and len(numbers) * 2 > sum(map(bool, texts)) else None,
        dates=dates,
        length=sum(map(len, texts)) / len(texts) if texts else 0.0,
    )


def _number(cell: Any) -> float | None:
    try:
        found = score(cell)
    except BadRowError:
        return None
    return None if found is None else found.value


def _guess(columns: Sequence[Column]) -> dict[str, Any]:
    """The likeliest column for each field: by its header, else by what stands in it."""
    by_header = lay(known_maps()[PLAIN], [header(column.name) for column in columns]).columns
    free = list(columns)

    def take(field: str, likely: list[Column]) -> str:
        named = [columns[place] for place in by_header.get(field, ())]
        for column in (*named, *likely):
            if column in free:
                free.remove(column)
                return column.name
        return ""

    date = take("date", sorted((c for c in columns if c.dates), key=lambda c: -c.dates))
    rating = take(
        "rating", sorted((c for c in columns if c.top is not None and 1 < c.top <= 100), key=lambda c: c.top or 0)
    )
    text = take("text", sorted((c for c in columns if c.length > 3), key=lambda c: -c.length))
    top = next((column.top for column in columns if column.name == rating), None)
    guessed: dict[str, Any] = {"date": date, "rating": rating, "text": text}
    if rating and top is not None:
        guessed["rating_range"] = list(_range(top))
    return {name: value for name, value in guessed.items() if value}


def _range(top: float) -> tuple[float, float]:
    return 1.0, next((best for best in _TOPS if top <= best), top)
