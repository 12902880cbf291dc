"""Outbox, inbox and deadlines, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.store.db.engine import Store
from bot.store.delivery import inbox, outbox, sent_messages, timers
from bot.store.delivery.outbox import Claimed, Outgoing
from bot.store.delivery.timers import Deadline
from bot.store.people import chats
from tests.store_cases import DAY, HOUR, NOW, Shop, rows_of


async def _put(store: Store, chat_id: int, kind: str, *, key: str | None = None, silent: bool = True) -> None:
    async with store.write() as connection:
        await outbox.put(connection, [chat_id], Outgoing(kind=kind, args={}, key=key, is_silent=silent), now=NOW)


async def _ready(store: Store) -> list[Claimed]:
    async with store.read() as connection:
        return await outbox.ready(connection, now=NOW)


async def _claim(store: Store, outbox_id: int) -> bool:
    async with store.write() as connection:
        return await outbox.claim(connection, outbox_id, now=NOW)


async def _second_chat(store: Store) -> int:
    async with store.write() as connection:
        chat = await chats.put(connection, telegram_chat_id=-100, kind="group", title="Team", language="de", now=NOW)
        return chat.chat_id


async def test_of_two_claimers_one_gets_the_row(store: Store, other: Store, shop: Shop) -> None:
    """A row is sent by one sender only, whoever else looks at the same moment."""
    await _put(store, shop.chat_id, "card")
    (row,) = await _ready(store)
    results = await asyncio.gather(*(_claim(one, row.outbox_id) for one in (store, other, store, other)))
    assert sorted(results) == [False, False, False, True]
    assert await _ready(store) == []


async def test_a_chats_messages_stay_in_order(store: Store, shop: Shop) -> None:
    """Only a chat's first row is given, and none while one is being sent; other chats do not wait for it."""
    team = await _second_chat(store)
    for kind in ("first", "second"):
        await _put(store, shop.chat_id, kind)
    await _put(store, team, "theirs")
    rows = {row.chat_id: row for row in await _ready(store)}
    assert {row.kind for row in rows.values()} == {"first", "theirs"}
    await _claim(store, rows[shop.chat_id].outbox_id)
    assert [row.kind for row in await _ready(store)] == ["theirs"]
    async with store.write() as connection:
        await outbox.mark_sent(connection, rows[shop.chat_id].outbox_id, now=NOW)
    assert {row.kind for row in await _ready(store)} == {"second", "theirs"}


async def test_a_new_card_overtakes_reports_and_edits(store: Store, shop: Shop) -> None:
    """Nothing that waits is an answer somebody asked for, and the card that buzzes is still the next one."""
    await _put(store, shop.chat_id, "report")
    await _put(store, shop.chat_id, "card", key="card:1")
    await _put(store, shop.chat_id, "card", key="card:2", silent=False)
    (row,) = await _ready(store)
    assert row.key == "card:2"


async def test_a_message_is_not_given_before_its_time(store: Store, shop: Shop) -> None:
    """A growing card waits, and nobody waits for it."""
    message = Outgoing(kind="card", key="card:1", args={})
    async with store.write() as connection:
        await outbox.put(connection, [shop.chat_id], message, now=NOW, not_before=NOW + HOUR)
    await _put(store, shop.chat_id, "later")
    assert [row.kind for row in await _ready(store)] == ["later"]
    async with store.read() as connection:
        assert [row.kind for row in await outbox.ready(connection, now=NOW + HOUR)] == ["card"]


async def test_waiting_rows_of_one_message_become_one_and_keep_the_buzz(store: Store, shop: Shop) -> None:
    """A card that opened with a buzz and grew before it was sent is one message that buzzes, with the newest data."""
    async with store.write() as connection:
        for number, silent in enumerate((True, False, True)):
            message = Outgoing(kind="card", key="card:1", args={"n": number}, is_silent=silent)
            await outbox.put(connection, [shop.chat_id], message, now=NOW, not_before=NOW + (1 - number) * HOUR)
    (row,) = await rows_of(store, "outbox")
    assert (row["is_silent"], row["args"], row["not_before"]) == (False, {"n": 2}, NOW - HOUR)


async def test_what_is_being_sent_takes_nothing_in(store: Store, shop: Shop) -> None:
    """A change after rendering began is a row of its own, or it would be lost."""
    await _put(store, shop.chat_id, "card", key="card:1")
    (row,) = await _ready(store)
    await _claim(store, row.outbox_id)
    await _put(store, shop.chat_id, "card", key="card:1")
    assert len(await rows_of(store, "outbox")) == 2


