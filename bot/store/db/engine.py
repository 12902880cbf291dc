"""Opening the database, one transaction at a time for writers, and the lock that keeps a second instance out."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DamagedDatabaseError, SecondInstanceError, StopError
from bot.store.db import failures, sqlite_driver

__all__ = ["Connection", "DatabaseError", "Row", "Store", "lock", "open_store"]

Connection = AsyncConnection
Row = sa.Row[Any]

BUSY_TIMEOUT_MS = 10_000


class Store:
    """The open database.

    Reading sees a snapshot. Writing is one transaction after the other: on SQLite a writer that starts deferred can
    fail with "database is locked" without waiting, so every writer starts immediate, and inside this process they
    queue on a lock, which is faster than SQLite's own sleeping.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """A transaction that only reads.

        Raises:
            DamagedDatabaseError: the file cannot be read any more.
        """
        with _damage_said():
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, is_short: bool = False) -> AsyncIterator[Connection]:
        """A transaction that is committed at the end of the block, rolled back when the block raises.

        Args:
            is_short: only statements about single rows, which SQLite does faster than its thread is visited.

        Raises:
            DamagedDatabaseError: the file cannot be read any more.
        """
        with _damage_said():
            async with self._writing, self.engine.connect() as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    driver = (await connection.get_raw_connection()).driver_connection
                    with sqlite_driver.without_thread(driver) if is_short else nullcontext():
                        yield connection

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """No writer of this process writes in the block; for what works on the file itself."""
        async with self._writing:
            yield

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


@contextmanager
def _damage_said() -> Iterator[None]:
    """One sentence for the owner instead of a driver's error, wherever the damage shows."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.DatabaseError) as error:
        if not failures.is_damage(error):
            raise
        says = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        raise DamagedDatabaseError(DamagedDatabaseError.HELP.format(says=says)) from error


def open_store(url: str | Path) -> Store:
    """Open a database: the path of an SQLite file (made with mode 0600), or an SQLAlchemy URL.

    Raises:
        StopError: the file's folder cannot be written.
    """
    options: dict[str, Any] = {}
    if isinstance(url, Path):
        _make_private(url)
        options = {"pool_size": 4, "async_creator": partial(sqlite_driver.connect, url)}
        url = f"sqlite+aiosqlite:///{url}"
    # What a statement was given holds guests' words, and would stand in every error that is logged.
    engine = create_async_engine(url, hide_parameters=True, **options)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine.sync_engine, "connect", _on_connect)
        sa.event.listen(engine.sync_engine, "begin", _on_begin)
    return Store(engine)


def lock(path: Path) -> IO[str]:
    """Hold the installation for this process; the kernel lets go when the process ends, however it ends.

    Raises:
        SecondInstanceError: another process holds it.
    """
    _make_private(path)
    handle = path.open("r+", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = handle.read(20).strip()
        handle.close()
        raise SecondInstanceError(
            f"Another reviewbot (process {holder or 'unknown'}) already runs on {path.parent}. "
            "Stop it first, or give this one a data_dir of its own."
        ) from None
    handle.seek(0)
    handle.truncate()
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def _make_private(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StopError(f"{path} cannot be written: {error.strerror}. Check data_dir and its owner.") from error


def _on_connect(connection: Any, _record: Any) -> None:
    # SQLAlchemy shall send BEGIN itself, see _on_begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else sqlite_driver.BEGIN_READING)
