"""Whether the database's file is still where it was opened: SQLite goes on writing into one that was removed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path

from bot.errors import DatabaseGoneError
from bot.store.db.engine import Store


class Presence:
    """Looks after the file of an open store; does nothing for a database that is not a file."""

    def __init__(self, store: Store) -> None:
        """The first look takes note of the file."""
        self._store = store
        name = store.engine.url.database
        is_file = store.engine.dialect.name == "sqlite" and name is not None
        self._path = Path(name) if is_file and name is not None else None
        self._inode: int | None = None

    async def look(self) -> None:
        """Compare. A file that was removed is written again from what is still open, for the next start.

        Raises:
            DatabaseGoneError: it was removed or replaced, and the program must not go on with the old one.
        """
        if self._path is None:
            return
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            await self._write_again(self._path)
            raise DatabaseGoneError(DatabaseGoneError.REMOVED.format(path=self._path)) from None
        if self._inode is not None and inode != self._inode:
            raise DatabaseGoneError(DatabaseGoneError.REPLACED.format(path=self._path))
        self._inode = inode

    async def _write_again(self, path: Path) -> None:
        beside = path.with_name(f".{path.name}.again")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        async with self._store.read() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            with contextlib.closing(sqlite3.connect(beside, check_same_thread=False)) as copy:
                await raw.backup(copy)
        await asyncio.to_thread(beside.rename, path)
