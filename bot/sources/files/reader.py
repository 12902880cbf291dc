"""Any export file to reviews: what it is is told from its bytes, never from its name alone."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import jmespath

from bot.errors import AmbiguousDatesError, UnknownColumnsError, UnknownScaleError, UnreadableFileError
from bot.sources.contract.source import Parsed, Problem
from bot.sources.files.takeout import is_takeout, read_takeout, refuse_own_reviews
from bot.sources.files.zips import LARGEST, is_archive, members
from bot.sources.tables.delimited import decode, read_delimited
from bot.sources.tables.json_values import find_rows, grid_of, is_lines, read_json, read_lines
from bot.sources.tables.layout import joined, read_grids
from bot.sources.tables.mapping import FolderSettings
from bot.sources.tables.workbooks import read_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LINES = (".jsonl", ".ndjson")
QUESTIONS = (UnknownColumnsError, AmbiguousDatesError, UnknownScaleError)
"""What a person can answer; then the file can be read."""
_EMPTY = "this file is empty; export it again"


def read_export(name: str, body: bytes, *, zone: ZoneInfo, settings: FolderSettings | None) -> Parsed:
    """Read an export: a table (CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines), a Google Takeout, or a zip of those.

    Args:
        name: what the file is called in problems.
        body: its bytes.
        zone: the location's time zone, for times without one.
        settings: a folder's settings, for their mapping and location; None where there are none.

    Raises:
        UnreadableFileError: nothing in it is reviews; the text says why and what to do.
    """
    if len(body) > LARGEST:
        raise UnreadableFileError(f"this file is larger than {LARGEST >> 20} MB; split it")
    if not is_archive(body):
        return read_file(name, body, zone=zone, settings=settings)
    parts: list[Parsed] = []
    problems: list[Problem] = []
    only: UnreadableFileError | None = None
    for member in members(body, name=name):
        if isinstance(member, Problem):
            problems.append(member)
            continue
        inner = f"{name}/{member.name}"
        try:
            parts.append(read_file(inner, member.body, zone=zone, settings=settings, place=member.place))
        except UnreadableFileError as error:
            only = error
            problems.append(Problem(inner, None, str(error)))
    if isinstance(only, QUESTIONS) and not parts and len(problems) == 1:
        raise only
    if not parts and problems:
        raise UnreadableFileError("; ".join(_named(problem, name) for problem in problems[:3]))
    return joined(parts, problems)


def read_file(name: str, body: bytes, *, zone: ZoneInfo, settings: FolderSettings | None, place: str = "") -> Parsed:
    """Read one file that is not an archive; `place` is the listing's name beside a Takeout's reviews.

    Raises:
        UnreadableFileError: it is not reviews; the text says why and what to do.
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFileError(_EMPTY)
    if is_archive(body):
        raise UnreadableFileError("this is a zip inside a zip; unpack the outer one")
    if body.startswith((b"PK\x03\x04", _OLE)):
        return read_grids(read_workbook(body), name=name, zone=zone, settings=settings)
    if body.startswith(b"%PDF"):
        raise UnreadableFileError("this is a PDF; export the reviews as CSV or XLSX")
    text = decode(body)
    begin = text.lstrip()[:1]
    if begin == "<":
        raise UnreadableFileError("this is a web page or XML, not a table; export the reviews as CSV or XLSX")
    ending = PurePosixPath(name).suffix.lower()
    if ending in _WORKBOOKS and "\n" not in text[:4096]:
        raise UnreadableFileError("this is not a spreadsheet; open it in a spreadsheet program and save it as XLSX")
    if begin in ("{", "[") or ending in (".json", *_LINES):
        return _read_json(text, name=name, zone=zone, settings=settings, place=place, lines=ending in _LINES)
    return read_grids([read_delimited(text)], name=name, zone=zone, settings=settings)


def _read_json(
    text: str, *, name: str, zone: ZoneInfo, settings: FolderSettings | None, place: str, lines: bool
) -> Parsed:
    mapping = settings.mapping if settings else None
    if lines or is_lines(text):
        values, bad = read_lines(text)
    else:
        tree = read_json(text)
        refuse_own_reviews(tree)
        if is_takeout(tree):
            return read_takeout(tree, name=name, place=place, location=settings.location if settings else "")
        values, bad = list(enumerate(_rows(tree, mapping.rows if mapping else ""), 1)), []
    return read_grids([grid_of(values, bad)], name=name, zone=zone, settings=settings, objects=values)


def _rows(tree: Any, expression: str) -> Any:
    rows = jmespath.search(expression, tree) if expression else None
    if not isinstance(rows, list):
        rows = find_rows(tree)
    if rows is None:
        raise UnreadableFileError(
            'this JSON has no list of reviews in it; if there is one, write mapping = { rows = "path.to.list" } '
            "into this source's settings"
        )
    return rows


def _named(problem: Problem, archive: str) -> str:
    inner = problem.name.removeprefix(archive).lstrip("/")
    return f"{inner}: {problem.reason}" if inner else problem.reason
