"""Bringing a database to the present schema."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.errors import SchemaError
from bot.store.db.engine import Store

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0025"
"""The newest migration; a test holds it equal to what Alembic finds."""


async def upgrade(store: Store, before: Callable[[], Awaitable[None]] | None = None) -> None:
    """Create the tables, or change them to what this release needs.

    Args:
        store: the database.
        before: called before the tables of an older release are changed, to keep a backup; when it raises, they stay.

    Raises:
        SchemaError: a newer release wrote the database.
    """
    async with store.read() as connection:
        current = await connection.run_sync(revision)
    if current == HEAD:
        return
    if current is not None and current > HEAD:
        raise SchemaError(
            f"The database is at schema {current}, this release knows {HEAD}. Install the newer release again."
        )
    if current is not None and before is not None:
        await before()
    async with store.write() as connection:
        await connection.run_sync(_run)


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration."""
    # 0.2 s that a start with a present schema does not need.
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def revision(connection: sa.Connection) -> str | None:
    """The newest migration that was run; None in an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return found


def _run(connection: sa.Connection) -> None:
    from alembic import command

    command.upgrade(config(connection), "head")
