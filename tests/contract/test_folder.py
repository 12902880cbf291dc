"""What the folder does with files that come, change, grow, hide and go."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import SourceDownReason, SourceRefusedError
from bot.sources.contract.source import SourceContext
from bot.sources.files import folder
from bot.sources.files.folder import Folder, FolderSettings
from bot.sources.registry import SETTINGS
from bot.stages.ingest.probe import probe

from .malformed import GOOD, HEADER, archive

FAR = datetime(2020, 1, 1, tzinfo=UTC)
TABLE = (HEADER + GOOD).encode()


def source(path: Path, **settings: Any) -> Folder:
    given = FolderSettings.model_validate({"id": "x", "type": "folder", "path": path, **settings})
    return Folder(given, SourceContext(ZoneInfo("Europe/Berlin")))


def names(poll: Any) -> list[str]:
    return [item.name for item in poll.items]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(dir="/tmp") as path:
        Path(path).chmod(0o755)
        yield Path(path)


async def test_missing_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """A folder that does not exist is the owner's to create."""
    with pytest.raises(SourceRefusedError, match="create it or correct `path`") as caught:
        await source(tmp_path / "none").poll({}, FAR)
    assert caught.value.reason is SourceDownReason.FOLDER_MISSING


async def test_changed_file_comes_again_under_another_key(tmp_path: Path) -> None:
    """A file whose content changed is given again; one that was only touched is not."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    first = await source(tmp_path).poll({}, FAR)
    os.utime(path, (1, 1))
    touched = await source(tmp_path).poll(first.state, FAR)
    path.write_bytes(TABLE + GOOD.encode())
    changed = await source(tmp_path).poll(touched.state, FAR)
    assert (names(first), names(touched), names(changed)) == (["a.csv"], [], ["a.csv"])
    assert first.items[0].key != changed.items[0].key


async def test_fresh_file_waits_for_the_next_poll(tmp_path: Path) -> None:
    """A file written less than two seconds ago may still be growing."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    early = await source(tmp_path).poll({}, written + timedelta(seconds=1))
    later = await source(tmp_path).poll(early.state, written + timedelta(seconds=3))
    assert (names(early), names(later)) == ([], ["a.csv"])
    assert (early.waiting, later.waiting) == (("a.csv",), ())


async def test_a_trial_says_what_waits(tmp_path: Path) -> None:
    """`check` does not call a file empty that is being written, nor one that has to be asked about."""
    (tmp_path / "a.csv").write_bytes(TABLE)
    written = datetime.fromtimestamp((tmp_path / "a.csv").stat().st_mtime, UTC)
    (tmp_path / "b.csv").write_text("Datum;Punkte;Text\n13.03.2026;13;Kalt\n14.03.2026;20;Toll\n", encoding="utf-8")
    os.utime(tmp_path / "b.csv", (1, 1))
    its = FolderSettings.model_validate({"id": "x", "type": "folder", "path": tmp_path})
    found = await probe(source(tmp_path), its, {}, now=written + timedelta(seconds=1))
    assert (found.waiting, found.asking, found.reviews) == (("a.csv",), ("b.csv",), 0)


async def test_known_file_that_grows_is_not_forgotten(tmp_path: Path) -> None:
    """A file being rewritten keeps its old entry until it stands still."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    first = await source(tmp_path).poll({}, FAR)
    path.write_bytes(TABLE + b"2026")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    busy = await source(tmp_path).poll(first.state, written)
    assert names(busy) == []
    assert busy.state == first.state


async def test_temporary_hidden_and_foreign_files_are_left_alone(tmp_path: Path) -> None:
    """Downloads in progress, lock files, hidden files, devices and other endings are no exports."""
    for name in ("a.csv.part", "b.csv.tmp", "~$c.xlsx", "d.csv.crdownload", ".e.csv", "f.docx", "sub/.hidden/g.csv"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(TABLE)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "sub" / "H.CSV").write_bytes(TABLE)
    assert names(await source(tmp_path).poll({}, FAR)) == ["sub/H.CSV"]


async def test_links_out_of_the_folder_are_ignored(tmp_path: Path) -> None:
    """A link must not make the bot read files elsewhere; one inside the folder is fine; a circle is nothing."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "secret.csv").write_bytes(TABLE)
    (inside / "real.csv").write_bytes(TABLE)
    (inside / "out.csv").symlink_to(outside / "secret.csv")
    (inside / "folder").symlink_to(outside)
    (inside / "self.csv").symlink_to(inside / "self.csv")
    (inside / "gone.csv").symlink_to(inside / "nothing.csv")
    assert names(await source(inside).poll({}, FAR)) == ["real.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which only root may")
