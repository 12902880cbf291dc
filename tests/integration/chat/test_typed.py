"""Reviews that people type, paste or forward to the bot."""

from __future__ import annotations

from bot.demo.botapi.model import Message, User
from tests.house import House
from tests.integration.chat.test_uploads import anna, now_of, plain, stored


async def say(house: House, user: User, text: str) -> Message:
    """Somebody writes to the bot; gives the bot's message as it stands when all is done."""
    (message,) = await house.say(user, text)
    return now_of(house, message)


async def press(house: House, user: User, button: str, on: Message) -> Message:
    """Press a button under it; gives the message afterwards."""
    await house.press(user, button, on=now_of(house, on))
    return now_of(house, on)


async def test_add_with_everything(house: House) -> None:
    """One line is enough; it counts like any other review and can be taken back."""
    user = await anna(house)
    message = await say(house, user, "/add 2 tripadvisor Waited 70 minutes")
    assert plain(message) == "Added for Marktplatz: 2★ Tripadvisor, today. It counts like any other review."
    assert await stored(house) == [("tripadvisor", 2.0, "Waited 70 minutes")]
    after = await press(house, user, "Undo", message)
    assert after.text == "Taken back. The review is removed."
    assert not await stored(house)


async def test_typed_reviews_raise_the_alarm(house: House) -> None:
    """Three that are typed in one after the other open an incident, and real copies do not double it."""
    user = await anna(house)
    texts = ["Waited 70 minutes for two starters", "Cold soup and a rude waiter", "Nobody came to our table at all"]
    for text in texts:
        await house.say(user, f"/add 1 tripadvisor {text}")
    await house.step(minutes=1)
    assert "3 low reviews" in house.card(user.user_id).text
    lines = ["date,rating,text,author"]
    lines += [f'{house.clock.now():%Y-%m-%dT%H:%M:%SZ},1,"{text}. Never again here.",Guest' for text in texts]
    (house.folder / "marktplatz" / "real.csv").write_text("\n".join(lines) + "\n")
    await house.step(minutes=2)
    await house.step(minutes=2)
    assert [text for _, _, text in await stored(house)] == [f"{text}. Never again here." for text in texts]
    assert "3 low reviews" in house.card(user.user_id).text


async def test_pasted_text_is_asked_about(house: House) -> None:
    """A text without a command asks for the stars and the platform; a short word is no review."""
    user = await anna(house, language="de")
    assert not await house.say(user, "danke")
    message = await say(house, user, "Die Suppe war kalt und der Kellner unfreundlich.")
    assert plain(message).startswith("Eine Bewertung für Marktplatz zum Eintragen. Wie viele Sterne?")
    assert message.labels() == [["1★", "2★", "3★", "4★", "5★"], ["Abbrechen"]]
    where = await press(house, user, "2★", message)
    assert where.text.startswith("Wo hat der Gast sie geschrieben?")
    assert where.labels()[0] == ["Tripadvisor", "Booking.com"]
    after = await press(house, user, "Booking.com", message)
    assert plain(after) == "Für Marktplatz eingetragen: 2★ Booking.com, heute. Sie zählt wie jede andere Bewertung."
    assert await stored(house) == [("booking", 2.0, "Die Suppe war kalt und der Kellner unfreundlich.")]


async def test_a_greeting_or_a_question_is_no_review(house: House) -> None:
    """Who greets or asks the bot gets the list of what it does; nothing is asked about stars."""
    user = await anna(house, language="de")
    for text in ("Hallo, was kannst du?", "hi", "Hilfe", "Was bedeutet das rote Zeichen?"):
        (answer,) = await house.say(user, text)
        assert answer.text.startswith("Was ich tue"), text
    message = await say(house, user, "Hallo zusammen, die Suppe war kalt und der Kellner unfreundlich.")
    assert "Wie viele Sterne?" in plain(message)


async def test_several_locations_and_cancel(house: House) -> None:
    """The owner of two says which; cancelling adds nothing."""
    owner = await house.owner()
    message = await say(house, owner, "/add 1 google Cold soup")
    assert message.labels() == [["Marktplatz", "Bahnhof"], ["Cancel"]]
    after = await press(house, owner, "Bahnhof", message)
    assert plain(after).startswith("Added for Bahnhof: 1★ Google")
    other = await say(house, owner, "/add 1 google Cold soup again")
    assert (await press(house, owner, "Cancel", other)).text == "Nothing was added."
    assert len(await stored(house)) == 1


async def test_review_that_is_known(house: House) -> None:
    """What a source has brought already is not added a second time."""
    user = await anna(house)
    house.put(house.rows(1, rating=1, text="Waited 70 minutes for two starters"))
    await house.step(minutes=2)
    await house.step(seconds=5)
    message = await say(house, user, "/add 1 tripadvisor Waited 70 minutes for two starters")
    assert plain(message) == "Known already for Marktplatz: 1★ Tripadvisor. Nothing was added."
    assert len(await stored(house)) == 1


async def test_add_alone_and_strangers(house: House) -> None:
    """Without a text it says how; a stranger adds nothing."""
    user = await anna(house)
    assert "/add 2 tripadvisor" in (await say(house, user, "/add")).text
    stranger = house.server.world.add_user(4711, "Eve")
    house.server.people.start(stranger, "")
    await house.step(seconds=5)
    await house.say(stranger, "This is a very long text about a review")
    await house.say(stranger, "/add 1 google Awful place")
    assert not await stored(house)
