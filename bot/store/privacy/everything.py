"""Every table with every row as plain values, for an export of all that there is."""

from __future__ import annotations

import base64
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.store.db.engine import Store
from bot.store.db.schema import metadata

_AT_ONCE: Final = 1000
SECRET: Final = {"installation.bar_key", "invitations.code_hash"}
"""Columns that are of no use outside and would be of use to a stranger."""


def tables() -> list[str]:
    """The tables, those first that others refer to."""
    return [table.name for table in metadata.sorted_tables]


def columns(name: str) -> list[tuple[str, str, str]]:
    """Name, type and what it refers to of each column of a table."""
    return [
        (column.name, str(column.type), ", ".join(key.target_fullname for key in column.foreign_keys))
        for column in metadata.tables[name].c
        if f"{name}.{column.name}" not in SECRET
    ]


async def rows(store: Store, name: str) -> AsyncIterator[dict[str, Any]]:
    """The rows of a table in the order of their keys; times in ISO 8601 (UTC), bytes unpacked, as text or base64."""
    table = metadata.tables[name]
    keys = list(table.primary_key)
    wanted = [table.c[column] for column, _, _ in columns(name)]
    last: tuple[Any, ...] | None = None
    while True:
        query = sa.select(*keys, *[one for one in wanted if not one.primary_key]).order_by(*keys).limit(_AT_ONCE)
        if last is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*[sa.literal(one) for one in last]))
        async with store.read() as connection:
            found = (await connection.execute(query)).all()
        if not found:
            return
        last = tuple(found[-1][: len(keys)])
        for row in found:
            yield {column.name: _plain(row._mapping[column.name]) for column in wanted}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if not isinstance(value, bytes):
        return value
    with suppress(zlib.error):
        value = zlib.decompress(value)
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()
