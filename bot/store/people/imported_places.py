"""The locations that were imported from a table, see `bot.configured.imported_places`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from bot.configured.imported_places import ImportedPlace
from bot.store.db.engine import Connection
from bot.store.db.schema import chat_links, grants, imported_places
from bot.store.people import chats


def read(database: Path) -> list[ImportedPlace]:
    """Those of a database, in the order of their import; none where there is no such file or table yet.

    They are a part of the configuration, which is read before the database is opened for good.
    """
    if not database.is_file():
        return []
    query = str(
        sa.select(imported_places.c.business_key, imported_places.c.columns).order_by(imported_places.c.imported_id)
    )
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            return [ImportedPlace(key, json.loads(columns)) for key, columns in connection.execute(query)]
    except sqlite3.Error:
        # An older database has no such table. What is wrong with a broken one is said where it is opened for good.
        return []


async def put(connection: Connection, places: Sequence[ImportedPlace], *, now: datetime) -> None:
    """Keep locations; one that is there gets the new columns."""
    for place in places:
        await remove(connection, place.business, place.key)
    rows = [
        {"business_key": one.business, "key": one.key, "columns": dict(one.columns), "imported_at": now}
        for one in places
    ]
    if rows:
        await connection.execute(sa.insert(imported_places), rows)


async def remove(connection: Connection, business: str, key: str) -> bool:
    """Take a location out; its reviews are kept. False when it is not there."""
    its = sa.and_(imported_places.c.business_key == business, imported_places.c.key == key)
    return (await connection.execute(sa.delete(imported_places).where(its))).rowcount > 0


async def copy_team(connection: Connection, template_id: int, location_id: int, *, now: datetime) -> None:
    """Give a new location the people and chats of another one; whoever has the whole business has it already."""
    roles = sa.and_(grants.c.location_id == template_id, grants.c.revoked_at.is_(None))
    for row in (await connection.execute(sa.select(grants).where(roles))).all():
        values = {"person_id": row.person_id, "role": row.role, "business_id": row.business_id}
        await connection.execute(sa.insert(grants).values(**values, location_id=location_id, granted_at=now))
    for row in (await connection.execute(sa.select(chat_links).where(chat_links.c.location_id == template_id))).all():
        await chats.link(connection, row.chat_id, business_id=row.business_id, location_id=location_id)
