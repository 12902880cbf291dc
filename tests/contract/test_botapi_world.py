"""What was said, pressed and waited for in the local Bot API server, seen through the real client."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from telegram import (
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from bot.demo.botapi import BotApiThread, Happening, WorldError
from tests.contract.botapi_bot import ANNA, BEN, GROUP, keyboard, refusal, talking, team

pytestmark = pytest.mark.server

FORUM = -100500


async def test_what_was_sent_is_recorded_as_people_see_it() -> None:
    """Plain text, entities, buttons, sound, reply, link preview and every version of a message are kept."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        first = await bot.send_message(ANNA, "first")
        await bot.send_message(
            ANNA,
            "<b>Card</b> by @anna_b",
            parse_mode="HTML",
            reply_markup=keyboard([("Ack", "ack:1"), ("Why", "why:1")]),
            reply_parameters=ReplyParameters(first.message_id, allow_sending_without_reply=True),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            disable_notification=True,
        )
        card = server.messages(ANNA)[1]
        assert (card.text, card.is_silent, card.preview_disabled, card.reply_to) == ("Card by @anna_b", True, True, 1)
        assert (card.marked("bold"), card.marked("mention")) == (["Card"], ["@anna_b"])
        assert card.labels() == [["Ack", "Why"]]
        edited = await bot.edit_message_text("Done", ANNA, card.message_id)
        assert isinstance(edited, Message)
        assert edited.edit_date is not None
        card = server.messages(ANNA)[1]
        assert [one.text for one in card.versions] == ["Card by @anna_b", "Done"]
        assert [call.method for call in server.calls] == ["getMe", "sendMessage", "sendMessage", "editMessageText"]
        assert server.calls[-1].params == {"chat_id": ANNA, "message_id": 2, "text": "Done"}
        assert server.calls[-1].result["text"] == "Done"


async def test_every_kind_of_entity_reaches_the_library() -> None:
    """Links, mentions by id, languages, custom emoji and times arrive with their values."""
    text = (
        '<a href="https://a.example">a</a> <a href="tg://user?id=1001">b</a> '
        '<pre><code class="language-x">c</code></pre>'
        ' <tg-emoji emoji-id="53">d</tg-emoji> <tg-time unix="1700000000" format="t">e</tg-time> <i>f</i>'
    )
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        sent = await bot.send_message(ANNA, text, parse_mode="HTML")
        shown = {one.type: one for one in sent.entities}
        assert set(shown) == {"text_link", "text_mention", "pre", "custom_emoji", "date_time", "italic"}
        assert shown["text_mention"].user is not None
        values = (shown["text_link"].url, shown["text_mention"].user.id, shown["pre"].language)
        assert values == ("https://a.example", 1001, "x")
        assert shown["custom_emoji"].custom_emoji_id == "53"


async def test_a_reply_to_a_missing_message_can_be_allowed() -> None:
    """allow_sending_without_reply sends without the reply instead of refusing."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        sent = await bot.send_message(ANNA, "a", reply_parameters=ReplyParameters(9, allow_sending_without_reply=True))
        assert sent.reply_to_message is None


async def test_a_press_brings_the_card_and_its_answer() -> None:
    """The bot gets data, presser and message, the presser sees the answer, absent buttons cannot be pressed."""
    async with talking() as (server, bot):
        anna, _ = team(server)
        card = await bot.send_message(GROUP, "Card", reply_markup=keyboard([("Ack", "ack:1")]))
        by_label = server.people.press(anna, GROUP, card.message_id, "Ack")
        by_data = server.people.press(anna, GROUP, card.message_id, "ack:1")
        assert by_label.query_id != by_data.query_id
        query = (await bot.get_updates())[0].callback_query
        assert query is not None
        assert query.from_user.id == ANNA
        assert query.message is not None
        assert query.message.chat.id == GROUP
        await query.answer("Acknowledged", show_alert=True)
        assert by_label.answer is not None
        assert (by_label.answer.text, by_label.answer.is_alert) == ("Acknowledged", True)
        await bot.edit_message_text("Card", GROUP, card.message_id, reply_markup=keyboard([("Give back", "una:1")]))
        with pytest.raises(WorldError, match="no button 'Ack'"):
            server.people.press(anna, GROUP, card.message_id, "Ack")
        stale = server.people.press(anna, GROUP, card.message_id, "Ack", is_stale=True, is_inaccessible=True)
        assert stale.data == "ack:1"
        query = (await bot.get_updates(offset=-1))[0].callback_query
        assert query is not None
        assert query.message is not None
        assert not query.message.is_accessible


async def test_observers_see_what_people_see() -> None:
    """Sent, edited, answered and deleted are told in order, for a phone on the terminal."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        seen: list[Happening] = []
        server.world.observe(seen.append)
        card = await bot.send_message(ANNA, "Card", reply_markup=keyboard([("Ack", "ack")]))
        press = server.people.press(anna, ANNA, card.message_id, "Ack")
        await bot.answer_callback_query(press.query_id, "Taken")
        await bot.edit_message_text("Taken", ANNA, card.message_id)
        server.people.delete_message(ANNA, card.message_id)
        assert [one.kind for one in seen] == ["sent", "answered", "edited", "deleted"]
        assert (seen[1].text, seen[1].query_id) == ("Taken", press.query_id)
        assert await refusal(server, bot.delete_message(ANNA, 1)) == "Bad Request: message to delete not found"


