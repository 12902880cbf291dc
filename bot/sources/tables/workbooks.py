"""Spreadsheets (XLSX, XLSB, XLS, ODS) to rows. Formulas are read as the values that were saved with them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
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
from bot.sources.tables.delimited import Grid

_MOST_SHEETS: Final = 50
_MOST_UNPACKED: Final = 256 * 2**20
_MOST_CELLS: Final = 12_000_000
_CELL: Final = re.compile(rb'<c [^>]{0,80}?r="([A-Z]{1,3})(\d{1,7})"')
_ROWS: Final = re.compile(rb'<row [^>]{0,200}?r="(\d{1,7})"')
_ODS_REPEAT: Final = re.compile(rb'number-(columns|rows)-repeated="(\d{1,9})"')


def read_workbook(body: bytes) -> list[Grid]:
    """Read all sheets; the rows' numbers are the spreadsheet's own.

    Raises:
        UnreadableFileError: the bytes are no spreadsheet, are locked, or unpack to far more than reviews need.
    """
    _refuse_bombs(body)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet][:_MOST_SHEETS]
        grids = [_grid(book, sheet) for sheet in sheets]
    except PasswordError:
        raise UnreadableFileError(reason("sheet_locked")) from None
    except (CalamineError, OSError, ValueError, OverflowError, UnicodeError):
        raise UnreadableFileError(reason("sheet_damaged")) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what a failed assertion in the Rust library becomes
            raise
        raise UnreadableFileError(reason("sheet_damaged")) from None
    return grids


def _grid(book: CalamineWorkbook, about: SheetMetadata) -> Grid:
    name = about.name
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > _MOST_CELLS:
        raise UnreadableFileError(reason("sheet_huge", sheet=name))
    rows = sheet.to_python(skip_empty_area=False)
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right and bottom < len(rows):
            # One cell over several rows holds for each of them: a day above its reviews.
            for number in range(top + 1, bottom + 1):
                rows[number][left] = rows[top][left]
    is_hidden = about.visible != SheetVisibleEnum.Visible
    return Grid([(number, cells) for number, cells in enumerate(rows, 1)], name=name, is_hidden=is_hidden)


def _refuse_bombs(body: bytes) -> None:
    """Look at the sizes before the library makes room for every cell up to the last one."""
    if not body.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            entries = packed.infolist()
            if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
                raise UnreadableFileError(reason("sheet_unpacks"))
            for entry in entries:
                if entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml"):
                    _refuse_wide(entry.filename, _bounded(packed, entry))
                elif entry.filename == "content.xml":
                    _refuse_repeated(_bounded(packed, entry))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise UnreadableFileError(reason("sheet_damaged")) from None


def _bounded(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with packed.open(entry) as stream:
        found = stream.read(_MOST_UNPACKED + 1)
    if len(found) > _MOST_UNPACKED:
        raise UnreadableFileError(reason("sheet_unpacks"))
    return found


def _refuse_wide(name: str, sheet: bytes) -> None:
    columns = rows = 1
    for match in _CELL.finditer(sheet):
        number = 0
        for letter in match[1]:
            number = number * 26 + letter - 64
        columns, rows = max(columns, number), max(rows, int(match[2]))
    rows = max([rows, *(int(number) for number in _ROWS.findall(sheet))])
    if columns * rows > _MOST_CELLS:
        raise UnreadableFileError(reason("sheet_huge", sheet=name))


def _refuse_repeated(content: bytes) -> None:
    """ODS repeats cells by number; only a handful of huge repeats (the empty rest of a sheet) is usual."""
    several = [int(number) for _, number in _ODS_REPEAT.findall(content) if 1_000 < int(number) < 1_000_000]
    if sum(several) > 3_000_000:
        raise UnreadableFileError(reason("sheet_repeats"))
