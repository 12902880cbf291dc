"""Phrases that people said are not severe at their place: what they find there disturbs nobody any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import not_severe


@dataclass(frozen=True, slots=True)
class NotSevere:
    """One press of *Not severe* for one phrase.

    Attributes:
        incident_id: the incident that was closed by the press; None where there was none.
        person_id: who pressed.
        phrase: as `bot/data/severe.toml` lists it.
        words: as the guest wrote it.
        undone_at: when it was taken back; None while it holds.
    """

    not_severe_id: int
    location_id: int
    incident_id: int | None
    person_id: int | None
    phrase: str
    words: str
    made_at: datetime
    undone_at: datetime | None


async def of_location(connection: Connection, location_id: int) -> list[NotSevere]:
    """Every press of a location, undone ones included, oldest first."""
    rows = await connection.execute(
        sa.select(*[not_severe.c[name] for name in NotSevere.__slots__])
        .where(not_severe.c.location_id == location_id)
        .order_by(not_severe.c.not_severe_id)
    )
    return [NotSevere(**row._mapping) for row in rows]


async def phrases(connection: Connection, location_id: int) -> frozenset[str]:
    """The phrases that do not count at a location."""
    return frozenset(one.phrase for one in await of_location(connection, location_id) if one.undone_at is None)


async def remember(
    connection: Connection,
    location_id: int,
    found: Iterable[tuple[str, str]],
    *,
    now: datetime,
    incident_id: int | None = None,
    by_id: int | None = None,
) -> None:
    """Let phrases count no more at a location; those that are known already are not stored twice.

    Args:
        connection: the caller's transaction.
        location_id: where.
        found: each phrase, and the guest's words for it.
        now: the time.
        incident_id: the incident that the press closed.
        by_id: who pressed.
    """
    known = await phrases(connection, location_id)
    for phrase, words in dict(found).items():
        if phrase not in known:
            await connection.execute(
                sa.insert(not_severe).values(
                    location_id=location_id,
                    incident_id=incident_id,
                    person_id=by_id,
                    phrase=phrase,
                    words=words,
                    made_at=now,
                )
            )


async def take_back(
    connection: Connection,
    location_id: int,
    *,
    now: datetime,
    incident_id: int | None = None,
    not_severe_id: int | None = None,
) -> bool:
    """Let phrases count again: those of an incident, or a single one; False when there is none."""
    its = (
        not_severe.c.incident_id == incident_id
        if not_severe_id is None
        else not_severe.c.not_severe_id == not_severe_id
    )
    done = await connection.execute(
        sa.update(not_severe)
        .where(not_severe.c.location_id == location_id, not_severe.c.undone_at.is_(None), its)
        .values(undone_at=now)
    )
    return done.rowcount > 0
