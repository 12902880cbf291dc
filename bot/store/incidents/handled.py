"""Incidents of a period: when each was taken, and when it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.model.incident import State
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_moves, incidents


@dataclass(frozen=True, slots=True)
class Handled:
    """An incident.

    Attributes:
        taken_at: when somebody acknowledged it for the first time.
        count: its low reviews when it opened.
    """

    incident_id: int
    location_id: int
    opened_at: datetime
    taken_at: datetime | None
    ended_at: datetime | None
    count: int


async def opened_in(
    connection: Connection, location_ids: Sequence[int], start: datetime, end: datetime
) -> list[Handled]:
    """The incidents of some locations that opened in a period, oldest first."""
    taken = (
        sa.select(sa.func.min(incident_moves.c.moved_at, type_=incident_moves.c.moved_at.type))
        .where(
            incident_moves.c.incident_id == incidents.c.incident_id,
            incident_moves.c.to_state == State.ACKNOWLEDGED.value,
        )
        .scalar_subquery()
    )
    rows = await connection.execute(
        sa.select(
            incidents.c.incident_id,
            incidents.c.location_id,
            incidents.c.opened_at,
            taken.label("taken_at"),
            incidents.c.ended_at,
            incidents.c.first_count.label("count"),
        )
        .where(incidents.c.location_id.in_(location_ids), incidents.c.opened_at >= start, incidents.c.opened_at < end)
        .order_by(incidents.c.incident_id)
    )
    return [Handled(**row._mapping) for row in rows]
