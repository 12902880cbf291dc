"""A disk that is full in the middle of an erase: one sentence, nothing half, and the next start does the rest."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_kills_of_keeping import MARK, installation
from tests.integration.cli_process import reviewbot
from tests.traces import traces

_SIZE = 24 * 1024**2
ROOMS = (0, 1_200_000)
"""Bytes that are left: too few for any transaction, too few for all of the erase."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    command: list[str | Path] = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "tmpfs", place]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def leave(place: Path, room: int) -> Path:
    """Fill the disk but for so many bytes."""
    filler = place / "filler"
    free = shutil.disk_usage(place).free
    filler.write_bytes(b"x" * max(0, free - room))
    return filler


@pytest.mark.proof
def test_an_erase_on_a_full_disk_is_done_when_there_is_room(tmp_path: Path, disk: Path) -> None:
    """However much room there is: told in one sentence, and asked for again when there is room it is done."""
    installation(tmp_path / "whole", guests=1500)
    begun = 0
    for room in ROOMS:
        folder = disk / "one"
        shutil.copytree(tmp_path / "whole", folder)
        config = folder / "reviewbot.toml"
        (number,) = re.findall(r"guest erase (\d+)", reviewbot("guest", "find", MARK, "-c", config).out)
        filler = leave(disk, room)
        done = reviewbot("guest", "erase", number, "--yes", "-c", config)
        filler.unlink()
        if done.code:
            says = ("There is no room left on the disk", "The words are erased from the database")
            assert done.err.startswith(says), done.err
            assert done.err.count("\n") == 1, done.err
            begun += "Erase 1 of" in reviewbot("guest", "receipts", "-c", config).out
            again = reviewbot("guest", "erase", number, "--yes", "-c", config)
            assert (again.code, "no word is left" in again.out) == (0, True), again
        assert traces(folder / "data", MARK) == []
        shutil.rmtree(folder)
    assert begun == 1, "no room was such that it was broken off in the middle"
