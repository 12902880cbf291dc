"""Telegram's limits and refusals: what happens to a message on its way out."""

from __future__ import annotations

from datetime import timedelta

from bot.store.delivery import outbox, sent_messages
from bot.store.delivery.outbox import Outgoing
from bot.store.incidents import incidents
from bot.store.people import chats
from bot.text.shorten import utf16_length
from tests.house import BASIC_GROUP, GROUP, House

HOSTILE = "<b>&@all https://evil.example /start # \u202e" + "😡" * 40_000


async def put(house: House, telegram_id: int, *messages: Outgoing) -> None:
    """Write messages into the outbox, as every part of the program does."""
    async with house.service.parts.store.write() as connection:
        chat = await chats.find(connection, telegram_id)
        assert chat is not None
        for message in messages:
            await outbox.put(connection, [chat.chat_id], message, now=house.clock.now())


def said(html: str, key: str | None = None) -> Outgoing:
    """A message of our own words."""
    args = {"html": html, "rows": [], "reply_placeholder": ""}
    return Outgoing(kind="ready_made", args=args, key=key)


async def test_texts_and_buttons_stay_within_the_limits(house: House) -> None:
    """4096 characters of text and 64 bytes behind a button, also with endless hostile reviews; nothing is refused."""
    petra = await house.owner()
    await house.low(7, text=HOSTILE)
    await house.press(petra, "Reviews (7)")
    await house.say(petra, "/reviews")
    messages = [one for one in house.server.messages(1001) if one.is_own]
    assert len(house.cards(1001)) == 1
    assert all(utf16_length(one.text) <= 4096 for one in messages)
    data = [b["callback_data"] for one in messages for row in one.keyboard for b in row if "callback_data" in b]
    assert data
    assert all(1 <= len(one.encode()) <= 64 for one in data)
    assert not [call.error for call in house.server.calls if call.error]
    for kind in ("mention", "url", "bot_command", "hashtag"):
        assert not any(one.marked(kind) for one in house.cards(1001))


async def test_refused_markup_goes_out_as_plain_text(house: House) -> None:
    """When Telegram cannot parse our markup, the same words go out at once without it, buttons and all."""
    await house.owner()
    await put(house, 1001, said("<b>Broken & unfinished"))
    await house.step(seconds=1)
    assert house.last(1001).text == "Broken & unfinished"
    assert "can't parse entities" in house.server.calls_of("sendMessage")[-2].error


