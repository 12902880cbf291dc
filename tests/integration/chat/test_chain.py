"""The escalation, the routes and the quiet hours in the menu: changed by buttons, kept with who, and held."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.botapi.model import Message
from tests.house import House
from tests.integration.chat.test_moves import plain
from tests.route_servers import smtp

DELIVERED: dict[str, dict[str, str]] = {"alerts": {}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The steps are as delivered: owners after 20 minutes, the second way 20 minutes later."""
    async with House.open(tmp_path, location=DELIVERED) as opened:
        yield opened


def menu(house: House, chat: int) -> Message:
    return next(one for one in reversed(house.said(chat)) if one.labels() and one.labels()[-1] in (["Back"], ["Close"]))


async def test_owner_says_who_is_told_and_when(house: House) -> None:
    """A person after ten minutes instead of the owners after twenty; it is said who chose that, and it happens."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.say(petra, "/menu")
    for button in ("Marktplatz", "Escalation", "Step 1", "Ben", "10 min"):
        await house.press(petra, button, on=menu(house, 1001))
    await house.press(petra, "Back", on=menu(house, 1001))
    text = plain(menu(house, 1001).text)
    assert "After 10 min without anybody taking it: Ben\n20 min later: the second way\nChosen by Petra" in text
    await house.low(4)
    await house.step(minutes=11)
    assert house.seen(1002, "open for 1")
    assert plain(house.card(1001).text).split("\n")[1].startswith("Open for 11 min – passed on to Ben")
    assert not house.seen(1001, "Stop asking me")
    for button in ("Step 2", "Take this step out", "Step 1", "Take this step out"):
        await house.press(petra, button, on=menu(house, 1001))
    assert "Nobody else is told" in plain(menu(house, 1001).text)
    await house.press(petra, "As in the file", on=menu(house, 1001))
    assert "After 20 min without anybody taking it: the owner" in plain(menu(house, 1001).text)
    assert "As delivered" in plain(menu(house, 1001).text)


async def test_two_owners_do_not_change_the_steps_over_each_other(house: House) -> None:
    """A page that was drawn before changes nothing, for its steps may be others by now."""
    petra = await house.owner()
    kai = await house.owner("Kai", 1002)
    for user in (petra, kai):
        await house.say(user, "/menu")
        for button in ("Marktplatz", "Escalation", "Step 1"):
            await house.press(user, button, on=menu(house, user.user_id))
    await house.press(petra, "Whole team", on=menu(house, 1001))
    late = await house.press(
        kai, "60 min" if "60 min" in str(menu(house, 1002).labels()) else "1 h", on=menu(house, 1002)
    )
    assert late is not None
    assert late.text.startswith("Meanwhile Petra changed the steps at 18:")
    assert "After 20 min without anybody taking it: the whole team" in plain(menu(house, 1002).text)


async def test_manager_chooses_the_quiet_hours_of_the_own_chat_alone(house: House) -> None:
    """By buttons and by /quiet; a group's are the owners' matter; the steps are not offered to a manager."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002, location="marktplatz")
    group = await house.group(petra, ben)
    await house.say(ben, "/menu")
    await house.press(ben, "Quiet hours", on=menu(house, 1002))
    answer = await house.press(ben, "22:00–08:00", on=menu(house, 1002))
    assert answer is not None
    assert answer.text == "Saved."
    assert "Chosen by Ben" in plain(menu(house, 1002).text)
    (refused,) = await house.say(ben, "/quiet 22-8", chat=group)
    assert refused.text == "Only the owner can do this."
    await house.press(ben, "Back", on=menu(house, 1002))
    assert "Quiet hours: 22:00–08:00 (Ben)" in plain(menu(house, 1002).text)
    await house.press(ben, "Escalation", on=menu(house, 1002))
    assert menu(house, 1002).labels() == [["Back"]]


async def test_route_is_switched_off_and_on(tmp_path: Path) -> None:
    """Off it tells nothing but a test; the list says by whom; on again it is told of what comes."""
    with smtp() as (inbox, port):
        its = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "bot@linde.example"}
        business = {"routes": [{"id": "mail", "type": "email", **its, "to": ["owner@linde.example"]}]}
        location = {"alerts": {"escalation": [{"after_minutes": 10, "to": "routes"}]}}
        async with House.open(tmp_path, location=location, business=business) as house:
            petra = await house.owner()
            (shown,) = await house.say(petra, "/routes")
            assert shown.labels() == [["Test: mail", "Switch off"]]
            await house.press(petra, "Switch off", on=shown)
            assert "mail: switched off by Petra at 18:" in plain(house.seen(1001, "The second way")[-1].text)
            await house.low(4)
            await house.step(minutes=15)
            assert not inbox.mails
            listed = house.seen(1001, "The second way")[-1]
            await house.press(petra, "Test: mail", on=listed)
            await house.step(minutes=1)
            assert len(inbox.mails) == 1
            await house.press(petra, "Switch on", on=listed)
            await house.press(petra, "Acknowledge")
            await house.press(petra, "Give back")
            await house.step(minutes=15)
            (told,) = [str(one["Subject"]) for one in inbox.mails[1:]]
            assert told.startswith("Marktplatz: #1, 4 low reviews, open for 1")
