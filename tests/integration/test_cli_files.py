"""`import`, `replay`, `incidents` and `evidence` with real files."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app, settings
from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer
from bot.sources import registry
from bot.stages.watch import severe
from bot.store.db.engine import open_store
from tests.integration.cli_process import TOKEN, fresh_reviewbot, reviewbot, write_config, write_reviews

CLUSTER = [f"2026-03-05 1{hour}:00,1,Cold soup number {hour}\x1b[2J,Guest {hour}" for hour in range(5)]


def rows_of(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder / "data/reviewbot.sqlite3")) as database:
        tables = ("reviews", "review_versions", "scores", "raw_items", "problems", "incidents", "outbox")
        return {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


def test_a_file_is_imported_scored_and_raises_no_alarm(tmp_path: Path) -> None:
    """New and low reviews and skipped rows are counted; a cluster of the past opens nothing."""
    config = write_config(tmp_path)
    file = write_reviews(tmp_path / "old.csv", *CLUSTER, "2026-03-06 10:00,5,Lovely,Eva", "2026-03-07 10:00,x,Bad,Tom")
    done = fresh_reviewbot("import", file, "--location", "market", "-c", config)
    assert done.code == 0, done.err
    assert "6 new, 0 changed, 0 known already; 5 low" in done.out
    assert "old.csv, line 8: " in done.out
    found = rows_of(tmp_path)
    assert (len(found["reviews"]), len(found["scores"]), len(found["incidents"]), len(found["outbox"])) == (6, 6, 0, 0)


def test_importing_again_writes_no_row(tmp_path: Path) -> None:
    """The second time everything is known, and every table stays as it was."""
    config = write_config(tmp_path)
    file = write_reviews(tmp_path / "old.csv", *CLUSTER, "2026-03-07 10:00,x,Bad,Tom")
    for source in ((), ("--source", "exports")):
        assert reviewbot("import", file, "--location", "linde/market", *source, "-c", config).code == 0
        before = rows_of(tmp_path)
        again = reviewbot("import", file, "--location", "linde/market", *source, "-c", config)
        assert again.code == 0, again.err
        assert "0 new, 0 changed, 5 known already" in again.out
        assert rows_of(tmp_path) == before


def test_a_file_that_is_no_table_ends_with_1_and_the_rest_is_imported(tmp_path: Path) -> None:
    """The bad file is named with what to do; the good one counts."""
    config = write_config(tmp_path)
    good = write_reviews(tmp_path / "good.csv", *CLUSTER)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"%PDF-1.7 nothing")
    done = reviewbot("import", bad, good, "--location", "market", "-c", config)
    assert done.code == 1
    assert "bad.csv: this is a PDF" in done.out
    assert "5 new" in done.out


def test_wrong_names_end_with_2(tmp_path: Path) -> None:
    """A missing file, an unknown location and an unknown source are mistakes of the command line."""
    config = write_config(tmp_path)
    file = write_reviews(tmp_path / "a.csv", *CLUSTER)
    assert reviewbot("import", tmp_path / "none.csv", "--location", "market", "-c", config).code == 2
    assert "linde/market" in reviewbot("import", file, "--location", "x", "-c", config).err
    wrong = reviewbot("import", file, "--location", "market", "--source", "x", "-c", config)
    assert (wrong.code, "exports" in wrong.err) == (2, True)


def test_replay_needs_no_configuration(tmp_path: Path) -> None:
    """The cluster is shown with times, count and quotes, and no escape sequence reaches the terminal."""
    old = [f"2026-0{month}-11 12:00,5,Good month {month},Regular" for month in (1, 2)]
    file = write_reviews(tmp_path / "past.csv", *old, *CLUSTER)
    done = reviewbot("replay", file, "-c", tmp_path / "none.toml")
    assert done.code == 0, done.err
    assert "#1  opened 2026-03-05 12:00, ended 2026-03-11 01:00" in done.out
    assert "5 low reviews in all. 3 within 24\u00a0h. New place: what is usual is not known yet" in done.out
    assert "The fixed rule 3 in 24 h would have alarmed 1 time." in done.out
    assert done.out.count("Cold soup number") == 3
    assert "\x1b" not in done.out
    assert "1 incident from 7 reviews, 5 of them low" in done.out


def test_replay_tries_other_rules(tmp_path: Path) -> None:
    """With a rule of six reviews instead of the floor for new places the same history raises nothing."""
    file = write_reviews(tmp_path / "past.csv", *CLUSTER)
    done = reviewbot("replay", file, "--low-reviews", 6, "--within-hours", 12)
    assert done.code == 0, done.err
    assert "0 incidents from 5 reviews" in done.out
    assert "Your own rule: always at 6 low reviews within 12 hours" in done.out


def test_replay_writes_a_page(tmp_path: Path) -> None:
    """--html puts everything into one file that only its owner can read; a folder that is not there ends with 1."""
    file, target = write_reviews(tmp_path / "past.csv", *CLUSTER), tmp_path / "page.html"
    target.write_text("an older page")
    done = reviewbot("replay", file, "--html", target, "--language", "de")
    assert done.code == 0, done.err
    assert f"{target}: open it in a browser." in done.out
    page = target.read_text(encoding="utf-8")
    assert "<h1>1 Alarm in" in page
    assert "Cold soup number" in page
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    refused = reviewbot("replay", file, "--html", tmp_path / "none" / "page.html")
    assert (refused.code, "cannot be written" in refused.out) == (1, True)


def test_replay_takes_rule_and_zone_of_a_location(tmp_path: Path) -> None:
    """With --location the configuration counts; a file that is no table ends with 1."""
    config = write_config(tmp_path)
    config.write_text(
        config.read_text().replace(
            'name = "Marktplatz"', 'name = "Marktplatz"\ntime_zone = "Asia/Tokyo"\nalarm.low_reviews = 4'
        )
    )
    file = write_reviews(tmp_path / "past.csv", *CLUSTER)
    done = reviewbot("replay", file, "--location", "market", "--source", "exports", "-c", config)
    assert "(Asia/Tokyo).\nYour own rule: always at 4 low reviews within 24 hours." in done.out
    empty = tmp_path / "empty.csv"
    empty.touch()
    refused = reviewbot("replay", empty)
    assert (refused.code, "empty" in refused.err) == (1, True)


async def test_incidents_lists_and_shows_one_with_its_history(tmp_path: Path) -> None:
    """An incident of the running service is listed, and shown with its moves and reviews."""
    now = datetime(2026, 11, 24, 17, tzinfo=UTC)
    config = write_config(tmp_path)
    async with BotApiServer(token=TOKEN) as server:
        clock = SteppedClock(now)
        config = write_config(tmp_path, base_url=server.base_url)
        service = app.build(settings.load(config, registry.SETTINGS), clock)
        await service.start()
        await service.step()
        clock.advance(timedelta(minutes=30))
        rows = [f"2026-11-24 18:1{i},1,Cold {i}\x1b[2J,G{i}" for i in range(4)]
        write_reviews(tmp_path / "exports/new.csv", *rows)
        await service.step()
        await service.stop()
    listed = reviewbot("incidents", "-c", config)
    assert listed.code == 0, listed.err
    header, line = listed.out.splitlines()
    assert header.split() == ["NO", "OPENED", "PLACE", "STATE", "SEVERITY", "LOW", "REVIEWS", "OPEN", "FOR"]
    assert line.split()[:7] == ["#1", "2026-11-24", "18:30", "Marktplatz", "open", "normal", "4"]
    one = reviewbot("incidents", 1, "-c", config)
    assert "2026-11-24 18:30  reviewbot: open, 4 low reviews" in one.out
    assert one.out.count('"Cold ') == 4
    assert "3 within 24 h" in one.out or "4 within 24 h" in one.out
    assert "in all" in one.out
    assert "\x1b" not in one.out
    saved = reviewbot("evidence", 1, "--out", tmp_path / "belege.zip", "-c", config)
    assert saved.code == 0, saved.err
    assert "4 reviews" in saved.out
    assert "Nothing was reported" in saved.out
    assert (tmp_path / "belege.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "belege.zip") as archive:
        assert sorted(archive.namelist()) == ["SHA256SUMS", "index.html", "reviews.csv", "reviews.json"]
        assert b"\x1b" not in archive.read("index.html")
    again = reviewbot("evidence", 1, "--out", tmp_path / "again.zip", "-c", config)
    assert again.code == 0
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "belege.zip").read_bytes()
    nowhere = reviewbot("evidence", 1, "--out", tmp_path / "none" / "x.zip", "-c", config)
    assert (nowhere.code, "--out" in nowhere.err) == (1, True)
    assert reviewbot("evidence", 2, "-c", config).code == 1
    missing = reviewbot("incidents", 2, "-c", config)
    assert (missing.code, "no incident #2" in missing.out) == (1, True)


async def test_tune_shows_relaxes_and_undoes(tmp_path: Path) -> None:
    """What a place has learned, each relaxation with when and by whom; one step more and back again."""
    async with BotApiServer(token=TOKEN) as server:
        config = write_config(tmp_path, base_url=server.base_url)
        clock = SteppedClock(datetime(2026, 11, 24, 17, tzinfo=UTC))
        service = app.build(settings.load(config, registry.SETTINGS), clock)
        await service.start()
        rows = [f"2026-11-{day:02} 12:00,{1 if day == 9 else 5},Day {day},G{day}" for day in range(1, 21)]
        write_reviews(tmp_path / "exports/old.csv", *rows)
        clock.advance(timedelta(minutes=16))
        await service.step()
        await service.stop()
    shown = reviewbot("tune", "-c", config)
    assert shown.code == 0, shown.err
    assert "Marktplatz (Café Linde)" in shown.out
    assert "learned from about" in shown.out
    assert "Not relaxed." in shown.out
    relaxed = reviewbot("tune", "market", "--relax", "-c", config)
    assert "Relaxed by 1 step: an alarm asks for 2 times the odds." in relaxed.out
    assert "relaxed by reviewbot tune" in relaxed.out
    for _ in range(3):
        reviewbot("tune", "market", "--relax", "-c", config)
    most = reviewbot("tune", "market", "--relax", "-c", config)
    assert "relaxed by 4 steps already" in most.out
    undone = reviewbot("tune", "linde/market", "--undo", "-c", config)
    assert "Relaxed by 3 steps" in undone.out
    assert "; undone 20" in undone.out
    unnamed = reviewbot("tune", "--undo", "-c", config)
    assert (unnamed.code, "name the location" in unnamed.err) == (2, True)


async def test_tune_lets_words_count_as_severe_again(tmp_path: Path) -> None:
    """What "Not severe" remembers stands in the list with a number, and the number takes it back once."""
    config = write_config(tmp_path)
    file = write_reviews(tmp_path / "old.csv", "2026-03-06 10:00,3,The waiter slapped me with the napkin,Eva")
    assert reviewbot("import", file, "--location", "market", "-c", config).code == 0
    store = open_store(tmp_path / "data/reviewbot.sqlite3")
    async with store.write() as connection:
        await severe.mark_not_severe(connection, 1, {}, now=datetime(2026, 11, 24, 17, tzinfo=UTC))
    await store.close()
    shown = reviewbot("tune", "market", "-c", config)
    assert "Not severe here (1): 'slapped me'" in shown.out
    wrong = reviewbot("tune", "market", "--severe-again", 7, "-c", config)
    assert "There are no words with the number 7 to take back." in wrong.out
    assert "taken back" not in wrong.out
    again = reviewbot("tune", "market", "--severe-again", 1, "-c", config)
    assert "These words count as severe again." in again.out
    assert "; taken back 20" in again.out
    with closing(sqlite3.connect(tmp_path / "data/reviewbot.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM not_severe WHERE undone_at IS NULL").fetchone() == (0,)
    twice = reviewbot("tune", "market", "--severe-again", 1, "-c", config)
    assert "There are no words with the number 1 to take back." in twice.out
    unnamed = reviewbot("tune", "--severe-again", 1, "-c", config)
    assert (unnamed.code, "name the location" in unnamed.err) == (2, True)
