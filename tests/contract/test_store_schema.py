"""Migrations, and what only one of the databases has: files, pragmas, the instance lock."""

from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import SchemaError, SecondInstanceError, StopError
from bot.store.db import migrate
from bot.store.db.bulk import insert_many
from bot.store.db.engine import Store, lock, open_store
from bot.store.db.schema import deadlines, metadata
from bot.store.reviews import reviews
from tests.store_cases import NOW, Shop, parsed, ready, rows_of, save


async def test_migrating_from_zero_gives_the_declared_schema(store: Store) -> None:
    """Alembic finds no difference between the migrated database and the tables in the code."""

    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with store.read() as connection:
        assert await connection.run_sync(differences) == []


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    """HEAD is written by hand, for a fast start, and must not be forgotten."""
    assert ScriptDirectory.from_config(migrate.config()).get_heads() == [migrate.HEAD]


async def test_migrating_again_changes_nothing(store: Store, shop: Shop) -> None:
    """A start on a present database leaves it alone."""
    await migrate.upgrade(store)
    assert len(await rows_of(store, "sources")) == 2


async def test_a_newer_database_is_refused(store: Store) -> None:
    """An older release does not touch what a newer one wrote, and says what to do."""
    async with store.write() as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="Install the newer release"):
        await migrate.upgrade(store)


async def test_a_failed_migration_leaves_nothing(tmp_path: Path) -> None:
    """Tables are made in one transaction: a crash in the middle leaves an empty database, not half of one."""
    store = open_store(tmp_path / "x.sqlite3")
    async with store.write() as connection:
        await connection.execute(sa.text("CREATE TABLE inbox (x)"))
    with pytest.raises(sa.exc.OperationalError, match="inbox"):
        await migrate.upgrade(store)
    async with store.read() as connection:
        names = await connection.run_sync(lambda one: sa.inspect(one).get_table_names())
    await store.close()
    assert names == ["inbox"]


async def test_times_come_back_aware_and_exact(store: Store) -> None:
    """Microseconds survive; a time without a zone is refused."""
    exact = NOW.replace(microsecond=123456)
    async with store.write() as connection:
        await insert_many(connection, deadlines, ("kind", "subject", "due_at"), [("a", "1", exact), ("b", "1", NOW)])
    assert [row["due_at"] for row in await rows_of(store, "deadlines")] == [exact, NOW]
    without_zone = [("c", "1", NOW.replace(tzinfo=None)), ("d", "1", NOW)]
    async with store.write() as connection:
        with pytest.raises(ValueError, match="zone"):
            await insert_many(connection, deadlines, ("kind", "subject", "due_at"), without_zone)
    assert len(await rows_of(store, "deadlines")) == 2


async def test_columns_out_of_order_are_a_mistake_of_the_program(store: Store) -> None:
    """Values would land in each other's columns."""
    async with store.write() as connection:
        with pytest.raises(ValueError, match="order"):
            await insert_many(connection, deadlines, ("subject", "kind", "due_at"), [("a", "b", NOW)])


async def test_many_writers_and_readers_at_once(store: Store, other: Store, shop: Shop) -> None:
    """Thirty read-then-write transactions over two openings of one database, with readers between: none fails."""

    async def write(one: Store, number: int) -> None:
        await save(one, shop, ready(parsed(f"r{number}", 1 + number % 5)))

    async def read(one: Store) -> int:
        async with one.read() as connection:
            return len(await reviews.lows(connection, shop.location_id, since=NOW))

    work = [write((store, other)[number % 2], number) for number in range(30)]
    seen = await asyncio.gather(*work, *(read((store, other)[number % 2]) for number in range(30)))
    assert len(seen) == 60
    assert len(await rows_of(store, "reviews")) == 30


async def test_a_failing_transaction_leaves_nothing_and_blocks_nobody(store: Store, shop: Shop) -> None:
    """A writer that raises is rolled back, and the next one gets its turn."""

    async def fail() -> None:
        async with store.write() as connection:
            await connection.execute(sa.delete(metadata.tables["chat_links"]))
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await fail()
    assert len(await rows_of(store, "chat_links")) == 1
    await save(store, shop, ready(parsed("a", 1)))


async def test_files_are_private_and_durable(tmp_path: Path) -> None:
    """Mode 0600 for the database and what SQLite puts beside it; WAL and synchronous FULL are in force."""
    path = tmp_path / "new" / "reviewbot.sqlite3"
    store = open_store(path)
    await migrate.upgrade(store)
    async with store.write() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
        files = sorted(path.parent.iterdir())
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000}
    assert [file.name.removeprefix(path.name) for file in files] == ["", "-shm", "-wal"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    await store.close()


async def test_an_open_file_is_made_private(tmp_path: Path) -> None:
    """A database that was copied with everybody's rights loses them."""
    path = tmp_path / "reviewbot.sqlite3"
    path.touch(0o644)
    await open_store(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    """The text names the path and the setting."""
    (tmp_path / "file").touch()
    with pytest.raises(StopError, match=r"file.*Check data_dir"):
        open_store(tmp_path / "file" / "reviewbot.sqlite3")


_HOLD = """
import sys, pathlib
from bot.store.db.engine import lock
held = lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_instance_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    """The lock names its holder, and the kernel lets go of it when the holder is killed."""
    path = tmp_path / "reviewbot.lock"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(SecondInstanceError, match=rf"process {first.pid}\b.*data_dir"):
            lock(path)
        first.kill()
        first.wait()
    lock(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
