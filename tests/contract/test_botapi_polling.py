"""getUpdates: long polling, confirmation, conflict, allowed kinds, and how long updates are kept."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest
from telegram import Update
from telegram.error import Conflict
from telegram.ext import Application, MessageHandler, filters

from bot.clock import SteppedClock
from tests.contract.botapi_bot import client, keyboard, refusal, request_to_server, talking

pytestmark = pytest.mark.server

ANNA = 1001
GROUP = -400


async def test_a_long_poll_ends_with_the_first_update() -> None:
    """A waiting getUpdates answers as soon as somebody writes, long before its time is up."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        began = time.monotonic()
        poll = asyncio.create_task(bot.get_updates(timeout=45))
        await server.wait_for(lambda: server.world.updates.is_polled)
        server.people.say(anna, ANNA, "hello")
        updates = await poll
        assert [one.message.text for one in updates if one.message] == ["hello"]
        assert time.monotonic() - began < 40


async def test_an_empty_poll_ends_after_its_timeout() -> None:
    """Nothing happens: an empty list after the time asked for."""
    async with talking() as (_, bot):
        began = time.monotonic()
        assert await bot.get_updates(timeout=1) == ()
        assert 0.9 < time.monotonic() - began < 30


async def test_updates_stay_until_a_greater_offset_confirms_them() -> None:
    """The same update comes again until the offset passes it; limit and negative offsets work."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        for text in "abc":
            server.people.say(anna, ANNA, text)
        first = await bot.get_updates()
        assert [one.update_id for one in await bot.get_updates()] == [one.update_id for one in first]
        assert len(await bot.get_updates(limit=2)) == 2
        rest = await bot.get_updates(offset=first[0].update_id + 1)
        assert [one.message.text for one in rest if one.message] == ["b", "c"]
        last = await bot.get_updates(offset=-1)
        assert [one.message.text for one in last if one.message] == ["c"]
        assert await bot.get_updates(offset=last[0].update_id + 1) == ()
        assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_second_poller_ends_the_first_with_409() -> None:
    """Two instances: the earlier poll is terminated in Telegram's words, the later one goes on."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        async with client(server) as other:
            first = asyncio.create_task(bot.get_updates(timeout=45))
            await server.wait_for(lambda: server.world.updates.is_polled)
            second = asyncio.create_task(other.get_updates(timeout=10))
            with pytest.raises(Conflict):
                await first
            text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            assert server.calls_of("getUpdates")[0].error == text
            server.people.say(anna, ANNA, "hello")
            assert len(await second) == 1


async def test_allowed_updates_are_remembered() -> None:
    """The kinds asked for once hold for later polls, and others are not even queued."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        card = await bot.send_message(ANNA, "a", reply_markup=keyboard([("Ack", "ack")]))
        await bot.get_updates(allowed_updates=["callback_query"])
        server.people.say(anna, ANNA, "hello")
        server.people.press(anna, ANNA, card.message_id, "Ack")
        updates = await bot.get_updates()
        assert [one.callback_query.data for one in updates if one.callback_query] == ["ack"]
        assert len(updates) == 1
        assert (await bot.get_webhook_info()).allowed_updates == ("callback_query",)
        await bot.get_updates(offset=updates[0].update_id + 1, allowed_updates=[])
        server.people.say(anna, ANNA, "hello")
        assert len(await bot.get_updates()) == 1


async def test_a_misspelt_update_kind_is_refused() -> None:
    """The real server would ignore it, and the bot would wait for ever."""
    async with talking() as (server, bot):
        text = "Bad Request: allowed_updates names no such kind: mesage (stricter than Telegram)"
        assert await refusal(server, bot.get_updates(allowed_updates=["mesage", "callback_query"])) == text


async def test_updates_are_kept_for_24_hours() -> None:
    """What waited longer than a day is gone."""
    clock = SteppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    async with talking(now=clock.now) as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.people.say(anna, ANNA, "old")
        clock.advance(timedelta(hours=23, minutes=59))
        server.people.say(anna, ANNA, "new")
        assert len(await bot.get_updates()) == 2
        clock.advance(timedelta(minutes=1))
        assert [one.message.text for one in await bot.get_updates() if one.message] == ["new"]


async def test_pending_updates_can_be_dropped() -> None:
    """deleteWebhook with drop_pending_updates empties the queue."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.people.say(anna, ANNA, "old")
        await bot.delete_webhook()
        assert len(await bot.get_updates()) == 1
        await bot.delete_webhook(drop_pending_updates=True)
        assert await bot.get_updates() == ()


async def test_a_whole_application_runs_against_the_server() -> None:
    """python-telegram-bot's updater polls, its handler answers, and it stops cleanly."""

    async def echo(update: Update, _: object) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text(f"you said {update.effective_message.text}")

    async with talking() as (server, _):
        anna = server.world.add_user(ANNA, "Anna")
        builder = Application.builder().token(server.token).base_url(server.base_url).job_queue(None)
        builder = builder.request(request_to_server()).get_updates_request(request_to_server())
        application = builder.build()
        application.add_handler(MessageHandler(filters.TEXT, echo))
        async with application:
            await application.start()
            assert application.updater is not None
            await application.updater.start_polling(timeout=1)
            server.people.say(anna, ANNA, "hello")
            sent = await server.wait_for(lambda: server.sent(ANNA))
            await application.updater.stop()
            await application.stop()
        assert [one.text for one in sent] == ["you said hello"]
