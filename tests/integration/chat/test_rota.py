"""The rota in the chat: who is on duty, handed over, away, swapped; and the step of an escalation that goes to them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.demo.botapi.model import Message
from tests.house import House
from tests.integration.chat.test_moves import plain

DUTY_THEN_OWNERS = {
    "alerts": {"escalation": [{"after_minutes": 10, "to": "duty"}, {"after_minutes": 20, "to": "owners"}]},
    "region": "DE-BW",
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Tuesday, 24 November, 18:00 in Berlin: who is on duty is told after ten minutes, then the owners."""
    async with House.open(tmp_path, location=DUTY_THEN_OWNERS) as opened:
        yield opened


def on_message(house: House, chat: int, part: str) -> Message:
    return house.seen(chat, part)[-1]


def menu(house: House, chat: int) -> Message:
    return next(one for one in reversed(house.said(chat)) if one.labels() and one.labels()[-1] in (["Back"], ["Close"]))


async def test_owner_writes_the_week_and_managers_ask_who_is_on(house: House) -> None:
    """One line for several days, in both languages; /duty says who is on until when, and who is next."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002, location="marktplatz")
    await house.join("Anna", 1003, location="marktplatz")
    await house.say(petra, "/duty Marktplatz Mon-Fri 10-18 Anna")
    (week,) = await house.say(petra, "/duty Marktplatz Mo-So 18:00-02:00 Ben")
    text = plain(week.text)
    assert "Tuesday: Anna 10:00–18:00, Ben 18:00–02:00" in text
    assert "Saturday: Ben 18:00–02:00" in text
    (answer,) = await house.say(ben, "/duty")
    assert plain(answer.text) == "Duty, Marktplatz\nNow: Ben, until Wed 02:00\nFrom Wed 02:00: nobody"
    (refused,) = await house.say(ben, "/duty Mon 10-12 Anna")
    assert plain(refused.text) == "You can change your own shifts only. Nothing was changed."
    await house.say(ben, "/duty Mon 6-10 Ben")
    (week,) = await house.say(ben, "/duty Sat off")
    assert "Monday: Ben 06:00–10:00, Anna 10:00–18:00" in plain(week.text)
    assert "Saturday" not in plain(week.text)
    (strange,) = await house.say(ben, "/duty tomorrow maybe")
    assert "is not understood. Nothing was changed." in plain(strange.text)
    (where,) = await house.say(petra, "/duty Mon 10-18 Anna")
    assert "For which location?" in plain(where.text)


async def test_week_is_made_by_buttons(house: House) -> None:
    """Day, person, hours; a shift is taken out; a manager is offered herself alone."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002, location="marktplatz")
    await house.say(petra, "/menu")
    for button in ("Marktplatz", "Duty", "Tuesday", "Ben", "18–02"):
        await house.press(petra, button, on=menu(house, 1001))
    assert "Ben, 18:00–02:00" in plain(menu(house, 1001).text)
    await house.say(ben, "/menu")
    for button in ("Duty", "Tuesday"):
        await house.press(ben, button, on=menu(house, 1002))
    labels = [one for row in menu(house, 1002).labels() for one in row]
    assert labels == ["– Ben 18:00–02:00", "Ben", "Back"]
    await house.press(ben, "– Ben 18:00–02:00", on=menu(house, 1002))
    assert "Nobody has duty on this day." in plain(menu(house, 1002).text)
    gone = await house.press(petra, "– Ben 18:00–02:00", on=menu(house, 1001))
    assert gone is not None
    assert gone.text == "This shift was changed meanwhile. Nothing was changed."


async def test_duty_is_handed_over_with_one_silent_line(house: House) -> None:
    """At the change, in the group and nowhere else; nothing when the same person goes on; none is lost by a restart."""
    petra = await house.owner()
    anna = await house.join("Anna", 1002)
    await house.join("Ben", 1003)
    group = await house.group(petra, anna)
    await house.say(petra, "/duty Marktplatz Tue 10-20 Anna")
    (now_on,) = house.seen(group, "on duty now")
    assert plain(now_on.text) == "Marktplatz: on duty now: Anna, until 20:00, then nobody"
    await house.say(petra, "/duty Marktplatz Tue 20-24 Ben")
    await house.say(petra, "/duty Marktplatz Wed 0-10 Ben")
    await house.step(hours=1, minutes=50)
    assert len(house.seen(group, "on duty now")) == 1
    await house.restart(minutes=20)
    await house.step(minutes=1)
    (_, line) = house.seen(group, "on duty now")
    assert plain(line.text) == "Marktplatz: on duty now: Ben, until Wed 10:00, then nobody"
    assert line.is_silent
    assert not house.seen(1001, "on duty now")
    await house.step(hours=5)
    assert len(house.seen(group, "on duty now")) == 2, "midnight is no handover: Ben goes on"


