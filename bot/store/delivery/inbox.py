"""Telegram's updates, stored before they are confirmed to Telegram, and handled once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import inbox, installation
from bot.store.delivery import service_status


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update."""

    update_id: int
    body: Any
    received_at: datetime


RENEWED_AFTER = timedelta(days=6)
"""After a week without updates Telegram gives them numbers from a random start (Bot API, Update.update_id). A day
before, none is confirmed by its number any more: a lower one would be confirmed away unseen."""


async def save(connection: Connection, updates: Iterable[tuple[int, Mapping[str, Any]]], *, now: datetime) -> int:
    """Store updates; one that is stored already is left as it is. Gives how many are new.

    The same number with other content long after is another update: the numbers have begun anew.
    """
    count = 0
    for update_id, whole in updates:
        body = _without_own_words(whole)
        row = (await connection.execute(sa.select(inbox).where(inbox.c.update_id == update_id))).first()
        if row is not None and row.body != body and now - row.received_at >= RENEWED_AFTER:
            await connection.execute(sa.delete(inbox).where(inbox.c.update_id == update_id))
            row = None
        if row is None:
            await connection.execute(sa.insert(inbox).values(update_id=update_id, body=body, received_at=now))
            count += 1
        await note_newest(connection, update_id, now=now)
    return count


_OWN_WORDS = ("text", "entities", "caption", "caption_entities")


def _without_own_words(update: Mapping[str, Any]) -> dict[str, Any]:
    """An update without what we said ourselves: a press brings the whole card along, with its quotes of guests."""
    body = dict(update)
    for name, inner in (("callback_query", "message"), ("message", "reply_to_message")):
        outer = body.get(name)
        if isinstance(outer, Mapping) and isinstance(outer.get(inner), Mapping):
            kept = {key: value for key, value in outer[inner].items() if key not in _OWN_WORDS}
            body[name] = {**outer, inner: kept}
    return body


async def note_newest(connection: Connection, update_id: int, *, now: datetime) -> None:
    """Note how far Telegram's updates have been taken; what is not stored is confirmed with them."""
    await service_status.update(connection, last_update_id=update_id, last_update_at=now)


async def begin(connection: Connection, bot_id: int) -> bool:
    """Make the inbox that of a bot account; True when it was another's, whose updates nobody can answer any more."""
    known = await connection.scalar(sa.select(installation.c.bot_id))
    if known == bot_id:
        return False
    if known is not None:
        await connection.execute(sa.delete(inbox))
    newest = (
        await connection.execute(
            sa.select(inbox.c.update_id, inbox.c.received_at).order_by(inbox.c.update_id.desc()).limit(1)
        )
    ).first()
    await service_status.update(
        connection,
        bot_id=bot_id,
        last_update_id=None if newest is None else newest.update_id,
        last_update_at=None if newest is None else newest.received_at,
    )
    return known is not None


async def unhandled(connection: Connection, *, limit: int = 1000) -> list[Incoming]:
    """Updates that wait for their handler, oldest first, but presses before all others: somebody waits for those."""
    # In JSON a quotation mark inside of a text is escaped, so no text looks like this name of a field.
    is_press = sa.cast(inbox.c.body, sa.Text).like('%"callback_query":%')
    rows = await connection.execute(
        sa.select(inbox.c.update_id, inbox.c.body, inbox.c.received_at)
        .where(inbox.c.handled_at.is_(None))
        .order_by(sa.case((is_press, 0), else_=1), inbox.c.update_id)
        .limit(limit)
    )
    return [Incoming(**row._mapping) for row in rows]


_HANDLED = sa.update(inbox).where(inbox.c.update_id == sa.bindparam("its_id"))


async def mark_handled(connection: Connection, update_id: int, *, now: datetime, error: str = "") -> None:
    """Note that an update has been handled, in the transaction of what it changed."""
    await connection.execute(_HANDLED, {"its_id": update_id, "handled_at": now, "error": error})


async def offset(connection: Connection, *, now: datetime) -> int | None:
    """From which update on to ask, which confirms all before; None to confirm nothing and be given whatever waits."""
    row = (await connection.execute(sa.select(installation.c.last_update_id, installation.c.last_update_at))).first()
    if row is None or row.last_update_id is None or row.last_update_at is None:
        return None
    # A clock that was set back says nothing about how long nothing came.
    return None if now - row.last_update_at >= RENEWED_AFTER else int(row.last_update_id) + 1


async def forget_handled(connection: Connection, *, before: datetime) -> int:
    """Drop updates handled before a moment."""
    result = await connection.execute(sa.delete(inbox).where(inbox.c.handled_at < before))
    return int(result.rowcount)
