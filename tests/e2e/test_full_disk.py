"""A disk that is really full: the process goes on and heals."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.model.people import Role
from tests.e2e.house import House, Line

_SIZE = 6 * 1024**2


@pytest.fixture
def small_disk(house: House) -> Iterator[Path]:
    """A disk of six megabytes that holds the data folder."""
    place = house.root / "data"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0700", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield place
    finally:
        house.close()
        subprocess.run(["umount", "-l", place], check=True)


def _fill(place: Path) -> Path:
    """Take all the room there is, to the last byte."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (65536, 4096, 1):
            try:
                while out.write(b"x" * size):
                    pass
            except OSError:
                continue
    return filler


def test_a_full_disk_ends_nothing_and_heals(house: House, small_disk: Path) -> None:
    """A press and four low reviews come meanwhile: both count when there is room again, once."""
    house.configure([{"id": "mitte", "name": "Mitte", "sources": [house.folder("exports")]}], level="info")
    house.start()
    owner = house.person(501, "Anna")
    house.join(owner, Role.OWNER)
    house.step(300)
    house.export("exports", "bad.csv", [Line(f"a{n}", 1, house.ago(4), f"Cold {n}") for n in range(3)])
    house.step(120)
    house.step(60)
    card = house.wait_for_card(owner.user_id, "3 low reviews")
    cards = len(house.cards(owner.user_id))
    filler = _fill(small_disk)
    press = house.press(owner, card, "ack")
    house.export("exports", "worse.csv", [Line(f"b{n}", 1, house.ago(2), f"Wet {n}") for n in range(4)])
    for _ in range(5):
        house.step(65)
    assert house.running.code is None
    said = house.running.text()
    assert "full" in said, said[-2000:]
    assert said.count("something failed and is tried again") < 40, "one line a minute of a kind"
    filler.unlink()
    for _ in range(20):
        house.step(65)
        if "cknowledged by Anna" in house.now_says(card).text and "7 low" in house.now_says(card).text:
            break
    assert "cknowledged by Anna" in house.now_says(card).text, house.now_says(card).text
    assert "7 low reviews" in house.now_says(card).text
    assert press.answer is not None
    assert len(house.cards(owner.user_id)) == cards
    assert house.value("SELECT count(*) FROM incident_moves WHERE move = 'acknowledge'") == 1
    assert house.running.stop() == 0