async def test_unreadable_file_is_reported_once_and_tried_again(open_folder: Path) -> None:
    """A file without the right to read is told once, and read as soon as it can be."""
    path = open_folder / "a.csv"
    path.write_bytes(TABLE)
    await source(open_folder).poll({}, FAR)  # the other user may not read the interpreter's own modules
    path.chmod(0)
    os.seteuid(65534)
    try:
        first = await source(open_folder).poll({}, FAR)
        second = await source(open_folder).poll(json.loads(json.dumps(first.state)), FAR)
    finally:
        os.seteuid(0)
    path.chmod(0o644)
    third = await source(open_folder).poll(second.state, FAR)
    assert [problem.name for problem in first.problems] == ["a.csv"]
    assert second.problems == ()
    assert names(third) == ["a.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="becomes another user, which only root may")
async def test_a_folder_that_loses_its_rights_is_told_and_keeps_what_is_known(open_folder: Path) -> None:
    """A folder inside is told once and read again later; the folder itself, and one above it, is a refusal."""
    inner = open_folder / "exports" / "2026"
    inner.mkdir(parents=True)
    (inner / "a.csv").write_bytes(TABLE)
    exports = source(open_folder / "exports")
    known = await exports.poll({}, FAR)
    os.seteuid(65534)
    try:
        await exports.poll(known.state, FAR)
        _refuse(inner)
        first = await exports.poll(known.state, FAR)
        second = await exports.poll(json.loads(json.dumps(first.state)), FAR)
        for closed in (open_folder / "exports", open_folder):
            _refuse(closed)
            with pytest.raises(SourceRefusedError, match="the right to read it") as caught:
                await exports.poll(known.state, FAR)
            assert caught.value.reason is SourceDownReason.ACCESS_REFUSED
    finally:
        os.seteuid(0)
    for one in (open_folder, open_folder / "exports", inner):
        one.chmod(0o755)
    third = await exports.poll(second.state, FAR)
    assert [problem.name for problem in first.problems] == ["2026"]
    assert "this folder cannot be opened" in str(first.problems[0].reason)
    assert (second.problems, third.problems, names(third)) == ((), (), [])
    assert third.state == known.state


def _refuse(path: Path) -> None:
    os.seteuid(0)
    path.chmod(0)
    os.seteuid(65534)


async def test_a_folder_that_the_system_refuses_for_any_reason_is_told(tmp_path: Path) -> None:
    """A name that is too long and links in a circle are the owner's to correct, no mistake of the program."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / ("x" * 300), tmp_path / "loop"):
        with pytest.raises(SourceRefusedError, match="cannot be read"):
            await source(path).poll({}, FAR)


async def test_file_over_the_limit_asks_to_be_split(tmp_path: Path) -> None:
    """A file over 64 MB is refused once without being read."""
    with (tmp_path / "big.csv").open("wb") as stream:
        stream.truncate(64 * 2**20 + 1)
    first = await source(tmp_path).poll({}, FAR)
    second = await source(tmp_path).poll(first.state, FAR)
    assert "split it" in first.problems[0].reason
    assert (names(first), second.problems) == ([], ())


async def test_large_takeout_gives_only_its_reviews(tmp_path: Path) -> None:
    """Of a zip over the limit only the members with reviews are read."""
    reviews = json.dumps({"reviews": []}).encode()
    body = archive({"Takeout/x/reviews.json": reviews, "Takeout/video.bin": os.urandom(65 * 2**20)})
    (tmp_path / "takeout.zip").write_bytes(body)
    poll = await source(tmp_path).poll({}, FAR)
    assert [item.body for item in poll.items] == [reviews]


async def test_a_changed_mapping_reads_the_files_again(tmp_path: Path) -> None:
    """After the owner said how dates are written, the refused file is read, under a key not stored yet."""
    (tmp_path / "a.csv").write_text("Date,Rating,Text\n03/04/2026,1,x\n", encoding="utf-8")
    before = source(tmp_path)
    first = await before.poll({}, FAR)
    (ask,) = before.parse(first.items[0]).asks
    assert (ask.kind, ask.facts["day_first"], ask.facts["month_first"]) == ("date", "2026-04-03", "2026-03-04")
    after = source(tmp_path, mapping={"date_format": "dmy"})
    second = await after.poll(first.state, FAR)
    assert after.parse(second.items[0]).reviews[0].published_at == datetime(2026, 4, 3, 21, 59, 59, 999999, UTC)
    assert second.items[0].key != first.items[0].key


async def test_a_release_that_reads_better_reads_every_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that did not change since is marked, over several polls as well; one that did is a changed file."""
    for number in range(3):
        (tmp_path / f"{number}.csv").write_text(f"Date,Rating,Text\n2026-03-14,{number + 1},x\n", encoding="utf-8")
    first = await source(tmp_path).poll({}, FAR)
    assert {item.kind for item in first.items} == {""}
    monkeypatch.setattr(folder, "READING", folder.READING + 1)
    monkeypatch.setattr(folder, "_AT_ONCE", 20)
    (tmp_path / "1.csv").write_text("Date,Rating,Text\n2026-03-15,5,y\n", encoding="utf-8")
    kinds: dict[str, str] = {}
    state, is_complete = first.state, False
    while not is_complete:
        poll = await source(tmp_path).poll(state, FAR)
        kinds |= {item.name: item.kind for item in poll.items}
        state, is_complete = poll.state, poll.is_complete
    assert kinds == {"0.csv": folder.AGAIN, "1.csv": "", "2.csv": folder.AGAIN}
    assert not (await source(tmp_path).poll(state, FAR)).items


async def test_much_at_once_is_spread_over_polls(tmp_path: Path) -> None:
    """One poll holds a bounded amount in memory and says that it did not see everything."""
    for number in range(4):
        (tmp_path / f"{number}.csv").write_bytes(bytes([48 + number]) * (60 * 2**20))
    first = await source(tmp_path).poll({}, FAR)
    second = await source(tmp_path).poll(first.state, FAR)
    assert (len(first.items), first.is_complete) == (3, False)
    assert (len(second.items), second.is_complete) == (1, True)


async def test_include_narrows_what_is_read(tmp_path: Path) -> None:
    """Only files that the owner's patterns name are read."""
    for name in ("a.csv", "b/a.csv", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TABLE)
    assert names(await source(tmp_path, include="b/*.csv").poll({}, FAR)) == ["b/a.csv"]
    assert names(await source(tmp_path, include=["*.txt"]).poll({}, FAR)) == ["c.txt"]


async def test_file_written_during_the_sweep_waits_too(tmp_path: Path) -> None:
    """A file may be younger than the moment the poll began; one far in the future is the clock's fault and is read."""
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE)
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    assert names(await source(tmp_path).poll({}, written - timedelta(seconds=0.5))) == []
    assert names(await source(tmp_path).poll({}, written - timedelta(seconds=5))) == ["a.csv"]


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"date": "D"}, "needs rating, text or recommended"),
        ({"rating_range": [5, 1]}, "worst rating first"),
        ({"date_format": "ymd"}, "not a date format"),
        ({"rows": "a[", "date": "D", "text": "T"}, "JMESPath"),
        ({"recommended_counts": True}, "name of the yes/no column"),
        ({"sterne": "x"}, "Extra inputs"),
    ],
)
def test_mapping_mistakes_are_told(mapping: dict[str, Any], reason: str) -> None:
    """A wrong mapping is refused when the configuration is read."""
    with pytest.raises(ValueError, match=reason):
        SETTINGS["folder"].model_validate({"id": "x", "type": "folder", "path": "p", "mapping": mapping})