async def test_many_messages_keep_to_the_pace_and_none_is_dropped(house: House) -> None:
    """At most 20 a minute go to a group; the others wait, and arrive in order."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.step(minutes=5)
    before = len(house.said(chat))
    await put(house, chat, *(said(f"number {number}") for number in range(30)))
    for _ in range(12):
        await house.step(seconds=5)
    assert 10 <= len(house.said(chat)) - before <= 20
    for _ in range(5):
        await house.step(seconds=30)
    assert house.texts(chat)[before:] == [f"number {number}" for number in range(30)]


async def test_flood_wait_survives_a_restart(house: House) -> None:
    """retry_after is kept in the database: a restart does not knock again before it is over, other chats go on."""
    await house.owner()
    await house.join("Ben", 1002)
    house.server.faults.add(kind="too_many_requests", method="sendMessage", chat_id=1001, retry_after=300)
    await house.low(3)
    assert not house.cards(1001)
    assert len(house.cards(1002)) == 1
    await house.restart(seconds=60)
    calls = len(house.server.calls_of("sendMessage"))
    await house.step(seconds=30)
    assert len(house.server.calls_of("sendMessage")) == calls
    await house.step(minutes=5)
    assert len(house.cards(1001)) == 1
    assert not house.card(1001).is_silent


async def test_late_message_says_so(house: House) -> None:
    """What Telegram could not take for minutes says when it should have come; the message behind it as well."""
    petra = await house.owner()
    house.server.faults.add(kind="server_error", method="sendMessage", times=None)
    await house.low(3)
    await house.low(9)
    house.server.faults.clear()
    await house.step(minutes=6)
    assert "Delayed: from 18:1" in house.card(1001).text
    assert "Telegram was out of reach until 18:3" in house.card(1001).text
    (step,) = house.seen(1001, "severity")
    assert "Delayed: from 18:3" in step.text
    await house.press(petra, "Acknowledge")
    assert "Delayed" not in house.card(1001).text


async def test_message_that_may_have_arrived_is_repeated_and_marked(house: House) -> None:
    """The answer to a delivered message was lost: it comes again, with sound, and says that it may be a repeat."""
    await house.owner()
    house.server.faults.add(kind="drop_after", method="sendMessage", chat_id=1001)
    await house.low(3)
    await house.step(seconds=30)
    first, second = house.cards(1001)
    assert "Possible repeat" not in first.text
    assert second.text.endswith("Possible repeat: restart while sending.")
    assert not second.is_silent
    await put(house, 1001, Outgoing(kind="test_alert", args={}, is_silent=False))
    house.server.faults.add(kind="drop_after", method="sendMessage", chat_id=1001)
    await house.step(seconds=1)
    await house.step(seconds=30)
    assert [one.text.endswith("Possible repeat: restart while sending.") for one in house.seen(1001, "Test alert")] == [
        False,
        True,
    ]


async def test_message_that_never_left_is_not_a_repeat(house: House) -> None:
    """Telegram answered that it was broken: the second try is the first that anybody sees."""
    await house.owner()
    house.server.faults.add(kind="too_many_requests", method="sendMessage", chat_id=1001, retry_after=5)
    await house.low(3)
    await house.step(seconds=30)
    assert "Possible repeat" not in house.card(1001).text


async def test_group_that_migrates_by_a_refusal(house: House) -> None:
    """The new id comes as the answer to a send: the message arrives there, with the open cards, each once."""
    petra = await house.owner()
    chat = await house.group(petra, chat_id=BASIC_GROUP)
    await house.low(3)
    assert len(house.cards(chat)) == 1
    house.server.world.updates.drop_all()
    house.server.people.migrate(chat, GROUP)
    house.server.world.updates.drop_all()
    await house.say(petra, "/ack 1")
    await house.step(minutes=1)
    assert house.texts(GROUP)[0] == "This group is a supergroup now. Alerts go on here; 1 open incident follows."
    assert "Acknowledged by Petra" in house.card(GROUP).text
    await house.press(petra, "Give back", chat=GROUP)
    assert len(house.cards(GROUP)) == 1
    assert "given back by Petra" in house.card(GROUP).text


async def test_group_that_migrates_by_a_service_message(house: House) -> None:
    """The new id comes as an update, twice told: open cards are posted once, and everything goes on there."""
    petra = await house.owner()
    chat = await house.group(petra, chat_id=BASIC_GROUP)
    await house.low(3)
    house.server.people.migrate(chat, GROUP)
    await house.step(minutes=1)
    assert len(house.cards(GROUP)) == 1
    assert len(house.seen(GROUP, "supergroup now")) == 1
    assert house.card(GROUP).is_silent
    await house.low(1, minutes=5)
    await house.step(minutes=1)
    assert "4 low reviews" in house.card(GROUP).text
    assert len(house.cards(GROUP)) == 1


async def test_word_under_the_new_id_comes_before_the_migration(house: House) -> None:
    """A command in the supergroup may be handled first; the group keeps its connection all the same."""
    petra = await house.owner()
    chat = await house.group(petra, chat_id=BASIC_GROUP)
    await house.low(3)
    house.server.world.add_group(GROUP, "Linde Team", members=(petra,))
    await house.say(petra, "/status", chat=GROUP)
    house.server.people.migrate(chat, GROUP)
    await house.step(minutes=1)
    assert len(house.cards(GROUP)) == 1


async def test_lost_group_is_given_up_and_told(house: House) -> None:
    """Kicked out: the group gets nothing more, the owner is told with sound once, and /status says it."""
    petra = await house.owner()
    chat = await house.group(petra)
    await house.low(3)
    house.server.people.remove_bot(petra, chat)
    await house.step(seconds=30)
    (told,) = house.seen(1001, "can no longer be reached")
    assert told.text.startswith("⚠️ The group “Linde Team” can no longer be reached\nThe bot was removed at 18:")
    assert "Incidents for Marktplatz come to you now." in told.text
    assert not told.is_silent
    calls = len(house.server.calls)
    await house.low(2)
    assert not [call for call in house.server.calls[calls:] if call.params.get("chat_id") == chat]
    (status,) = await house.say(petra, "/status")
    assert "Not reachable since 18:" in status.text
    assert "Linde Team" in status.text


async def test_lost_group_comes_back(house: House) -> None:
    """The bot is added again: the owner is asked again, and the open card is posted."""
    petra = await house.owner()
    chat = await house.group(petra)
    house.server.people.remove_bot(petra, chat)
    await house.low(3)
    house.server.people.add_bot(petra, chat)
    await house.step(minutes=1)
    ask = next(one for one in reversed(house.said(chat)) if one.text.startswith("Post incidents for Marktplatz"))
    await house.press(petra, "Use this group", chat=chat, on=ask)
    assert len(house.cards(chat)) == 1
    (status,) = await house.say(petra, "/status")
    assert "Not reachable" not in status.text


async def test_person_who_blocks_the_bot(house: House) -> None:
    """The owner is told who gets nothing any more; when the person is back, the open card is there again."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(3)
    house.server.people.block_bot(ben)
    await house.step(seconds=5)
    (told,) = house.seen(1001, "no longer gets messages")
    assert told.text.startswith("⚠️ Ben no longer gets messages from this bot\nThe bot was blocked at 18:")
    house.server.people.unblock_bot(ben)
    await house.step(seconds=5)
    assert len(house.cards(1002)) == 2
    await house.low(2)
    # An edit that was on its way when the two came puts theirs off.
    await house.step(minutes=1)
    assert "5 low reviews" in house.card(1002).text


