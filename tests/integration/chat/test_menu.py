"""The menu: what owners choose by buttons alone, who may, what it does, and what two of them see."""

from __future__ import annotations

from datetime import timedelta

from bot.choices import About, Choice
from bot.demo.botapi.model import Message
from bot.store.people import settings
from tests.house import House

SECRET = "Rosenkohlauflauf"


async def menu(house: House, chat_id: int = 1001) -> Message:
    """The one message of the menu."""
    return house.said(chat_id)[-1]


def labels(message: Message) -> list[str]:
    """Its buttons."""
    return [one.replace("\xa0", " ") for row in message.labels() for one in row]


async def value(house: House, location_id: int, name: Choice) -> str:
    """What holds."""
    async with house.service.parts.store.read() as connection:
        return (await settings.get(connection, About.LOCATION, location_id, name)).value


async def test_everything_is_reached_by_buttons_in_one_message(house: House) -> None:
    """From /menu to each page and back: the same message is edited, and nothing is typed."""
    petra = await house.owner()
    (first,) = await house.say(petra, "/menu")
    assert first.text.startswith("Settings\nLanguage: English\nDigest: Monday, 09:00\n")
    wanted = {"Send test alert", "Language", "Digest", "Status", "Files", "People", "Invite", "Connect group"}
    wanted |= {"Quiet hours", "Privacy"}
    assert wanted | {"Marktplatz", "Bahnhof", "Close"} == set(labels(first))
    way = ["Marktplatz", "Each low review", "Back", "Guests' words", "Back", "Alarm level", "Back", "Pause", "Back"]
    for button in [*way, "Severe reviews", "Back", "Back", "Digest", "Day", "Back", "Hour", "Back", "Back", "Language"]:
        await house.press(petra, button, on=house.said(1001)[-1])
        assert house.said(1001)[-1].message_id == first.message_id, button
    await house.press(petra, "Back", on=house.said(1001)[-1])
    assert house.said(1001)[-1].text == first.text
    await house.press(petra, "Close", on=house.said(1001)[-1])
    assert not house.seen(1001, "Settings")


async def test_a_choice_is_kept_with_who_and_when(house: House) -> None:
    """A press chooses at once; the page says who chose, when, and what held before; the file's value is overruled."""
    petra = await house.owner()
    await house.say(petra, "/settings")
    await house.press(petra, "Bahnhof", on=await menu(house))
    assert "Severe reviews: off" in (await menu(house)).text
    await house.press(petra, "Severe reviews", on=await menu(house))
    assert "Now: off · from the configuration file" in (await menu(house)).text
    answer = await house.press(petra, "without sound", on=await menu(house))
    assert answer is not None
    assert answer.text == "Saved."
    assert "Now: without sound\nChosen by Petra at 18:0" in (await menu(house)).text
    assert "before: off" in (await menu(house)).text
    assert labels(await menu(house)) == ["with sound", "• without sound", "off", "Back"]
    assert await value(house, 2, Choice.SEVERE) == "silent"
    await house.restart(minutes=5)
    assert await value(house, 2, Choice.SEVERE) == "silent"


async def test_the_later_of_two_owners_sees_what_it_was(house: House) -> None:
    """Both look at the same page; the second press is told what the first has chosen meanwhile."""
    petra = await house.owner()
    paul = await house.owner("Paul", 1009)
    for owner in (petra, paul):
        await house.say(owner, "/menu")
        await house.press(owner, "Marktplatz", on=house.said(owner.user_id)[-1])
        await house.press(owner, "Each low review", on=house.said(owner.user_id)[-1])
    await house.press(petra, "with sound", on=house.said(1001)[-1])
    answer = await house.press(paul, "without sound", on=house.said(1009)[-1])
    assert answer is not None
    assert answer.text.startswith("Saved. Meanwhile Petra had chosen at 18:0")
    assert answer.text.endswith(": with sound.")
    assert await value(house, 1, Choice.EACH_LOW) == "silent"


