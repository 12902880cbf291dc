"""What comes in from Telegram: stored first, handled once, authorised by the person's own id."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema import inbox
from bot.store.delivery import service_status
from bot.store.incidents import timeline
from tests.house import GROUP, TOKEN, House


async def history(house: House) -> list[str]:
    """The moves of the first incident."""
    async with house.service.parts.store.read() as connection:
        return [one.move.value for one in await timeline.history(connection, 1)]


async def test_press_is_answered_before_the_card_changes(house: House) -> None:
    """The answer to a press goes out before any edit: Telegram takes it for seconds only."""
    petra = await house.owner()
    await house.low(3)
    calls = len(house.server.calls)
    await house.press(petra, "Acknowledge")
    methods = [call.method for call in house.server.calls[calls:] if call.method != "getUpdates"]
    assert methods[:2] == ["answerCallbackQuery", "editMessageText"]


async def test_answer_that_comes_too_late_does_no_harm(house: House) -> None:
    """A press from a long downtime counts, though it cannot be answered any more."""
    petra = await house.owner()
    await house.low(3)
    await house.stop()
    press = house.server.people.press(petra, 1001, house.card(1001).message_id, "Acknowledge")
    house.server.people.presses[press.query_id].expires = 0.0
    await house.start()
    await house.step(seconds=5)
    assert press.answer is None
    assert "query is too old" in house.server.calls_of("answerCallbackQuery")[-1].error
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_old_message_without_its_content(house: House) -> None:
    """Telegram gives only the ids of an old message (date 0): the press works all the same."""
    petra = await house.owner()
    await house.low(3)
    answer = await house.press(petra, "Acknowledge", is_inaccessible=True)
    assert answer is not None
    assert answer.text == "You have #1."
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_update_is_handled_once_though_it_comes_twice(house: House) -> None:
    """The answer with the update is lost on the way: it comes again, is stored and handled once."""
    petra = await house.owner()
    await house.low(3)
    await house.stop()
    house.server.people.press(petra, 1001, house.card(1001).message_id, "Acknowledge")
    house.server.faults.add(kind="drop_after", method="getUpdates")
    await house.start()
    await house.step(seconds=5)
    await house.restart(seconds=5)
    await house.step(seconds=5)
    assert await history(house) == ["open", "acknowledge"]


async def test_update_is_stored_before_it_is_confirmed(house: House) -> None:
    """Telegram is told to forget an update only when it is in the database."""
    petra = await house.owner()
    await house.low(3)
    house.server.people.press(petra, 1001, house.card(1001).message_id, "Acknowledge")
    queued = house.server.world.updates
    await house.wait(lambda: queued.pending == 0)
    async with house.service.parts.store.read() as connection:
        newest = await connection.scalar(sa.select(sa.func.max(inbox.c.update_id)))
    offsets = [call.params.get("offset") for call in house.server.calls_of("getUpdates")]
    assert newest is not None
    assert max(offset for offset in offsets if offset is not None) <= newest + 1
    await house.step(seconds=1)


async def test_update_that_cannot_be_handled_is_kept_with_its_error(house: House) -> None:
    """A handler that fails answers "Not saved", keeps the error with the update, and the next update is handled."""
    petra = await house.owner()
    await house.low(3)
    async with house.service.parts.store.write() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER no_moves BEFORE INSERT ON incident_moves BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    answer = await house.press(petra, "Acknowledge")
    assert answer is not None
    assert answer.text == "Not saved. Please press again in a moment."
    async with house.service.parts.store.read() as connection:
        errors = list(await connection.scalars(sa.select(inbox.c.error).where(inbox.c.error != "")))
    assert len(errors) == 1
    assert "the disk is full" in errors[0]
    assert "Open – nobody has it yet" in house.card(1001).text
    (listed,) = await house.say(petra, "/incidents")
    assert listed.text.startswith("1 open incident")
    async with house.service.parts.store.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER no_moves")
    await house.press(petra, "Acknowledge")
    assert "Acknowledged by Petra" in house.card(1001).text


async def test_second_program_with_the_same_bot_is_told(house: House) -> None:
    """409: the log and the health check's row say what is wrong, until this program gets the updates again."""
    rival = house.server.world.updates

    async def error() -> str:
        async with house.service.parts.store.read() as connection:
            return (await service_status.read(connection)).telegram_error

    assert await error() == ""
    await house.fetched()
    await rival.poll(offset=0, limit=100, seconds=0, allowed=None)
    await house.wait(lambda: any("Conflict" in call.error for call in house.server.calls_of("getUpdates")))
    await house.wait(lambda: rival.is_polled)
    assert (await error()).startswith("Another copy is running: another program takes this bot's messages.")
    house.server.people.start(house.server.world.add_user(3001, "Zoe"))
    await house.step(seconds=1)
    assert await error() == ""