async def test_messages_without_a_key_are_never_merged(store: Store, shop: Shop) -> None:
    """Two notices are two messages, and so are two kinds under one key."""
    for kind, key in (("a", None), ("a", None), ("b", "k"), ("c", "k")):
        await _put(store, shop.chat_id, kind, key=key)
    assert len(await rows_of(store, "outbox")) == 4


async def test_a_paused_chat_waits_and_goes_on(store: Store, shop: Shop) -> None:
    """Telegram's retry_after holds one chat back, not the others."""
    team = await _second_chat(store)
    await _put(store, shop.chat_id, "mine")
    await _put(store, team, "theirs")
    async with store.write() as connection:
        await chats.pause(connection, shop.chat_id, until=NOW + timedelta(seconds=30))
    assert [row.kind for row in await _ready(store)] == ["theirs"]
    async with store.read() as connection:
        assert len(await outbox.ready(connection, now=NOW + timedelta(seconds=30))) == 2


async def test_a_pause_of_one_topic_is_one_of_its_group(store: Store, shop: Shop) -> None:
    """Telegram counts all topics of a group together: none is sent to while it wants to be left alone."""
    async with store.write() as connection:
        topics = [
            await chats.put(
                connection,
                telegram_chat_id=-100,
                thread_id=number,
                kind="group",
                title="Team",
                language="de",
                now=NOW,
            )
            for number in (5, 6)
        ]
    for topic in topics:
        await _put(store, topic.chat_id, "theirs")
    await _put(store, shop.chat_id, "mine")
    async with store.write() as connection:
        await chats.pause(connection, topics[0].chat_id, until=NOW + timedelta(seconds=30))
    assert [row.kind for row in await _ready(store)] == ["mine"]


async def test_after_a_restart_what_was_being_sent_may_be_a_repeat(store: Store, shop: Shop) -> None:
    """A row caught in flight goes out again and says so; a row that waited does not."""
    await _put(store, shop.chat_id, "caught")
    (row,) = await _ready(store)
    await _claim(store, row.outbox_id)
    await _put(store, shop.chat_id, "waited")
    async with store.write() as connection:
        assert await outbox.recover(connection) == 1
    rows = {row["kind"]: (row["state"], row["is_repeat"]) for row in await rows_of(store, "outbox")}
    assert rows == {"caught": ("waiting", True), "waited": ("waiting", False)}


async def test_a_failed_row_waits_with_its_error(store: Store, shop: Shop) -> None:
    """Once a row may have arrived, a later harmless failure does not unmark it."""
    await _put(store, shop.chat_id, "card")
    (row,) = await _ready(store)
    for may_have_arrived in (True, False):
        await _claim(store, row.outbox_id)
        async with store.write() as connection:
            await outbox.put_back(connection, row.outbox_id, error="502", may_have_arrived=may_have_arrived)
    (again,) = await _ready(store)
    assert (again.is_repeat, again.attempts) == (True, 2)
    async with store.read() as connection:
        backlog = await outbox.backlog(connection, now=NOW)
    assert (backlog.count, backlog.oldest_at, backlog.last_error) == (1, NOW, "502")


async def test_a_failed_row_takes_in_what_was_written_meanwhile(store: Store, shop: Shop) -> None:
    """A card that could not be sent, grew while it was tried, and still buzzes: one message, not one and its edit."""
    for kind, expected in (("card", [("card", {"n": 2}, False)]), ("keyboard", [("card", {}, False), ("keyboard",)])):
        key = f"{kind}:1"
        await _put(store, shop.chat_id, "card", key=key, silent=False)
        row = next(row for row in await _ready(store) if row.key == key)
        await _claim(store, row.outbox_id)
        async with store.write() as connection:
            message = Outgoing(kind=kind, key=key, args={"n": 2}, is_silent=True)
            await outbox.put(connection, [shop.chat_id], message, now=NOW + HOUR)
            await outbox.put_back(connection, row.outbox_id, error="502", may_have_arrived=False)
        rows = [row for row in await rows_of(store, "outbox") if row["key"] == key]
        found = [(row["kind"], row["args"], row["is_silent"]) for row in sorted(rows, key=lambda row: row["outbox_id"])]
        assert [one[: len(two)] for one, two in zip(found, expected, strict=True)] == expected
        assert rows[0]["created_at"] == NOW
        async with store.write() as connection:
            await outbox.drop_chat(connection, shop.chat_id, error="next case", now=NOW)


async def test_giving_a_chat_up_drops_its_rows_only(store: Store, shop: Shop) -> None:
    """Everything that waits or is being sent for the chat ends, in order; the others' rows stay."""
    team = await _second_chat(store)
    for kind in ("first", "second"):
        await _put(store, team, kind)
    await _put(store, shop.chat_id, "mine")
    row = next(row for row in await _ready(store) if row.chat_id == team)
    await _claim(store, row.outbox_id)
    async with store.write() as connection:
        dropped = await outbox.drop_chat(connection, team, error="kicked", now=NOW)
    assert [row.kind for row in dropped] == ["first", "second"]
    assert [row.kind for row in await _ready(store)] == ["mine"]


