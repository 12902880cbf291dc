"""What has happened to an incident: every move, when it last became open, how long it was open in all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.incident import Incident, State, Transition
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_moves, incidents


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of an incident's history."""

    move: Transition
    from_state: State | None
    to_state: State
    person_id: int | None
    moved_at: datetime
    detail: Mapping[str, Any]


async def begun_since(connection: Connection, location_id: int, since: datetime) -> int:
    """How many incidents of a location the program has opened, or gone on with, at `since` or later."""
    found: int | None = await connection.scalar(
        sa.select(sa.func.count())
        .select_from(incident_moves.join(incidents))
        .where(
            incidents.c.location_id == location_id,
            incident_moves.c.moved_at >= since,
            incident_moves.c.move.in_([Transition.OPEN.value, Transition.RECUR.value]),
        )
    )
    return found or 0


async def history(connection: Connection, incident_id: int) -> list[Moved]:
    """Every move of an incident, oldest first."""
    rows = await connection.execute(
        sa.select(incident_moves).where(incident_moves.c.incident_id == incident_id).order_by(incident_moves.c.move_id)
    )
    return [
        Moved(
            move=Transition(row.move),
            from_state=None if row.from_state is None else State(row.from_state),
            to_state=State(row.to_state),
            person_id=row.person_id,
            moved_at=row.moved_at,
            detail=row.detail,
        )
        for row in rows
    ]


async def begun_at(connection: Connection, incident_id: int) -> datetime | None:
    """When an incident last became open: opened, reopened by a person, or recurred."""
    begins = [move.value for move in (Transition.OPEN, Transition.REOPEN, Transition.RECUR)]
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.max(incident_moves.c.moved_at, type_=incident_moves.c.moved_at.type)).where(
            incident_moves.c.incident_id == incident_id, incident_moves.c.move.in_(begins)
        )
    )
    return found


async def open_for(connection: Connection, incident: Incident, *, now: datetime) -> timedelta:
    """How long an incident has been open in all, without the time between an end and a reopening."""
    total, since = timedelta(0), None
    for moved in await history(connection, incident.incident_id):
        if moved.from_state is None or (moved.from_state.is_over and not moved.to_state.is_over):
            since = moved.moved_at
        elif moved.to_state.is_over and since is not None:
            total, since = total + (moved.moved_at - since), None
    return total + (now - since if since is not None else timedelta(0))
