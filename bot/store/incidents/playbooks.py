"""The playbooks of each business, as the configuration has them, and which steps of an incident were ticked by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.incidents.playbook import Playbooks
from bot.store.db.engine import Connection
from bot.store.db.schema import businesses, people, playbook_ticks, playbooks


@dataclass(frozen=True, slots=True)
class Tick:
    """A step that somebody has done.

    Attributes:
        by: the person's first name, as it is now.
    """

    step: str
    person_id: int
    by: str
    at: datetime


async def sync(connection: Connection, configured: Mapping[str, Playbooks]) -> None:
    """Bring the table in line with the configuration: a business's key -> its playbooks."""
    await connection.execute(sa.delete(playbooks))
    rows = await connection.execute(sa.select(businesses.c.business_id, businesses.c.key))
    values = [
        {"business_id": row.business_id, "tree": configured[row.key].stored()} for row in rows if row.key in configured
    ]
    if values:
        await connection.execute(sa.insert(playbooks), values)


async def of_business(connection: Connection, business_id: int) -> Playbooks:
    """The playbooks of a business: the program's own where the configuration names no file."""
    tree = await connection.scalar(sa.select(playbooks.c.tree).where(playbooks.c.business_id == business_id))
    return Playbooks.from_stored(tree or {})


async def ticks(connection: Connection, incident_id: int) -> list[Tick]:
    """What was done of an incident, in the order it was ticked."""
    rows = await connection.execute(
        sa.select(playbook_ticks, people.c.name)
        .join_from(playbook_ticks, people)
        .where(playbook_ticks.c.incident_id == incident_id)
        .order_by(playbook_ticks.c.ticked_at, playbook_ticks.c.step)
    )
    return [Tick(row.step, row.person_id, row.name, row.ticked_at) for row in rows]


async def tick(connection: Connection, incident_id: int, step: str, *, by_id: int, now: datetime) -> bool:
    """A step is done; False when somebody has ticked it before."""
    its = sa.and_(playbook_ticks.c.incident_id == incident_id, playbook_ticks.c.step == step)
    if await connection.scalar(sa.select(playbook_ticks.c.person_id).where(its)) is not None:
        return False
    values = {"incident_id": incident_id, "step": step, "person_id": by_id, "ticked_at": now}
    await connection.execute(sa.insert(playbook_ticks).values(**values))
    return True


async def untick(connection: Connection, incident_id: int, step: str) -> bool:
    """A step is not done after all; False when nobody had ticked it."""
    its = sa.and_(playbook_ticks.c.incident_id == incident_id, playbook_ticks.c.step == step)
    result = await connection.execute(sa.delete(playbook_ticks).where(its))
    return result.rowcount > 0
