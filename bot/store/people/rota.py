"""The rota as it is kept: shifts, absences and swaps, each with who changed it and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

import sqlalchemy as sa

from bot.policy.rota import Absence, Shift, Swap
from bot.store.db.engine import Connection
from bot.store.db.schema import absences, shifts, swaps


@dataclass(frozen=True, slots=True)
class Offer:
    """A turn that somebody offers; nobody has taken it while `taker_id` is None."""

    swap_id: int
    location_id: int
    from_id: int
    begins: datetime
    ends: datetime
    taker_id: int | None
    withdrawn_at: datetime | None


_OFFER = [swaps.c[name] for name in Offer.__slots__]
# Put together once, for every card asks.
_SHIFTS = (
    sa.select(shifts.c.shift_id, shifts.c.person_id, shifts.c.weekday, shifts.c.begins, shifts.c.ends)
    .where(shifts.c.location_id == sa.bindparam("location_id"), shifts.c.removed_at.is_(None))
    .order_by(shifts.c.weekday, shifts.c.begins, shifts.c.shift_id)
)


async def shifts_of(connection: Connection, location_id: int) -> list[Shift]:
    """The shifts of a location's week, by their beginning."""
    rows = await connection.execute(_SHIFTS, {"location_id": location_id})
    return [
        Shift(row.shift_id, row.person_id, row.weekday, time.fromisoformat(row.begins), time.fromisoformat(row.ends))
        for row in rows
    ]


async def add_shift(
    connection: Connection,
    location_id: int,
    person_id: int,
    weekday: int,
    hours: tuple[time, time],
    *,
    by_id: int | None,
    now: datetime,
) -> None:
    """Put a shift into the week; the same one twice is kept once."""
    begins, ends = hours
    known = [
        one
        for one in await shifts_of(connection, location_id)
        if (one.person_id, one.weekday, one.begins, one.ends) == (person_id, weekday, begins, ends)
    ]
    if not known:
        await connection.execute(
            sa.insert(shifts).values(
                location_id=location_id,
                person_id=person_id,
                weekday=weekday,
                begins=begins.isoformat("minutes"),
                ends=ends.isoformat("minutes"),
                added_by_id=by_id,
                added_at=now,
            )
        )


async def remove_shifts(
    connection: Connection, location_id: int, shift_ids: Collection[int], *, by_id: int | None, now: datetime
) -> int:
    """Take shifts out of a location's week; gives how many were still in it."""
    is_it = sa.and_(
        shifts.c.shift_id.in_(list(shift_ids)), shifts.c.location_id == location_id, shifts.c.removed_at.is_(None)
    )
    result = await connection.execute(sa.update(shifts).where(is_it).values(removed_by_id=by_id, removed_at=now))
    return int(result.rowcount)


async def absences_of(connection: Connection, person_ids: Collection[int], *, now: datetime) -> list[Absence]:
    """The absences of some people that are not over."""
    rows = await connection.execute(
        sa.select(absences.c.person_id, absences.c.begins, absences.c.ends)
        .where(absences.c.person_id.in_(list(person_ids)), absences.c.ends > now)
        .order_by(absences.c.begins)
    )
    return [Absence(**row._mapping) for row in rows]


async def go_away(connection: Connection, person_id: int, *, until: datetime, by_id: int | None, now: datetime) -> None:
    """A person is away from now on; what was said before of a later time is over."""
    await come_back(connection, person_id, now=now)
    values = {"person_id": person_id, "begins": now, "ends": until, "set_by_id": by_id, "set_at": now}
    await connection.execute(sa.insert(absences).values(**values))


async def come_back(connection: Connection, person_id: int, *, now: datetime) -> bool:
    """A person's absence is over; False where there was none."""
    is_it = sa.and_(absences.c.person_id == person_id, absences.c.ends > now)
    result = await connection.execute(sa.update(absences).where(is_it).values(ends=now))
    return result.rowcount > 0


async def swaps_of(connection: Connection, location_id: int, *, since: datetime) -> list[Swap]:
    """The turns of a location that were taken by others and end after a moment, in the order of their taking."""
    rows = await connection.execute(
        sa.select(swaps.c.swap_id, swaps.c.from_id, swaps.c.taker_id, swaps.c.begins, swaps.c.ends)
        .where(swaps.c.location_id == location_id, swaps.c.taker_id.is_not(None), swaps.c.ends > since)
        .order_by(swaps.c.taken_at, swaps.c.swap_id)
    )
    return [Swap(**row._mapping) for row in rows]


async def offer(
    connection: Connection, location_id: int, from_id: int, begins: datetime, ends: datetime, *, now: datetime
) -> int:
    """Offer a turn; gives the number of the offer, the same where it is offered already."""
    found: int | None = await connection.scalar(
        sa.select(swaps.c.swap_id).where(
            swaps.c.location_id == location_id,
            swaps.c.from_id == from_id,
            swaps.c.begins == begins,
            swaps.c.taker_id.is_(None),
            swaps.c.withdrawn_at.is_(None),
        )
    )
    if found is not None:
        return found
    values = {"location_id": location_id, "from_id": from_id, "begins": begins, "ends": ends, "offered_at": now}
    result = await connection.execute(sa.insert(swaps).values(**values).returning(swaps.c.swap_id))
    return int(result.scalar_one())


async def find_offer(connection: Connection, swap_id: int) -> Offer | None:
    """A turn that is or was offered."""
    row = (await connection.execute(sa.select(*_OFFER).where(swaps.c.swap_id == swap_id))).first()
    return None if row is None else Offer(**row._mapping)


async def take(connection: Connection, swap_id: int, taker_id: int, *, now: datetime) -> bool:
    """Take an offered turn; False when somebody was faster, it was withdrawn, or it is over."""
    is_it = sa.and_(swaps.c.swap_id == swap_id, swaps.c.taker_id.is_(None), swaps.c.withdrawn_at.is_(None))
    result = await connection.execute(
        sa.update(swaps).where(is_it, swaps.c.ends > now).values(taker_id=taker_id, taken_at=now)
    )
    return result.rowcount > 0


async def withdraw(connection: Connection, swap_id: int, *, now: datetime) -> bool:
    """Offer a turn no more; False when somebody has taken it."""
    is_it = sa.and_(swaps.c.swap_id == swap_id, swaps.c.taker_id.is_(None), swaps.c.withdrawn_at.is_(None))
    result = await connection.execute(sa.update(swaps).where(is_it).values(withdrawn_at=now))
    return result.rowcount > 0
