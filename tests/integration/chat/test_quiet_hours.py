"""Quiet hours: nobody is woken for nothing, the morning forgets nothing, and a night has two sounds at most."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.botapi.model import Message
from tests.house import House
from tests.integration.chat.test_moves import plain, state

NIGHT = {"alerts": {"quiet_hours": "22:00-08:00"}}
EVENING = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
"""A Tuesday, 21:30 in Berlin."""
CHANGE = datetime(2026, 10, 24, 19, 30, tzinfo=UTC)
"""The evening before the clocks go back, 21:30 in Berlin."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Half an hour before the quiet hours of every chat."""
    async with House.open(tmp_path, start=EVENING, location=NIGHT) as opened:
        yield opened


def sounds(house: House, chat_id: int, *, since: int = 0) -> list[Message]:
    return [one for one in house.said(chat_id)[since:] if not one.is_silent]


async def test_incident_at_night_comes_without_sound_and_is_told_in_the_morning(house: House) -> None:
    """The card says so; the escalation stands still; at 8:00 one message with sound; the 20 minutes run from then."""
    await house.owner()
    await house.step(minutes=40)
    await house.low(4)
    assert house.card(1001).is_silent
    assert "Sent silently, quiet hours until Wed 08:00" in plain(house.card(1001).text)
    seen = len(house.said(1001))
    await house.step(hours=9, minutes=10)
    assert house.said(1001)[seen:] == []
    await house.step(minutes=30)
    (morning,) = house.said(1001)[seen:]
    assert plain(morning.text).startswith(
        "🔴 Overnight: 1 incident still open\n#1 Marktplatz, 4 low reviews, since Tue 22:"
    )
    assert morning.text.endswith("nobody has it")
    assert morning.is_silent is False
    assert morning.labels() == [["#1"]]
    assert "Sent silently" not in house.card(1001).text
    await house.step(minutes=10)
    assert "Overnight" in house.last(1001).text
    await house.step(minutes=12)
    assert "nobody has it" in house.last(1001).text
    assert house.last(1001).is_silent is False
    assert len(house.seen(1001, "Overnight")) == 1


async def test_critical_incident_wakes_twice_a_night_and_no_more(house: House) -> None:
    """Its step sounds, the escalation goes on at night, and the third message of the night stays silent."""
    await house.owner()
    await house.low(4)
    seen = len(house.said(1001))
    await house.step(minutes=20)
    await house.low(16, minutes=20)
    assert "critical" in house.seen(1001, "now 20")[-1].text
    assert len(sounds(house, 1001, since=seen)) == 1
    await house.step(hours=1)
    assert len(sounds(house, 1001, since=seen)) == 2
    await house.low(40, source="bahnhof", minutes=20)
    assert len(house.cards(1001)) == 2
    await house.step(hours=2)
    assert len(sounds(house, 1001, since=seen)) == 2
    await house.step(hours=7)
    assert "Overnight" in sounds(house, 1001, since=seen)[2].text


async def test_snooze_into_the_night_says_when_it_sounds(house: House) -> None:
    """The answer names the end of the quiet hours; its end comes without sound, and again in the morning."""
    petra = await house.owner()
    await house.low(4)
    await house.press(petra, "Snooze")
    answer = await house.press(petra, "1 h")
    assert answer is not None
    assert plain(answer.text).startswith("#1 is snoozed until 22:")
    assert plain(answer.text).endswith("That is in the quiet hours: it sounds on Wed at 08:00.")
    await house.step(hours=2)
    (over,) = house.seen(1001, "snooze of #1 is over")
    assert over.is_silent
    await house.step(hours=9)
    (morning,) = house.seen(1001, "Overnight")
    assert morning.is_silent is False


async def test_nothing_is_said_in_the_morning_of_what_is_over(house: House) -> None:
    """Resolved during the night: no summary. Taken during the night: the summary comes and says by whom."""
    petra = await house.owner()
    await house.step(minutes=40)
    await house.low(4)
    await house.press(petra, "Resolve")
    await house.press(petra, "Waiting")
    await house.low(6, source="bahnhof")
    await house.press(petra, "Acknowledge")
    await house.step(hours=10)
    (morning,) = house.seen(1001, "Overnight")
    assert plain(morning.text).startswith("🔵 Overnight: 1 incident still open\n#2 Bahnhof, 6 low reviews")
    assert "Petra has it" in plain(morning.text)


