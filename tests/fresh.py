"""Databases with the tables of the present schema, migrated once: it takes longer than most tests."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.store.db import migrate
from bot.store.db.engine import Store, open_store

_empty: list[bytes] = []


async def lay(database: Path) -> None:
    """Put an empty database there."""
    if not _empty:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "empty.sqlite3")
            store = open_store(path)
            await migrate.upgrade(store)
            await store.close()
            _keep(path)
    _write(database)


async def opened(database: Path) -> Store:
    """An empty database, opened."""
    await lay(database)
    return open_store(database)


def _keep(path: Path) -> None:
    _empty.append(path.read_bytes())


def _write(database: Path) -> None:
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    database.write_bytes(_empty[0])
