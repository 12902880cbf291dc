"""The chats that get messages, and which locations they get them of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.people import Role
from bot.store.db.engine import Connection
from bot.store.db.schema import (
    chat_links,
    chats,
    grants,
    group_people,
    locations,
    messages,
    outbox,
    people,
    quiet_choices,
    rings,
    silenced,
)


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat (or one topic of it) that gets messages.

    Attributes:
        thread_id: the topic; 0 for none.
        kind: "private" or "group".
        language: of its messages.
    """

    chat_id: int
    telegram_chat_id: int
    thread_id: int
    kind: str
    title: str
    language: str
    disabled_at: datetime | None
    disabled_reason: str
    paused_until: datetime | None


_CHAT = [chats.c[name] for name in Chat.__slots__]
# Put together once, as everything that a press needs: it takes longer than the question.
_ITS_BUSINESS = sa.select(locations.c.business_id).where(locations.c.location_id == sa.bindparam("its"))
_IS_LINKED = chats.c.chat_id.in_(
    sa.select(chat_links.c.chat_id).where(
        chat_links.c.business_id == _ITS_BUSINESS.scalar_subquery(),
        sa.or_(chat_links.c.location_id.is_(None), chat_links.c.location_id == sa.bindparam("its")),
    )
)
_OF_LOCATION = sa.select(*_CHAT).where(chats.c.disabled_at.is_(None), _IS_LINKED).order_by(chats.c.chat_id)


def _at(key: str) -> sa.Select[Any]:
    return sa.select(messages.c.chat_id).where(messages.c.key == sa.bindparam(key))


_SHOWING = (
    sa.select(chats.c.chat_id, chats.c.chat_id.in_(_at("below")).label("is_below"))
    .where(chats.c.disabled_at.is_(None), sa.or_(_IS_LINKED, chats.c.chat_id.in_(_at("card"))))
    .order_by(chats.c.chat_id)
)
_PRIVATE_OF = (
    sa.select(people.c.person_id, *_CHAT)
    .join(people, people.c.telegram_id == chats.c.telegram_chat_id)
    .where(
        people.c.person_id.in_(sa.bindparam("person_ids", expanding=True)),
        chats.c.kind == "private",
        chats.c.disabled_at.is_(None),
    )
)
_SEEN = sa.select(group_people.c.chat_id).where(
    group_people.c.chat_id == sa.bindparam("its_id"), group_people.c.person_id == sa.bindparam("person_id")
)


async def put(
    connection: Connection,
    *,
    telegram_chat_id: int,
    thread_id: int = 0,
    kind: str,
    title: str,
    language: str,
    now: datetime,
) -> Chat:
    """Make a chat known; one that was given up is used again, and keeps its language."""
    is_it = sa.and_(chats.c.telegram_chat_id == telegram_chat_id, chats.c.thread_id == thread_id)
    result = await connection.execute(
        sa.update(chats).where(is_it).values(title=title, disabled_at=None, disabled_reason="", paused_until=None)
    )
    if result.rowcount == 0:
        await connection.execute(
            sa.insert(chats).values(
                telegram_chat_id=telegram_chat_id,
                thread_id=thread_id,
                kind=kind,
                title=title,
                language=language,
                linked_at=now,
            )
        )
    return _chat((await connection.execute(sa.select(*_CHAT).where(is_it))).one())


async def link(connection: Connection, chat_id: int, *, business_id: int, location_id: int | None) -> None:
    """Send the incidents of a location (None: of all the business's locations) to a chat."""
    is_it = sa.and_(
        chat_links.c.chat_id == chat_id,
        chat_links.c.business_id == business_id,
        chat_links.c.location_id.is_not_distinct_from(location_id),
    )
    if (await connection.execute(sa.select(chat_links.c.link_id).where(is_it))).first() is None:
        await connection.execute(
            sa.insert(chat_links).values(chat_id=chat_id, business_id=business_id, location_id=location_id)
        )


async def get(connection: Connection, chat_id: int) -> Chat:
    """A chat by our id."""
    return _chat((await connection.execute(sa.select(*_CHAT).where(chats.c.chat_id == chat_id))).one())


async def find(connection: Connection, telegram_chat_id: int, thread_id: int = 0) -> Chat | None:
    """A chat by Telegram's id; a topic that is not linked itself is answered as its group."""
    rows = await connection.execute(
        sa.select(*_CHAT)
        .where(chats.c.telegram_chat_id == telegram_chat_id, chats.c.thread_id.in_([thread_id, 0]))
        .order_by(chats.c.thread_id.desc())
    )
    row = rows.first()
    return None if row is None else _chat(row)


async def at(connection: Connection, telegram_chat_id: int) -> list[Chat]:
    """A group with all its topics, as far as they are known."""
    rows = await connection.execute(
        sa.select(*_CHAT).where(chats.c.telegram_chat_id == telegram_chat_id).order_by(chats.c.thread_id)
    )
    return [_chat(row) for row in rows]


async def linked(connection: Connection) -> list[Chat]:
    """The chats that get incidents, whatever the location, and were not given up."""
    rows = await connection.execute(
        sa.select(*_CHAT)
        .where(chats.c.disabled_at.is_(None), chats.c.chat_id.in_(sa.select(chat_links.c.chat_id)))
        .order_by(chats.c.chat_id)
    )
    return [_chat(row) for row in rows]


