"""Messages that stand in a chat: where they are, so that they can be edited, answered and deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import chats, messages

SAID = "said:"


def said_key(outbox_id: int) -> str:
    """The key of a message that is never edited, kept so that it can be taken back when a guest in it is erased."""
    return f"{SAID}{outbox_id}"


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that stands in a chat and can be edited."""

    chat_id: int
    key: str
    telegram_message_id: int
    content_hash: str


async def find(connection: Connection, chat_id: int, key: str) -> SentMessage | None:
    """The message that stands in a chat under a key."""
    row = (
        await connection.execute(sa.select(messages).where(messages.c.chat_id == chat_id, messages.c.key == key))
    ).first()
    return None if row is None else _sent(row)


_CHATS_WITH = sa.select(messages.c.chat_id).where(
    messages.c.chat_id.in_(sa.bindparam("chat_ids", expanding=True)), messages.c.key == sa.bindparam("key")
)


async def chats_with(connection: Connection, chat_ids: Collection[int], key: str) -> set[int]:
    """In which of these chats a message stands under a key."""
    rows = await connection.execute(_CHATS_WITH, {"chat_ids": list(chat_ids), "key": key})
    return set(rows.scalars())


async def chats_at(connection: Connection, key: str) -> set[int]:
    """The chats that are still reached in which a message stands under a key."""
    rows = await connection.scalars(
        sa.select(messages.c.chat_id).join(chats).where(messages.c.key == key, chats.c.disabled_at.is_(None))
    )
    return set(rows)


async def changed_at(connection: Connection, chat_id: int, key: str) -> datetime | None:
    """When the message under a key was last sent or edited; None when it does not stand there."""
    found: datetime | None = await connection.scalar(
        sa.select(messages.c.sent_at).where(messages.c.chat_id == chat_id, messages.c.key == key)
    )
    return found


async def key_of(connection: Connection, chat_id: int, telegram_message_id: int) -> str | None:
    """The key of a message in a chat; None of one that was only said (`said_key`)."""
    found: str | None = await connection.scalar(
        sa.select(messages.c.key).where(
            messages.c.chat_id == chat_id,
            messages.c.telegram_message_id == telegram_message_id,
            messages.c.key.not_like(f"{SAID}%"),
        )
    )
    return found


async def thread_of(connection: Connection, telegram_chat_id: int, telegram_message_id: int) -> int:
    """The topic that a message of ours stands in; 0 for none or for a message that is not known."""
    found: int | None = await connection.scalar(
        sa.select(chats.c.thread_id)
        .join(messages, messages.c.chat_id == chats.c.chat_id)
        .where(chats.c.telegram_chat_id == telegram_chat_id, messages.c.telegram_message_id == telegram_message_id)
    )
    return found or 0


async def keep(
    connection: Connection, chat_id: int, key: str, telegram_message_id: int, *, content_hash: str, now: datetime
) -> None:
    """Note where a message stands and what it shows."""
    result = await connection.execute(
        sa.update(messages)
        .where(messages.c.chat_id == chat_id, messages.c.key == key)
        .values(telegram_message_id=telegram_message_id, content_hash=content_hash, sent_at=now)
    )
    if result.rowcount == 0:
        await connection.execute(
            sa.insert(messages).values(
                chat_id=chat_id,
                key=key,
                telegram_message_id=telegram_message_id,
                content_hash=content_hash,
                sent_at=now,
            )
        )


async def forget(connection: Connection, chat_id: int, key: str | None = None) -> None:
    """A message (or all of a chat's messages) is not there any more."""
    is_it = messages.c.chat_id == chat_id
    await connection.execute(sa.delete(messages).where(is_it if key is None else is_it & (messages.c.key == key)))


def _sent(row: sa.Row[Any]) -> SentMessage:
    return SentMessage(
        chat_id=row.chat_id,
        key=row.key,
        telegram_message_id=row.telegram_message_id,
        content_hash=row.content_hash,
    )


async def forget_said(connection: Connection, *, before: datetime) -> None:
    """Forget where messages stand that were only said, sent before a moment."""
    await connection.execute(sa.delete(messages).where(messages.c.key.like(f"{SAID}%"), messages.c.sent_at < before))
