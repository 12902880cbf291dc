"""Incidents: compare-and-set moves, members, and everything a card shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.incident import Cause, Evidence, Incident, Rule, Severity, Shared, State, Transition
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_moves, incidents
from bot.store.incidents import memberships

_OVER = [state.value for state in State if state.is_over]


@dataclass(frozen=True, slots=True)
class Restart:
    """What an incident that recurs starts again with: its count, what is usual now, what the detector said."""

    count: int
    usual_per_day: float | None
    evidence: Evidence | None


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


async def usual_per_day(connection: Connection, incident_id: int) -> float | None:
    """What was usual before the incident (low reviews a day); None where too little was known."""
    found: float | None = await connection.scalar(
        sa.select(incidents.c.usual_per_day).where(incidents.c.incident_id == incident_id)
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
    evidence: Evidence | None = None,
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
            last_move=Transition.OPEN.value,
            moved_by_id=by_id,
            opened_at=now,
            moved_at=now,
            first_count=count,
            usual_per_day=usual_per_day,
            **_of_evidence(evidence),
        )
        .returning(incidents)
    )
    incident = _incident(result.one())
    await memberships.join(connection, incident.incident_id, review_ids, now=now)
    await _note_move(
        connection, None, incident, Transition.OPEN, by_id=by_id, detail={"count": count, **_told(evidence)}
    )
    return incident


# Put together once, for every press needs them.
_MOVE_NOTED = sa.insert(incident_moves)
_IF_IT_STANDS = sa.update(incidents).where(
    incidents.c.incident_id == sa.bindparam("its_id"),
    incidents.c.state == sa.bindparam("its_state"),
    incidents.c.version == sa.bindparam("its_version"),
    incidents.c.moved_at == sa.bindparam("its_moved_at"),
)


async def save(
    connection: Connection,
    before: Incident,
    after: Incident,
    *,
    detail: Mapping[str, Any] | None = None,
    restart: Restart | None = None,
) -> bool:
    """Store a move if the incident still stands as in `before`; False when somebody else was faster.

    Args:
        connection: the caller's transaction.
        before: the incident the move was decided on.
        after: the incident after it.
        detail: what else to keep of the move.
        restart: for an incident that recurs: what it starts again with.
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
        "settled_at": after.settled_at,
    }
    if restart is not None:
        values |= {"first_count": restart.count, "usual_per_day": restart.usual_per_day}
        values |= _of_evidence(restart.evidence)
        detail = {**(detail or {}), **_told(restart.evidence)}
    stands = {
        "its_id": before.incident_id,
        "its_state": before.state.value,
        "its_version": before.version,
        "its_moved_at": before.moved_at,
    }
    result = await connection.execute(_IF_IT_STANDS, values | stands)
    if result.rowcount == 0:
        return False
    await _note_move(connection, before, after, after.last_move, by_id=after.moved_by_id, detail=detail or {})
    return True


async def step(
    connection: Connection, after: Incident, *, count: int, evidence: Evidence | None, now: datetime
) -> None:
    """Note that an incident has become stronger, and what the detector said to it."""
    await connection.execute(
        sa.update(incidents).where(incidents.c.incident_id == after.incident_id).values(severity=after.severity.value)
    )
    await connection.execute(
        sa.insert(incident_moves).values(
            incident_id=after.incident_id,
            move=Transition.STEP.value,
            from_state=after.state.value,
            to_state=after.state.value,
            moved_at=now,
            detail={"count": count, "severity": after.severity.value, **_told(evidence)},
        )
    )


async def begin_with_more(connection: Connection, incident_id: int, count: int) -> None:
    """More low reviews belong to an incident that are no growth: it counts as begun with them."""
    await connection.execute(
        sa.update(incidents)
        .where(incidents.c.incident_id == incident_id)
        .values(first_count=incidents.c.first_count + count)
    )


async def settle(connection: Connection, incident_id: int, *, now: datetime) -> None:
    """Note that an incident has lasted so long that it may be accepted as the new normal."""
    await connection.execute(sa.update(incidents).where(incidents.c.incident_id == incident_id).values(settled_at=now))


async def set_note(connection: Connection, after: Incident, said: str, *, by_id: int, now: datetime) -> None:
    """Keep an incident's notes as they are after somebody added what they said, and that they did."""
    its = incidents.c.incident_id == after.incident_id
    await connection.execute(sa.update(incidents).where(its).values(note=after.note))
    await note_word(connection, after, Transition.NOTE, by_id=by_id, now=now, detail={"note": said})


async def note_word(
    connection: Connection,
    incident: Incident,
    move: Transition,
    *,
    by_id: int,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Keep what somebody said about an incident that leaves its state as it is."""
    await connection.execute(
        sa.insert(incident_moves).values(
            incident_id=incident.incident_id,
            move=move.value,
            from_state=incident.state.value,
            to_state=incident.state.value,
            person_id=by_id,
            moved_at=now,
            detail=dict(detail or {}),
        )
    )


async def _note_move(
    connection: Connection,
    before: Incident | None,
    after: Incident,
    move: Transition,
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
        _MOVE_NOTED,
        {
            "incident_id": after.incident_id,
            "move": move.value,
            "from_state": before and before.state.value,
            "to_state": after.state.value,
            "person_id": by_id,
            "moved_at": after.moved_at,
            "detail": kept,
        },
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
        last_move=Transition(row.last_move),
        first_count=row.first_count,
        state_before=None if row.state_before is None else State(row.state_before),
        holder_id=row.holder_id,
        moved_by_id=row.moved_by_id,
        snoozed_until=row.snoozed_until,
        cause=None if row.cause is None else Cause(row.cause),
        note=row.note,
        ended_at=row.ended_at,
        evidence=_evidence(row),
        settled_at=row.settled_at,
        reason=row.reason,
    )


async def count_opened_since(connection: Connection, location_id: int, since: datetime) -> int:
    """How many incidents of a location opened at a moment or later."""
    query = sa.select(sa.func.count()).select_from(incidents)
    its = sa.and_(incidents.c.location_id == location_id, incidents.c.opened_at >= since)
    return await connection.scalar(query.where(its)) or 0


def _evidence(row: sa.Row[Any]) -> Evidence | None:
    if row.n is None:
        return None
    return Evidence(
        n=row.n,
        window_h=row.window_h,
        expected=row.expected,
        recurrence_years=row.recurrence_years,
        by_rule=None if row.by_rule is None else Rule(row.by_rule),
        is_new_place=row.is_new_place,
        shared=None if row.shared is None else Shared(**row.shared),
    )


def _of_evidence(evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        return dict.fromkeys(Evidence.__slots__) | {"is_new_place": False}
    return asdict(evidence) | {"by_rule": evidence.by_rule and evidence.by_rule.value}


def _told(evidence: Evidence | None) -> dict[str, Any]:
    """For the history of moves, which keeps what is said of each page."""
    return {} if evidence is None else {"evidence": _of_evidence(evidence)}
