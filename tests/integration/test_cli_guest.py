"""`reviewbot guest` by the real command: find, hand over, erase; and a restore brings nobody back."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pytest

from bot.stages.ops import backup
from tests.integration.cli_process import TOKEN, reviewbot, write_config, write_reviews
from tests.traces import traces

_NAME = "Zacharias Quellenbrunn"
_MARKS = ("quellenbrunn", "zirkumflor")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """An installation with three reviews, two of them by one name."""
    found = write_config(tmp_path)
    rows = [
        f"2026-11-01,1,The zirkumflor soup was cold and nobody came,{_NAME}",
        f"2026-11-02,5,Best evening of the whole year for me,{_NAME}",
        "2026-11-03,3,Nothing to say,Nele",
    ]
    assert reviewbot("import", write_reviews(tmp_path / "list.csv", *rows), "-c", found).code == 0
    return found


def test_a_guest_is_found_handed_over_and_erased(config: Path, tmp_path: Path) -> None:
    """Found by name and by words; the receipt names no word; neither a second import nor a restore brings him back."""
    found = reviewbot("guest", "find", "quellenbrunn", "-c", config)
    assert found.code == 0, found.err
    assert "guest erase 1 2" in found.out
    assert reviewbot("guest", "find", "nobody of this name", "-c", config).code == 1
    held = tmp_path / "held.json"
    assert reviewbot("guest", "export", 1, "--to", held, "-c", config).code == 0
    (one,) = json.loads(held.read_text(encoding="utf-8"))
    assert one["review"]["author"] == _NAME
    assert _NAME in held.with_suffix(".txt").read_text(encoding="utf-8")
    assert stat.S_IMODE(held.stat().st_mode) == 0o600
    assert reviewbot("backup", "-c", config, "--to", tmp_path / "old.zip").code == 0
    assert reviewbot("backup", "-c", config).code == 0
    assert traces(config.parent / "data", *_MARKS)
    done = reviewbot("guest", "erase", 1, 2, "--yes", "-c", config)
    assert done.code == 0, done.err
    assert "no word is left" in done.out
    assert not [mark for mark in _MARKS if mark in done.out.casefold()]
    assert traces(config.parent / "data", *_MARKS) == []
    assert len(backup.found(config.parent / "data" / "backups")) == 1, "the old one went, a new one was made"
    assert reviewbot("guest", "erase", 1, "--yes", "-c", config).code == 1, "there is nothing left to erase"
    assert reviewbot("import", tmp_path / "list.csv", "-c", config).code == 0
    assert traces(config.parent / "data", *_MARKS) == []
    assert reviewbot("restore", tmp_path / "old.zip", "--yes", "-c", config).code == 0
    assert traces(config.parent / "data", *_MARKS) == []
    assert reviewbot("guest", "erase", 9, "--yes", "-c", config).code == 1
    assert "Nothing to say" in reviewbot("guest", "find", "Nele", "-c", config).out


def test_everything_goes_out_and_old_words_go(config: Path, tmp_path: Path) -> None:
    """Each table as JSON Lines and CSV, without secrets; words before a day are erased, stars stay."""
    done = reviewbot("export", tmp_path / "out", "-c", config)
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (tmp_path / "out/reviews.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["author"] for row in rows] == [_NAME, _NAME, "Nele"]
    with (tmp_path / "out/reviews.csv").open(encoding="utf-8", newline="") as handle:
        assert [row["text"] for row in csv.DictReader(handle)] == [row["text"] for row in rows]
    assert "## reviews (3 rows)" in (tmp_path / "out/schema.md").read_text(encoding="utf-8")
    assert not traces(tmp_path / "out", TOKEN)
    assert "not an empty folder" in reviewbot("export", tmp_path / "out", "-c", config).out
    assert "of 2 reviews are erased" in reviewbot("erase", "--before", "2026-11-03", "--yes", "-c", config).out
    assert reviewbot("export", tmp_path / "later", "-c", config).code == 0
    rows = [json.loads(line) for line in (tmp_path / "later/reviews.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["author"], row["rating_value"]) for row in rows] == [("", 1.0), ("", 5.0), ("Nele", 3.0)]


def test_a_whole_place_and_a_whole_business_are_erased(config: Path, tmp_path: Path) -> None:
    """Every review of it with one receipt; a name that is nowhere erases nothing; what comes again stays out."""
    assert reviewbot("erase", "--location", "nowhere", "--yes", "-c", config).code == 1
    assert reviewbot("erase", "--location", "market", "--business", "linde", "--yes", "-c", config).code == 2
    assert traces(config.parent / "data", *_MARKS)
    done = reviewbot("erase", "--location", "market", "--yes", "-c", config)
    assert done.code == 0, done.err
    assert "every review of linde/market" in done.out
    assert "reviews: 3" in done.out
    assert "no word is left" in done.out
    assert traces(config.parent / "data", *_MARKS) == []
    assert reviewbot("erase", "--business", "linde", "--yes", "-c", config).code == 1, "nothing is left"
    later = write_reviews(tmp_path / "later.csv", f"2026-11-04,1,Another zirkumflor evening in the cold,{_NAME}")
    for name in (tmp_path / "list.csv", later):
        assert reviewbot("import", name, "-c", config).code == 0
    assert traces(config.parent / "data", *_MARKS), "a later review is a new one"
    done = reviewbot("erase", "--business", "linde", "--yes", "-c", config)
    assert "reviews: 1" in done.out
    assert traces(config.parent / "data", *_MARKS) == []
    receipts = reviewbot("guest", "receipts", "-c", config).out
    assert receipts.count("Erase ") == 2
    assert receipts.count("Done ") == 2