async def test_kinds_of_updates_are_asked_for_every_time(house: House) -> None:
    """Telegram remembers the list, so every call names it; nothing pending is ever dropped."""
    await house.owner()
    wanted = ["message", "callback_query", "my_chat_member"]
    calls = house.server.calls_of("getUpdates")
    assert calls
    assert all(call.params["allowed_updates"] == wanted for call in calls)
    assert not house.server.calls_of("deleteWebhook")


async def test_anonymous_administrator_is_nobody(house: House) -> None:
    """Commands under Telegram's shared id move nothing; the same person's press, under the own id, does."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(3)
    (said,) = await house.say(petra, "/ack 1", chat=chat, is_anonymous=True)
    assert said.text.startswith("You are not on the team list, so nothing was changed.")
    assert "Open – nobody has it yet" in house.card(chat).text
    await house.press(petra, "Acknowledge", chat=chat)
    assert "Acknowledged by Petra" in house.card(chat).text


async def test_command_for_another_bot_in_a_group_is_left_alone(house: House) -> None:
    """A group has other bots: what names them, or is no command of ours, gets no answer."""
    petra = await house.owner()
    chat = await house.group(petra)
    house.server.world.chat(chat).members[4001] = "member"
    zoe = house.server.world.add_user(4001, "Zoe")
    assert await house.say(zoe, "/play", chat=chat) == []
    assert await house.say(petra, "/status@other_bot", chat=chat) == []
    assert len(await house.say(petra, "/status@review_alert_bot", chat=chat)) == 1


async def test_stranger_sees_and_moves_nothing(house: House) -> None:
    """Presses, commands and guessed numbers of somebody who is not on the list change nothing and say so."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(3)
    zoe = house.server.world.add_user(4001, "Zoe")
    house.server.world.chat(chat).members[4001] = "member"
    answer = await house.press(zoe, "Acknowledge", chat=chat)
    assert answer is not None
    assert answer.is_alert
    assert answer.text == "You are not on the team list, so nothing was changed. Ask the owner for an invitation."
    for number, command in enumerate(("/ack 1", "/incidents", "/status", "/reviews", "/help"), start=4002):
        (said,) = await house.say(house.server.world.add_user(number, "Zoe", language_code="en"), command)
        assert said.text.startswith("This bot is private."), command
    assert await history(house) == ["open"]


async def test_people_see_their_own_places_only(house: House) -> None:
    """Another business and another location of the same one are invisible: lists, numbers, presses, group chats."""
    petra = await house.owner()
    hans = await house.owner("Hans", 2001, business="anker")
    bea = await house.join("Bea", 1004, location="bahnhof")
    chat = await house.group(petra, hans, bea)
    await house.low(3)
    await house.low(3, source="hafen")
    for person in (hans, bea):
        (said,) = await house.say(person, "/ack 1")
        assert said.text == "There is no incident #1 here."
        answer = await house.press(person, "Acknowledge", chat=chat)
        assert answer is not None
        assert answer.is_alert
    (said,) = await house.say(petra, "/ack 2")
    assert said.text == "There is no incident #2 here."
    (listed,) = await house.say(hans, "/incidents")
    assert "#2" in listed.text
    assert "#1" not in listed.text
    (listed,) = await house.say(hans, "/incidents", chat=chat)
    assert listed.text == "No open incident."
    (status,) = await house.say(petra, "/status", chat=chat)
    assert "Bahnhof" not in status.text
    assert not house.cards(1004)
    await house.say(petra, "/assign 1 Bea")
    assert await history(house) == ["open"]


async def test_revoked_person_loses_the_open_card(house: House) -> None:
    """Somebody is taken off the list while a card is open: no press counts, and nothing more arrives."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    await house.revoke(ben)
    answer = await house.press(ben, "Acknowledge")
    assert answer is not None
    assert answer.text.startswith("You are not on the team list")
    before = house.card(1002)
    await house.low(2)
    assert house.card(1002) == before
    (said,) = await house.say(ben, "/incidents")
    assert said.text.startswith("This bot is private.")


async def test_token_is_in_no_message(house: House) -> None:
    """Nothing that is sent contains the bot's token."""
    petra = await house.owner()
    await house.say(petra, "/status")
    assert not any(TOKEN in one.text for one in house.said(1001))
    assert GROUP not in house.server.world.chats
