"""The outbox: messages that are to be sent.

A row is written in the transaction of the change that caused it and says what to tell, not how: the sender renders
it when it sends it, in the chat's language and from the state of that moment, so that several changes of one card
become one edit. A row with a key is sent once and edited afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import chats, outbox, people

WAITING, SENDING, SENT, DROPPED = "waiting", "sending", "sent", "dropped"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to write into the outbox.

    Attributes:
        kind: what it is; the sender has one renderer for each.
        args: what the renderer needs, JSON values; "file" names an attachment (`attachments`) that goes along.
        key: messages with the same key in one chat are one message, edited.
        reply_to: the key of the message it replies to.
        is_silent: it does not buzz.
    """

    kind: str
    args: Mapping[str, Any]
    key: str | None = None
    reply_to: str | None = None
    is_silent: bool = True


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row the sender works on."""

    outbox_id: int
    chat_id: int
    kind: str
    key: str | None
    args: Mapping[str, Any]
    is_silent: bool
    reply_to: str | None
    attempts: int
    is_repeat: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """What has not been delivered."""

    count: int
    oldest_at: datetime | None
    last_error: str


_CLAIMED = [outbox.c[name] for name in Claimed.__slots__]


async def put(
    connection: Connection,
    chat_ids: Sequence[int],
    message: Outgoing,
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Write a message for each chat.

    A waiting row with the same kind and key takes the new one in: it is rendered from the newest state anyway. But not
    past a row of another kind for the same message: a card that is to replace a picker must be sent after the picker.
    """
    due = not_before or now
    taken_in = set() if message.key is None else await _merge(connection, chat_ids, message, due=due)
    values = {
        "kind": message.kind,
        "key": message.key,
        "args": dict(message.args),
        "is_silent": message.is_silent,
        "reply_to": message.reply_to,
        "state": WAITING,
        "created_at": now,
        "not_before": due,
    }
    new = [{"chat_id": chat_id, **values} for chat_id in chat_ids if chat_id not in taken_in]
    if new:
        await connection.execute(_WRITTEN, new)


async def withdraw(connection: Connection, kind: str, incident_id: int) -> None:
    """Take back what waits about an incident: what is written next says it with newer figures."""
    is_it = sa.and_(outbox.c.kind == kind, outbox.c.args["incident_id"].as_integer() == incident_id)
    await connection.execute(sa.delete(outbox).where(outbox.c.state == WAITING, is_it))


async def silence(connection: Connection, chat_id: int, keys: Sequence[str]) -> None:
    """What waits for a chat under these keys comes without sound."""
    is_it = sa.and_(outbox.c.chat_id == chat_id, outbox.c.state == WAITING, outbox.c.key.in_(keys))
    await connection.execute(sa.update(outbox).where(is_it).values(is_silent=True))


async def was_put(connection: Connection, chat_id: int, key: str) -> bool:
    """Whether a message with this key was written for a chat before, sent or not."""
    found = await connection.scalar(
        sa.select(outbox.c.outbox_id).where(outbox.c.chat_id == chat_id, outbox.c.key == key).limit(1)
    )
    return found is not None


_NEWEST_OF_IT = (
    sa.select(sa.func.max(outbox.c.outbox_id))
    .where(
        outbox.c.state.in_([WAITING, SENDING]),
        outbox.c.chat_id.in_(sa.bindparam("chat_ids", expanding=True)),
        outbox.c.key == sa.bindparam("its_key"),
    )
    .group_by(outbox.c.chat_id)
)
_DUE = sa.bindparam("due", type_=outbox.c.not_before.type)
_MERGED = (
    sa.update(outbox)
    .where(outbox.c.outbox_id.in_(_NEWEST_OF_IT), outbox.c.state == WAITING, outbox.c.kind == sa.bindparam("its_kind"))
    .values(
        not_before=sa.case((outbox.c.not_before < _DUE, outbox.c.not_before), else_=_DUE),
        args=sa.bindparam("its_args", type_=outbox.c.args.type),
        is_silent=sa.and_(outbox.c.is_silent, sa.bindparam("its_silence", type_=sa.Boolean())),
    )
    .returning(outbox.c.chat_id)
)
_WRITTEN = sa.insert(outbox)


async def _merge(connection: Connection, chat_ids: Sequence[int], message: Outgoing, *, due: datetime) -> set[int]:
    """Put a message into the row that waits for it already; gives the chats where there is one."""
    its = {"chat_ids": list(chat_ids), "its_key": message.key, "its_kind": message.kind}
    new = {"due": due, "its_args": dict(message.args), "its_silence": message.is_silent}
    return set(await connection.scalars(_MERGED, its | new))


