"""Every schema that has ever been is brought to the newest with its data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from bot.store.db import copies, migrate

_REVISIONS = [one.revision for one in ScriptDirectory.from_config(migrate.config()).walk_revisions()]
_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC).replace(tzinfo=None)


def value_for(column: sa.Column[Any]) -> Any:
    """Something that a column of this type takes; keys and what refers to them are all 1."""
    if column.foreign_keys or (column.primary_key and isinstance(column.type, sa.Integer)):
        return 1
    if isinstance(column.type, sa.DateTime):
        return _AT
    if isinstance(column.type, sa.JSON):
        return {"kept": "Grüße"}
    if isinstance(column.type, sa.LargeBinary):
        return b"kept"
    if isinstance(column.type, sa.Boolean):
        return True
    if isinstance(column.type, sa.Float | sa.Integer | sa.Numeric):
        return 1
    return "kept Grüße"


def rows_of(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """The one row of each table."""
    tables = sa.MetaData()
    tables.reflect(connection)
    found = {}
    for table in tables.sorted_tables:
        if table.name != "alembic_version":
            row = connection.execute(sa.select(table)).mappings().first()
            found[table.name] = dict(row) if row is not None else {}
    return found


@pytest.mark.parametrize("revision", _REVISIONS[::-1])
def test_a_database_of_any_release_keeps_its_data(tmp_path: Path, revision: str) -> None:
    """One row in each table of that schema is there with the same values after the upgrade, and the file is sound."""
    path = tmp_path / "old.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), revision)
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(sa.insert(table).values({one.name: value_for(one) for one in table.c}))
        before = rows_of(connection)
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), "head")
        after = rows_of(connection)
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    engine.dispose()
    for name, row in before.items():
        assert {column: value for column, value in after[name].items() if column in row} == row, name
    assert copies.examine(path) == migrate.HEAD