async def test_a_standing_message_is_remembered_and_forgotten(store: Store, shop: Shop) -> None:
    """A key leads to its message and back; a new post under the key replaces the old one."""
    async with store.write() as connection:
        for telegram_id in (10, 11):
            await sent_messages.keep(connection, shop.chat_id, "card:1", telegram_id, content_hash="x", now=NOW)
        found = await sent_messages.find(connection, shop.chat_id, "card:1")
        assert found is not None
        assert found.telegram_message_id == 11
        assert await sent_messages.key_of(connection, shop.chat_id, 11) == "card:1"
        await sent_messages.forget(connection, shop.chat_id, "card:1")
        assert await sent_messages.find(connection, shop.chat_id, "card:1") is None


async def test_done_rows_are_dropped_after_a_while(store: Store, shop: Shop) -> None:
    """Upkeep removes what was sent long ago, never what still waits."""
    for kind in ("sent", "waits"):
        await _put(store, shop.chat_id, kind)
    async with store.write() as connection:
        (row,) = await outbox.ready(connection, now=NOW)
        await outbox.mark_sent(connection, row.outbox_id, now=NOW)
        assert await outbox.forget_done(connection, before=NOW) == 0
        assert await outbox.forget_done(connection, before=NOW + DAY) == 1
    assert [row["kind"] for row in await rows_of(store, "outbox")] == ["waits"]


async def test_an_update_is_stored_and_handled_once(store: Store) -> None:
    """Telegram delivers an update again after a lost answer: it is not handled again."""
    updates = [(7, {"text": "Grüße \U0001f600\x00"}), (8, {"text": "b"})]
    async with store.write() as connection:
        assert await inbox.save(connection, updates, now=NOW) == 2
        await inbox.mark_handled(connection, 7, now=NOW)
        assert await inbox.save(connection, updates, now=NOW + HOUR) == 0
        assert [(one.update_id, one.body) for one in await inbox.unhandled(connection)] == [(8, {"text": "b"})]
        assert await inbox.offset(connection, now=NOW + HOUR) == 9
        await inbox.mark_handled(connection, 8, now=NOW)
        assert await inbox.forget_handled(connection, before=NOW + DAY) == 2
        assert await inbox.offset(connection, now=NOW + HOUR) == 9, "the newest says where to go on"


async def test_numbers_of_updates_begin_anew_after_a_week_and_with_another_bot(store: Store) -> None:
    """After six days without updates none is confirmed by number; another account's updates are forgotten."""
    async with store.write() as connection:
        assert not await inbox.begin(connection, 123)
        await inbox.save(connection, [(900, {"text": "old"})], now=NOW)
        await inbox.mark_handled(connection, 900, now=NOW)
        assert await inbox.offset(connection, now=NOW + 5 * DAY) == 901
        later = NOW + 6 * DAY
        assert await inbox.offset(connection, now=later) is None
        assert await inbox.save(connection, [(900, {"text": "new"}), (12, {"text": "low"})], now=later) == 2
        assert [one.update_id for one in await inbox.unhandled(connection)] == [12, 900]
        assert await inbox.offset(connection, now=later) == 13
        assert not await inbox.begin(connection, 123)
        assert await inbox.begin(connection, 456)
        assert await inbox.unhandled(connection) == []
        assert await inbox.offset(connection, now=later) is None


async def test_a_deadline_is_moved_not_doubled(store: Store) -> None:
    """One deadline for each kind and subject; due in order; cleared once."""
    async with store.write() as connection:
        await timers.put(connection, "snooze", "1", due_at=NOW + HOUR)
        await timers.put(connection, "look", "1", due_at=NOW + HOUR)
        await timers.put(connection, "snooze", "1", due_at=NOW)
        assert await timers.due(connection, now=NOW) == [Deadline("snooze", "1", NOW)]
        assert [one.kind for one in await timers.due(connection, now=NOW + HOUR)] == ["snooze", "look"]
        assert await timers.clear(connection, "snooze", "1")
        assert not await timers.clear(connection, "snooze", "1")


async def test_two_workers_share_a_deadline_between_them(store: Store, other: Store) -> None:
    """Whoever clears a deadline does it; the other goes without."""
    async with store.write() as connection:
        await timers.put(connection, "snooze", "1", due_at=NOW)

    async def clear(one: Store) -> bool:
        async with one.write() as connection:
            return await timers.clear(connection, "snooze", "1")

    assert sorted(await asyncio.gather(clear(store), clear(other))) == [False, True]
