"""Runs SQLite in a thread, with one round trip between event loop and thread for each statement.

aiosqlite hands every step of a statement to the connection's thread by itself: making the cursor, executing, fetching,
closing. Each costs as much as SQLite needs for the statement. Here the thread does all four at once. The rows are read
whole, as SQLAlchemy does it anyway.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite

_CHUNK: Final = 64


class _Cursor:
    """What SQLAlchemy's adapter asks of a cursor; the thread is visited by `execute` and `executemany` only."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        await self._run(lambda cursor: cursor.execute(sql, parameters))
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        await self._run(lambda cursor: cursor.executemany(sql, parameters))
        return self

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """The thread has closed it already."""

    async def _run(self, work: Any) -> None:
        self._rows, self.description, self.rowcount, self.lastrowid = await self._connection.in_thread(_whole, work)


def _whole(connection: sqlite3.Connection, work: Any) -> tuple[list[Any], Any, int, int | None]:
    """A statement from its cursor to its last row, in the connection's thread."""
    cursor = connection.cursor()
    try:
        work(cursor)
        rows = cursor.fetchall() if cursor.description else []
        return rows, cursor.description, cursor.rowcount, cursor.lastrowid
    finally:
        cursor.close()


class _Connection(aiosqlite.Connection):
    def cursor(self) -> Any:
        return _Cursor(self)

    async def in_thread(self, work: Any, *args: Any) -> Any:
        return await self._execute(partial(work, self._conn, *args))  # type: ignore[no-untyped-call]


async def connect(path: Path) -> aiosqlite.Connection:
    """Open a connection to an SQLite file."""
    connection = _Connection(lambda: sqlite3.connect(path, check_same_thread=False), _CHUNK)
    # A process that ends waits for no connection that was not closed.
    connection._thread.daemon = True
    return await connection