async def of_location(connection: Connection, location_id: int) -> list[Chat]:
    """The chats that get a location's incidents."""
    rows = await connection.execute(_OF_LOCATION, {"its": location_id})
    return [_chat(row) for row in rows]


async def showing(connection: Connection, location_id: int, *, card: str, below: str) -> dict[int, bool]:
    """The chats that get a location's incidents or in which a card stands -> whether what belongs below it does too.

    `card` and `below` are the keys of the two messages (`sent_messages`).
    """
    rows = await connection.execute(_SHOWING, {"its": location_id, "card": card, "below": below})
    return {chat_id: bool(is_below) for chat_id, is_below in rows}


async def of_owners(connection: Connection, *, business_id: int) -> list[Chat]:
    """The private chats of a business's owners."""
    rows = await connection.execute(
        sa.select(*_CHAT)
        .join(people, people.c.telegram_id == chats.c.telegram_chat_id)
        .join(grants, grants.c.person_id == people.c.person_id)
        .where(
            grants.c.role == Role.OWNER.value,
            grants.c.business_id == business_id,
            grants.c.revoked_at.is_(None),
            chats.c.disabled_at.is_(None),
        )
        .distinct()
        .order_by(chats.c.chat_id)
    )
    return [_chat(row) for row in rows]


async def private_of(connection: Connection, person_ids: Collection[int]) -> dict[int, Chat]:
    """Person -> the private chat in which they can be reached; those who cannot be are left out."""
    rows = await connection.execute(_PRIVATE_OF, {"person_ids": list(person_ids)})
    return {row.person_id: Chat(*row[1:]) for row in rows}


async def note_seen(connection: Connection, chat_id: int, person_id: int, *, now: datetime) -> None:
    """Note that a person is in a group: they wrote or pressed there."""
    if await connection.scalar(_SEEN, {"its_id": chat_id, "person_id": person_id}) is None:
        await connection.execute(sa.insert(group_people).values(chat_id=chat_id, person_id=person_id, seen_at=now))


async def linked_locations(connection: Connection, chat_id: int) -> list[int]:
    """The locations whose incidents a chat gets."""
    rows = await connection.execute(
        sa.select(locations.c.location_id)
        .where(
            locations.c.is_active,
            sa.exists(
                sa.select(chat_links.c.link_id).where(
                    chat_links.c.chat_id == chat_id,
                    chat_links.c.business_id == locations.c.business_id,
                    sa.or_(chat_links.c.location_id.is_(None), chat_links.c.location_id == locations.c.location_id),
                )
            ),
        )
        .order_by(locations.c.location_id)
    )
    return [row.location_id for row in rows]


async def set_language(connection: Connection, chat_id: int, language: str) -> None:
    """Choose a chat's language."""
    await connection.execute(sa.update(chats).where(chats.c.chat_id == chat_id).values(language=language))


async def has_heard(connection: Connection, chat_ids: Collection[int]) -> bool:
    """Whether a test alert was heard in one of the chats."""
    query = sa.select(chats.c.chat_id).where(chats.c.chat_id.in_(chat_ids), chats.c.heard_at.is_not(None)).limit(1)
    return await connection.scalar(query) is not None


async def set_heard(connection: Connection, chat_id: int, *, now: datetime) -> None:
    """Note that somebody heard the test alert in a chat."""
    await connection.execute(sa.update(chats).where(chats.c.chat_id == chat_id).values(heard_at=now))


async def disable(connection: Connection, chat_id: int, *, reason: str, now: datetime) -> None:
    """Give a chat up: Telegram says for good that nothing can be sent there."""
    await connection.execute(
        sa.update(chats).where(chats.c.chat_id == chat_id).values(disabled_at=now, disabled_reason=reason)
    )


async def disabled(connection: Connection) -> list[Chat]:
    """Chats that were given up."""
    rows = await connection.execute(sa.select(*_CHAT).where(chats.c.disabled_at.is_not(None)))
    return [_chat(row) for row in rows]


async def pause(connection: Connection, chat_id: int, *, until: datetime) -> None:
    """Send nothing to a chat for a while, nor to the other topics of its group: Telegram counts them together."""
    group = sa.select(chats.c.telegram_chat_id).where(chats.c.chat_id == chat_id).scalar_subquery()
    await connection.execute(sa.update(chats).where(chats.c.telegram_chat_id == group).values(paused_until=until))


async def unlink(connection: Connection, chat_id: int) -> None:
    """Send no incidents to a chat any more."""
    await connection.execute(sa.delete(chat_links).where(chat_links.c.chat_id == chat_id))


async def migrate(connection: Connection, old_telegram_id: int, new_telegram_id: int) -> list[int]:
    """A group has become a supergroup with another id; gives our ids of its chats, none when that was known.

    Something may have been said under the new id before we heard of it; that chat's row then makes way.
    """
    moved = [chat.chat_id for chat in await at(connection, old_telegram_id)]
    if moved:
        early = [chat.chat_id for chat in await at(connection, new_telegram_id)]
        for table in (chat_links, messages, outbox, quiet_choices, silenced, rings, group_people):
            await connection.execute(sa.delete(table).where(table.c.chat_id.in_(early)))
        await connection.execute(sa.delete(chats).where(chats.c.chat_id.in_(early)))
        await connection.execute(
            sa.update(chats)
            .where(chats.c.chat_id.in_(moved))
            .values(telegram_chat_id=new_telegram_id, disabled_at=None, disabled_reason="")
        )
    return moved


def _chat(row: sa.Row[Any]) -> Chat:
    return Chat(**row._mapping)
