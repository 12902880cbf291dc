"""A whole copy of an SQLite database while others read and write it, and whether a copy is sound."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import BadCopyError, SchemaError
from bot.store.db.migrate import HEAD


def snapshot(database: Path, to: Path) -> str:
    """Copy a database as it is at one moment into a file that stands alone; gives the newest migration in it.

    Readers and writers go on meanwhile: the copy is read in one go from SQLite's snapshot of that moment.

    Raises:
        BadCopyError: the database itself is damaged, so that a copy would be worth nothing.
        sqlite3.OperationalError, OSError: the disk is full or cannot be written.
    """
    with (
        closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.execute("PRAGMA busy_timeout=10000")
        source.backup(target, pages=-1)
        # Without this the copy would want a WAL file of its own beside it.
        target.execute("PRAGMA journal_mode=DELETE")
    return examine(to)


def examine(path: Path) -> str:
    """The newest migration in a copy that is sound.

    Raises:
        BadCopyError: the file is damaged, or no database of this program; the text says so.
        SchemaError: a newer release wrote it.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            wrong = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise BadCopyError(f"{path.name} is not a whole database of this program ({error}).") from error
    if wrong != "ok" or row is None:
        raise BadCopyError(f"{path.name} is damaged ({wrong}).")
    if row[0] > HEAD:
        raise SchemaError(
            f"The copy is at schema {row[0]}, this release knows {HEAD}. Install the newer release first."
        )
    return str(row[0])


def fold_log_in(database: Path) -> None:
    """Bring everything that lies in the WAL file into the database, and remove the files beside it.

    Nobody else may have the database open.
    """
    if database.exists():
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for beside in ("-wal", "-shm"):
        database.with_name(database.name + beside).unlink(missing_ok=True)
