"""While an escalation runs: the bot is removed, a group or a topic goes, a manager goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.botapi.model import Message
from tests.house import GROUP, House

CHAIN = {"alerts": {"escalation": [{"after_minutes": 20, "to": "team"}, {"after_minutes": 30, "to": "owners"}]}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The team is told after 20 minutes, the owners 30 minutes later."""
    async with House.open(tmp_path, location=CHAIN) as opened:
        yield opened


def steps(house: House, chat: int) -> list[Message]:
    """What the escalation said in a chat, without the card."""
    return [one for one in house.seen(chat, "nobody has it") if "Open" not in one.text]


async def test_bot_removed_from_the_group_between_two_steps(house: House) -> None:
    """Kicked after the first step: the next still reaches the owner, once, and the owner hears of the lost group."""
    petra = await house.owner()
    await house.group(petra)
    await house.low(4)
    await house.step(minutes=21)
    assert len(steps(house, GROUP)) == 1
    house.server.people.remove_bot(petra, GROUP)
    await house.step(minutes=1)
    assert house.seen(1001, "can no longer be reached")
    before = len(steps(house, 1001))
    await house.step(minutes=30)
    await house.step(hours=5)
    assert len(steps(house, 1001)) == before + 1


async def test_group_deleted_before_the_first_step(house: House) -> None:
    """Telegram refuses the group: the chain goes on, and its first step is not lost for the owner."""
    petra = await house.owner()
    await house.group(petra)
    await house.low(4)
    house.server.faults.add(kind="kicked", chat_id=GROUP, times=None)
    await house.step(minutes=21)
    await house.step(minutes=1)
    assert len(steps(house, 1001)) == 1
    await house.step(minutes=31)
    assert len(steps(house, 1001)) == 2


async def test_manager_removed_while_the_chain_runs(house: House) -> None:
    """A manager whose role is taken after the first step hears nothing more and can take nothing any more."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.step(minutes=21)
    assert len(steps(house, 1002)) == 1
    card = house.card(1002)
    await house.revoke(ben)
    heard = len(house.said(1002))
    await house.press(ben, "Acknowledge", on=card)
    await house.step(minutes=31)
    assert len(house.said(1002)) == heard
    assert len(steps(house, 1001)) == 2, "the owner is told to the end"


async def test_holder_removed_gives_the_incident_to_the_others(house: House) -> None:
    """Whoever has the incident leaves the team: it is not kept by nobody for ever."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.press(ben, "Acknowledge")
    await house.revoke(ben)
    for _ in range(7):
        await house.step(hours=1)
    assert "Open" in house.card(1001).text


async def test_topic_closed_between_two_steps(house: House) -> None:
    """Telegram refuses the closed topic: the step for the owner comes all the same, and once."""
    petra = await house.owner()
    house.server.world.add_group(GROUP, "Linde Team", members=(petra,), is_forum=True, bot_status="left")
    house.server.people.add_bot(petra, GROUP)
    topic = house.server.world.add_topic(GROUP, "Alerts")
    await house.step(seconds=30)
    await house.say(petra, "/start", chat=GROUP, thread_id=topic)
    ask = next(one for one in house.said(GROUP) if one.thread_id == topic and "Marktplatz" in one.text)
    await house.press(petra, "Only this topic", chat=GROUP, on=ask)
    await house.step(minutes=1)
    await house.low(4)
    await house.step(minutes=21)
    before = len(steps(house, 1001))
    house.server.world.close_topic(GROUP, topic)
    await house.step(minutes=31)
    await house.step(minutes=1)
    assert len(steps(house, 1001)) == before + 1
