"""Two hundred places and twenty chats: how many messages come, and that nobody gets what does not concern them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.house import House

PLACES = 200
MANAGERS = 19
"""Each of them has the places whose number leaves the same rest."""


def _places(folder: Path) -> list[dict[str, object]]:
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
        for number in range(PLACES)
    ]


@pytest.fixture
async def chain(tmp_path: Path) -> AsyncIterator[House]:
    """A chain of 200 places in one business."""
    folder = tmp_path.parent / "the-house"
    for number in range(PLACES):
        (tmp_path / f"own-{number}").mkdir()
    tree = [{"id": "linde", "name": "Linde", "locations": _places(folder)}]
    async with House.open(tmp_path, more={"businesses": tree}) as opened:
        yield opened


async def _people(chain: House) -> list[int]:
    await chain.owner()
    for number in range(MANAGERS):
        await chain.join(f"Manager {number}", 2000 + number, location=f"place-{number}")
    return [2000 + number for number in range(MANAGERS)]


def _kinds(chain: House, chat_id: int) -> Counter[str]:
    """First words of the bot's messages in a chat, without what people were greeted with."""
    found: Counter[str] = Counter()
    for text in chain.texts(chat_id):
        for kind in ("read for the first time", "Open them as an incident", "incidents at once", "imported for"):
            if kind in text:
                found[kind] += 1
                break
        else:
            found["card" if "Open – nobody" in text else "other"] += 1
    return found


async def test_one_message_for_all_and_one_call_for_many_incidents(chain: House) -> None:
    """First reads, offers, and incidents of a bad evening at ten places; each manager hears of one place only."""
    managers = await _people(chain)
    greeted = {chat: len(chain.said(chat)) for chat in (1001, *managers)}
    old = chain.clock.now() - timedelta(days=40)
    fresh = chain.clock.now() - timedelta(hours=4)
    for number in range(PLACES):
        rows = chain.rows(12, rating=5, at=old)
        if number % 4 == 0:
            rows += chain.rows(4, at=fresh)
        chain.put(rows, source=f"own-{number}")
    for _ in range(4):
        await chain.step(minutes=16)
    print("first reads", _kinds(chain, 1001), greeted[1001])
    told = chain.seen(1001, "read for the first time")
    assert len(told) == 1
    assert told[0].is_silent
    assert len(chain.said(1001)) - greeted[1001] == 1, chain.texts(1001)
    for number, chat in enumerate(managers):
        assert len(chain.said(chat)) - greeted[chat] == 1
        assert not [text for text in chain.texts(chat)[greeted[chat] :] if f"Place {number:03d}" not in text]
    before = len(chain.said(1001))
    for number in range(1, 40, 4):
        chain.put(chain.rows(9), source=f"own-{number}")
    for _ in range(3):
        await chain.step(seconds=30)
    await chain.step(minutes=16)
    for _ in range(12):
        await chain.step(seconds=5)
    news = chain.said(1001)[before:]
    print("evening", [one.text[:60] + ("" if one.is_silent else " LOUD") for one in news])
    loud = [one for one in news if not one.is_silent]
    assert len(chain.seen(1001, "incidents at once")) == 1
    assert len(loud) <= 3
    assert len(chain.cards(1001)) == 10
