"""`import --dry-run --json`, running numbers as ids, several ways in, and `files`: the real commands on real files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.cli.exports.scoring import FROM
from tests.integration.cli_process import Ended, reviewbot, write_config

HEAD = "ID,Datum,Sterne,Text,Gast\n"
MARCH = f"{HEAD}1,2026-03-01,5,Sehr gut,Anna\n2,2026-03-02,4,Gut,Ben\n3,2026-03-03,5,Prima,Cem\n"
APRIL = (
    f"{HEAD}1,2026-04-01,1,Kalt und laut,Dora\n2,2026-04-02,1,Haar im Essen,Emil\n3,2026-04-03,2,Lange gewartet,Fritz\n"
)
SCORES = "Date,Score,Comment\n2026-03-01,4,Cold\n2026-03-02,18,Lovely\n2026-03-03,19,Great\n2026-03-04,16,Nice\n"


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def lines_of(done: Ended) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The reviews, and the last line."""
    *reviews, last = [json.loads(line) for line in done.out.splitlines()]
    return reviews, last


def query(folder: Path, sql: str, *rows: tuple[object, ...]) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "data/reviewbot.sqlite3")) as database, database:
        if rows:
            database.executemany(sql, rows)
            return []
        return database.execute(sql).fetchall()


def stored(folder: Path) -> list[tuple[str, float, str, str]]:
    """Day, stars, text and guest of every review, oldest first."""
    found = query(folder, "SELECT published_at, rating_value, text, author FROM reviews ORDER BY published_at")
    return [(at[:10], rating, text, author) for at, rating, text, author in found]


def test_a_dry_run_gives_one_json_object_a_review_and_one_about_the_file(tmp_path: Path) -> None:
    """Each review as it would be stored, then what was understood and skipped; the location may be left out."""
    config = write_config(tmp_path)
    file = put(
        tmp_path / "a.csv",
        "Datum;Sterne (1-5);Kommentar;Gast\n"
        '14.03.2026 19:05;1;"Kalt; laut";Eva\n15.03.2026 12:00;;Nett;Tom\nnie;5;Gut;Udo\n',
    )
    done = reviewbot("import", file, "--dry-run", "--json", "-c", config)
    assert done.code == 0, done.err
    reviews, last = lines_of(done)
    assert reviews[0] == {
        "time": "2026-03-14T19:05:00+01:00",
        "rating": {"value": 1.0, "min": 1.0, "max": 5.0},
        "text": "Kalt; laut",
        "author": "Eva",
        "platform": "",
        "id": reviews[0]["id"],
    }
    assert reviews[1]["rating"] is None
    assert set(last) == {"understood", "asked", "skipped"}
    assert last["understood"]["tables"][0]["columns"]["rating"] == ["Sterne (1-5)"]
    assert last["asked"] == []
    assert [one["where"] for one in last["skipped"]] == ["a.csv, line 4"]
    assert query(tmp_path, "SELECT count(*) FROM reviews") == [(0,)]


def test_a_dry_run_of_what_is_to_be_asked_ends_with_3(tmp_path: Path) -> None:
    """A scale that the numbers leave open: no review is shown, and the last line says what is asked."""
    done = reviewbot("import", put(tmp_path / "s.csv", SCORES), "--dry-run", "--json", "-c", write_config(tmp_path))
    assert done.code == 3, done.err
    reviews, last = lines_of(done)
    assert reviews == []
    (asked,) = last["asked"]
    assert (asked["kind"], asked["facts"]["column"]) == ("scale", "Score")


def test_running_numbers_keep_two_exports_apart(tmp_path: Path) -> None:
    """March and April, both numbered from 1, are six reviews with their own dates and words."""
    config = write_config(tmp_path)
    for name, text in (("march.csv", MARCH), ("april.csv", APRIL)):
        assert reviewbot("import", put(tmp_path / name, text), "-c", config).code == 0
    assert [day for day, *_ in stored(tmp_path)] == [f"2026-0{month}-0{day}" for month in (3, 4) for day in (1, 2, 3)]
    assert [rating for _, rating, *_ in stored(tmp_path)] == [5, 4, 5, 1, 1, 2]


