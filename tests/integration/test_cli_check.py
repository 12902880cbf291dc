"""`check`, its health check, and configurations with mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.demo.botapi.thread import BotApiThread
from tests.contract.google_server import GoogleServer
from tests.integration.cli_process import TOKEN, fresh_reviewbot, reviewbot, write_config, write_reviews

GOOGLE = """
[[businesses.locations.sources]]
id = "google"
type = "google"
"""


def google_block(google: GoogleServer, **other: str) -> str:
    return GOOGLE + "".join(f'{key} = "{value}"\n' for key, value in google.settings(**other).items() if key != "type")


def test_everything_in_order_ends_with_nought(tmp_path: Path) -> None:
    """Token, database and both kinds of source are tried, and nobody being paired yet is left to do."""
    with BotApiThread(token=TOKEN) as telegram, GoogleServer() as google:
        google.add_review(stars=1, comment="Cold soup")
        google.add_review(stars=5)
        config = write_config(tmp_path, base_url=telegram.base_url, extra=google_block(google))
        write_reviews(tmp_path / "exports/a.csv", "2026-11-01 10:00,1,Cold,A", "2026-11-01 11:00,many,Bad,B")
        assert reviewbot("people", "-c", config).code == 0
        done = reviewbot("check", "-c", config)
    assert done.code == 0, done.out + done.err
    assert "token: it belongs to @review_alert_bot" in done.out
    assert "database: undamaged" in done.out
    assert "source market/exports (folder): 1 review in 1 file, 1 low" in done.out
    assert "a.csv, line 3" in done.out
    assert "source market/google (google): 2 reviews in 1 page, 1 low" in done.out
    assert "reviewbot pair" in done.out


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    """A refused token, a dead sign-in, a missing folder and a broken database each get their line, and 1."""
    with BotApiThread(token="999999:" + "B" * 35) as telegram, GoogleServer() as google:
        google.revoke()
        config = write_config(tmp_path, base_url=telegram.base_url, extra=google_block(google))
        (tmp_path / "exports").rmdir()
        (tmp_path / "data").mkdir()
        (tmp_path / "data/reviewbot.sqlite3").write_bytes(b"not a database at all" * 100)
        done = fresh_reviewbot("check", "-c", config)
    assert done.code == 1
    wrong = [line for line in done.out.splitlines() if line.startswith("WRONG")]
    assert [re.split(r"[: ]", line.removeprefix("WRONG  "))[0] for line in wrong] == [
        "token",
        "database",
        "source",
        "source",
    ]
    assert "@BotFather" in wrong[0]
    assert "reviewbot connect google" in done.out
    assert TOKEN not in done.out + done.err


def test_health_before_the_first_run_is_unwell(tmp_path: Path) -> None:
    """Without a database, and with one that no service used yet."""
    config = write_config(tmp_path)
    first = reviewbot("check", "--health", "-c", config)
    assert (first.code, first.out.startswith("unwell: there is no database")) == (1, True)
    reviewbot("people", "-c", config)
    second = reviewbot("check", "--health", "-c", config)
    assert (second.code, "never been started" in second.out) == (1, True)


@pytest.mark.parametrize("command", [("check",), ("check", "--health"), ("pair",), ("run",), ("incidents",)])
def test_a_missing_configuration_ends_with_3(tmp_path: Path, command: tuple[str, ...]) -> None:
    """It names the file and where to begin."""
    done = reviewbot(*command, "-c", tmp_path / "none.toml")
    assert done.code == 3
    assert "there is no such file" in done.err


def test_all_mistakes_of_a_configuration_are_printed_at_once(tmp_path: Path) -> None:
    """An unknown key, a wrong type and a missing secret together, each with its key; nothing is made."""
    path = tmp_path / "reviewbot.toml"
    path.write_text(
        """
data_dirr = "x"
[telegram]
[[businesses]]
id = "linde"
name = "Linde"
[[businesses.locations]]
id = "m"
name = "M"
alarm = { low_reviews = "three" }
""",
        encoding="utf-8",
    )
    done = fresh_reviewbot("run", "-c", path)
    assert done.code == 3
    for part in ("data_dirr: this key is unknown", "telegram: give either token", "low_reviews"):
        assert part in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "data").exists()
