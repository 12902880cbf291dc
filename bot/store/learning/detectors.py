"""The state of each location's detector, its notes, and by how much people have relaxed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import MOST_RELAXED, Alarm, Kind
from bot.store.db.engine import Connection
from bot.store.db.schema import detector_notes, detector_states, locations, relaxations


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a location's detector has learned.

    Attributes:
        share: share of low reviews.
        reviews: how many reviews that rests on.
        usual_per_day: low reviews a day.
        began_at: since when it learns.
    """

    share: float
    reviews: float
    usual_per_day: float
    began_at: datetime
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One step by which a location asks for twice the odds; `person_id` is None for the command line."""

    relaxation_id: int
    incident_id: int | None
    person_id: int | None
    made_at: datetime
    undone_at: datetime | None
    undone_by_id: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the detector, kept for the digest; times as in `bot.detect.types.Alarm`."""

    kind: Kind
    noted_at: datetime
    since: datetime
    n: int
    window_h: float
    expected: float
    usual_per_day: float
    recurrence_years: float
    absorbed_by: int | None


async def load(connection: Connection, location_id: int) -> Mapping[str, Any] | None:
    """A detector's state as it was saved; None before the first look."""
    found: Mapping[str, Any] | None = await connection.scalar(
        sa.select(detector_states.c.state).where(detector_states.c.location_id == location_id)
    )
    return found


async def save(connection: Connection, location_id: int, detector: RhythmDetector, *, now: datetime) -> None:
    """Keep a detector's state."""
    share, count = detector.experience
    values = {
        "state": detector.state(),
        "share": share,
        "reviews": count,
        "usual_per_day": detector.usual_per_day,
        "saved_at": now,
    }
    result = await connection.execute(
        sa.update(detector_states).where(detector_states.c.location_id == location_id).values(**values)
    )
    if result.rowcount == 0:
        await connection.execute(sa.insert(detector_states).values(location_id=location_id, began_at=now, **values))


async def rhythm(connection: Connection, location_id: int) -> Rhythm | None:
    """What a location's detector has learned; None before the first look."""
    row = (
        await connection.execute(
            sa.select(
                detector_states.c.share,
                detector_states.c.reviews,
                detector_states.c.usual_per_day,
                detector_states.c.began_at,
                detector_states.c.saved_at,
            ).where(detector_states.c.location_id == location_id)
        )
    ).first()
    return None if row is None else Rhythm(**row._mapping)


async def siblings(connection: Connection, location_id: int) -> list[tuple[float, float]]:
    """Share of low reviews and number of reviews of the same business's other locations."""
    business = sa.select(locations.c.business_id).where(locations.c.location_id == location_id).scalar_subquery()
    rows = await connection.execute(
        sa.select(detector_states.c.share, detector_states.c.reviews)
        .join_from(detector_states, locations)
        .where(locations.c.business_id == business, locations.c.location_id != location_id, locations.c.is_active)
        .order_by(locations.c.location_id)
    )
    return [(row.share, row.reviews) for row in rows]


async def add_note(connection: Connection, location_id: int, alarm: Alarm) -> None:
    """Keep what the detector noted."""
    await connection.execute(
        sa.insert(detector_notes).values(
            location_id=location_id,
            kind=alarm.kind.value,
            noted_at=datetime.fromtimestamp(alarm.time, UTC),
            since=datetime.fromtimestamp(alarm.since, UTC),
            n=alarm.n,
            window_h=alarm.window_h,
            expected=alarm.expected,
            usual_per_day=alarm.usual_per_day,
            recurrence_years=alarm.recurrence_years,
        )
    )


async def absorb_notes(connection: Connection, location_id: int, incident_id: int, *, since: datetime) -> None:
    """Drop surge notes whose window a page falls into: they were the beginning of the same cluster."""
    await connection.execute(
        sa.update(detector_notes)
        .where(
            detector_notes.c.location_id == location_id,
            detector_notes.c.kind == Kind.SURGE.value,
            detector_notes.c.noted_at >= since,
        )
        .values(absorbed_by=incident_id)
    )


async def notes_since(connection: Connection, location_id: int, since: datetime) -> list[Note]:
    """What was noted at `since` or later, oldest first."""
    rows = await connection.execute(
        sa.select(*[detector_notes.c[name] for name in Note.__slots__])
        .where(detector_notes.c.location_id == location_id, detector_notes.c.noted_at >= since)
        .order_by(detector_notes.c.note_id)
    )
    return [Note(**{**row._mapping, "kind": Kind(row.kind)}) for row in rows]


async def relaxations_of(connection: Connection, location_id: int) -> list[Relaxation]:
    """Every step of a location, undone ones included, oldest first."""
    rows = await connection.execute(
        sa.select(*[relaxations.c[name] for name in Relaxation.__slots__])
        .where(relaxations.c.location_id == location_id)
        .order_by(relaxations.c.relaxation_id)
    )
    return [Relaxation(**row._mapping) for row in rows]


async def relaxed(connection: Connection, location_id: int) -> int:
    """By how many steps a location is relaxed now."""
    return sum(step.undone_at is None for step in await relaxations_of(connection, location_id))


async def is_relaxed_by(connection: Connection, incident_id: int) -> bool:
    """Whether an incident that was called a false alarm has relaxed its location, and still does."""
    found = await connection.scalar(
        sa.select(relaxations.c.relaxation_id).where(
            relaxations.c.incident_id == incident_id, relaxations.c.undone_at.is_(None)
        )
    )
    return found is not None


async def relax(
    connection: Connection, location_id: int, *, now: datetime, incident_id: int | None = None, by_id: int | None = None
) -> bool:
    """Ask for twice the odds from now on; False when the location is relaxed as far as it may be."""
    if await relaxed(connection, location_id) >= MOST_RELAXED:
        return False
    await connection.execute(
        sa.insert(relaxations).values(location_id=location_id, incident_id=incident_id, person_id=by_id, made_at=now)
    )
    return True


async def take_back(
    connection: Connection, location_id: int, *, now: datetime, incident_id: int | None = None, by_id: int | None = None
) -> bool:
    """Undo the newest step of a location, or the one of an incident; False when there is none."""
    steps = [
        step
        for step in await relaxations_of(connection, location_id)
        if step.undone_at is None and incident_id in (None, step.incident_id)
    ]
    if not steps:
        return False
    await connection.execute(
        sa.update(relaxations)
        .where(relaxations.c.relaxation_id == steps[-1].relaxation_id)
        .values(undone_at=now, undone_by_id=by_id)
    )
    return True
