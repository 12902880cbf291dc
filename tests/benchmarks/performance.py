"""Measures the real parts and writes docs/performance.md: `python -m tests.benchmarks.performance`."""

from __future__ import annotations

import asyncio
import csv
import os
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psutil  # type: ignore[import-untyped]  # it ships no types

from bot import app
from bot.clock import SystemClock
from bot.demo.botapi import BotApiServer
from bot.model.ingest.normal import normalise
from bot.model.review import ParsedReview, Rating
from bot.settings import Settings, build
from bot.sources import registry
from bot.store.db import migrate
from bot.store.db.engine import Store, open_store
from bot.store.ingest import sources
from bot.store.people import chats
from bot.store.people import locations as places
from bot.store.reviews import save_reviews
from bot.store.reviews.save_reviews import Arrival
from bot.work.service import Service
from tests.benchmarks import press, score_speed
from tests.benchmarks.review_texts import review_texts

TOKEN = "123:abc"
ROWS = 100_000
STORED = 40_000
INCIDENTS = 100
FIRST_CHAT = 1000
LONGEST_IMPORT_S = 300
TARGET_FILE = Path(__file__).parents[2] / "docs" / "performance.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report."""

    what: str
    reached: str
    target: str
    is_met: bool
    load: float


def _figure(what: str, value: float, unit: str, *, target: float, at_least: bool) -> Figure:
    word, is_met = ("at least", value >= target) if at_least else ("at most", value <= target)
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.0f}"
    return Figure(what, f"{shown} {unit}".strip(), f"{word} {target:,g} {unit}".strip(), is_met, os.getloadavg()[0])


def _settings(folder: Path, base_url: str, locations: int = 1) -> Settings:
    for number in range(locations):
        (folder / f"in{number}").mkdir()
    tree: dict[str, Any] = {
        "telegram": {"token": TOKEN, "base_url": base_url},
        "businesses": [
            {
                "id": "linde",
                "name": "Café Linde",
                "locations": [
                    {
                        "id": f"l{number}",
                        "name": f"Place {number}",
                        "sources": [{"id": "x", "type": "folder", "path": f"in{number}", "platform": "tripadvisor"}],
                    }
                    for number in range(locations)
                ],
            }
        ],
    }
    return build(tree, source_types=registry.SETTINGS, folder=folder, name="benchmark")


async def store_stage(folder: Path) -> list[Figure]:
    """`reviews.save` against sqlite3's own executemany of the same rows into the same table, in the same batches."""
    path = folder / "ours.sqlite3"
    store = open_store(path)
    await migrate.upgrade(store)
    async with store.write() as connection:
        await places.sync(connection, _settings(folder, "http://127.0.0.1:1/bot").businesses)
    now, texts = datetime.now(UTC), review_texts(1000, seed=1)
    batch = normalise(
        [
            ParsedReview(
                rating=Rating(1 + n % 5, 1, 5),
                text=texts[n % 1000],
                published_at=now - timedelta(minutes=n),
                author=f"Guest {n}",
            )
            for n in range(STORED)
        ],
        platform="tripadvisor",
        low_at_most=None,
    )
    arrival = Arrival(1, 1, now, now, 1, is_first_sweep=False)
    parts = [batch[start : start + save_reviews.BATCH] for start in range(0, STORED, save_reviews.BATCH)]
    # Taking turns, so that whatever else the machine does disturbs both alike.
    theirs = _raw_copy(path, folder / "raw.sqlite3")
    seconds = [0.0, 0.0]
    for part in parts:
        started = time.perf_counter()
        async with store.write() as connection:
            await save_reviews.save(connection, part, arrival)
        seconds[0] += time.perf_counter() - started
        rows = await _newest(store, len(part))
        started = time.perf_counter()
        theirs.execute("BEGIN IMMEDIATE")
        theirs.executemany(f"INSERT INTO reviews VALUES ({','.join('?' * len(rows[0]))})", rows)
        theirs.execute("COMMIT")
        seconds[1] += time.perf_counter() - started
    theirs.close()
    await store.close()
    share = 100 * seconds[1] / seconds[0]
    what = f"Store stage, {STORED / seconds[0]:,.0f} rows/s against {STORED / seconds[1]:,.0f} of sqlite3's executemany"
    return [_figure(what, share, "%", target=50, at_least=True)]