ANSWERS: Final = ("ready_made", "incident_reviews", "location_reviews", "themes", "skipped_list", "member_removed")
"""What somebody asked for in the chat. Anybody in a group can ask a hundred times; an incident waits for none of it."""

REPORTS: Final = ("first_import", "recent_cluster", "back_test", "upload", "skipped_rows", "unreadable", "digest")
"""What comes by itself and is not urgent; of many places there can be hundreds."""

OVERTAKEN_FROM: Final = 4
"""With so many answers and reports waiting for a chat, everything else goes first."""


async def ready(connection: Connection, *, now: datetime) -> list[Claimed]:
    """The next due row of every chat that is not paused, what is about incidents first.

    A chat's messages stay in order, but a new card comes first: after a first start hundreds of reports may wait, and a
    chat takes one message a second. Where answers or reports pile up, everything else overtakes them.
    """
    rows = await connection.execute(_READY, {"now": now})
    return [Claimed(**row._mapping) for row in rows]


def _ready() -> sa.Select[Any]:
    can_wait = outbox.c.kind.in_((*ANSWERS, *REPORTS))
    is_new_card = sa.and_(outbox.c.kind == "card", sa.not_(outbox.c.is_silent))
    is_jammed = sa.func.sum(sa.case((can_wait, 1), else_=0)) >= OVERTAKEN_FROM
    first_new_card = sa.func.min(sa.case((is_new_card, outbox.c.outbox_id)))
    first_other = sa.func.min(sa.case((sa.not_(can_wait), outbox.c.outbox_id)))
    first = sa.func.min(outbox.c.outbox_id)
    heads = (
        sa.select(sa.func.coalesce(first_new_card, sa.case((is_jammed, first_other)), first))
        .select_from(outbox)
        .join(chats)
        .where(
            outbox.c.state == WAITING,
            outbox.c.not_before <= sa.bindparam("now"),
            sa.or_(chats.c.paused_until.is_(None), chats.c.paused_until <= sa.bindparam("now")),
            # A row that is being sent holds the chat's later rows back.
            outbox.c.chat_id.not_in(sa.select(outbox.c.chat_id).where(outbox.c.state == SENDING)),
        )
        .group_by(outbox.c.chat_id)
    )
    query = sa.select(*_CLAIMED).where(outbox.c.outbox_id.in_(heads))
    return query.order_by(sa.case((can_wait, 1), else_=0), outbox.c.outbox_id)


# Put together once: the sender asks after every tick, and that takes longer than the question.
_READY = _ready()
_ANY_WAITING = sa.select(outbox.c.outbox_id).where(outbox.c.state == WAITING).limit(1)


async def is_any_waiting(connection: Connection) -> bool:
    """Whether any message waits, now or for its time."""
    found = await connection.scalar(_ANY_WAITING)
    return found is not None


async def claim(connection: Connection, outbox_id: int, *, now: datetime) -> bool:
    """Claim a row for sending; False when another sender has claimed it."""
    result = await connection.execute(
        sa.update(outbox)
        .where(outbox.c.outbox_id == outbox_id, outbox.c.state == WAITING)
        .values(state=SENDING, claimed_at=now, attempts=outbox.c.attempts + 1)
    )
    return result.rowcount == 1


async def being_sent_since(connection: Connection, chat_id: int, key: str) -> datetime | None:
    """Since when a message is on its way; None when it is not."""
    found: datetime | None = await connection.scalar(
        sa.select(outbox.c.claimed_at).where(
            outbox.c.state == SENDING, outbox.c.chat_id == chat_id, outbox.c.key == key
        )
    )
    return found


async def mark_sent(connection: Connection, outbox_id: int, *, now: datetime) -> None:
    """Telegram has answered."""
    await connection.execute(
        sa.update(outbox).where(outbox.c.outbox_id == outbox_id).values(state=SENT, done_at=now, error="")
    )


