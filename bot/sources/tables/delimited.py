"""Text tables: bytes to characters, characters to rows (CSV as in RFC 4180, and what programs make of it)."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bot.errors import UnreadableFileError

DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOK: Final = 65_536
_OPEN_QUOTE: Final = "a quotation mark is opened here and never closed; write the cell again or remove the mark"

csv.field_size_limit(2**31 - 1)  # the standard 128 KiB would end the whole file at one long cell


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows as they stand in a file, the header among them.

    Attributes:
        rows: line (1-based, where the row begins) and cells.
        bad: lines that are no row, with the reason.
        name: the sheet's name where the file has several.
    """

    rows: Sequence[tuple[int, Sequence[Any]]]
    bad: Sequence[tuple[int, str]] = ()
    name: str = ""


def decode(body: bytes) -> str:
    """Turn a text file's bytes into characters, without byte order marks and NULs.

    UTF-8 first; UTF-16 by its mark or its pattern of NULs; else Windows-1252, unless the file is UTF-8 with a few
    broken bytes: those become U+FFFD.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            text = _whole_units(body[len(mark) :], encoding).decode(encoding, "replace")
            break
    else:
        text = _decode_unmarked(body)
    head = text[:_LOOK]
    controls = sum(1 for sign in head if sign < " " and sign not in "\t\n\r\x0b\x0c\x1a\x00")
    if controls > 8 + len(head) // 100:
        raise UnreadableFileError("this is not a text file; save the table as CSV or XLSX and put that here")
    return text.replace("\x00", "").replace("\ufeff", "")


def _decode_unmarked(body: bytes) -> str:
    head = body[:_LOOK]
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.4 * pairs and head[0::2].count(0) < 0.1 * pairs:
        return _whole_units(body, "utf-16-le").decode("utf-16-le", "replace")
    if head[0::2].count(0) > 0.4 * pairs and head[1::2].count(0) < 0.1 * pairs:
        return _whole_units(body, "utf-16-be").decode("utf-16-be", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(1 for sign in text if sign > "\x7f") - broken
    return text if sound > 2 * broken else body.decode("cp1252", "replace")


def _whole_units(body: bytes, encoding: str) -> bytes:
    """Without the half of a character at the end of a file that was cut."""
    size = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    return body[: len(body) // size * size]


def read_delimited(text: str) -> Grid:
    """Split a text table into rows; a row whose quotation marks are broken does not take the others with it."""
    lines = io.StringIO(text, newline="").readlines()
    delimiter = ""
    start = 0
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].rstrip("\r\n")) == 5:
        delimiter, start = lines[0][4], 1
    delimiter = delimiter or _delimiter(lines)
    rows: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str]] = []
    wasted = 0
    while start < len(lines):
        reader = csv.reader(_from(lines, start), delimiter=delimiter, strict=True)
        before = 0
        try:
            for cells in reader:
                rows.append((start + before + 1, cells))
                before = reader.line_num
            break
        except csv.Error as error:
            start += before
            used = reader.line_num - before
            wasted += used
            if used == 1 and "unexpected end" not in str(error):
                rows.append((start + 1, _leniently(lines[start], delimiter)))
            else:
                bad.append((start + 1, _OPEN_QUOTE))
            start += 1
            if wasted > 20 * len(lines) + 1000:
                bad.append((start + 1, "too many broken quotation marks; the rest of the file is not read"))
                break
    return Grid(rows, bad)


def _from(lines: list[str], start: int) -> Iterator[str]:
    """The lines from `start` on, without a copy of the rest at every new start."""
    return map(lines.__getitem__, range(start, len(lines)))


def _leniently(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts most of the first rows into the same number of cells, at least two."""
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(len(row) for row in islice(csv.reader(lines[:400], delimiter=delimiter), 50) if any(row))
        several = [(many, cells) for cells, many in counts.items() if cells > 1]
        if several:
            many, cells = max(several)
            if (many / counts.total(), cells) > best:
                best, found = (many / counts.total(), cells), delimiter
    return found
