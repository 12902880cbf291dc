"""A database file that is damaged: one sentence with what to do, in every command."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.db.engine import DatabaseError, open_store
from tests.integration.cli_process import TOKEN, reviewbot

_CONFIG = """
data_dir = "data"

[telegram]
token = "{token}"
base_url = "http://127.0.0.1:9/bot"

[[businesses]]
id = "cafe"
name = "Café"

[[businesses.locations]]
id = "markt"
name = "Markt"
"""


@pytest.fixture(params=["not a database", "broken pages"])
def config(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An installation whose database cannot be read."""
    path = tmp_path / "reviewbot.toml"
    path.write_text(_CONFIG.format(token=TOKEN), encoding="utf-8")
    database = tmp_path / "data" / "reviewbot.sqlite3"
    database.parent.mkdir()
    if request.param == "not a database":
        database.write_bytes(b"This was a database once. " * 400)
        return path
    assert reviewbot("people", "-c", path).code == 0
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    database.write_bytes(content)
    return path


@pytest.mark.parametrize("command", [["run"], ["people"], ["incidents"], ["check", "--health"]])
def test_every_command_says_it_in_one_sentence(config: Path, command: list[str]) -> None:
    """No traceback; what is wrong, and how to put a copy back."""
    done = reviewbot(*command, "-c", config)
    said = done.out + done.err
    assert done.code == 1, said
    assert "The database is damaged" in said
    assert "A copy" in said
    assert "Traceback" not in said


def test_check_names_the_damage_and_goes_on(config: Path) -> None:
    """`check` counts it as one thing to put right, beside the others."""
    done = reviewbot("check", "-c", config)
    assert done.code == 1
    assert "WRONG  database:" in done.out
    assert "Traceback" not in done.out + done.err


async def test_a_removed_database_is_not_made_anew_by_a_connection(tmp_path: Path) -> None:
    """An empty file in its place would be taken for the database, and what is still open would not be saved."""
    path = tmp_path / "reviewbot.sqlite3"
    store = open_store(path)
    path.unlink()
    with pytest.raises(DatabaseError, match="unable to open"):
        async with store.read() as connection:
            await connection.execute(sa.text("SELECT 1"))
    await store.close()
    assert not path.exists()
