"""Text tables: bytes to characters, characters to rows (CSV as in RFC 4180, and what programs make of it)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from bot.errors import UnreadableFileError
from bot.reasons import Reason, reason

DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOK: Final = 65_536
_LINES_LOOKED_AT: Final = 400
_ESCAPED_QUOTE: Final = re.compile(r'\\"(?!\s*(?:[,;\t|]|\r?\n|$))')
_ESCAPED_QUOTE_IN_BYTES: Final = re.compile(_ESCAPED_QUOTE.pattern.encode())
_LINES: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FORMULA: Final = re.compile(r'="([^"]*)"')
_LATIN: Final = frozenset("äöüßÄÖÜéèêëàâáçñíìîïóòôúùûœæøåãõÉÈÀÇÑÁÍÓÚŒ")
_MARKS: Final = frozenset("€–—“”„‚‘’…«»¿¡°´·•§©®½£")
_ONE_BYTE: Final = ("cp1252", "cp850", "mac_roman")
_CYRILLIC_FROM: Final = 0.6

csv.field_size_limit(2**31 - 1)  # the standard 128 KiB would end the whole file at one long cell


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows as they stand in a file, the header among them.

    Attributes:
        rows: line (1-based, where the row begins) and cells.
        bad: lines that are no row, with the reason.
        name: the sheet's name where the file has several.
        is_hidden: the sheet is not shown in a spreadsheet program.
    """

    rows: Sequence[tuple[int, Sequence[Any]]]
    bad: Sequence[tuple[int, Reason]] = ()
    name: str = ""
    is_hidden: bool = False


def decode(body: bytes) -> str:
    """Turn a text file's bytes into characters, without byte order marks and NULs.

    UTF-8 first; UTF-16 by its mark or its pattern of NULs. A file that is UTF-8 but for a few bytes stays UTF-8, and
    those bytes are read as Windows-1252. Else the one of Windows-1252, DOS (cp850), old Macs and Windows-1251 that
    gives the likeliest letters.

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
        raise UnreadableFileError(reason("file_not_text"))
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
    return body.decode("utf-8", "one_byte") if sound >= broken else body.decode(_likeliest(body), "replace")


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("one_byte", _one_byte)


def _likeliest(body: bytes) -> str:
    """The encoding with one byte a character that makes most letters of what is beyond ASCII."""
    sample = _beyond_ascii(body)
    letters = re.findall(r"[^\W\d_]+", sample.decode("cp1251", "replace"))
    high = [word for word in letters if len(word) > 2 and all("а" <= sign.casefold() <= "я" for sign in word)]
    if sum(map(len, high)) > _CYRILLIC_FROM * sum(map(len, letters)):
        return "cp1251"
    return max(_ONE_BYTE, key=lambda encoding: (_likelihood(sample.decode(encoding, "replace")), encoding == "cp1252"))


def _beyond_ascii(body: bytes) -> bytes:
    """The lines that hold a byte beyond ASCII, as many as tell."""
    lines = [line for line in body.split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_LOOK]


def _likelihood(text: str) -> int:
    total = 0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if sign <= "\x7f":
            continue
        if sign in _LATIN:
            beside = (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())
            fits_case = sign.islower() or not before.islower()
            total += 2 if beside and fits_case else 0
        elif sign in _MARKS:
            total -= 1 if before.isalpha() and after.isalpha() and sign not in "’–—" else 0
        else:
            total -= 2
    return total


def _whole_units(body: bytes, encoding: str) -> bytes:
    """Without the half of a character at the end of a file that was cut."""
    size = {"utf-16": 2, "utf-32": 4}.get(encoding[:6], 1)
    return body[: len(body) // size * size]


def read_large(body: bytes) -> Grid | None:
    """As `read_delimited(decode(body))`, for a large table in UTF-8: a piece at a time.

    A text takes four bytes a sign when one emoji is in it, and a large one the room that its rows need. None where the
    table has to be read in one piece: it is in another encoding, or its quotation marks are broken.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    if b"\x00" in body or codecs.BOM_UTF8 in body or not _is_utf8(body):
        return None
    escape = "\\" if _ESCAPED_QUOTE_IN_BYTES.search(body) else None

    def lines() -> Iterator[str]:
        return io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline="")

    try:
        grid = _rows_of(lines, escape)
    except csv.Error:
        return None
    return _unwrapped(grid, is_quoted=body.lstrip()[:1] == b'"', has_formulas=b'="' in body)


