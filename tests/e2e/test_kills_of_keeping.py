"""SIGKILL while a guest is erased, a backup is made, a schema is brought to the newest: nothing is half afterwards."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import signal
import sys
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from bot import app, settings
from bot.cli.main import app as reviewbot_app
from bot.clock import SystemClock
from bot.sources import registry
from bot.stages.ops import backup, erase
from bot.store.db import copies, migrate
from bot.store.db.engine import open_store
from bot.store.privacy import erasures
from tests import forked
from tests.contract.test_upgrades import rows_of, value_for
from tests.e2e.marks import open_marked
from tests.integration.cli_process import reviewbot, start, write_config, write_reviews
from tests.traces import traces

MARK = "quellenbrunn"
OLD = "0012"
KILLS = 34


def installation(folder: Path, guests: int = 200) -> Path:
    """A guest among so many, with a backup that holds him."""
    folder.mkdir()
    config = write_config(folder)
    rows = [
        f"2026-{n % 12 + 1:02d}-{n % 28 + 1:02d},{n % 5 + 1},Guest {n} waited {n} minutes,Guest {n}"
        for n in range(guests)
    ]
    rows.insert(100, "2026-11-01,1,The zirkumflor soup was cold and nobody came,Zacharias Quellenbrunn")
    assert reviewbot("import", write_reviews(folder / "list.csv", *rows), "-c", config).code == 0
    assert reviewbot("backup", "-c", config).code == 0
    return config


def killed(folder: Path, seconds: float, *arguments: object) -> bool:
    """Run a command and kill it after so many seconds; False when it had ended before."""
    files = [folder / name for name in ("in", "out", "err")]
    for path in files:
        path.write_bytes(b"")
    return ended_by_kill(start(files, *arguments), seconds)


def ended_by_kill(process: Any, seconds: float) -> bool:
    process.join(seconds)
    was_running = process.exitcode is None
    if was_running:
        process.kill()
    process.join()
    return was_running


async def go_on(config: Path) -> int:
    """What the next start does; gives how many erases had been begun."""
    found = settings.load(config, registry.SETTINGS)
    store, clock = open_store(found.database), SystemClock()
    try:
        assert await erase.go_on(app.premises(found, store, clock), now=clock.now(), is_running=False)
        async with store.read() as connection:
            assert await erasures.unfinished(connection) == []
            return len(await erasures.every(connection))
    finally:
        await store.close()


def took(folder: Path, *arguments: object) -> float:
    """How long a command takes here and now."""
    began = time.monotonic()
    killed(folder, 600, *arguments)
    return time.monotonic() - began


def erase_and_die(config: str, words: list[str], at: str, marks: str) -> int:
    """A command that erases, which kills itself at a commit."""
    setattr(app, "open_store", lambda database: open_marked(database, Path(marks), wait=at))  # noqa: B010
    sys.argv = ["reviewbot", *words, "--yes", "-c", config]
    return int(reviewbot_app(standalone_mode=False) or 0)


@pytest.mark.proof
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("of", ["guest", "place"])
def test_a_kill_at_each_commit_leaves_no_half_erase(tmp_path: Path, of: str) -> None:
    """Right before and right after each: not begun and all there, or begun and, after the next start, in no byte."""
    installation(tmp_path / "whole")
    said = reviewbot("guest", "find", MARK, "-c", tmp_path / "whole/reviewbot.toml").out
    (number,) = re.findall(r"guest erase (\d+)", said)
    words = ["guest", "erase", number] if of == "guest" else ["erase", "--location", "market"]
    begun, waited = 0, 0
    for at in (f"{place}:{which}" for which in count(1) for place in ("commit", "committed")):
        folder = tmp_path / at.replace(":", "-")
        shutil.copytree(tmp_path / "whole", folder)
        config = folder / "reviewbot.toml"
        process = forked.fork(erase_and_die, str(config), words, at, str(folder / "marks"))
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL, at
        if asyncio.run(go_on(config)):
            begun += 1
            assert traces(folder / "data", MARK) == [], at
        else:
            waited += 1
            assert traces(folder / "data", MARK), at
        shutil.rmtree(folder)
    print(f"{begun + waited} kills, {begun} of them after the erase had begun")
    assert begun > waited > 0


@pytest.mark.proof
@pytest.mark.timeout(1500)
def test_kills_leave_no_half_backup(tmp_path: Path) -> None:
    """Whatever has a backup's name can be restored; the next backup is made as ever."""
    config = installation(tmp_path / "whole")
    folder = settings.load(config, registry.SETTINGS).backups
    chance, done, halves = random.Random(2), 0, 0
    longest = took(tmp_path, "backup", "-c", config)
    while done < KILLS:
        if killed(tmp_path, chance.uniform(0.1, longest), "backup", "-c", config):
            done += 1
            halves += backup.drop_halves(folder)
        for one in backup.found(folder):
            with backup.opened(one.path, "", within=tmp_path) as found:
                assert copies.examine(found.database) == migrate.HEAD
    assert reviewbot("backup", "-c", config).code == 0
    print(f"{done} kills, {halves} of them left half a backup without a backup's name")


def bring_to_newest(config: str) -> int:
    """What every start does first."""

    async def work() -> None:
        found = settings.load(Path(config), registry.SETTINGS)
        store = open_store(found.database)
        await migrate.upgrade(store, app.make_backups(found, store, SystemClock()).before_upgrade)
        await store.close()

    asyncio.run(work())
    return 0


@pytest.mark.proof
@pytest.mark.timeout(1500)
def test_kills_leave_no_half_upgrade(tmp_path: Path) -> None:
    """The next start brings it to the newest with every row; the backup that was made before can be restored."""
    config = write_config(tmp_path)
    found = settings.load(config, registry.SETTINGS)
    found.database.parent.mkdir(mode=0o700)
    engine = sa.create_engine(f"sqlite:///{found.database}")
    with engine.begin() as connection:
        command.upgrade(migrate.config(connection), OLD)
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(sa.insert(table).values({one.name: value_for(one) for one in table.c}))
        before = rows_of(connection)
    engine.dispose()
    old = found.database.read_bytes()
    began = time.monotonic()
    ended_by_kill(forked.fork(bring_to_newest, str(config)), 600)
    longest, chance, done, half_way = time.monotonic() - began, random.Random(3), 0, 0
    while done < KILLS:
        for path in found.data_dir.glob(f"{found.database.name}*"):
            path.unlink()
        found.database.write_bytes(old)
        if not ended_by_kill(forked.fork(bring_to_newest, str(config)), chance.uniform(0.05, longest)):
            continue
        done += 1
        half_way += bool(list(found.data_dir.glob("*-wal")))
        assert bring_to_newest(str(config)) == 0
        assert copies.examine(found.database) == migrate.HEAD
        engine = sa.create_engine(f"sqlite:///{found.database}")
        with engine.begin() as connection:
            after = rows_of(connection)
        engine.dispose()
        for name, row in before.items():
            assert {column: value for column, value in after[name].items() if column in row} == row, name
        for one in backup.found(found.backups):
            with backup.opened(one.path, "", within=tmp_path):
                pass
    print(f"{done} kills, {half_way} of them with a transaction open or just written; {datetime.now(UTC):%Y-%m-%d}")
