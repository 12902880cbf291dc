"""Spreadsheets (XLSX, XLSB, XLS, ODS) to rows. Formulas are read as the values that were saved with them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Final

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from bot.errors import UnreadableFileError
from bot.reasons import reason
from bot.sources.tables.formats.delimited import Grid

_MOST_SHEETS: Final = 50
_MOST_UNPACKED: Final = 256 * 2**20
_MOST_CELLS: Final = 3_000_000
"""Of all sheets together, with the empty ones up to the last: a cell takes some 60 bytes until it is read."""
_MOST_TEXT: Final = 64 * 2**20
"""Bytes of text in all cells together, a shared one counted as often as it is used."""
_CELL: Final = re.compile(rb"""<(?:\w{1,9}:)?c\s[^<>]{0,80}?r\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_ROWS: Final = re.compile(rb"""<(?:\w{1,9}:)?row\s[^<>]{0,200}?r\s*=\s*["'](\d{1,7})["']""")
_SHEET: Final = re.compile(rb"<(?:\w{1,9}:)?sheet\s")
_TEXT: Final = re.compile(rb"<(?:\w{1,9}:)?si[\s>]")
_SHARED: Final = re.compile(
    rb"""<(?:\w{1,9}:)?c\s[^<>]{0,200}?t\s*=\s*["']s["'][^<>]{0,80}>\s{0,9}<(?:\w{1,9}:)?v>(\d{1,9})</"""
)
_ODS_TAG: Final = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^<>]*)>")
_ODS_TIMES: Final = re.compile(rb"""number-(?:columns|rows)-repeated\s*=\s*["'](\d{1,9})["']""")


def read_workbook(body: bytes) -> list[Grid]:
    """Read all sheets; the rows' numbers are the spreadsheet's own.

    Raises:
        UnreadableFileError: the bytes are no spreadsheet, are locked, or unpack to far more than reviews need.
    """
    _refuse_bombs(body)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet][:_MOST_SHEETS]
        grids: list[Grid] = []
        cells = 0
        for sheet in sheets:
            grid, spanned = _grid(book, sheet, left=_MOST_CELLS - cells)
            grids.append(grid)
            cells += spanned
    except PasswordError:
        raise UnreadableFileError(reason("sheet_locked")) from None
    except (CalamineError, OSError, ValueError, OverflowError, UnicodeError):
        raise UnreadableFileError(reason("sheet_damaged")) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a failed assertion in the Rust library becomes
            raise
        raise UnreadableFileError(reason("sheet_damaged")) from None
    return grids


def _grid(book: CalamineWorkbook, about: SheetMetadata, *, left: int) -> tuple[Grid, int]:
    """A sheet and how many cells it spans, of which there may be so many more."""
    name = about.name
    sheet = book.get_sheet_by_name(name)
    spanned = sheet.total_height * sheet.total_width
    if spanned > left:
        raise UnreadableFileError(reason("book_huge", most=_MOST_CELLS))
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom < len(rows):
            # One cell over several rows holds for each of them: a day above its reviews.
            for number in range(top + 1, bottom + 1):
                rows[number][left] = rows[top][left]
    is_hidden = about.visible != SheetVisibleEnum.Visible
    return Grid([(number, cells) for number, cells in enumerate(rows, 1)], name=name, is_hidden=is_hidden), spanned


def _refuse_bombs(body: bytes) -> None:
    """Count the cells of the whole workbook before the library makes room for every one up to the last."""
    if not body.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            entries = packed.infolist()
            if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise UnreadableFileError(reason("sheet_unpacks"))
            parts = [one for one in entries if one.filename.startswith("xl/worksheets/") and _is_xml(one)]
            named = {one.filename: one for one in entries}
            if parts:
                _refuse_workbook(packed, parts, named)
            elif "content.xml" in named and _repeated(_bounded(packed, named["content.xml"])) > _MOST_CELLS:
                raise UnreadableFileError(reason("sheet_repeats"))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise UnreadableFileError(reason("sheet_damaged")) from None


def _refuse_workbook(
    packed: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], named: Mapping[str, zipfile.ZipInfo]
) -> None:
    """The parts of an XLSX; several sheets may be one part, and many cells one text."""
    texts: list[int] = []
    if "xl/sharedStrings.xml" in named:
        texts = [len(one) for one in _TEXT.split(_bounded(packed, named["xl/sharedStrings.xml"]))[1:]]
    sheets = 0
    if "xl/workbook.xml" in named:
        sheets = len(_SHEET.findall(_bounded(packed, named["xl/workbook.xml"])))
    cells = text = 0
    for part in parts:
        sheet = _bounded(packed, part)
        times = max(1, min(sheets, _MOST_SHEETS) - len(parts) + 1)
        cells += _spanned(sheet) * times
        if texts:
            text += times * sum(texts[place] for place in map(int, _SHARED.findall(sheet)) if place < len(texts))
        if cells > _MOST_CELLS or text > _MOST_TEXT:
            raise UnreadableFileError(reason("book_huge", most=_MOST_CELLS))


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith(".xml")


def _bounded(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as stream:
        found = stream.read(_MOST_UNPACKED + 1)
    if len(found) > _MOST_UNPACKED:
        raise UnreadableFileError(reason("sheet_unpacks"))
    return found


def _spanned(sheet: bytes) -> int:
    """How many cells the library makes room for in a sheet of an XLSX: from the first to the last in both ways."""
    columns = rows = 1
    for match in _CELL.finditer(sheet):
        number = 0
        for letter in match[1]:
            number = number * 26 + letter - 64
        columns, rows = max(columns, number), max(rows, int(match[2]))
    return columns * max([rows, *(int(number) for number in _ROWS.findall(sheet))])


def _repeated(content: bytes) -> int:
    """How many cells the sheets of an ODS span, with what is said to be repeated.

    Empty cells and rows at the end are repeated to the sheet's edge by every program, and take no room.
    """
    cells = rows = skipped = widest = width = filled = times = 0
    for tag in _ODS_TAG.finditer(content):
        is_end, name, attributes = tag.groups()
        if name == b"table-row" and not is_end:
            times, width, filled = _times(attributes), 0, 0
        is_row_over = name == b"table-row" and (is_end or attributes.endswith(b"/"))
        if is_row_over and filled:
            widest, rows, skipped = max(widest, filled), rows + skipped + times, 0
        elif is_row_over:
            skipped += times
        elif name.endswith(b"table-cell") and not is_end:
            width += _times(attributes)
            if b"value-type=" in attributes or not attributes.endswith(b"/"):
                filled = width
        elif name == b"table":
            cells, rows, skipped, widest = cells + rows * widest, 0, 0, 0
    return cells + rows * widest


def _times(attributes: bytes) -> int:
    found = _ODS_TIMES.search(attributes)
    return int(found[1]) if found else 1
