"""Deadlines: rows that a tick compares with the clock, so that a restart forgets none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import deadlines


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something to do at a time. `kind` says what, `subject` to which thing."""

    kind: str
    subject: str
    due_at: datetime


async def put(connection: Connection, kind: str, subject: str, *, due_at: datetime) -> None:
    """Set a deadline; one of the same kind and subject is moved."""
    result = await connection.execute(
        sa.update(deadlines).where(deadlines.c.kind == kind, deadlines.c.subject == subject).values(due_at=due_at)
    )
    if result.rowcount == 0:
        await connection.execute(sa.insert(deadlines).values(kind=kind, subject=subject, due_at=due_at))


async def add(connection: Connection, kind: str, subject: str, *, due_at: datetime) -> None:
    """Set a deadline where there is known to be none of the kind and subject."""
    await connection.execute(_ADDED, {"kind": kind, "subject": subject, "due_at": due_at})


async def find(connection: Connection, kind: str, subject: str) -> datetime | None:
    """When a deadline comes; None where there is none."""
    found: datetime | None = await connection.scalar(
        sa.select(deadlines.c.due_at).where(deadlines.c.kind == kind, deadlines.c.subject == subject)
    )
    return found


async def due(connection: Connection, *, now: datetime) -> list[Deadline]:
    """Deadlines that have come, oldest first."""
    rows = await connection.execute(
        sa.select(deadlines.c.kind, deadlines.c.subject, deadlines.c.due_at)
        .where(deadlines.c.due_at <= now)
        .order_by(deadlines.c.due_at, deadlines.c.deadline_id)
    )
    return [Deadline(**row._mapping) for row in rows]


async def next_due(connection: Connection) -> datetime | None:
    """When the next deadline comes, or came."""
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.min(deadlines.c.due_at, type_=deadlines.c.due_at.type))
    )
    return found


async def subjects(connection: Connection, kind: str) -> set[str]:
    """The subjects of every deadline of a kind."""
    return set(await connection.scalars(sa.select(deadlines.c.subject).where(deadlines.c.kind == kind)))


async def clear(connection: Connection, kind: str, subject: str) -> bool:
    """Take a deadline away; False when there was none."""
    result = await connection.execute(_CLEARED, {"kind": kind, "subject": subject})
    return result.rowcount > 0


async def clear_kinds(connection: Connection, kinds: Collection[str], subjects: Collection[str]) -> set[str]:
    """Take the deadlines of several kinds and subjects away; gives the kinds of which there was one."""
    return set(await connection.scalars(_CLEARED_KINDS, {"kinds": list(kinds), "subjects": list(subjects)}))


# Put together once: a press needs several, and to put one together takes longer than to run it.
_ADDED = sa.insert(deadlines)
_CLEARED_KINDS = (
    sa.delete(deadlines)
    .where(
        deadlines.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        deadlines.c.subject.in_(sa.bindparam("subjects", expanding=True)),
    )
    .returning(deadlines.c.kind)
)
_CLEARED = sa.delete(deadlines).where(
    deadlines.c.kind == sa.bindparam("kind"), deadlines.c.subject == sa.bindparam("subject")
)
