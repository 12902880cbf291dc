"""Commands on a disk that does not take what they write: one sentence, no traceback."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.store.db import failures
from tests.integration.cli_process import reviewbot, write_config


@pytest.mark.parametrize("words", [("export",), ("guest", "export", "1", "--to")])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    """A file stands where a folder is wanted."""
    config = write_config(tmp_path)
    review = tmp_path / "one.csv"
    review.write_text("date,rating,text,author\n2026-11-01,1,Cold,Ole\n", encoding="utf-8")
    assert reviewbot("import", review, "-c", config).code == 0
    done = reviewbot(*words, review / "in", "-c", config)
    assert done.code == 1
    assert "one.csv" in done.err
    assert done.err.count("\n") == 1, done.err


def test_what_the_database_says_is_put_into_words(tmp_path: Path) -> None:
    """Another program writes; the file lies on a disk that is not ours. What is not the disk's is no such error."""
    path = tmp_path / "one.sqlite3"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as holder,
        closing(sqlite3.connect(path, timeout=0)) as other,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        said = [failures.in_words(of(other, "CREATE TABLE one (a)"))]
        holder.execute("ROLLBACK")
        other.execute("PRAGMA query_only=ON")
        said.append(failures.in_words(of(other, "CREATE TABLE one (a)")))
        said.append(failures.in_words(of(other, "no SQL")))
    assert str(said[0]).startswith("Another program holds the database (database is locked)")
    assert str(said[1]).startswith("The data folder cannot be used (attempt to write a readonly database)")
    assert said[2] is None


def of(connection: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement)
    return caught.value
