"""The steps of an incident in the chat: shown, ticked, taken back, kept; and those of a demand for money, pinned."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.demo.botapi.model import Message
from tests.house import GROUP, House, Row

DEMAND = "Pay me 500 euros or I will post more bad reviews like this one."
SLOW = "Waited an hour for two starters. Nobody came."


def steps(house: House, chat: int) -> Message:
    """The message with the steps."""
    (found,) = [
        one
        for one in house.said(chat)
        if not one.is_deleted and ("what to do" in one.text or "demands money" in one.text)
    ]
    return found


async def press(house: House, user: object, chat: int, label: str) -> str:
    """Press a button under the steps; what the presser is told."""
    pressed = house.server.people.press(user, chat, steps(house, chat).message_id, label)  # type: ignore[arg-type]
    await house.step(seconds=2)
    return "" if pressed.answer is None else pressed.answer.text


async def test_steps_are_ticked_with_who_and_when(house: House) -> None:
    """In both chats alike, first come first kept; taken back; said when it is resolved; after a restart too."""
    petra = await house.owner()
    anna = await house.join("Anna", 1003)
    chat = await house.group(petra, anna)
    await house.low(4)
    await house.press(anna, "Acknowledge", chat=chat)
    await house.press(anna, "What to do", chat=chat)
    await house.press(petra, "What to do")
    assert "1 · Read all the texts" in steps(house, chat).text
    assert steps(house, chat).reply_to == house.card(chat).message_id
    assert await press(house, anna, chat, "1 Done") == ""
    for where in (1001, chat):
        assert re.search(r"✅ 1 · Read all the texts, not only the stars – Anna, 18:\d\d", steps(house, where).text)
    pressed = house.server.people.press(petra, 1001, steps(house, 1001).message_id, "2 Done")
    late = house.server.people.press(anna, chat, steps(house, chat).message_id, "2 Done")
    await house.step(seconds=2)
    assert pressed.answer is not None
    assert pressed.answer.text == ""
    assert late.answer is not None
    assert re.fullmatch(r"Already ticked by Petra at 18:\d\d\.", late.answer.text)
    await house.restart()
    await press(house, petra, 1001, "1 Take back")
    assert "✅ 1" not in steps(house, chat).text
    assert "✅ 2 · Ask the shift that was on – Petra" in steps(house, chat).text
    await house.say(anna, "/resolve 1 waiting")
    assert any("Steps: 1 of 5 done" in one.text for one in house.said(chat))
    assert steps(house, chat).keyboard == ()


async def test_strangers_tick_nothing(house: House) -> None:
    """Who is in the group but not on the team list is told so."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(4)
    await house.press(petra, "Acknowledge", chat=chat)
    await house.press(petra, "What to do", chat=chat)
    eve = house.server.world.add_user(666, "Eve")
    house.server.world.chat(chat).members[666] = "member"
    assert "not on the team list" in await press(house, eve, chat, "1 Done")
    assert "✅" not in steps(house, chat).text


async def blackmailed(house: House) -> None:
    """Four low reviews within minutes, one of them with a demand."""
    now = house.clock.now() + timedelta(minutes=20)
    texts = (SLOW, DEMAND, SLOW + " Cold.", SLOW + " Rude.")
    rows = [
        Row(at=now - timedelta(minutes=3 * number), rating=1, text=text, author=f"Guest {number}")
        for number, text in enumerate(texts)
    ]
    house.clock.advance(timedelta(minutes=25))
    house.put(rows)
    for _ in range(4):
        await house.step(seconds=20)


async def test_a_demand_for_money_with_a_burst_is_pinned_where_that_is_allowed(house: House) -> None:
    """Its own steps come unasked, once; where the bot may not pin, they stand there unpinned and nothing is said."""
    petra = await house.owner()
    chat = await house.group(petra)
    await blackmailed(house)
    for where in (1001, GROUP):
        assert "1 · Do not pay" in steps(house, where).text
        assert steps(house, where).is_silent
    assert house.server.world.chat(1001).pinned == [steps(house, 1001).message_id]
    assert house.server.world.chat(chat).pinned == []
    said = len(house.said(chat))
    await house.low(2)
    await house.restart()
    await house.step(minutes=5)
    assert "1 · Do not pay" in steps(house, chat).text
    assert len([one for one in house.said(chat)[said:] if "Do not pay" in one.text]) == 0


async def test_an_administrator_pins_in_the_group(house: House) -> None:
    """With the right to, the group has it pinned."""
    petra = await house.owner()
    chat = await house.group(petra)
    house.server.world.chat(chat).members[house.server.world.bot.user_id] = "administrator"
    await blackmailed(house)
    assert house.server.world.chat(chat).pinned == [steps(house, chat).message_id]


async def test_slow_service_alone_pins_nothing(house: House) -> None:
    """A burst without a demand has its steps behind the button only."""
    await house.owner()
    await house.low(4)
    assert not [one for one in house.said(1001) if "what to do" in one.text or "Do not pay" in one.text]
