"""One file that is no archive to its tables or its Takeout: what it is is told from its first bytes."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final

import jmespath
import jmespath.exceptions

from bot.errors import UnreadableFileError
from bot.reasons import Reason, reason
from bot.sources.contract.source import Parsed
from bot.sources.files.takeout import is_takeout, read_takeout, refuse_own_reviews
from bot.sources.files.zips import LARGEST, is_archive, is_numbers
from bot.sources.tables.formats.delimited import Grid, decode, read_delimited, read_large
from bot.sources.tables.formats.json_values import find_rows, grid_of, is_lines, read_json, read_lines
from bot.sources.tables.formats.workbooks import read_workbook
from bot.sources.tables.layout import read_tables
from bot.sources.tables.mapping import ColumnMapping
from bot.sources.tables.table import Around, Table

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_GZIP: Final = b"\x1f\x8b"
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LINES: Final = (".jsonl", ".ndjson")
_LARGE: Final = 2**20
"""Bytes of a text table from which it is read a piece at a time."""


@dataclass(slots=True)
class Part:
    """What came of one file inside an archive, or of the only one."""

    name: str
    tables: Sequence[Table] = ()
    takeout: Parsed | None = None


def read_file(body: bytes, around: Around, *, place: str) -> Part:
    """Read a table (CSV, TSV, XLSX, XLS, ODS, JSON) or a Takeout's list of reviews.

    Args:
        body: the file's bytes.
        around: its name and what was said or answered about it.
        place: the listing's name beside a Takeout's reviews.

    Raises:
        UnreadableFileError: it is no table; the reason says what it is and what to do.
    """
    name = around.name
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFileError(reason("file_empty"))
    if body.startswith(_GZIP):
        return read_file(_unpacked(body), replace(around, name=name.removesuffix(".gz")), place=place)
    if is_archive(body):
        raise UnreadableFileError(reason("zip_inner"))
    if is_numbers(body):
        raise UnreadableFileError(reason("file_numbers"))
    if body.startswith((b"PK\x03\x04", _OLE)):
        return Part(name, read_tables(read_workbook(body), around))
    if body.startswith(b"%PDF"):
        raise UnreadableFileError(reason("file_pdf"))
    ending = PurePosixPath(name).suffix.lower()
    is_plain = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"<", b"{", b"[") and ending not in (".json", *_LINES)
    if len(body) >= _LARGE and is_plain and (large := read_large(body)) is not None:
        return Part(name, read_tables([large], around))
    text = decode(body)
    begin = text.lstrip()[:1]
    if begin == "<":
        raise UnreadableFileError(reason("file_web_page"))
    if ending in _WORKBOOKS and "\n" not in text[:4096]:
        raise UnreadableFileError(reason("file_no_sheet"))
    if begin in ("{", "[") or ending in (".json", *_LINES):
        return _json(text, around, place=place, lines=ending in _LINES)
    grid = read_delimited(text)
    del text, body  # a large table needs the room
    return Part(name, read_tables([grid], around))


def _unpacked(body: bytes) -> bytes:
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(body, LARGEST + 1)
    except (zlib.error, gzip.BadGzipFile, EOFError):
        raise UnreadableFileError(reason("zip_damaged")) from None
    if len(found) > LARGEST:
        raise UnreadableFileError(reason("file_large", most=LARGEST >> 20))
    if found.startswith(_GZIP):
        raise UnreadableFileError(reason("zip_inner"))
    return found


def _json(text: str, around: Around, *, place: str, lines: bool) -> Part:
    mapping = around.mapping
    if lines or is_lines(text):
        values, bad = read_lines(text)
    else:
        tree = read_json(text)
        refuse_own_reviews(tree)
        if is_takeout(tree):
            return Part(
                around.name, takeout=read_takeout(tree, name=around.name, place=place, location=around.location)
            )
        values, bad = list(enumerate(_rows(tree, mapping.rows if mapping else ""), 1)), []
    if mapping is not None and mapping.date:
        grid = _searched(values, bad, mapping)
        if grid is not None:
            named = {field: field for field in mapping.columns}
            details = {key: f"details {key}" for key in mapping.details}
            own = mapping.model_copy(update={**named, "details": details})
            return Part(around.name, read_tables([grid], replace(around, mapping=own), has_fixed_header=True))
    return Part(around.name, read_tables([grid_of(values, bad)], around, has_fixed_header=True))


def _searched(
    values: Sequence[tuple[int, Any]], bad: Sequence[tuple[int, Reason]], mapping: ColumnMapping
) -> Grid | None:
    """The values that a mapping's expressions find, under the fields' own names; None where no date is found."""
    wanted = {**mapping.columns, **{f"details {key}": column for key, column in mapping.details.items()}}
    searches = {field: _compiled(column) for field, column in wanted.items()}
    table: list[tuple[int, Sequence[Any]]] = [(0, [*wanted])]
    for line, value in values:
        if isinstance(value, Mapping):
            table.append((line, [_search(value, column, searches[field]) for field, column in wanted.items()]))
    place = [*wanted].index("date")
    if all(cells[place] is None for _, cells in table[1:]):
        return None
    return Grid(table, bad)


def _compiled(column: str) -> Any:
    try:
        return jmespath.compile(column)
    except jmespath.exceptions.JMESPathError:
        return None  # a key like "Review Date" is no expression; it is looked up as it stands


def _search(row: Mapping[str, Any], column: str, search: Any) -> Any:
    if column in row or search is None:
        value = row.get(column)
    else:
        try:
            value = search.search(row)
        except jmespath.exceptions.JMESPathError:
            value = None  # a function that met the wrong type in this row: the row lacks the value
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value)
    return str(value) if isinstance(value, dict) else value


def _rows(tree: Any, expression: str) -> Any:
    rows = jmespath.search(expression, tree) if expression else None
    if not isinstance(rows, list):
        rows = find_rows(tree)
    if rows is None:
        raise UnreadableFileError(reason("json_no_list"))
    return rows
