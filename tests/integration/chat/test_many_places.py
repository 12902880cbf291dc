"""Many places and chats, 200 and 20 in the long proof: how many messages come, and that each concerns its reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import House

INCIDENTS = 5


def _places(folder: Path, count: int) -> list[dict[str, object]]:
    return [
        {
            "id": f"place-{number}",
            "name": f"Place {number:03d}",
            "severe": "off",
            "alerts": {"escalation": []},
            "sources": [
                {"id": "own", "type": "folder", "path": str(folder / f"own-{number}"), "platform": "tripadvisor"}
            ],
        }
        for number in range(count)
    ]


@asynccontextmanager
async def chain_of(tmp_path: Path, count: int) -> AsyncIterator[House]:
    """A chain of places in one business."""
    folder = tmp_path.parent / "the-house"
    for number in range(count):
        (tmp_path / f"own-{number}").mkdir()
    tree = [{"id": "linde", "name": "Linde", "locations": _places(folder, count)}]
    async with House.open(tmp_path, more={"businesses": tree}) as opened:
        yield opened


async def _people(chain: House, count: int) -> list[int]:
    """The owner, and a manager of each of the first places."""
    await chain.owner()
    for number in range(count):
        await chain.join(f"Manager {number}", 2000 + number, location=f"place-{number}")
    return [2000 + number for number in range(count)]


@pytest.mark.parametrize(
    ("places", "managers"), [(20, 3), pytest.param(200, 19, marks=pytest.mark.proof, id="two-hundred")]
)
async def test_one_message_for_all_and_one_call_for_many_incidents(tmp_path: Path, places: int, managers: int) -> None:
    """First reads, offers, and incidents of a bad evening; each manager hears of one place only."""
    async with chain_of(tmp_path, places) as chain:
        await _first_reads_and_a_bad_evening(chain, places, await _people(chain, managers))


async def _first_reads_and_a_bad_evening(chain: House, places: int, managers: list[int]) -> None:
    greeted = {chat: len(chain.said(chat)) for chat in (1001, *managers)}
    old = chain.clock.now() - timedelta(days=40)
    fresh = chain.clock.now() - timedelta(hours=4)
    for number in range(places):
        rows = chain.rows(12, rating=5, at=old)
        if number % 4 == 0:
            rows += chain.rows(4, at=fresh)
        chain.put(rows, source=f"own-{number}")
    for _ in range(4):
        await chain.step(minutes=16)
    told = chain.seen(1001, "read for the first time")
    assert len(told) == 1
    assert told[0].is_silent
    assert len(chain.said(1001)) - greeted[1001] == 1, chain.texts(1001)
    for number, chat in enumerate(managers):
        assert len(chain.said(chat)) - greeted[chat] == 1
        assert not [text for text in chain.texts(chat)[greeted[chat] :] if f"Place {number:03d}" not in text]
    before = len(chain.said(1001))
    for number in range(1, 4 * INCIDENTS, 4):
        chain.put(chain.rows(9), source=f"own-{number}")
    for _ in range(3):
        await chain.step(seconds=30)
    await chain.step(minutes=16)
    for _ in range(12):
        await chain.step(seconds=5)
    news = chain.said(1001)[before:]
    loud = [one for one in news if not one.is_silent]
    assert len(chain.seen(1001, "incidents at once")) == 1
    assert len(loud) <= 3
    assert len(chain.cards(1001)) == INCIDENTS