def _raw_copy(path: Path, to: Path) -> sqlite3.Connection:
    with sqlite3.connect(path) as ours:
        statements = ours.execute("SELECT sql FROM sqlite_master WHERE tbl_name = 'reviews' AND sql IS NOT NULL")
        schema = [sql for (sql,) in statements]
    ours.close()
    theirs = sqlite3.connect(to, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        theirs.execute(f"PRAGMA {pragma}")
    for sql in schema:
        theirs.execute(sql)
    return theirs


async def _newest(store: Store, count: int) -> list[tuple[Any, ...]]:
    async with store.read() as connection:
        found = await connection.exec_driver_sql("SELECT * FROM reviews ORDER BY review_id DESC LIMIT ?", (count,))
        return [tuple(row) for row in found][::-1]


def _write_csv(path: Path, rows: list[tuple[str, int, str, str]]) -> None:
    # A file that was written to this second would wait for the next poll.
    hidden = path.with_suffix(".part")
    with hidden.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("date", "rating", "text", "author"))
        writer.writerows(rows)
    past = time.time() - 60
    os.utime(hidden, (past, past))
    hidden.rename(path)


async def whole_import(folder: Path) -> list[Figure]:
    """A CSV file through the real service: read, parsed, stored, scored in the worker processes."""
    chance, texts = random.Random(2), review_texts(ROWS, seed=3)
    async with BotApiServer(token=TOKEN) as server:
        settings = _settings(folder, server.base_url)
        day = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=900)
        rows = [
            (f"{day + timedelta(minutes=12 * n):%Y-%m-%d %H:%M}", chance.choice((5, 5, 4, 4, 3, 2, 1)), text, f"G{n}")
            for n, text in enumerate(texts)
        ]
        service = app.build(settings, SystemClock())
        _write_csv(folder / "in0" / "all.csv", rows)
        started = time.perf_counter()
        await service.start()
        stored, seconds = 0.0, 0.0
        while seconds < LONGEST_IMPORT_S:
            await asyncio.sleep(0.5)
            seconds = time.perf_counter() - started
            counts = await _counts(service.parts.store)
            stored = stored or (seconds if counts[0] == ROWS else 0.0)
            if counts == (ROWS, ROWS):
                break
        await service.stop()
    stages = f"{stored:.0f} s until stored, {seconds:.0f} s until scored"
    what = f"Import of {ROWS:,} CSV rows of about 280 characters with scoring ({stages})"
    return [_figure(what, ROWS / seconds, "reviews/s", target=4000, at_least=True)]


async def _counts(store: Store) -> tuple[int, int]:
    async with store.read() as connection:
        found = await connection.exec_driver_sql("SELECT (SELECT count(*) FROM reviews), (SELECT count(*) FROM scores)")
        return tuple(found.one())


async def alarm_delay(folder: Path) -> list[Figure]:
    """From a poll to the call of sendMessage, the poll included, for many small incidents one after the other."""
    async with BotApiServer(token=TOKEN) as server:
        settings = _settings(folder, server.base_url, INCIDENTS)
        service = app.build(settings, SystemClock())
        await service.start()
        await service.work.settle()
        await _link_chats(service.parts.store, server)
        delays = [await _one_alarm(service, server, folder, number) for number in range(INCIDENTS)]
        await service.stop()
    delays.sort()
    p99 = delays[round(0.99 * (len(delays) - 1))]
    median = delays[len(delays) // 2]
    what = f"Poll to sendMessage, the poll included, p99 of {INCIDENTS} incidents (median {median:.3f} s)"
    return [_figure(what, p99, "s", target=0.5, at_least=False)]


async def _link_chats(store: Store, server: BotApiServer) -> None:
    """One chat for each location, so that no chat's own limit of a message a second is measured."""
    now = datetime.now(UTC)
    async with store.write() as connection:
        for number, place in enumerate(await places.all_active(connection)):
            server.world.open_private_chat(server.world.add_user(FIRST_CHAT + number, f"P{number}"))
            chat = await chats.put(
                connection, telegram_chat_id=FIRST_CHAT + number, kind="private", title="P", language="en", now=now
            )
            where = {"business_id": place.business_id, "location_id": place.location_id}
            await chats.link(connection, chat.chat_id, **where)


async def _one_alarm(service: Service, server: BotApiServer, folder: Path, number: int) -> float:
    at = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=1)
    rows = [(f"{at:%Y-%m-%d %H:%M}", 1, f"Waited {n} hours for cold soup.", f"G{number}.{n}") for n in range(3)]
    _write_csv(folder / f"in{number}" / "new.csv", rows)
    async with service.parts.store.write() as connection:
        place = (await places.all_active(connection))[number]
        await sources.poll_now(connection, place.location_id)
    before = len(server.calls_of("sendMessage"))
    started = time.perf_counter()
    service.work.nudge("poll")
    await server.wait_for(lambda: len(server.calls_of("sendMessage")) > before, timeout=20)
    seconds = time.perf_counter() - started
    await service.work.settle()
    return seconds