async def test_equal_card_is_not_sent_and_not_modified_is_success(house: House) -> None:
    """What would look the same is not sent; Telegram's "not modified" counts as delivered and is not tried again."""
    await house.owner()
    await house.low(3)
    edits = len(house.server.calls_of("editMessageText"))
    card = Outgoing(kind="card", key="card:1", args={"incident_id": 1})
    await put(house, 1001, card)
    await house.step()
    await put(house, 1001, card)
    await house.step()
    assert len(house.server.calls_of("editMessageText")) <= edits + 1
    await put(house, 1001, said("One", "note"))
    await house.step(seconds=2)
    async with house.service.parts.store.write() as connection:
        chat = await chats.find(connection, 1001)
        assert chat is not None
        kept = await sent_messages.find(connection, chat.chat_id, "note")
        assert kept is not None
        # As after a crash between Telegram's answer and our note of it.
        await sent_messages.keep(
            connection, chat.chat_id, "note", kept.telegram_message_id, content_hash="old", now=house.clock.now()
        )
    await put(house, 1001, said("One", "note"))
    await house.step(seconds=2)
    assert "not modified" in house.server.calls_of("editMessageText")[-1].error
    calls = len(house.server.calls)
    await put(house, 1001, said("One", "note"))
    await house.step(seconds=60)
    assert not [call for call in house.server.calls[calls:] if call.method == "editMessageText"]


async def test_deleted_card_is_posted_anew(house: House) -> None:
    """Somebody deleted the card: the next change posts it again, silently, and it is edited from then on."""
    petra = await house.owner()
    await house.low(3)
    house.server.people.delete_message(1001, house.card(1001).message_id)
    await house.say(petra, "/ack 1")
    assert "Acknowledged by Petra" in house.card(1001).text
    assert house.card(1001).is_silent
    await house.press(petra, "Give back")
    assert len(house.cards(1001)) == 1


