"""Erases as jobs: what was asked for, how far it is, and the receipt that stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import chats, erasures, outbox, reviews
from bot.store.delivery.outbox import DROPPED, SENDING, SENT
from bot.text.needles import Needles


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erase.

    Attributes:
        scope: what was named: "reviews" or, with the last of their reviews that is meant, "places"; or "part_of", the
            number of the erase of a place that this is a part of.
        receipt: place -> how many, its parts included; no word of anybody.
    """

    erasure_id: int
    asked_at: datetime
    asked_by: str
    scope: Mapping[str, Any]
    receipt: Mapping[str, int]
    done_at: datetime | None

    @property
    def whole(self) -> int:
        """The number of the erase that it is a part of, or its own."""
        return int(self.scope.get("part_of", self.erasure_id))


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What came of taking messages back in one chat: taken back, still waiting, refused (with when they were sent)."""

    chat: str
    done: int
    waiting: int
    refused: tuple[str, ...]


async def begin(
    connection: Connection, scope: Mapping[str, Any], looked_for: Needles, *, by: str, now: datetime
) -> int:
    """Note what is asked for; gives its number."""
    values = {"asked_at": now, "asked_by": by, "scope": dict(scope), "needles": looked_for.stored(), "receipt": {}}
    result = await connection.execute(sa.insert(erasures).values(**values).returning(erasures.c.erasure_id))
    return int(result.scalar_one())


async def every(connection: Connection) -> list[Erasure]:
    """All erases, the newest first; parts are within the whole that they belong to."""
    rows = (await connection.execute(_jobs().order_by(erasures.c.erasure_id.desc()))).all()
    found = [_erasure(row) for row in rows]
    parts = [one for one in found if "part_of" in one.scope]
    return [_whole(one, parts) for one in found if "part_of" not in one.scope]


async def about(connection: Connection, location_ids: Collection[int]) -> list[Erasure]:
    """All erases that touched one of some places, the newest first."""
    found = await every(connection)
    numbers = {number for one in found for number in one.scope.get("reviews", [])}
    its = sa.and_(reviews.c.review_id.in_(numbers), reviews.c.location_id.in_(location_ids))
    there = set(await connection.scalars(sa.select(reviews.c.review_id).where(its)))
    return [
        one
        for one in found
        if not there.isdisjoint(one.scope.get("reviews", []))
        or not set(location_ids).isdisjoint(one.scope.get("locations", []))
    ]


async def unfinished(connection: Connection) -> list[Erasure]:
    """Those that are not done, parts on their own, the oldest first."""
    rows = await connection.execute(_jobs().where(erasures.c.done_at.is_(None)).order_by(erasures.c.erasure_id))
    return [_erasure(row) for row in rows]


async def needles(connection: Connection, erasure_id: int) -> Needles:
    """What is still looked for; nothing when it is done."""
    stored = await connection.scalar(sa.select(erasures.c.needles).where(erasures.c.erasure_id == erasure_id))
    return Needles.of([], []) if stored is None else Needles.restored(stored)


async def find(connection: Connection, erasure_id: int) -> Erasure | None:
    """One of them, with its parts."""
    return next((one for one in await every(connection) if one.erasure_id == erasure_id), None)


async def add(connection: Connection, erasure_id: int, found: Mapping[str, int]) -> None:
    """Add to the receipt."""
    its = await connection.scalar(sa.select(erasures.c.receipt).where(erasures.c.erasure_id == erasure_id))
    receipt = dict(its or {})
    for place, count in found.items():
        if count:
            receipt[place] = receipt.get(place, 0) + count
    await connection.execute(sa.update(erasures).where(erasures.c.erasure_id == erasure_id).values(receipt=receipt))


async def forget_needles(connection: Connection) -> None:
    """Nothing is looked for any more: the words leave the jobs themselves."""
    await connection.execute(sa.update(erasures).values(needles=None))


async def end(connection: Connection, erasure_ids: Sequence[int], *, now: datetime) -> None:
    """They are done."""
    await connection.execute(sa.update(erasures).where(erasures.c.erasure_id.in_(erasure_ids)).values(done_at=now))


async def is_being_sent(connection: Connection) -> bool:
    """Whether a message is on its way that may have been made before the words were erased."""
    return await connection.scalar(sa.select(outbox.c.outbox_id).where(outbox.c.state == SENDING).limit(1)) is not None


async def unsaid(connection: Connection, erasure_id: int) -> list[Unsaid]:
    """What came of the messages that an erase takes back, by chat, as far as the outbox still knows."""
    is_part = erasures.c.scope["part_of"].as_integer() == erasure_id
    its = sa.select(erasures.c.erasure_id).where(sa.or_(erasures.c.erasure_id == erasure_id, is_part))
    rows = await connection.execute(
        sa.select(chats.c.title, chats.c.telegram_chat_id, outbox.c.state, outbox.c.args)
        .join_from(outbox, chats)
        .where(outbox.c.kind == "unsay", outbox.c.args["erasure_id"].as_integer().in_(its))
        .order_by(outbox.c.outbox_id)
    )
    by_chat: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        name = row.title or str(row.telegram_chat_id)
        by_chat.setdefault(name, []).append((row.state, str(row.args.get("sent_at", ""))[:10]))
    return [
        Unsaid(
            chat=name,
            done=sum(state == SENT for state, _ in found),
            waiting=sum(state not in (SENT, DROPPED) for state, _ in found),
            refused=tuple(at for state, at in found if state == DROPPED),
        )
        for name, found in by_chat.items()
    ]


def _jobs() -> sa.Select[Any]:
    """Without what they look for, which may be large."""
    return sa.select(*(column for column in erasures.c if column.name != "needles"))


def _whole(one: Erasure, parts: Sequence[Erasure]) -> Erasure:
    its = [one, *(part for part in parts if part.whole == one.erasure_id)]
    receipt: Counter[str] = Counter()
    for part in its:
        receipt.update(part.receipt)
    return replace(one, receipt=dict(receipt), done_at=one.done_at if all(part.done_at for part in its) else None)


def _erasure(row: sa.Row[Any]) -> Erasure:
    return Erasure(
        erasure_id=row.erasure_id,
        asked_at=row.asked_at,
        asked_by=row.asked_by,
        scope=row.scope,
        receipt=row.receipt,
        done_at=row.done_at,
    )
