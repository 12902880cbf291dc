"""How far the escalation of each incident is, who was told, and who does not want to be asked any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.policy.escalation import Clock
from bot.store.db.engine import Connection
from bot.store.db.schema import escalations, unasked


@dataclass(frozen=True, slots=True)
class Escalation:
    """An incident's escalation.

    Attributes:
        clock: of the step that comes next; None at the end of the chain.
        told_at: when the last step was carried out; None before the first.
        told_whom: whom that step named: {"whom": ..., "people": [person ids]}.
        told_chats: every chat that a step has told.
    """

    clock: Clock | None
    told_at: datetime | None
    told_whom: Mapping[str, Any] | None
    told_chats: tuple[int, ...]


async def find(connection: Connection, incident_id: int) -> Escalation | None:
    """An incident's escalation; None where somebody has it or it is over."""
    row = (await connection.execute(_FOUND, {"incident_id": incident_id})).first()
    return None if row is None else _escalation(row)


async def begin(connection: Connection, incident_id: int, clock: Clock | None, *, now: datetime) -> None:
    """Begin a chain anew; nobody has been told by it."""
    await end(connection, incident_id)
    values = _of(clock, now)
    await connection.execute(_BEGUN, {"incident_id": incident_id, "told_chats": [], **values})


async def put_clock(connection: Connection, incident_id: int, clock: Clock | None, *, now: datetime) -> None:
    """Set the clock of the step that comes next."""
    is_it = escalations.c.incident_id == incident_id
    await connection.execute(sa.update(escalations).where(is_it).values(**_of(clock, now)))


async def tell(
    connection: Connection, incident_id: int, whom: Mapping[str, Any], chat_ids: Collection[int], *, now: datetime
) -> None:
    """Note that a step was carried out."""
    is_it = escalations.c.incident_id == incident_id
    before = await connection.scalar(sa.select(escalations.c.told_chats).where(is_it))
    chats = sorted({*(before or ()), *chat_ids})
    await connection.execute(
        sa.update(escalations).where(is_it).values(told_at=now, told_whom=dict(whom), told_chats=chats)
    )


async def end(connection: Connection, incident_id: int) -> Escalation | None:
    """The incident is not escalated any more; gives how far it was, None where it was not escalated."""
    row = (await connection.execute(_ENDED, {"of_id": incident_id})).first()
    return None if row is None else _escalation(row)


async def stop_asking(connection: Connection, incident_id: int, person_id: int, *, now: datetime) -> None:
    """Note that a person does not want to be asked about an incident any more."""
    if person_id not in await unasked_of(connection, incident_id):
        values = {"incident_id": incident_id, "person_id": person_id, "asked_at": now}
        await connection.execute(sa.insert(unasked).values(**values))


async def unasked_of(connection: Connection, incident_id: int) -> set[int]:
    """The people who do not want to be asked about an incident any more."""
    return set(await connection.scalars(_UNASKED, {"incident_id": incident_id}))


def _escalation(row: sa.Row[Any]) -> Escalation:
    clock = None if row.step is None else Clock(row.step, timedelta(seconds=row.left_s), row.since)
    return Escalation(clock, row.told_at, row.told_whom, tuple(row.told_chats))


def _of(clock: Clock | None, now: datetime) -> dict[str, Any]:
    if clock is None:
        return {"step": None, "left_s": 0.0, "since": now}
    return {"step": clock.step, "left_s": clock.left.total_seconds(), "since": clock.since}


# Put together once, for every press needs them.
_FOUND = sa.select(escalations).where(escalations.c.incident_id == sa.bindparam("incident_id"))
_BEGUN = sa.insert(escalations)
_ENDED = sa.delete(escalations).where(escalations.c.incident_id == sa.bindparam("of_id")).returning(escalations)
_UNASKED = sa.select(unasked.c.person_id).where(unasked.c.incident_id == sa.bindparam("incident_id"))