def _is_utf8(body: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(body), _LOOK):
            decoder.decode(body[start : start + _LOOK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def read_delimited(text: str) -> Grid:
    """Split a text table into rows; a row whose quotation marks are broken does not take the others with it."""
    return _unwrapped(_split(text), is_quoted=text.lstrip()[:1] == '"', has_formulas='="' in text)


def _unwrapped(grid: Grid, *, is_quoted: bool, has_formulas: bool) -> Grid:
    if is_quoted and (lines := _quoted_lines(grid)) is not None:
        # Some programs put each whole line into quotation marks.
        inner = _split("\n".join(cells for _, cells in lines))
        numbers = [line for line, _ in lines]
        grid = Grid([(numbers[min(line, len(numbers)) - 1], cells) for line, cells in inner.rows], grid.bad)
    if has_formulas:
        rows = [(line, [_unformulated(cell) for cell in cells]) for line, cells in grid.rows]
        return Grid(rows, grid.bad)
    return grid


def _quoted_lines(grid: Grid) -> list[tuple[int, str]] | None:
    filled = [(line, [cell for cell in cells if cell]) for line, cells in grid.rows]
    filled = [(line, cells) for line, cells in filled if cells]
    alone = [(line, cells[0]) for line, cells in filled if len(cells) == 1]
    several = [cell for _, cell in alone if any(sign in cell for sign in DELIMITERS)]
    is_so = len(filled) > 1 and len(alone) == len(filled) and len(several) == len(filled)
    return alone if is_so and not any("\n" in cell for _, cell in alone) else None


def _unformulated(cell: str) -> str:
    match = _FORMULA.fullmatch(cell) if cell.startswith("=") else None
    return match[1] if match else cell


def _split(text: str) -> Grid:
    escape = "\\" if _ESCAPED_QUOTE.search(text) else None

    def lines() -> Iterator[str]:
        return (match[0] for match in _LINES.finditer(text))

    try:
        return _rows_of(lines, escape)
    except csv.Error:
        return _split_around_errors(text, *_delimited_by(lines), escape)


def _delimited_by(lines: Callable[[], Iterator[str]]) -> tuple[str, int]:
    """What cuts the rows, and in which line they begin."""
    first = list(islice(lines(), _LINES_LOOKED_AT))
    delimiter = ""
    start = 0
    if first and first[0].lower().startswith("sep=") and len(first[0].rstrip("\r\n")) == 5:
        delimiter, start = first[0][4], 1
    return delimiter or _delimiter(first), start


def _rows_of(lines: Callable[[], Iterator[str]], escape: str | None) -> Grid:
    """The rows of a table.

    Raises:
        csv.Error: a quotation mark is broken.
    """
    delimiter, start = _delimited_by(lines)
    rows: list[tuple[int, list[str]]] = []
    reader = csv.reader(
        islice(lines(), start, None), delimiter=delimiter, strict=True, skipinitialspace=True, escapechar=escape
    )
    before = 0
    for cells in reader:
        rows.append((start + before + 1, cells))
        before = reader.line_num
    return Grid(rows)


def _split_around_errors(text: str, delimiter: str, start: int, escape: str | None) -> Grid:
    """The rows of a table some of whose quotation marks are broken: its lines are kept, to begin anew behind each."""
    lines = _LINES.findall(text)
    rows: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, Reason]] = []
    wasted = 0
    while start < len(lines):
        reader = csv.reader(
            _from(lines, start), delimiter=delimiter, strict=True, skipinitialspace=True, escapechar=escape
        )
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
                bad.append((start + 1, reason("row_open_quote")))
            start += 1
            if wasted > 20 * len(lines) + 1000:
                bad.append((start + 1, reason("row_quotes_rest")))
                break
    return Grid(rows, bad)


def _from(lines: list[str], start: int) -> Iterator[str]:
    """The lines from `start` on, without a copy of the rest at every new start."""
    return map(lines.__getitem__, range(start, len(lines)))


def _leniently(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _delimiter(lines: list[str]) -> str:
    """The sign that cuts most of the first rows into the same number of cells, at least two."""
    best, found = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(
            len(row) for row in islice(csv.reader(lines, delimiter=delimiter, skipinitialspace=True), 50) if any(row)
        )
        several = [(many, cells) for cells, many in counts.items() if cells > 1]
        if several:
            many, cells = max(several)
            if (many / counts.total(), cells) > best:
                best, found = (many / counts.total(), cells), delimiter
    return found