async def test_question_to_the_holder_waits_for_the_morning(house: House) -> None:
    """Taken at 21:50: asked at 8:00, and open again at 9:00."""
    petra = await house.owner()
    await house.low(4)
    await house.press(petra, "Acknowledge")
    await house.step(hours=8)
    assert not house.seen(1001, "still on #1")
    await house.step(hours=2, minutes=20)
    (asked,) = house.seen(1001, "still on #1")
    assert asked.is_silent is False
    await house.step(minutes=30)
    assert state(house, 1001).startswith("Acknowledged")
    await house.step(minutes=40)
    assert plain(state(house, 1001)).startswith("Open again – acknowledgement expired")


async def test_chat_chooses_its_own_hours(house: House) -> None:
    """In German too; what was silent is told at the new end, and another chat's hours stay."""
    petra = await house.owner()
    await house.join("Ben", 1002, language="de")
    (shown,) = await house.say(petra, "/quiet")
    assert plain(shown.text).startswith("Quiet hours of this chat: 22:00–08:00. What is critical sounds all the same")
    (refused,) = await house.say(petra, "/quiet at night")
    assert plain(refused.text).startswith("at night is not understood.")
    await house.step(minutes=40)
    await house.low(4)
    assert house.card(1001).is_silent
    off, morning = await house.say(petra, "/quiet off")
    assert off.text.startswith("This chat has no quiet hours.")
    assert "Overnight" in morning.text
    assert morning.is_silent is False
    await house.step(minutes=25)
    assert "nobody has it" in sounds(house, 1001)[-1].text, "one chat is awake, so the clock goes on"
    assert not house.seen(1002, "Über Nacht")


async def test_group_and_private_chat_do_not_wake_a_person_twice_for_one_message(house: House) -> None:
    """Petra was seen in the group: what sounds there at night is silent in her own chat."""
    petra = await house.owner()
    group = await house.group(petra)
    await house.low(4)
    await house.press(petra, "Acknowledge", chat=group)
    await house.press(petra, "Give back", chat=group)
    group_seen, own_seen = len(house.said(group)), len(house.said(1001))
    await house.step(minutes=30)
    await house.low(16, minutes=20)
    assert len(sounds(house, group, since=group_seen)) == 1
    assert sounds(house, 1001, since=own_seen) == []


async def test_message_delayed_into_the_night_comes_without_sound(house: House) -> None:
    """Telegram was away from 21:40 to 22:30: the card arrives silently and is told in the morning."""
    await house.owner()
    fault = house.server.faults.add(kind="server_error", method="sendMessage", times=None)
    await house.low(4)
    house.server.faults.remove(fault)
    await house.step(minutes=50)
    await house.step(minutes=6)
    assert house.card(1001).is_silent
    await house.step(hours=10)
    assert len(house.seen(1001, "Overnight")) == 1


async def test_night_when_the_clocks_go_back_ends_at_eight_on_the_wall(tmp_path: Path) -> None:
    """It is an hour longer; the summary comes once, at 8:00 winter time."""
    async with House.open(tmp_path, start=CHANGE, location=NIGHT) as house:
        await house.owner()
        await house.step(minutes=40)
        await house.low(4)
        await house.step(hours=10, minutes=20)
        assert not house.seen(1001, "Overnight"), "it is 7:46 winter time, 8:46 by summer time"
        await house.step(minutes=20)
        assert len(house.seen(1001, "Overnight")) == 1
        await house.step(hours=24)
        assert len(house.seen(1001, "Overnight")) == 1


async def test_assignment_by_a_person_sounds_at_night(house: House) -> None:
    """Somebody has decided that Ben is to hear of it."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.step(minutes=40)
    await house.low(4)
    await house.press(petra, "Assign")
    await house.press(petra, "Ben")
    (given,) = house.seen(1002, "is assigned to you")
    assert given.is_silent is False


async def test_restart_in_the_night_keeps_the_morning(house: House) -> None:
    """The deadline is a row."""
    await house.owner()
    await house.step(minutes=40)
    await house.low(4)
    await house.restart(hours=4)
    await house.step(hours=6)
    assert len(house.seen(1001, "Overnight")) == 1