async def press_lock(_folder: Path) -> list[Figure]:
    """How long a press works under the write lock, at incidents of two sizes; see tests/benchmarks/press.py."""
    found = []
    for size in (60, 200):
        worked, computed, _ = await press.measure(size)
        what = (
            f"Press on a card of {size} reviews, work under the write lock, median of {len(worked)} "
            f"(processor {statistics.median(computed):.1f} ms)"
        )
        found.append(_figure(what, statistics.median(worked), "ms", target=5, at_least=False))
    return found


async def reading(_folder: Path) -> list[Figure]:
    """Everything that is read from an English review against VADER alone, in the same run, by processor time."""
    texts = review_texts(1_000, seed=1)
    alone, ours = score_speed.vader_and_ours(texts)
    what = (
        f"Reading a review of about 280 characters (language, score, themes, severe), {ours:,.0f} reviews/s against "
        f"{alone:,.0f} of VADER alone for its score"
    )
    return [_figure(what, 100 * ours / alone, "%", target=80, at_least=True)]


async def idle_process(folder: Path) -> list[Figure]:
    """The real command in a process of its own: how long until it watches, and its memory when it has come to rest."""
    async with BotApiServer(token=TOKEN) as server:
        (folder / "in0").mkdir()
        config = folder / "reviewbot.toml"
        config.write_text(
            f'[telegram]\ntoken = "{TOKEN}"\nbase_url = "{server.base_url}"\n'
            '[[businesses]]\nid = "linde"\nname = "Café Linde"\n'
            '[[businesses.locations]]\nid = "l0"\nname = "Marktplatz"\n'
            '[[businesses.locations.sources]]\nid = "x"\ntype = "folder"\npath = "in0"\n'
        )
        # The first start makes the tables and is not what a restart costs.
        first, _ = await _start(config, rest_s=0)
        again, memory = await _start(config, rest_s=12)
    return [
        _figure(
            f"Start until watching (the very first, with the tables: {first:.1f} s)",
            again,
            "s",
            target=2,
            at_least=False,
        ),
        _figure("Memory of the idle service (RSS)", memory, "MB", target=120, at_least=False),
    ]


async def _start(config: Path, *, rest_s: float) -> tuple[float, float]:
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        "-c",
        str(config),
        stderr=asyncio.subprocess.STDOUT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    while line := await process.stdout.readline():
        if b"watching" in line:
            break
    else:
        raise RuntimeError("the service ended before it watched")
    seconds = time.perf_counter() - started
    await asyncio.sleep(rest_s)
    tree = psutil.Process(process.pid)
    memory = sum(one.memory_info().rss for one in (tree, *tree.children(recursive=True))) / 1e6
    process.terminate()
    await process.communicate()
    return seconds, memory


PARTS: dict[str, Callable[[Path], Any]] = {
    "store": store_stage,
    "import": whole_import,
    "delay": alarm_delay,
    "reading": reading,
    "press": press_lock,
    "idle": idle_process,
}


def report(figures: list[Figure]) -> str:
    """The page."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. One run; the load is that of the whole machine when the figure was taken (1-minute",
        "average): above the number of cores, other work took part of the time.",
        "",
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {datetime.now(UTC):%Y-%m-%d}.",
        "",
        "| What | Reached | Target | | Load |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.what} | {one.reached} | {one.target} | {'met' if one.is_met else '**missed**'} | {one.load:.1f} |"
        for one in figures
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    figures: list[Figure] = []
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="rb-bench-") as folder:
            for figure in asyncio.run(PARTS[name](Path(folder))):
                print(f"{figure.what}: {figure.reached} ({figure.target}), load {figure.load:.1f}", flush=True)
                figures.append(figure)
    if len(wanted) == len(PARTS):
        TARGET_FILE.write_text(report(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
