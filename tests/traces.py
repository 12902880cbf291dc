"""Looking for words in every byte of a folder: files as they lie, and whatever is packed inside of them."""

from __future__ import annotations

import io
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

_SQLITE = b"SQLite format 3\x00"


def traces(folder: Path, *words: str) -> list[str]:
    """Where each word stands: the file, and the table and column or the packed member; upper and lower case alike."""
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found += list(_in(str(path.relative_to(folder)), path.read_bytes(), words))
    return found


def _in(name: str, content: bytes, words: tuple[str, ...]) -> Iterator[str]:
    lower = content.lower()
    for word in words:
        if word.lower().encode() in lower or word.lower().encode("utf-16-le") in lower:
            yield f"{name}: {word}"
    if content.startswith(_SQLITE):
        yield from _in_tables(name, content, words)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _in(f"{name}/{member}", archive.read(member), words)


def _in_tables(name: str, content: bytes, words: tuple[str, ...]) -> Iterator[str]:
    """The values of every column, unpacked where they are packed."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy.sqlite3")
        copy.write_bytes(content)
        with closing(sqlite3.connect(copy)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            for table in tables:
                cursor = connection.execute(f"SELECT * FROM {table}")
                names = [column[0] for column in cursor.description]
                for row in cursor:
                    for column, value in zip(names, row, strict=True):
                        yield from _in_value(f"{name} {table}.{column}", value, words)


def _in_value(name: str, value: object, words: tuple[str, ...]) -> Iterator[str]:
    content = value if isinstance(value, bytes) else str(value).encode()
    with suppress(zlib.error):
        content = zlib.decompress(content)
    if b"\\u" in content:
        content += (
            content.decode("latin-1").encode("latin-1").decode("unicode_escape", "replace").encode("utf-8", "replace")
        )
    yield from _in(name, content, words)
