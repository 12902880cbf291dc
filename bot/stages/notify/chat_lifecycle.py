"""Finds another way to people when a chat is gone, has moved to another id, or its topic was deleted."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_BUSINESS
from bot.store.db.engine import Connection, Store
from bot.store.delivery import outbox, sent_messages
from bot.store.delivery.outbox import Claimed
from bot.store.incidents import incidents
from bot.store.people import chats
from bot.store.people import locations as places
from bot.store.people.chats import Chat

log = structlog.get_logger(__name__)


async def give_up(connection: Connection, chat: Chat, *, reason: str, now: datetime) -> None:
    """Give a chat up. What it was to get goes to the owners of its businesses, who are told."""
    dropped = await outbox.drop_chat(connection, chat.chat_id, error=reason, now=now)
    if (await chats.get(connection, chat.chat_id)).disabled_at is not None:
        # Telegram tells it twice: as a refusal, and that the bot was removed.
        return
    locations = await chats.linked_locations(connection, chat.chat_id)
    await chats.disable(connection, chat.chat_id, reason=reason, now=now)
    await sent_messages.forget(connection, chat.chat_id)
    by_business: dict[int, list[int]] = {}
    for location_id in locations:
        place = await places.find(connection, location_id)
        by_business.setdefault(place.business_id, []).append(location_id)
    for business_id, location_ids in by_business.items():
        owners = await chats.of_owners(connection, business_id=business_id)
        if not owners:
            log.error("nobody is left to tell about the lost chat", chat=chat.title, undelivered=len(dropped))
        await enqueue.chats(
            connection,
            [owner.chat_id for owner in owners],
            "chat_lost",
            now=now,
            args={
                ABOUT_BUSINESS: business_id,
                "title": chat.title,
                "is_private": chat.kind == "private",
                "at": now.isoformat(),
                "places": [(await places.find(connection, one)).name for one in location_ids],
            },
            buzzes=True,
        )
        for owner in owners:
            got = set(await chats.linked_locations(connection, owner.chat_id))
            for location_id in location_ids:
                await chats.link(connection, owner.chat_id, business_id=business_id, location_id=location_id)
            if not got.intersection(location_ids):
                # What is about an incident or a source; an answer to a command is of no use to anybody else.
                told = [
                    row
                    for row in dropped
                    if row.kind not in (*outbox.ANSWERS, "ask_note", "keyboard", "delete", "retire")
                ]
                await outbox.hand_over(connection, told, owner.chat_id, now=now)
        await enqueue.open_cards(connection, location_ids, now=now)


async def migrated(store: Store, row: Claimed, chat: Chat, *, new_telegram_id: int, now: datetime) -> None:
    """A group has become a supergroup: every reference is rewritten, its open cards are posted again."""
    async with store.write() as connection:
        if row.kind == "card" and row.is_silent:
            # Open cards are posted anew, after the word about the move; one that is over does not come again.
            await outbox.drop(connection, row.outbox_id, error="the group has moved", now=now)
        else:
            await outbox.put_back(connection, row.outbox_id, error="", may_have_arrived=False)
        await move_chat(connection, chat.telegram_chat_id, new_telegram_id, now=now)


async def move_chat(connection: Connection, old_telegram_id: int, new_telegram_id: int, *, now: datetime) -> None:
    """Rewrite a group's id, once, however often it is told. Its old messages cannot be edited under the new one."""
    for chat_id in await chats.migrate(connection, old_telegram_id, new_telegram_id):
        await sent_messages.forget(connection, chat_id)
        locations = await chats.linked_locations(connection, chat_id)
        if locations:
            still_open = await incidents.unresolved(connection, locations)
            await enqueue.chats(connection, [chat_id], "chat_migrated", now=now, args={"open": len(still_open)})
            await enqueue.open_cards(connection, locations, now=now)


async def topic_gone(store: Store, chat: Chat, *, now: datetime) -> None:
    """The topic was deleted: messages go to the group's General, its open cards are posted there."""
    async with store.write() as connection:
        locations = await chats.linked_locations(connection, chat.chat_id)
        general = await chats.put(
            connection,
            telegram_chat_id=chat.telegram_chat_id,
            kind=chat.kind,
            title=chat.title,
            language=chat.language,
            now=now,
        )
        got = set(await chats.linked_locations(connection, general.chat_id))
        if not got:
            await chats.set_language(connection, general.chat_id, chat.language)
        waiting = await outbox.drop_chat(connection, chat.chat_id, error="the topic was deleted", now=now)
        await chats.unlink(connection, chat.chat_id)
        await sent_messages.forget(connection, chat.chat_id)
        if not locations:
            return
        for location_id in locations:
            place = await places.find(connection, location_id)
            await chats.link(connection, general.chat_id, business_id=place.business_id, location_id=location_id)
        await enqueue.chats(connection, [general.chat_id], "topic_gone", now=now)
        if not got.issuperset(locations):
            await outbox.hand_over(connection, waiting, general.chat_id, now=now)
        await enqueue.open_cards(connection, locations, now=now)
