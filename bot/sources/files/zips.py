"""Zip archives: only members that can hold reviews are read, in memory, within limits; nothing goes to disk."""

from __future__ import annotations

import io
import json
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from bot.model.ingest.poll import problem
from bot.reasons import reason
from bot.sources.contract.source import Problem

LARGEST: Final = 64 * 2**20
"""Bytes of one file or member."""

_LARGEST_TOGETHER: Final = 256 * 2**20
_MOST_MEMBERS: Final = 1_000
_MOST_RATIO: Final = 200
_RATIO_MATTERS: Final = 2**20
_TAKEOUT: Final = re.compile(r"(reviews|rezensionen)[^/]*\.json", re.IGNORECASE)
_TABLES: Final = frozenset(
    {*(".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), *(".json", ".jsonl", ".ndjson")}
)
_FAILURES: Final = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error),
    *(NotImplementedError, ValueError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive.

    Attributes:
        name: its path in the archive.
        body: its bytes.
        place: in a Takeout, the listing's name that stands beside it.
    """

    name: str
    body: bytes
    place: str = ""


def is_takeout_reviews(name: str) -> bool:
    """Whether a path ends in reviews*.json, as Google Takeout names the reviews of a location."""
    return _TAKEOUT.fullmatch(PurePosixPath(name).name) is not None


def unpacked(archive: bytes | Path, name: str) -> list[Member | Problem] | None:
    """The members of a zip that can hold reviews, and what cannot be read of it; None for what is no such archive."""
    if isinstance(archive, Path):
        with archive.open("rb") as stream:
            return list(members(stream, name=name))
    return list(members(archive, name=name)) if is_archive(archive) else None


def members(archive: io.BufferedIOBase | bytes, *, name: str) -> Iterator[Member | Problem]:
    """The members that can hold reviews: a Takeout's reviews*.json, else every table; what fails is a problem."""
    stream = io.BytesIO(archive) if isinstance(archive, bytes) else archive
    try:
        with zipfile.ZipFile(stream) as packed:
            yield from _members(packed, name)
    except _FAILURES:
        yield problem(name, None, reason("zip_damaged"))


def _members(packed: zipfile.ZipFile, name: str) -> Iterator[Member | Problem]:
    entries = [entry for entry in packed.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
    found = [entry for entry in entries if is_takeout_reviews(entry.filename)]
    found = found or [entry for entry in entries if PurePosixPath(entry.filename).suffix.lower() in _TABLES]
    if not found:
        inner = any(entry.filename.lower().endswith(".zip") for entry in entries)
        yield problem(name, None, reason("zip_inner" if inner else "zip_empty"))
        return
    if len(found) > _MOST_MEMBERS:
        yield problem(name, None, reason("zip_many", count=len(found), most=_MOST_MEMBERS))
        return
    left = _LARGEST_TOGETHER
    for entry in found:
        answer = _read(packed, entry, name=f"{name}/{entry.filename}", left=left)
        if isinstance(answer, bytes):
            left -= len(answer)
            place = _listing(packed, entry.filename) if is_takeout_reviews(entry.filename) else ""
            yield Member(entry.filename, answer, place)
        else:
            yield answer


def _read(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, *, name: str, left: int) -> bytes | Problem:
    if entry.flag_bits & 1:
        return problem(name, None, reason("zip_locked"))
    if entry.file_size > LARGEST:
        return problem(name, None, reason("file_large", most=LARGEST >> 20))
    if entry.file_size > _RATIO_MATTERS and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
        return problem(name, None, reason("zip_tight"))
    if entry.file_size > left:
        return problem(name, None, reason("zip_unpacks", most=_LARGEST_TOGETHER >> 20))
    try:
        with packed.open(entry) as stream:
            body = stream.read(LARGEST + 1)
    except (*_FAILURES, RuntimeError):
        return problem(name, None, reason("zip_member"))
    if len(body) > LARGEST:
        return problem(name, None, reason("file_large", most=LARGEST >> 20))
    return body


def _listing(packed: zipfile.ZipFile, reviews: str) -> str:
    """The listing's name out of the additionalData.json beside the reviews; nothing where it cannot be read."""
    beside = str(PurePosixPath(reviews).with_name("additionalData.json"))
    try:
        entry = packed.getinfo(beside)
    except KeyError:
        return ""
    answer = _read(packed, entry, name=beside, left=2**20)
    return listing_name(answer) if isinstance(answer, bytes) else ""


def listing_name(body: bytes) -> str:
    """LISTING_NAME out of a Takeout's additionalData.json; nothing where there is none."""
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    attributes = tree.get("attributes") if isinstance(tree, dict) else None
    if isinstance(attributes, dict):
        attributes = [{"name": key, "value": value} for key, value in attributes.items()]
    for entry in attributes if isinstance(attributes, list) else ():
        if isinstance(entry, dict) and "LISTING_NAME" in (
            entry.get("name"),
            entry.get("key"),
            entry.get("attributeId"),
        ):
            value = entry.get("value", entry.get("values"))
            value = value[0] if isinstance(value, list) and value else value
            return value[:200] if isinstance(value, str) else ""
    return ""


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part.startswith((".", "~$", "__MACOSX")) and part not in (".", "..") for part in parts)


def is_archive(body: bytes) -> bool:
    """Whether the bytes are a zip that is not itself a spreadsheet (XLSX and ODS are zips too)."""
    if not body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            names = set(packed.namelist())
    except _FAILURES:
        return b"[Content_Types].xml" not in body[:4096] and b"mimetype" not in body[:64]
    is_numbers = any(name.startswith("Index/") and name.endswith(".iwa") for name in names) or "Index.zip" in names
    return not ("[Content_Types].xml" in names or ("mimetype" in names and "content.xml" in names) or is_numbers)


def is_numbers(body: bytes) -> bool:
    """Whether the bytes are a document of Apple's Numbers, which is a zip too."""
    return body.startswith(b"PK\x03\x04") and (b"Index/Document.iwa" in body or b"Index.zip" in body[:4096])
