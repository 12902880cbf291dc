"""What was told without sound in quiet hours, and what sounded in them all the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import chats, group_people, people, rings, silenced


async def note_silent(connection: Connection, chat_ids: Collection[int], subject: str, *, now: datetime) -> None:
    """Note that chats were told something without sound."""
    known = await connection.scalars(
        sa.select(silenced.c.chat_id).where(silenced.c.subject == subject, silenced.c.chat_id.in_(list(chat_ids)))
    )
    if new := set(chat_ids) - set(known):
        values = [{"chat_id": one, "subject": subject, "silenced_at": now} for one in sorted(new)]
        await connection.execute(sa.insert(silenced), values)


async def silent_in(connection: Connection, chat_id: int) -> list[str]:
    """What a chat was told without sound and has not been told since."""
    rows = await connection.scalars(
        sa.select(silenced.c.subject).where(silenced.c.chat_id == chat_id).order_by(silenced.c.silenced_at)
    )
    return list(rows)


async def forget_silent(connection: Connection, chat_id: int) -> None:
    """The morning has told it."""
    await connection.execute(sa.delete(silenced).where(silenced.c.chat_id == chat_id))


async def ears(connection: Connection, chat_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Chat -> the people who hear it."""
    private = sa.select(chats.c.chat_id, people.c.person_id).join(
        people, sa.and_(people.c.telegram_id == chats.c.telegram_chat_id, chats.c.kind == "private")
    )
    seen = sa.select(group_people.c.chat_id, group_people.c.person_id)
    found: dict[int, set[int]] = {chat_id: set() for chat_id in chat_ids}
    for query in (private.where(chats.c.chat_id.in_(chat_ids)), seen.where(group_people.c.chat_id.in_(chat_ids))):
        for chat_id, person_id in await connection.execute(query):
            found[chat_id].add(person_id)
    return {chat_id: frozenset(one) for chat_id, one in found.items()}


async def note_rings(connection: Connection, chat_ids: Collection[int], *, now: datetime) -> None:
    """Note that chats sound in their quiet hours."""
    if chat_ids:
        values = [{"chat_id": chat_id, "rang_at": now} for chat_id in sorted(chat_ids)]
        await connection.execute(sa.insert(rings), values)


async def rung(connection: Connection, since: Mapping[int, datetime]) -> tuple[dict[int, int], dict[int, int]]:
    """How often each person and each chat was woken.

    Args:
        connection: a transaction.
        since: chat -> the beginning of its quiet hours; people are counted from the earliest of them.
    """
    earliest = min(since.values())
    rows = list(
        await connection.execute(sa.select(rings.c.chat_id, rings.c.rang_at).where(rings.c.rang_at >= earliest))
    )
    hearers = await ears(connection, {row.chat_id for row in rows})
    by_person: dict[int, int] = {}
    by_chat: dict[int, int] = {}
    for row in rows:
        by_chat[row.chat_id] = by_chat.get(row.chat_id, 0) + 1
        for person in hearers[row.chat_id]:
            by_person[person] = by_person.get(person, 0) + 1
    return by_person, by_chat


async def forget(connection: Connection, *, before: datetime) -> None:
    """Drop what sounded before a moment."""
    await connection.execute(sa.delete(rings).where(rings.c.rang_at < before))