async def test_what_people_cannot_do() -> None:
    """Impossible acts are errors of the test, not silent."""
    async with talking() as (server, _):
        anna, ben = team(server)
        stranger = server.world.add_user(1003, "Carl")
        acts: list[Callable[[], object]] = [
            lambda: server.people.say(stranger, GROUP, "a"),
            lambda: server.people.say(anna, BEN, "a"),
            lambda: server.people.say(anna, GROUP, "a", thread_id=5),
            lambda: server.people.press(ben, GROUP, 9, "Ack"),
            lambda: server.people.delete_message(GROUP, 9),
            lambda: server.people.migrate(ANNA, -1001),
            lambda: server.world.add_topic(GROUP, "a"),
            lambda: server.world.add_group(5, "a"),
            lambda: server.world.chat(77),
        ]
        for act in acts:
            with pytest.raises(WorldError):
                act()


async def test_waiting_says_what_was_seen() -> None:
    """A wait that ends in vain lists the last calls; a broken predicate raises where it is awaited."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        with pytest.raises(TimeoutError, match="last calls: getMe"):
            await server.wait_for(lambda: server.sent(ANNA), timeout=0.05)

        def broken() -> bool:
            if server.sent(ANNA):
                raise ZeroDivisionError
            return False

        await bot.get_me()
        task = asyncio.create_task(server.wait_for(broken))
        await bot.send_message(ANNA, "a")
        with pytest.raises(ZeroDivisionError):
            await task


def test_a_thread_that_cannot_listen_says_so() -> None:
    """A port that is taken raises where the thread is started; a thread that is not started has no address."""
    with BotApiThread() as telegram:
        port = int(telegram.base_file_url.split(":")[2].split("/")[0])
        with pytest.raises(OSError, match="address"), BotApiThread(port=port):
            pass
    with pytest.raises(RuntimeError, match="enter the context"):
        _ = BotApiThread().base_url


def test_the_server_runs_in_a_thread() -> None:
    """Code without an event loop, or another process, talks to it; `call` acts inside its loop."""
    at = datetime(2026, 11, 24, 18, 50, tzinfo=UTC)
    with BotApiThread(token="123:abc", now=lambda: at) as telegram:
        telegram.call(lambda server: server.world.add_user(ANNA, "Anna"))
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        body = json.dumps({"chat_id": ANNA, "text": "from outside"}).encode()
        request = urllib.request.Request(
            f"{telegram.base_url}123:abc/sendMessage", body, {"content-type": "application/json"}
        )
        with opener.open(request, timeout=5) as response:
            assert json.load(response)["result"]["date"] == int(at.timestamp())
        sent = telegram.wait_for(lambda server: server.sent(ANNA))
        assert [one.text for one in sent] == ["from outside"]
        with pytest.raises(WorldError):
            telegram.call(lambda server: server.world.chat(5))