async def test_step_goes_to_who_is_on_duty(house: House) -> None:
    """The card names them, the step mentions them in the group and rings in their own chat; others are left alone."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.join("Anna", 1003)
    group = await house.group(petra, ben)
    await house.say(petra, "/duty Marktplatz Tue 10-24 Ben")
    await house.low(4)
    assert "On duty: Ben" in plain(house.card(group).text)
    await house.step(minutes=11)
    told = on_message(house, group, "you are on duty")
    assert plain(told.text).split("\n")[1].startswith("Ben, you are on duty. Next step at 18:")
    assert any("1002" in str(one) for one in told.entities), "a mention, so that it is heard in a muted group"
    assert not told.is_silent
    assert house.seen(1002, "you are on duty")
    assert not house.seen(1001, "you are on duty")
    assert not house.seen(1003, "you are on duty")
    await house.step(minutes=20)
    assert house.seen(1001, "nobody has it")


async def test_who_is_away_is_skipped_and_it_is_said(house: House) -> None:
    """The chain goes on to its next step as if nobody had duty; coming back counts at once."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.say(petra, "/duty Marktplatz Mon-Sun 10-24 Ben")
    (answer,) = await house.say(ben, "/away until Thursday")
    assert plain(answer.text) == (
        "You are away until Thu 00:00. Until then nobody counts on you.\n"
        "2 shifts fall into that time; offer them with /duty.\nBack earlier: /away off"
    )
    await house.low(4)
    assert "On duty: nobody · Ben would be on duty and is away until Thu 00:00." in plain(house.card(1001).text)
    await house.step(minutes=11)
    assert not house.seen(1002, "open for")
    await house.step(minutes=11)
    told = on_message(house, 1001, "would be on duty and is away")
    assert "#1 open for 2" in plain(told.text)
    assert not told.is_silent
    await house.press(petra, "Acknowledge")
    await house.press(petra, "Resolve")
    await house.press(petra, "Waiting")
    (back,) = await house.say(ben, "/away off")
    assert plain(back.text) == "You are back. Your shifts count again."
    (named,) = await house.say(petra, "/away Ben bis morgen")
    assert plain(named.text).startswith("Ben is away until Wed 00:00.")
    (strange,) = await house.say(ben, "/away when it snows")
    assert "is not understood" in plain(strange.text)


async def test_turn_is_offered_and_taken_once(house: House) -> None:
    """By buttons in the group; the first who takes it has it, the other is told so; nobody takes her own."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    anna = await house.join("Anna", 1003)
    group = await house.group(petra, ben, anna)
    await house.say(petra, "/duty Marktplatz Wed 10-18 Ben")
    (mine,) = await house.say(ben, "/duty Marktplatz")
    await house.press(ben, "Offer Wed 10:00", on=mine)
    offer = on_message(house, group, "offers this shift")
    assert plain(offer.text) == "Marktplatz, Wed 25 Nov, 10:00–18:00: Ben offers this shift. Who takes it?"
    own = await house.press(ben, "I take it", chat=group, on=offer)
    assert own is not None
    assert own.text.startswith("This shift is no longer offered")
    taken = await house.press(anna, "I take it", chat=group, on=offer)
    assert taken is not None
    assert taken.text == "The shift is yours."
    late = await house.press(petra, "I take it", chat=group, on=offer, is_stale=True)
    assert late is not None
    assert late.text == "Anna has taken this shift. Nothing was changed."
    assert plain(on_message(house, group, "takes the shift").text).startswith("✅ Marktplatz, Wed 25 Nov")
    await house.step(hours=17)
    assert "on duty now: Anna, until 18:00" in plain(house.last(group).text)
    await house.step(days=7)
    assert "Ben" in plain(on_message(house, group, "on duty now").text), "the week after it is Ben's again"


async def test_owner_is_asked_once_what_a_holiday_counts_as(house: House) -> None:
    """When there is a rota and a region; the answer is kept with who chose it, and holds on the holiday."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.join("Anna", 1003)
    assert not house.seen(1001, "What does a public holiday count as")
    await house.say(petra, "/duty Marktplatz Fri 10-18 Ben")
    await house.say(petra, "/duty Marktplatz Sun 10-18 Anna")
    (asked,) = house.seen(1001, "What does a public holiday count as")
    assert asked.labels() == [["as a Sunday", "as its weekday", "nobody on duty"]]
    await house.press(petra, "as a Sunday", on=asked)
    house.clock.advance(timedelta(days=30))
    await house.step(hours=20)
    (answer,) = await house.say(petra, "/duty Marktplatz")
    assert "Fri" not in plain(answer.text).split("\n")[1]
    assert plain(answer.text).startswith("Duty, Marktplatz\nNow: Anna, until 18:00"), "Friday, 25 December"
    await house.restart(minutes=1)
    assert len(house.seen(1001, "What does a public holiday count as")) == 1


async def test_new_incident_sounds_first_for_who_is_on_duty(tmp_path: Path) -> None:
    """Where the owner wants that; with nobody on duty it sounds for everybody, as ever."""
    async with House.open(tmp_path, location={"at_once": "duty", "alerts": {"escalation": []}}) as house:
        petra = await house.owner()
        await house.join("Ben", 1002)
        await house.say(petra, "/duty Marktplatz Tue 10-24 Ben")
        await house.low(4)
        assert not house.card(1002).is_silent
        assert house.card(1001).is_silent
        await house.low(4, source="bahnhof")
        assert not house.card(1001).is_silent


async def test_who_leaves_the_team_has_no_duty(house: House) -> None:
    """The shifts stay in the rows and count for nobody."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.say(petra, "/duty Marktplatz Tue 10-24 Ben")
    await house.revoke(ben)
    (answer,) = await house.say(petra, "/duty Marktplatz")
    assert "Now: nobody" in plain(answer.text)