async def test_only_owners_change(house: House) -> None:
    """A manager's own menu has no such buttons; in a group the buttons refuse, forged ones too."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002, location="marktplatz")
    (his,) = await house.say(ben, "/menu")
    assert not {"Invite", "People", "Connect group", "Bahnhof"} & set(labels(his))
    await house.press(ben, "Severe reviews", on=house.said(1002)[-1])
    assert labels(house.said(1002)[-1]) == ["Back"]
    await house.press(ben, "Back", on=house.said(1002)[-1])
    chat = await house.group(petra, ben)
    await house.say(petra, "/menu@review_alert_bot", chat=chat)
    await house.press(ben, "Severe reviews", chat=chat, on=house.said(chat)[-1])
    answer = await house.press(ben, "off", chat=chat, on=house.said(chat)[-1])
    assert answer is not None
    assert answer.text == "Only the owner can do this."
    assert await value(house, 1, Choice.SEVERE) == "on"
    for data in ("stp:2:0:severe-off", "mpl:2:0:place", "sts:3:0:pause-0", "ivh:2:0", "ppl:0:0", "stc:0:0:digest-off"):
        house.server.people.forge(ben, 1002, house.said(1002)[-1].message_id, data)
    await house.step(seconds=7)
    assert await value(house, 2, Choice.SEVERE) == "off"
    assert "Bahnhof" not in "\n".join(house.texts(1002))


async def test_quiet_hours_by_a_button(house: House) -> None:
    """The usual ones are a press each, page and menu say which hold, and hours that nobody offers are refused."""
    petra = await house.owner()
    await house.say(petra, "/menu")
    assert "Quiet hours: none" in (await menu(house)).text
    await house.press(petra, "Quiet hours", on=await menu(house))
    assert "• none" in labels(await menu(house))
    answer = await house.press(petra, "22:00–08:00", on=await menu(house))
    assert answer is not None
    assert answer.text == "Saved."
    assert "• 22:00–08:00" in labels(await menu(house))
    assert "What is critical sounds all the same" in (await menu(house)).text
    house.server.people.forge(petra, 1001, (await menu(house)).message_id, "stc:0:0:quiet-03-03")
    await house.step(seconds=7)
    await house.press(petra, "Back", on=await menu(house))
    assert "Quiet hours: 22:00–08:00" in (await menu(house)).text
    await house.press(petra, "Quiet hours", on=await menu(house))
    await house.press(petra, "none", on=await menu(house))
    assert "has no quiet hours" in (await menu(house)).text


async def test_privacy_by_a_button(house: House) -> None:
    """An owner opens the page of guests' data from the menu of the own chat."""
    petra = await house.owner()
    await house.say(petra, "/menu")
    await house.press(petra, "Privacy", on=await menu(house))
    assert "/privacy" in (await menu(house)).text


async def test_a_pause_has_an_end(house: House) -> None:
    """A paused location is not read, its status says so, and at the end everything is read by itself."""
    petra = await house.owner()
    await house.say(petra, "/menu")
    await house.press(petra, "Marktplatz", on=await menu(house))
    await house.press(petra, "Pause", on=await menu(house))
    await house.press(petra, "Tomorrow 10:00", on=await menu(house))
    assert "Nothing is read here until Wed 10:00" in (await menu(house)).text
    await house.low(3)
    assert not house.cards(1001)
    (status,) = await house.say(petra, "/status")
    assert "Tripadvisor (Marktplatz): paused until Wed 10:00" in status.text
    assert status.text.startswith("Watching: 1 of 1 source readable")
    house.clock.advance(timedelta(hours=16))
    for _ in range(3):
        await house.step(seconds=10)
    assert len(house.cards(1001)) == 1


async def test_each_low_review_is_told_where_that_is_wanted(house: House) -> None:
    """From then on each low review comes by itself, with sound; what an incident holds does not come twice."""
    petra = await house.owner()
    await house.low(1, text="Cold soup.")
    assert not house.seen(1001, "Cold soup")
    await house.say(petra, "/menu")
    await house.press(petra, "Marktplatz", on=await menu(house))
    await house.press(petra, "Each low review", on=await menu(house))
    await house.press(petra, "with sound", on=await menu(house))
    await house.low(1, text="Warm beer.")
    (told,) = house.seen(1001, "Warm beer")
    assert told.text.startswith("Marktplatz: 1 low review\n1★ Tripadvisor, Tue 18:")
    assert not told.is_silent
    assert not house.seen(1001, "Cold soup")
    await house.low(3)
    assert len(house.cards(1001)) == 1
    assert house.seen(1001, "low review\n1★") == [told]
    assert not house.seen(1001, "low reviews\n1★")


async def test_kept_out_words_go_nowhere(house: House) -> None:
    """With quotes off no card, evidence, list, theme, file or severe notice holds a word of a review; themes stay."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.say(petra, "/menu")
    await house.press(petra, "Marktplatz", on=await menu(house))
    await house.press(petra, "Guests' words", on=await menu(house))
    await house.press(petra, "kept out", on=await menu(house))
    await house.low(5, text=f"Waited an hour for the {SECRET}, the waiter was slow.")
    await house.low(1, text=f"We all got food poisoning from the {SECRET} and were in hospital.")
    await house.low(1, text=f"I had a stomach ache after the {SECRET}.")
    await house.step(minutes=1)
    card = house.card(1001)
    assert "Texts stay out of this chat. Read them at Tripadvisor." in card.text
    assert "food poisoning" in card.text
    await house.press(petra, "Why?")
    why = house.said(1001)[-1]
    assert "Texts stay out of this chat" in why.text
    assert "Waiting 5 of" in why.text
    answer = await house.press(petra, "Save evidence", on=why)
    assert answer is not None
    assert answer.text == "Texts stay out of Telegram here. On the server: reviewbot evidence 1"
    await house.press(petra, "Reviews (7)")
    await house.say(petra, "/reviews Marktplatz")
    await house.say(petra, "/themes Marktplatz")
    await house.step(minutes=5)
    calls = str([(call.params, call.result) for call in house.server.calls])
    assert SECRET not in calls
    assert house.said(chat)
