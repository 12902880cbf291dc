"""What happens when a chat is not what it was: gone, moved to another id, its topic deleted."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.stages import tell
from bot.store import incidents, outbox, people, places
from bot.store.engine import Connection, Store
from bot.store.outbox import Claimed
from bot.store.people import Chat

log = structlog.get_logger(__name__)


async def give_up(connection: Connection, chat: Chat, *, reason: str, now: datetime) -> None:
    """Give a chat up. What it was to get goes to the owners of its businesses, who are told."""
    locations = await people.linked_locations(connection, chat.chat_id)
    dropped = await outbox.drop_chat(connection, chat.chat_id, error=reason, now=now)
    await people.disable_chat(connection, chat.chat_id, reason=reason, now=now)
    await outbox.forget_message(connection, chat.chat_id)
    by_business: dict[int, list[int]] = {}
    for location_id in locations:
        place = await places.find(connection, location_id)
        by_business.setdefault(place.business_id, []).append(location_id)
    for business_id, location_ids in by_business.items():
        owners = [
            owner
            for owner in await people.owner_chats(connection, business_id=business_id)
            if owner.chat_id != chat.chat_id
        ]
        if not owners:
            log.error("nobody is left to tell about the lost chat", chat=chat.title, undelivered=len(dropped))
        await tell.chats(
            connection,
            [owner.chat_id for owner in owners],
            "chat_lost",
            now=now,
            args={
                "title": chat.title,
                "at": now.isoformat(),
                "places": [(await places.find(connection, one)).name for one in location_ids],
            },
            buzzes=True,
        )
        for owner in owners:
            for location_id in location_ids:
                await people.link(connection, owner.chat_id, business_id=business_id, location_id=location_id)
        await _post_open_cards(connection, location_ids, now=now)


async def migrated(store: Store, row: Claimed, chat: Chat, *, new_telegram_id: int, now: datetime) -> None:
    """A group has become a supergroup: every reference is rewritten, its open cards are posted again."""
    async with store.write() as connection:
        await move_chat(connection, chat.telegram_chat_id, new_telegram_id, now=now)
        await outbox.put_back(connection, row.outbox_id, error="", may_have_arrived=False)


async def move_chat(connection: Connection, old_telegram_id: int, new_telegram_id: int, *, now: datetime) -> None:
    """Rewrite a group's id. Its old messages cannot be edited under the new one."""
    for chat_id in await people.migrate_chat(connection, old_telegram_id, new_telegram_id):
        await outbox.forget_message(connection, chat_id)
        locations = await people.linked_locations(connection, chat_id)
        still_open = await incidents.unresolved(connection, locations)
        await tell.chats(connection, [chat_id], "chat_migrated", now=now, args={"open": len(still_open)})
        await _post_open_cards(connection, locations, now=now)


async def topic_gone(store: Store, row: Claimed, chat: Chat, *, now: datetime) -> None:
    """The topic was deleted: messages go to the group's General, its open cards are posted there."""
    async with store.write() as connection:
        general = await people.find_chat(connection, chat.telegram_chat_id, 0)
        if general is not None:
            # The group itself is linked as well: the topic's own row has nothing left to do.
            await outbox.drop_chat(connection, chat.chat_id, error="topic deleted", now=now)
            await people.disable_chat(connection, chat.chat_id, reason="topic deleted", now=now)
            return
        locations = await people.linked_locations(connection, chat.chat_id)
        await people.drop_topic(connection, chat.chat_id)
        await outbox.forget_message(connection, chat.chat_id)
        await outbox.put_back(connection, row.outbox_id, error="", may_have_arrived=False)
        await tell.chats(connection, [chat.chat_id], "topic_gone", now=now)
        await _post_open_cards(connection, locations, now=now)


async def _post_open_cards(connection: Connection, location_ids: list[int], *, now: datetime) -> None:
    for incident in await incidents.unresolved(connection, location_ids):
        await tell.card(connection, incident, now=now)
