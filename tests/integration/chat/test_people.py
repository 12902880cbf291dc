"""Invitations, groups, topics, languages and the test alert."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.house import GROUP, House


def code_in(text: str) -> str:
    """The code of an invitation's link."""
    found = re.search(r"[?]start(?:group)?=([A-Za-z0-9_-]+)", text)
    assert found is not None, text
    return found[1]


async def test_owner_invites_a_manager(house: House) -> None:
    """The link's code is random, works once, within 24 hours, in a private chat only; both are told."""
    petra = await house.owner()
    first = house.said(1001)[0]
    await house.press(petra, "Invite", on=first)
    await house.press(petra, "Invite", on=first)
    one, other = (code_in(message.text) for message in house.said(1001)[-2:])
    assert one != other
    assert len(one) == 22
    ben = house.server.world.add_user(1002, "Ben", language_code="en")
    zoe = house.server.world.add_user(1005, "Zoe", language_code="en")
    house.server.world.add_group(GROUP, "Linde Team", members=(petra, ben))
    (refused,) = await house.say(ben, f"/start {one}", chat=GROUP)
    assert refused.text.startswith("This invitation is no longer valid.")
    (joined,) = await house.say(ben, f"/start {one}")
    assert joined.text.startswith("You are a manager for Café Linde now.")
    assert house.last(1001).text == "Ben has joined as manager for Café Linde."
    (refused,) = await house.say(zoe, f"/start {one}")
    assert refused.text == "This invitation is no longer valid. Please ask for a new one."
    house.clock.advance(timedelta(hours=25))
    (refused,) = await house.say(zoe, f"/start {other}")
    assert refused.text == "This invitation is no longer valid. Please ask for a new one."
    (refused,) = await house.say(ben, "/start")
    assert refused.text.startswith("What I do")


async def test_manager_may_not_do_what_is_the_owners(house: House) -> None:
    """Pressing the owner's Invite, by guessing its data, is refused, and no code is made."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    chat = await house.group(petra, ben, press=False)
    ask = next(one for one in house.said(chat) if "Marktplatz" in one.text)
    answer = await house.press(ben, "Use this group", chat=chat, on=ask)
    assert answer is not None
    assert (answer.text, answer.is_alert) == ("Only the owner can do this.", True)
    await house.low(3)
    assert not house.cards(chat)


async def test_manager_adds_the_bot_to_a_group(house: House) -> None:
    """Somebody who is no owner cannot connect a group."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    house.server.world.add_group(GROUP, "Friends", members=(ben,), bot_status="left")
    house.server.people.add_bot(ben, GROUP)
    await house.step(seconds=5)
    assert house.texts(GROUP) == ["Only the owner can connect a group. Nothing is posted here."]


async def test_owner_says_no_to_a_group(house: House) -> None:
    """No: the question goes, and nothing is posted there."""
    petra = await house.owner()
    chat = await house.group(petra, press=False)
    for ask in house.seen(chat, "Post incidents for"):
        await house.press(petra, "No", chat=chat, on=ask)
    await house.low(3)
    assert not house.said(chat)


async def test_connected_group_shows_what_is_open(house: House) -> None:
    """Connecting answers in place with the team's names, and the open card follows silently."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(3)
    chat = await house.group(petra)
    (connected,) = house.seen(chat, "arrive here now")
    assert connected.text == "Incidents for Marktplatz arrive here now. On the team list: Petra, Ben."
    assert house.card(chat).is_silent
    await house.press(petra, "Acknowledge", chat=chat)
    assert "Acknowledged by Petra" in house.card(1002).text


async def test_test_alert_buzzes_and_is_heard(house: House) -> None:
    """The test alert comes with sound, and its button is answered."""
    petra = await house.owner()
    await house.press(petra, "Send test alert", on=house.said(1001)[0])
    assert house.last(1001).text.startswith("🔴 Test alert: can you hear this?")
    assert not house.last(1001).is_silent
    answer = await house.press(petra, "I heard it", on=house.last(1001))
    assert answer is not None
    assert answer.text == "Saved."
    assert house.last(1001).text == "✅ Test alert heard by Petra. Incidents arrive here in the same way."
    assert not house.last(1001).labels()


async def test_language_of_a_chat(house: House) -> None:
    """Choosing Deutsch answers in German, redraws the open card in German, and leaves the other chats alone."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(3)
    await house.press(petra, "Deutsch", on=house.said(1001)[0])
    assert house.card(1001).text.split("\n")[:2] == [
        "🔴 Marktplatz: 3 schlechte Bewertungen in 2\xa0Min.",
        "Offen – noch niemand zuständig",
    ]
    assert "Open – nobody has it yet" in house.card(1002).text
    answer = await house.press(petra, "Übernehmen")
    assert answer is not None
    assert answer.text == "Sie haben #1 übernommen."
    assert "Acknowledged by Petra" in house.card(1002).text


async def test_check_now_polls_at_once(house: House) -> None:
    """Try now reads the sources without waiting for the next turn."""
    petra = await house.owner()
    for _ in range(3):
        await house.step(minutes=1)
    house.put(house.rows(3, at=house.clock.now()))
    (status,) = await house.say(petra, "/status")
    assert not house.cards(1001)
    answer = await house.press(petra, "Try now", on=status)
    assert answer is not None
    assert answer.text == "Checking now."
    await house.step(seconds=5)
    assert len(house.cards(1001)) == 1
