"""Runs SQLite in a thread, with one round trip between event loop and thread for each statement.

aiosqlite hands every step of a statement to the connection's thread by itself: making the cursor, executing, fetching,
closing. Each costs as much as SQLite needs for the statement. Here the thread does all four at once. The rows are read
whole, as SQLAlchemy does it anyway. What never waits for the disk or a lock, beginning to read and giving up, is done
without the thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite

BEGIN_READING: Final = "BEGIN"
"""Takes no lock: SQLite looks at the file at the first statement after it."""
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
        if sql == BEGIN_READING:
            await self._connection.at_once(lambda connection: connection.execute(sql))
        else:
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
        self._rows, self.description, self.rowcount, self.lastrowid = await self._connection.run(_whole, work)


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
    is_short = False
    _asked = 0
    _answered = 0

    def cursor(self) -> Any:
        return _Cursor(self)

    async def rollback(self) -> None:
        """Give up the transaction."""
        await self.at_once(sqlite3.Connection.rollback)

    async def run(self, work: Any, *args: Any) -> Any:
        """Call `work` with the SQLite connection, in its thread where it may take long."""
        if self.is_short:
            return await self.at_once(work, *args)
        return await self._execute(work, self._conn, *args)

    async def at_once(self, work: Any, *args: Any) -> Any:
        """Call `work` with the SQLite connection here, or in the thread where that is still busy for a caller gone."""
        if self._asked == self._answered:
            return work(self._conn, *args)
        return await self._execute(work, self._conn, *args)

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """What all of aiosqlite goes through to the thread."""
        self._asked += 1
        return await super()._execute(partial(self._counted, fn), *args, **kwargs)  # type: ignore[no-untyped-call]

    def _counted(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return work(*args, **kwargs)
        finally:
            self._answered += 1


@contextmanager
def without_thread(connection: object) -> Iterator[None]:
    """The statements in the block wait for nothing but each other; for another driver's connection it means nothing."""
    if not isinstance(connection, _Connection):
        yield
        return
    connection.is_short = True
    try:
        yield
    finally:
        connection.is_short = False


async def connect(path: Path) -> aiosqlite.Connection:
    """Open a connection to an SQLite file that is there; one that was removed is not made anew, empty."""

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, check_same_thread=False)

    connection = _Connection(opened, _CHUNK)
    # A process that ends waits for no connection that was not closed.
    connection._thread.daemon = True
    try:
        return await connection
    except sqlite3.Error:
        # Its thread tells the event loop that it ends; a loop that is closed by then would be an error of its own.
        await asyncio.to_thread(connection._thread.join)
        raise
