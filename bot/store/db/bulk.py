"""Inserts many rows into a table without SQLAlchemy's work for each.

SQLAlchemy builds a dictionary of parameters for each row of an executemany, which costs as much as SQLite itself.
Here the statement is compiled once, and each row is a tuple that only the column types have been asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.db.engine import Connection

_Convert = Callable[[Any], Any] | None


async def insert_many(
    connection: Connection,
    table: sa.Table,
    columns: tuple[str, ...],
    rows: Iterable[Sequence[Any]],
    *,
    replaces: bool = False,
) -> None:
    """Insert rows.

    Args:
        connection: the caller's transaction.
        table: where to.
        columns: their names; the others take the database's default.
        rows: one value for each column, as the column types take them.
        replaces: a row whose primary key is there already takes the place of what was there.
    """
    sql, converts = _statement(table, columns, connection.dialect, replaces=replaces)
    by_column = list(zip(*rows, strict=True))
    if not by_column:
        return
    ready = [_converted(values, convert) for values, convert in zip(by_column, converts, strict=True)]
    await connection.exec_driver_sql(sql, list(zip(*ready, strict=True)))


def _converted(values: Sequence[Any], convert: _Convert) -> Sequence[Any]:
    if convert is None:
        return values
    # Often a whole column is alike: the same place, the same moment of discovery, no details.
    if values.count(values[0]) == len(values):
        return [convert(values[0])] * len(values)
    return list(map(convert, values))


@lru_cache(maxsize=16)
def _statement(
    table: sa.Table, columns: tuple[str, ...], dialect: sa.Dialect, *, replaces: bool
) -> tuple[str, tuple[_Convert, ...]]:
    insert = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    if replaces:
        keys = [column.name for column in table.primary_key]
        insert = insert.on_conflict_do_update(
            index_elements=keys, set_={name: insert.excluded[name] for name in columns if name not in keys}
        )
    # Inline, or it would ask for the new row's id.
    compiled = insert.inline().compile(dialect=dialect, column_keys=list(columns))
    places = compiled.positiontup
    if places is None or tuple(places) != columns:
        raise ValueError(f"columns of {table.name} must be named in the table's order")
    return str(compiled), tuple(table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in columns)
