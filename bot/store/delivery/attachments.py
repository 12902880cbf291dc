"""Files on their way out: pictures and documents that waiting messages bring along, in a folder beside the database.

A file is on the disk before the row that names it is committed, and goes when no row waits for it any more; what a kill
leaves between the two is swept up later. So a message never lacks its file, and the database stays small.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,8}")
_SETTLES_IN = timedelta(hours=1)
"""A file without a row may be one whose row is just being written."""


class OutgoingFiles:
    """The folder; made when the first file comes. Only the owner of the process can read it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made yet."""
        self.folder = folder

    def keep(self, content: bytes, *, suffix: str, now: datetime) -> str:
        """Store a file durably; gives the name to put into a message's args as "file".

        Args:
            content: its bytes.
            suffix: such as "png", lower case, without the dot.
            now: what time it is.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{secrets.token_hex(16)}.{suffix}"
        path, half = self.folder / name, self.folder / f"{name}.part"
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.utime(half, (now.timestamp(), now.timestamp()))
        half.rename(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def read(self, name: str) -> bytes | None:
        """A file's bytes; None when it is not there, as after a restored backup."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file that nobody waits for."""
        self._path(name).unlink(missing_ok=True)

    def older(self, *, now: datetime) -> list[str]:
        """The files that had time enough to get a row, halves of files included."""
        if not self.folder.is_dir():
            return []
        before = now - _SETTLES_IN
        found = []
        for path in self.folder.iterdir():
            try:
                written = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
            except FileNotFoundError:
                continue
            if written < before:
                found.append(path.name)
        return found

    def every(self) -> list[str]:
        """All files, however new, halves of files included."""
        return [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []

    def sweep(self, names: Collection[str], *, wanted: Collection[str]) -> None:
        """Remove those of some files that no message waits for."""
        for name in set(names).difference(wanted):
            (self.folder / name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a file on its way out")
        return self.folder / name