async def put_back(connection: Connection, outbox_id: int, *, error: str, may_have_arrived: bool) -> None:
    """Sending failed for now. With `may_have_arrived` the next attempt says that it may be a repeat.

    What was written for the same message meanwhile goes into it, as `put` would have done had it not been under way:
    otherwise the late message would be edited at once, and no longer say that it is late.
    """
    await connection.execute(
        sa.update(outbox)
        .where(outbox.c.outbox_id == outbox_id)
        .values(
            state=WAITING,
            claimed_at=None,
            error=error,
            is_repeat=sa.or_(outbox.c.is_repeat, sa.literal(may_have_arrived)),
        )
    )
    mine = outbox.alias("mine")
    following = (
        sa.select(
            outbox.c.outbox_id, outbox.c.args, outbox.c.is_silent, (outbox.c.kind == mine.c.kind).label("is_same")
        )
        .join(mine, sa.and_(outbox.c.chat_id == mine.c.chat_id, outbox.c.key == mine.c.key))
        .where(mine.c.outbox_id == outbox_id, outbox.c.outbox_id > outbox_id, outbox.c.state == WAITING)
        .order_by(outbox.c.outbox_id)
        .limit(1)
    )
    later = (await connection.execute(following)).first()
    if later is not None and later.is_same:
        await connection.execute(
            sa.update(outbox)
            .where(outbox.c.outbox_id == outbox_id)
            .values(args=later.args, is_silent=sa.and_(outbox.c.is_silent, sa.literal(later.is_silent)))
        )
        await connection.execute(sa.delete(outbox).where(outbox.c.outbox_id == later.outbox_id))


async def drop(connection: Connection, outbox_id: int, *, error: str, now: datetime) -> None:
    """Drop a row that Telegram refuses for good."""
    await connection.execute(
        sa.update(outbox).where(outbox.c.outbox_id == outbox_id).values(state=DROPPED, done_at=now, error=error)
    )


async def drop_chat(connection: Connection, chat_id: int, *, error: str, now: datetime) -> list[Claimed]:
    """Drop everything that waits for a chat that was given up; gives the rows."""
    is_it = sa.and_(outbox.c.chat_id == chat_id, outbox.c.state.in_([WAITING, SENDING]))
    rows = await connection.execute(sa.select(*_CLAIMED).where(is_it).order_by(outbox.c.outbox_id))
    dropped = [Claimed(**row._mapping) for row in rows]
    await connection.execute(sa.update(outbox).where(is_it).values(state=DROPPED, done_at=now, error=error))
    return dropped


async def recover(connection: Connection) -> int:
    """After a restart: what was being sent may have arrived. Gives how many rows that were."""
    result = await connection.execute(
        sa.update(outbox).where(outbox.c.state == SENDING).values(state=WAITING, claimed_at=None, is_repeat=True)
    )
    return int(result.rowcount)


async def backlog(connection: Connection, *, now: datetime) -> Backlog:
    """What should have been sent by now and has not been; refusals to strangers do not count."""
    members = sa.select(people.c.telegram_id)
    strangers = sa.select(chats.c.chat_id).where(chats.c.kind == "private", chats.c.telegram_chat_id.not_in(members))
    row = (
        await connection.execute(
            sa.select(sa.func.count(), sa.func.min(outbox.c.not_before, type_=outbox.c.not_before.type)).where(
                outbox.c.state.in_([WAITING, SENDING]),
                outbox.c.not_before <= now,
                sa.or_(outbox.c.kind.not_in(ANSWERS), outbox.c.chat_id.not_in(strangers)),
            )
        )
    ).one()
    error: str | None = await connection.scalar(
        sa.select(outbox.c.error).where(outbox.c.error != "").order_by(outbox.c.outbox_id.desc()).limit(1)
    )
    return Backlog(count=row[0], oldest_at=row[1], last_error=error or "")


async def wanted_files(connection: Connection) -> set[str]:
    """The files that messages wait for, see `bot.store.delivery.attachments`."""
    file = outbox.c.args["file"].as_string()
    rows = await connection.scalars(
        sa.select(file).where(outbox.c.state.in_([WAITING, SENDING]), file.is_not(None)).distinct()
    )
    return set(rows)


async def forget_done(connection: Connection, *, before: datetime) -> int:
    """Drop rows that were done before a moment."""
    result = await connection.execute(sa.delete(outbox).where(outbox.c.done_at < before))
    return int(result.rowcount)


async def hand_over(connection: Connection, rows: Sequence[Claimed], chat_id: int, *, now: datetime) -> None:
    """Move the undelivered rows of a lost chat to another chat."""
    for row in rows:
        message = Outgoing(kind=row.kind, args=row.args, key=row.key, reply_to=row.reply_to, is_silent=row.is_silent)
        await put(connection, [chat_id], message, now=now)