def test_what_was_stored_under_running_numbers_is_put_right_by_the_next_import(tmp_path: Path) -> None:
    """April's words under March's dates, as an earlier release stored them: importing both files again heals them."""
    config = write_config(tmp_path)
    files = [put(tmp_path / "march.csv", MARCH), put(tmp_path / "april.csv", APRIL)]
    for file in files:
        assert reviewbot("import", file, "-c", config).code == 0
    right = stored(tmp_path)
    low = query(tmp_path, "SELECT published_at, low_at FROM reviews WHERE low_at IS NOT NULL ORDER BY published_at")
    ids = [number for (number,) in query(tmp_path, "SELECT review_id FROM reviews ORDER BY published_at")]
    dates = [at for (at,) in query(tmp_path, "SELECT published_at FROM reviews ORDER BY published_at")]
    for table in ("scores", "review_versions", "reviews"):
        query(tmp_path, f"DELETE FROM {table} WHERE review_id = ?", *((one,) for one in ids[:3]))
    query(
        tmp_path,
        "UPDATE reviews SET external_id = ?, published_at = ?, low_at = ? WHERE review_id = ?",
        *((str(number + 1), dates[number], dates[number], ids[number + 3]) for number in range(3)),
    )
    assert [day for day, *_ in stored(tmp_path)] == ["2026-03-01", "2026-03-02", "2026-03-03"]
    for file in reversed(files):
        done = reviewbot("import", file, "-c", config)
        assert done.code == 0, done.err
    assert stored(tmp_path) == right
    found = query(tmp_path, "SELECT published_at, low_at FROM reviews WHERE low_at IS NOT NULL ORDER BY published_at")
    assert found == low
    assert "3 known already" in reviewbot("import", files[0], "-c", config).out


def test_a_review_by_two_ways_in_is_one(tmp_path: Path) -> None:
    """Imported by hand without a platform and again with the folder's settings: nothing is new."""
    config = write_config(tmp_path)
    file = put(tmp_path / "a.csv", MARCH)
    assert reviewbot("import", file, "-c", config).code == 0
    again = reviewbot("import", file, "--source", "exports", "-c", config)
    assert "0 new" in again.out
    assert len(stored(tmp_path)) == 3


def test_files_lists_takes_back_and_forgets(tmp_path: Path) -> None:
    """The last files with what was understood; one is taken back, and only once; a wrong number ends with 1."""
    config = write_config(tmp_path)
    assert "No file was imported yet." in reviewbot("files", "-c", config).out
    assert reviewbot("import", put(tmp_path / "march.csv", MARCH), "-c", config).code == 0
    listed = reviewbot("files", "-c", config)
    assert listed.code == 0, listed.err
    assert "march.csv" in listed.out
    assert "Sterne" in listed.out
    forgotten = reviewbot("files", "--forget", 1, "-c", config)
    assert (forgotten.code, "asked about again" in forgotten.out) == (0, True)
    undone = reviewbot("files", "--undo", 1, "-c", config)
    assert (undone.code, "taken back" in undone.out) == (0, True)
    assert stored(tmp_path) == []
    assert reviewbot("files", "--undo", 1, "-c", config).code == 1
    wrong = reviewbot("files", "--undo", 99, "-c", config)
    assert (wrong.code, "There is no file 99." in wrong.out) == (1, True)


def test_a_large_file_is_scored_while_it_is_stored(tmp_path: Path) -> None:
    """All of it is scored, once, at the end of the import; a second import adds nothing."""
    config = write_config(tmp_path)
    many = "".join(f"2026-03-01 {n // 60 % 24:02}:{n % 60:02},5,Good {n}\n" for n in range(FROM + 200))
    path = put(tmp_path / "many.csv", "Date,Stars,Text\n" + many)
    done = reviewbot("import", path, "-c", config)
    assert f"{FROM + 200:,} new" in done.out, done.err
    counted = "SELECT (SELECT count(*) FROM reviews), (SELECT count(*) FROM scores), (SELECT count(*) FROM uploads)"
    assert query(tmp_path, counted) == [(FROM + 200, FROM + 200, 1)]
    assert "imported before" in reviewbot("import", path, "-c", config).out
