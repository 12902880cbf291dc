"""Backups by the real commands: made, damaged, encrypted, put back on another machine."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BackupError, BadCopyError
from bot.stages.ops import backup
from bot.stages.ops.backup import Plan, Why
from bot.store.db import migrate
from bot.store.db.engine import lock, open_store
from tests.integration.cli_process import TOKEN, Ended, reviewbot, write_config, write_reviews
from tests.project.tree import ROOT

_NIGHT = datetime(2026, 12, 2, 4, 30, tzinfo=UTC)
_BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation that has read three reviews, made once."""
    folder = tmp_path_factory.mktemp("template")
    rows = [f"2026-11-0{n},{n},Text number {n},Guest {n}" for n in (1, 2, 3)]
    config = write_config(folder)
    assert reviewbot("import", write_reviews(folder / "list.csv", *rows), "-c", config).code == 0
    return folder


@pytest.fixture
def here(template: Path, tmp_path: Path) -> Path:
    """The configuration of a copy of it."""
    return Path(shutil.copytree(template, tmp_path / "here")) / "reviewbot.toml"


def _backups(config: Path) -> list[Path]:
    return [one.path for one in backup.found(config.parent / "data" / "backups")]


def _texts(config: Path) -> list[str]:
    with closing(sqlite3.connect(config.parent / "data" / "reviewbot.sqlite3")) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM reviews ORDER BY review_id")]


def _back_up(config: Path) -> Path:
    plan = Plan(config.parent / "data" / "backups", 7)
    text = config.read_text(encoding="utf-8").replace(TOKEN, "")
    now = datetime.now(UTC)
    return backup.make(config.parent / "data" / "reviewbot.sqlite3", plan, Why.ASKED, now=now, configuration=text)


def _said(done: Ended) -> str:
    return done.out + done.err


