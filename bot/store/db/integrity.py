"""Whether the database itself is in order."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa

from bot.errors import DamagedDatabaseError
from bot.store.db import migrate
from bot.store.db.engine import Store

_SHOWN = 5


async def find(store: Store) -> list[str]:
    """What is wrong with the database, one sentence each; empty when it is in order.

    Runs SQLite's integrity_check and foreign_key_check, which read the whole file.
    """
    try:
        return await _find(store)
    except DamagedDatabaseError as error:
        return [str(error)]
    except (sa.exc.DBAPIError, sqlite3.DatabaseError) as error:
        return [f"it cannot be read ({getattr(error, 'orig', None) or error}): stop the service and restore a backup"]


async def _find(store: Store) -> list[str]:
    wrong = []
    async with store.read() as connection:
        revision = await connection.run_sync(migrate.revision)
        if revision is None:
            return ["it holds no tables yet; `reviewbot run` makes them"]
        if revision > migrate.HEAD:
            wrong.append(
                f"it is at schema {revision}, this release knows {migrate.HEAD}: install the newer release again"
            )
        elif revision < migrate.HEAD:
            wrong.append(f"it is at schema {revision}; the next `reviewbot run` brings it to {migrate.HEAD}")
        if connection.dialect.name == "sqlite":
            rows = await connection.exec_driver_sql(f"PRAGMA integrity_check({_SHOWN})")
            found = [str(row[0]) for row in rows]
            if found != ["ok"]:
                wrong.append(f"it is damaged ({'; '.join(found)}): stop the service and restore a backup")
            if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
                wrong.append("rows refer to others that are missing: stop the service and restore a backup")
    return wrong
