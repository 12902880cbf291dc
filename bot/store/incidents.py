"""Incidents: compare-and-set moves, members, and everything a card shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.incident import Cause, Incident, Move, Severity, State
from bot.store.engine import Connection
from bot.store.schema import incident_moves, incident_reviews, incidents, reviews

_OVER = [state.value for state in State if state.is_over]


@dataclass(frozen=True, slots=True)
class Moved:
    """One line of an incident's history."""

    move: Move
    from_state: State | None
    to_state: State
    person_id: int | None
    moved_at: datetime
    detail: Mapping[str, Any]


async def find(connection: Connection, incident_id: int) -> Incident | None:
    """An incident by its number."""
    row = (await connection.execute(sa.select(incidents).where(incidents.c.incident_id == incident_id))).first()
    return None if row is None else _incident(row)


async def current(connection: Connection, location_id: int) -> Incident | None:
    """A location's unresolved incident; there is at most one."""
    row = (
        await connection.execute(
            sa.select(incidents)
            .where(incidents.c.location_id == location_id, incidents.c.state.not_in(_OVER))
            .order_by(incidents.c.incident_id.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else _incident(row)


async def last_over(connection: Connection, location_id: int) -> Incident | None:
    """A location's newest incident that is over."""
    row = (
        await connection.execute(
            sa.select(incidents)
            .where(incidents.c.location_id == location_id, incidents.c.state.in_(_OVER))
            .order_by(incidents.c.ended_at.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else _incident(row)


async def unresolved(connection: Connection, location_ids: Iterable[int]) -> list[Incident]:
    """Unresolved incidents of some locations, newest first."""
    rows = await connection.execute(
        sa.select(incidents)
        .where(incidents.c.location_id.in_(list(location_ids)), incidents.c.state.not_in(_OVER))
        .order_by(incidents.c.incident_id.desc())
    )
    return [_incident(row) for row in rows]


async def ended_since(connection: Connection, location_ids: Iterable[int], since: datetime) -> list[Incident]:
    """Incidents of some locations that ended at `since` or later, newest first."""
    rows = await connection.execute(
        sa.select(incidents)
        .where(incidents.c.location_id.in_(list(location_ids)), incidents.c.ended_at >= since)
        .order_by(incidents.c.incident_id.desc())
    )
    return [_incident(row) for row in rows]


async def recent(connection: Connection, limit: int) -> list[Incident]:
    """The newest incidents of the whole installation."""
    rows = await connection.execute(sa.select(incidents).order_by(incidents.c.incident_id.desc()).limit(limit))
    return [_incident(row) for row in rows]


async def usual_and_growth(connection: Connection, incident_id: int) -> tuple[float | None, datetime | None]:
    """What was usual before the incident (low reviews a day), and when it last grew."""
    row = (
        await connection.execute(
            sa.select(incidents.c.usual_per_day, incidents.c.grown_at).where(incidents.c.incident_id == incident_id)
        )
    ).one()
    return row.usual_per_day, row.grown_at


async def begun_at(connection: Connection, incident_id: int) -> datetime | None:
    """When an incident last became open: opened, reopened by a person, or recurred."""
    begins = [move.value for move in (Move.OPEN, Move.REOPEN, Move.RECUR)]
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.max(incident_moves.c.moved_at, type_=incident_moves.c.moved_at.type)).where(
            incident_moves.c.incident_id == incident_id, incident_moves.c.move.in_(begins)
        )
    )
    return found


async def open_one(
    connection: Connection,
    *,
    location_id: int,
    review_ids: Sequence[int],
    count: int,
    usual_per_day: float | None,
    now: datetime,
    by_id: int | None = None,
    severity: Severity = Severity.NORMAL,
    reason: str = "",
) -> Incident:
    """Open an incident with its first reviews."""
    result = await connection.execute(
        sa.insert(incidents)
        .values(
            location_id=location_id,
            state=State.OPEN.value,
            severity=severity.value,
            reason=reason,
            last_move=Move.OPEN.value,
            moved_by_id=by_id,
            opened_at=now,
            moved_at=now,
            first_count=count,
            usual_per_day=usual_per_day,
        )
        .returning(incidents)
    )
    incident = _incident(result.one())
    await join(connection, incident.incident_id, review_ids, now=now)
    await _note_move(connection, None, incident, Move.OPEN, by_id=by_id, detail={"count": count})
    return incident


async def join(connection: Connection, incident_id: int, review_ids: Sequence[int], *, now: datetime) -> None:
    """Make reviews part of an incident; one that is not low any more stays out."""
    rows = await connection.execute(
        sa.select(reviews.c.review_id, reviews.c.low_at).where(
            reviews.c.review_id.in_(review_ids), reviews.c.low_at.is_not(None)
        )
    )
    its = sa.and_(incident_reviews.c.incident_id == incident_id, incident_reviews.c.review_id.in_(review_ids))
    severe = set(
        await connection.scalars(sa.select(incident_reviews.c.review_id).where(its, incident_reviews.c.is_severe))
    )
    found = [
        {"incident_id": incident_id, "joined_at": now, "is_severe": row.review_id in severe, **row._mapping}
        for row in rows
    ]
    # A review that left by an edit and comes back counts at its new time.
    await connection.execute(sa.delete(incident_reviews).where(its))
    if found:
        await connection.execute(sa.insert(incident_reviews), found)
    await connection.execute(sa.update(incidents).where(incidents.c.incident_id == incident_id).values(grown_at=now))


async def join_for_words(
    connection: Connection, incident_id: int, review_id: int, *, counts_at: datetime, now: datetime
) -> None:
    """Make a severe review part of an incident, whether it is low or not."""
    its = sa.and_(incident_reviews.c.incident_id == incident_id, incident_reviews.c.review_id == review_id)
    known = await connection.execute(sa.update(incident_reviews).where(its).values(is_severe=True))
    if known.rowcount == 0:
        await connection.execute(
            sa.insert(incident_reviews).values(
                incident_id=incident_id, review_id=review_id, joined_at=now, low_at=counts_at, is_severe=True
            )
        )
        await connection.execute(
            sa.update(incidents).where(incidents.c.incident_id == incident_id).values(grown_at=now)
        )


async def save(
    connection: Connection,
    before: Incident,
    after: Incident,
    *,
    detail: Mapping[str, Any] | None = None,
    restart: tuple[int, float | None] | None = None,
) -> bool:
    """Store a move if the incident still stands as in `before`; False when somebody else was faster.

    Args:
        connection: the caller's transaction.
        before: the incident the move was decided on.
        after: the incident after it.
        detail: what else to keep of the move.
        restart: for an incident that recurs: the count it starts again with, and what is usual now.
    """
    values: dict[str, Any] = {
        "state": after.state.value,
        "severity": after.severity.value,
        "version": after.version,
        "last_move": after.last_move.value,
        "state_before": after.state_before and after.state_before.value,
        "holder_id": after.holder_id,
        "moved_by_id": after.moved_by_id,
        "moved_at": after.moved_at,
        "snoozed_until": after.snoozed_until,
        "ended_at": after.ended_at,
        "cause": after.cause and after.cause.value,
        "note": after.note,
    }
    if restart is not None:
        values |= {"first_count": restart[0], "usual_per_day": restart[1]}
    result = await connection.execute(
        sa.update(incidents)
        .where(
            incidents.c.incident_id == before.incident_id,
            incidents.c.state == before.state.value,
            incidents.c.version == before.version,
            incidents.c.moved_at == before.moved_at,
        )
        .values(**values)
    )
    if result.rowcount == 0:
        return False
    await _note_move(connection, before, after, after.last_move, by_id=after.moved_by_id, detail=detail or {})
    return True


async def set_severity(connection: Connection, incident_id: int, severity: Severity) -> None:
    """Note a severity step."""
    await connection.execute(
        sa.update(incidents).where(incidents.c.incident_id == incident_id).values(severity=severity.value)
    )


async def set_note(connection: Connection, incident_id: int, note: str, *, by_id: int, now: datetime) -> None:
    """Keep what somebody noted about an incident, and that they did."""
    await connection.execute(sa.update(incidents).where(incidents.c.incident_id == incident_id).values(note=note))
    incident = await find(connection, incident_id)
    assert incident is not None
    await connection.execute(
        sa.insert(incident_moves).values(
            incident_id=incident_id,
            move=Move.NOTE.value,
            from_state=incident.state.value,
            to_state=incident.state.value,
            person_id=by_id,
            moved_at=now,
            detail={"note": note},
        )
    )


async def history(connection: Connection, incident_id: int) -> list[Moved]:
    """Every move of an incident, oldest first."""
    rows = await connection.execute(
        sa.select(incident_moves).where(incident_moves.c.incident_id == incident_id).order_by(incident_moves.c.move_id)
    )
    return [
        Moved(
            move=Move(row.move),
            from_state=None if row.from_state is None else State(row.from_state),
            to_state=State(row.to_state),
            person_id=row.person_id,
            moved_at=row.moved_at,
            detail=row.detail,
        )
        for row in rows
    ]


async def joined_since(connection: Connection, incident_id: int, since: datetime) -> set[int]:
    """The reviews that joined an incident at `since` or later."""
    rows = await connection.execute(
        sa.select(incident_reviews.c.review_id).where(
            incident_reviews.c.incident_id == incident_id, incident_reviews.c.joined_at >= since
        )
    )
    return {row.review_id for row in rows}


async def _note_move(
    connection: Connection,
    before: Incident | None,
    after: Incident,
    move: Move,
    *,
    by_id: int | None,
    detail: Mapping[str, Any],
) -> None:
    kept = {
        key: value
        for key, value in {
            "holder_id": after.holder_id,
            "cause": after.cause and after.cause.value,
            "until": after.snoozed_until and after.snoozed_until.isoformat(),
            **detail,
        }.items()
        if value is not None
    }
    await connection.execute(
        sa.insert(incident_moves).values(
            incident_id=after.incident_id,
            move=move.value,
            from_state=before and before.state.value,
            to_state=after.state.value,
            person_id=by_id,
            moved_at=after.moved_at,
            detail=kept,
        )
    )


def _incident(row: sa.Row[Any]) -> Incident:
    return Incident(
        incident_id=row.incident_id,
        location_id=row.location_id,
        state=State(row.state),
        severity=Severity(row.severity),
        version=row.version,
        opened_at=row.opened_at,
        moved_at=row.moved_at,
        last_move=Move(row.last_move),
        first_count=row.first_count,
        state_before=None if row.state_before is None else State(row.state_before),
        holder_id=row.holder_id,
        moved_by_id=row.moved_by_id,
        snoozed_until=row.snoozed_until,
        cause=None if row.cause is None else Cause(row.cause),
        note=row.note,
        ended_at=row.ended_at,
        reason=row.reason,
    )
