"""Files that would take the machine with them: opened by the real worker, which may end, and nothing else."""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UnreadableFileError, UnsafeFileError
from bot.reasons import Reason
from bot.sources.files import sandbox
from bot.sources.files.understand import understand as directly
from bot.sources.sandbox import process
from tests.hostile import HOSTILE, UNCOUNTED, packed

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def table(rows: int) -> bytes:
    """A CSV of so many reviews."""
    lines = [f"2026-03-{n % 28 + 1:02},{n % 5 + 1},Guest {n},The soup number {n} was cold" for n in range(rows)]
    return "\n".join(["date,rating,author,text", *lines, ""]).encode()


def code_of(error: UnreadableFileError) -> str:
    """The reason's code."""
    assert isinstance(error.reason, Reason)
    return error.reason.code


@pytest.mark.parametrize("name", HOSTILE)
def test_a_workbook_is_counted_whole_before_a_cell_is_made(name: str) -> None:
    """Sheets times cells, repeats multiplied, shared texts as often as they are used: refused with a reason."""
    with pytest.raises(UnreadableFileError) as error:
        sandbox.understand(name, HOSTILE[name], zone=ZONE)
    assert code_of(error.value) in ("book_huge", "sheet_repeats", "sheet_unpacks")
    assert not isinstance(error.value, UnsafeFileError)


def test_what_no_count_sees_ends_the_worker_alone() -> None:
    """Six hundred megabytes out of a few kilobytes ends the worker; this process lives, and the next file is read."""
    with pytest.raises(UnsafeFileError) as error:
        sandbox.understand("odd.xlsx", UNCOUNTED, zone=ZONE)
    assert code_of(error.value) == "file_unsafe"
    assert len(sandbox.understand("good.csv", table(3000), zone=ZONE).parsed.reviews) == 3000


def test_the_answer_is_the_same_as_in_this_process() -> None:
    """What the worker sends back is what reading here gives."""
    body = table(3000)
    assert sandbox.needs_worker(body)
    assert sandbox.understand("a.csv", body, zone=ZONE, now=NOW) == directly("a.csv", body, zone=ZONE, now=NOW)


def test_one_worker_reads_many_files() -> None:
    """A process is started once, not once for each file."""
    sandbox.understand("a.csv", table(3000), zone=ZONE)
    first = workers()
    sandbox.understand("b.zip", packed({"a.csv": table(5)}), zone=ZONE)
    assert workers() == first
    assert len(first) == 1


def test_a_worker_that_was_killed_is_an_answer_and_another_follows() -> None:
    """SIGKILL between two files costs nothing: the next file has a new process."""
    sandbox.understand("a.csv", table(3000), zone=ZONE)
    os.kill(workers().pop(), signal.SIGKILL)
    for _ in range(2):
        try:
            found = sandbox.understand("a.csv", table(3000), zone=ZONE)
        except UnsafeFileError:
            continue  # the kill came while the request was on its way
        assert len(found.parsed.reviews) == 3000
        return
    pytest.fail("no worker followed the one that was killed")


def test_the_worker_holds_nothing_of_its_parent(tmp_path: Path) -> None:
    """It has two pipes and no file of ours open, and none of our environment."""
    with (tmp_path / "held.db").open("w"):
        process.close()
        sandbox.understand("a.csv", table(3000), zone=ZONE)
        its = Path("/proc") / str(workers().pop())
        opened = [os.readlink(one) for one in (its / "fd").iterdir()]
        assert not [one for one in opened if not one.startswith("pipe:") and one != "/dev/null"]
        environment = (its / "environ").read_bytes().split(b"\0")
    assert {one.split(b"=")[0] for one in environment if one} <= {b"PATH", b"LANG", b"PYTHONTZPATH"}
    limits = (its / "limits").read_text()
    space = next(line.split() for line in limits.splitlines() if line.startswith("Max address space"))
    assert int(space[3]) < 2**30
    assert int(next(line.split()[3] for line in limits.splitlines() if line.startswith("Max file size"))) == 0
    assert int(next(line.split()[3] for line in limits.splitlines() if line.startswith("Max cpu time"))) < 120


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does not answer in time is killed, and the file is refused."""
    sandbox.understand("a.csv", table(3000), zone=ZONE)
    its = workers().pop()
    os.kill(its, signal.SIGSTOP)
    monkeypatch.setattr(sandbox._WORKER, "_seconds", 0.15)
    with pytest.raises(UnsafeFileError):
        sandbox.understand("a.csv", table(3000), zone=ZONE)
    assert its not in workers()


def test_an_answer_holds_values_only() -> None:
    """A worker that a file has taken over cannot make this process call anything."""
    with pytest.raises(pickle.UnpicklingError):
        process.Answer(io.BytesIO(pickle.dumps(("done", os.system)))).load()


def test_small_plain_text_starts_no_process() -> None:
    """A few rows are read where they are: three thousand such files cost no worker."""
    assert not sandbox.needs_worker(table(10))
    for packed_body in (b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"x" * sandbox.SMALL):
        assert sandbox.needs_worker(packed_body)


@pytest.mark.parametrize(
    "body",
    [
        b"," * (sandbox.SMALL - 1),
        b"\n" * (sandbox.SMALL - 2) + b"x",
        b"[" * (sandbox.SMALL - 1),
        b'{"a":' * 13_000,
        b'"' * (sandbox.SMALL - 1),
        b"date,rating,text\n" + b"01.02.03,4,\n" * 5_400,
        b"a,b\n" + b"1,2\n" * 16_000,
        b"1 " * 32_000,
        b"9" * (sandbox.SMALL - 1),
    ],
    ids=["columns", "lines", "lists", "objects", "quotes", "dates", "numbers", "words", "digits"],
)
def test_small_plain_text_is_bounded(body: bytes) -> None:
    """The worst of 64 kB take at most a few seconds of a small machine, so no process need guard against them."""
    before = os.times()
    with suppress(UnreadableFileError):
        directly("small.csv", body, zone=ZONE, now=NOW)
    after = os.times()
    assert after.user + after.system - before.user - before.system < 5


def workers() -> set[int]:
    """The worker processes of this one, asked of the system."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    return {int(line.split()[0]) for line in found.stdout.splitlines() if "files.understand" in line}
