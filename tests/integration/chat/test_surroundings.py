"""Telegram, the network and the clock in states that nobody wishes for: alarms go on, and people are told."""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from telegram.error import NetworkError

from bot.errors import SchemaError
from bot.store.db.schema import detector_states
from bot.telegram.outbound import api
from bot.telegram.outbound.errors import Failure, diagnose
from tests.house import GROUP, House

ODD_NAMES = ("🍕🍝🇮🇹 Zum 👨‍👩‍👧‍👦 " * 11, "\u202eCafé\u200f Linde\u200e \u202b<b>\n\x07&amp;" + "Ä" * 220)


async def test_names_that_are_never_answered_take_no_thread_of_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forty names are looked up in vain: exports are read, and the detector finds a thread."""
    await house.owner()
    answered = threading.Event()
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        if host == "nowhere.test":
            answered.wait(60)
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    loop = asyncio.get_running_loop()
    lookups = [asyncio.create_task(loop.getaddrinfo("nowhere.test", 443)) for _ in range(40)]
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(50):
            await house.low(3)
        assert house.cards(1001)
        assert not any(one.done() for one in lookups)
    finally:
        answered.set()
        await asyncio.gather(*lookups, return_exceptions=True)


@pytest.mark.parametrize("name", ODD_NAMES, ids=("emoji", "directions and length"))
async def test_a_place_and_a_group_of_any_name(tmp_path: Path, name: str) -> None:
    """Their card, their status and their menu are taken by Telegram, nothing turns a line around, a press counts."""
    async with House.open(tmp_path, location={"name": name[:80], "alerts": {"escalation": []}}) as house:
        petra = await house.owner(name=name[:64])
        house.server.world.add_group(-1001, name, members=(petra,), bot_status="left")
        house.server.people.add_bot(petra, -1001)
        await house.step(seconds=30)
        await house.low(3)
        for command in ("/status", "/menu", "/people", "/settings"):
            assert await house.say(petra, command), command
        await house.press(petra, "Acknowledge", on=house.cards(1001)[0])
        assert "Acknowledged by" in house.cards(1001)[0].text
        assert not [one for one in house.server.calls if one.error]
        texts = house.texts(1001) + house.texts(-1001)
        assert not any(sign in text for text in texts for sign in "\u202e\u202b\u200f\x07")


async def test_web_pages_instead_of_answers(house: House) -> None:
    """Something between us and Telegram answers everything with a page and 200: when it is gone, the card is there."""
    petra = await house.owner()
    page = house.server.faults.add(kind="web_page", times=None)
    await house.low(3)
    await house.service.step()
    assert page.hits > 1
    house.server.faults.remove(page)
    for _ in range(6):
        await house.step(seconds=60)
    assert house.cards(1001)
    await house.press(petra, "Acknowledge")
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_the_clock_goes_an_hour_back_while_a_snooze_runs(house: House) -> None:
    """The snooze lasts as long as was asked for, no hour longer, and its end is told once."""
    petra = await house.owner()
    await house.low(3)
    await house.press(petra, "Snooze")
    await house.press(petra, "4 h")
    assert "Snoozed" in house.card(1001).text, house.card(1001).text
    await house.step(minutes=120)
    house.clock.set_wrong(-timedelta(hours=1))
    await house.step(seconds=2)
    await house.step(minutes=110)
    assert "Snoozed" in house.card(1001).text
    told = len(house.said(1001))
    await house.step(minutes=15)
    await house.step(minutes=1)
    assert "Snoozed" not in house.card(1001).text
    assert len(house.said(1001)) == told + 1, house.texts(1001)


async def test_a_closed_topic_and_a_deleted_group(house: House) -> None:
    """Cards of a closed topic go on in General; where the whole group is deleted, the owner gets them."""
    petra = await house.owner()
    house.server.world.add_group(GROUP, "Linde Team", members=(petra,), is_forum=True, bot_status="left")
    house.server.people.add_bot(petra, GROUP)
    topic = house.server.world.add_topic(GROUP, "Alerts")
    await house.step(seconds=30)
    await house.say(petra, "/start", chat=GROUP, thread_id=topic)
    ask = next(one for one in house.said(GROUP) if one.thread_id == topic and "Marktplatz" in one.text)
    await house.press(petra, "Only this topic", chat=GROUP, on=ask)
    await house.step(minutes=1)
    house.server.world.close_topic(GROUP, topic)
    await house.low(3)
    await house.step(minutes=1)
    assert [one.thread_id for one in house.cards(GROUP)] == [None]
    house.server.faults.add(kind="chat_deleted", chat_id=GROUP, times=None)
    await house.low(2)
    await house.step(minutes=1)
    assert house.seen(1001, "can no longer be reached")
    assert "5 low reviews" in house.card(1001).text


async def test_a_memory_that_a_newer_release_saved_ends_the_program_with_a_sentence(house: House) -> None:
    """It is not misread and not thrown away; the owner is told which release to install."""
    await house.owner()
    await house.low(1)
    store = house.service.parts.store
    async with store.write() as connection:
        state = sa.func.json_set(detector_states.c.state, "$.version", 99)
        await connection.execute(sa.update(detector_states).values(state=state))
    house.put(house.rows(2))
    await house.step(minutes=16)
    with pytest.raises(SchemaError, match="newer release"):
        await asyncio.wait_for(house.service.run(), 60)
    async with store.read() as connection:
        kept = await connection.execute(sa.select(sa.func.json_extract(detector_states.c.state, "$.version")))
        assert set(kept.scalars()) == {99}


async def test_a_refused_connection_has_sent_nothing() -> None:
    """So the message is no repeat when it is sent again."""
    bot: Any = api.make_bot("123:abc", "http://127.0.0.1:1/bot")
    with pytest.raises(NetworkError) as caught:
        await bot.send_message(1, "x")
    assert diagnose(caught.value).failure is Failure.NOT_SENT