async def test_message_that_cannot_be_made_does_not_hold_back_the_chat(house: House) -> None:
    """A mistake of the program in one message drops that one with its error; the next ones arrive."""
    await house.owner()
    await put(house, 1001, Outgoing(kind="no such kind", args={}), said("after it"))
    await house.step(seconds=1)
    assert house.last(1001).text == "after it"
    async with house.service.parts.store.read() as connection:
        backlog = await outbox.backlog(connection, now=house.clock.now())
    assert backlog.count == 0
    assert backlog.last_error.startswith("KeyError")


async def test_edit_waits_for_the_first_sending(house: House) -> None:
    """While the first card is on its way, a change of it waits, so that there are never two cards."""
    await house.owner()
    house.server.faults.add(kind="too_many_requests", method="sendMessage", chat_id=1001, retry_after=90)
    await house.low(3)
    assert not house.cards(1001)
    await house.low(1, minutes=1)
    await house.step(minutes=16)
    assert len(house.cards(1001)) == 1
    assert "4 low reviews" in house.card(1001).text
    assert not house.card(1001).is_silent


async def test_start_renders_open_cards_again(house: House) -> None:
    """After a pause the cards are shown as they are now, deleted ones posted again; what is over is left alone."""
    petra = await house.owner()
    await house.low(3, source="bahnhof")
    await house.say(petra, "/resolve 1 food")
    await house.low(3)
    over = house.seen(1001, "#1 · as of")[0]
    await house.stop()
    house.server.people.delete_message(1001, house.card(1001).message_id)
    house.clock.advance(timedelta(minutes=5))
    await house.start()
    await house.step(seconds=5)
    assert "#2 · as of" in house.card(1001).text
    assert house.seen(1001, "#1 · as of")[0].versions == over.versions


async def test_deleted_topic_moves_to_general(house: House) -> None:
    """Cards of a deleted topic are posted in General, with a word about it, and stay up to date there."""
    petra = await house.owner()
    house.server.world.add_group(GROUP, "Linde Team", members=(petra,), is_forum=True, bot_status="left")
    house.server.people.add_bot(petra, GROUP)
    topic = house.server.world.add_topic(GROUP, "Alerts")
    await house.step(seconds=30)
    await house.say(petra, "/start", chat=GROUP, thread_id=topic)
    ask = next(one for one in house.said(GROUP) if one.thread_id == topic and "Marktplatz" in one.text)
    assert ask.labels() == [["Only this topic", "No"]]
    await house.press(petra, "Only this topic", chat=GROUP, on=ask)
    await house.step(minutes=1)
    await house.low(3)
    assert [one.thread_id for one in house.cards(GROUP)] == [topic]
    pressed = await house.press(petra, "Acknowledge", chat=GROUP, is_inaccessible=True)
    assert pressed is not None
    assert pressed.text == "You have #1."
    house.server.world.delete_topic(GROUP, topic)
    await house.say(petra, "/giveback 1")
    await house.step(minutes=1)
    assert house.seen(GROUP, "The topic is gone. Incidents arrive in General now.")
    (card,) = house.cards(GROUP)
    assert card.thread_id is None
    assert "given back by Petra" in card.text
    await house.low(2)
    await house.step(minutes=1)
    assert "5 low reviews" in house.card(GROUP).text


async def test_incident_is_told_in_its_own_business_only(house: House) -> None:
    """An incident of another business opens in its own owner's chat only."""
    await house.owner()
    await house.owner("Hans", 2001, business="anker")
    await house.low(3, source="hafen")
    assert not house.cards(1001)
    assert len(house.cards(2001)) == 1
    async with house.service.parts.store.read() as connection:
        assert len(await incidents.recent(connection, 5)) == 1