def _words_of_readme() -> list[list[str]]:
    """The commands of the section of README.md about another machine, without the way to the program."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Keep a copy", 1)[1].split("\n## ", 1)[0]
    return [line.split()[1:] for line in re.findall(r"^\s*(\.venv/bin/reviewbot .*)$", section, re.MULTILINE)]


def test_another_machine_by_the_words_of_readme(here: Path, tmp_path: Path) -> None:
    """The commands that README.md names bring everything from one folder into another, with the file alone."""
    (make, put_back) = _words_of_readme()
    assert reviewbot(*make, "-c", here).code == 0
    (made,) = _backups(here)
    there = tmp_path / "there" / "config"
    there.mkdir(parents=True)
    copied = shutil.copy(made, tmp_path / "there")
    config = there / "reviewbot.toml"
    arguments = [copied if word == "FILE" else word for word in put_back]
    first = reviewbot(*arguments, "-c", config)
    assert "without its secrets" in first.out
    assert TOKEN not in config.read_text(encoding="utf-8")
    assert first.code == 3, "without the token it says what is missing"
    assert "token" in first.err
    config.write_text(config.read_text(encoding="utf-8").replace('token = ""', f'token = "{TOKEN}"'), encoding="utf-8")
    (there / "exports").mkdir()
    second = reviewbot(*arguments, "-c", config)
    assert second.code == 0, _said(second)
    assert _texts(config) == _texts(here) == ["Text number 1", "Text number 2", "Text number 3"]


def test_a_backup_is_private_and_holds_no_secret(here: Path) -> None:
    """Mode 0600 in a folder that only the owner enters; the token is in no member."""
    done = reviewbot("backup", "-c", here)
    assert done.code == 0, done.err
    (made,) = _backups(here)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    with zipfile.ZipFile(made) as archive:
        assert not [name for name in archive.namelist() if TOKEN.encode() in archive.read(name)]


def test_an_encrypted_backup_opens_with_its_passphrase_only(here: Path, tmp_path: Path) -> None:
    """No word of a guest can be read in it; without or with another passphrase it is refused with a sentence."""
    (here.parent / "word").write_text("korrektes pferd\n", encoding="utf-8")
    here.write_text('[backup]\npassphrase_file = "word"\n' + here.read_text(encoding="utf-8"), encoding="utf-8")
    assert "encrypted to your passphrase" in reviewbot("backup", "-c", here).out
    (made,) = _backups(here)
    assert made.name.endswith(".zip.age")
    assert made.read_bytes().startswith(b"age-encryption.org/v1")
    (tmp_path / "b").mkdir()
    other = write_config(tmp_path / "b")
    with pytest.raises(BadCopyError, match="is encrypted"), backup.opened(made, "", within=tmp_path):
        pass
    (tmp_path / "wrong").write_text("falsches pferd", encoding="utf-8")
    wrong = reviewbot("restore", made, "-c", other, "--passphrase-file", tmp_path / "wrong")
    assert wrong.code == 1
    assert "another passphrase" in wrong.err
    done = reviewbot("restore", made, "-c", other, "--passphrase-file", here.parent / "word")
    assert done.code == 0, done.err
    assert len(_texts(other)) == 3


@pytest.mark.parametrize("harm", ["half", "empty", "one bit", "another file"])
def test_a_damaged_backup_is_refused_and_changes_nothing(here: Path, harm: str) -> None:
    """One sentence, exit code 1, and the database is as it was."""
    made = _back_up(here)
    content = bytearray(made.read_bytes())
    if harm == "one bit":
        content[len(content) // 2] ^= 4
    harmed = {"half": content[: len(content) // 2], "empty": b"", "another file": b"GIF89a"}
    made.write_bytes(bytes(harmed.get(harm, content)))
    before = (here.parent / "data" / "reviewbot.sqlite3").read_bytes()
    done = reviewbot("restore", made, "-c", here, "--yes")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "damaged" in done.err
    assert (here.parent / "data" / "reviewbot.sqlite3").read_bytes() == before
    assert not list((here.parent / "data").glob(".half-*"))


def test_a_restore_over_a_running_bot_is_refused(here: Path) -> None:
    """Whoever holds the installation keeps it."""
    made = _back_up(here)
    holder = lock(here.parent / "data" / "reviewbot.lock")
    done = reviewbot("restore", made, "-c", here, "--yes")
    holder.close()
    assert done.code == 1
    assert "already runs" in done.err


def test_what_was_there_is_backed_up_before_a_restore(here: Path) -> None:
    """A restore can be taken back by another one."""
    made = _back_up(here)
    later = write_reviews(here.parent / "later.csv", "2026-11-09,5,Only here,Guest 9")
    assert reviewbot("import", later, "-c", here).code == 0
    assert reviewbot("restore", made, "-c", here, "--yes").code == 0
    assert "Only here" not in _texts(here)
    (kept,) = [one.path for one in backup.found(made.parent) if one.why is Why.RESTORE]
    assert reviewbot("restore", kept, "-c", here, "--yes").code == 0
    assert "Only here" in _texts(here)


async def test_no_schema_is_changed_without_a_backup(tmp_path: Path) -> None:
    """When the backup before an upgrade cannot be written, the database stays at its schema."""
    store = open_store(tmp_path / "x.sqlite3")
    await migrate.upgrade(store)
    async with store.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")

    async def fails() -> None:
        raise BackupError("no room")

    with pytest.raises(BackupError):
        await migrate.upgrade(store, fails)
    async with store.read() as connection:
        assert await connection.run_sync(migrate.revision) == "0001"
    await store.close()


def test_a_full_disk_leaves_the_older_backups(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half has a backup's name, and nothing is removed for one that was not written."""
    made = _back_up(here)
    plan = Plan(made.parent, keep=1)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "pack", full)
    with pytest.raises(BackupError, match="No space left"):
        backup.make(here.parent / "data" / "reviewbot.sqlite3", plan, Why.DAILY, now=_NIGHT)
    assert _backups(here) == [made]
    assert not list(made.parent.glob(".half-*"))


def test_only_the_newest_daily_backups_are_kept(here: Path) -> None:
    """Ten nights leave seven, and one that was asked for."""
    asked = _back_up(here)
    plan = Plan(asked.parent, keep=7)
    for night in range(10):
        now = _NIGHT + timedelta(days=night)
        backup.make(here.parent / "data" / "reviewbot.sqlite3", plan, Why.DAILY, now=now)
    there = backup.found(plan.folder)
    assert [one.made_at for one in there if one.why is Why.DAILY] == [
        _NIGHT + timedelta(days=night) for night in range(9, 2, -1)
    ]
    assert [one.path for one in there if one.why is Why.ASKED] == [asked]


@pytest.mark.parametrize(
    ("last", "is_due"),
    [
        (None, True),
        (datetime(2026, 12, 1, 2, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 2, 3, 0, tzinfo=UTC), False),
        (datetime(2026, 12, 2, 2, 59, tzinfo=UTC), True),
    ],
)
def test_a_backup_is_due_once_a_night(last: datetime | None, is_due: bool) -> None:
    """The night begins at four by the place's own clock."""
    assert backup.due(last, now=_NIGHT, zone=_BERLIN) is is_due
