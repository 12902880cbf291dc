"""Sources: the state of each between two polls, when it is due, and whether it is down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.ingest.poll import Poll, Problem, RawItem
from bot.store.db.engine import Connection
from bot.store.db.schema import sources
from bot.store.ingest import problems, raw_items
from bot.store.ingest.raw_items import StoredRaw


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source's own row."""

    source_id: int
    location_id: int
    key: str
    name: str
    platform: str
    state: Mapping[str, Any]
    sweep: int
    failures: int
    connected_at: datetime | None
    swept_at: datetime | None
    reported_at: datetime | None
    next_poll_at: datetime | None
    ok_at: datetime | None
    failing_since: datetime | None
    blind_told_at: datetime | None
    error_reason: str
    error_text: str
    paused_until: datetime | None = None

    def is_paused(self, now: datetime) -> bool:
        """Whether an owner has said that nothing is read now."""
        return self.paused_until is not None and self.paused_until > now


_LONGEST_BACKOFF = timedelta(hours=1)
_COLUMNS = [sources.c[name] for name in SourceRow.__slots__]


async def active(connection: Connection) -> list[SourceRow]:
    """Every configured source."""
    rows = await connection.execute(sa.select(*_COLUMNS).where(sources.c.is_active).order_by(sources.c.source_id))
    return [SourceRow(**row._mapping) for row in rows]


def furthest(longest_interval: timedelta) -> timedelta:
    """How far ahead a source can be due: its interval, or the longest wait after failures; and a little spread."""
    return max(longest_interval, _LONGEST_BACKOFF) * 1.2


async def due(connection: Connection, *, now: datetime, furthest: timedelta) -> list[SourceRow]:
    """The sources that are to be polled; one due later than any interval allows was put off by a wrong clock."""
    at = sources.c.next_poll_at
    rows = await connection.execute(
        sa.select(*_COLUMNS)
        .where(sources.c.is_active, sa.or_(at.is_(None), at <= now, at > now + furthest), ~_is_paused(now))
        .order_by(sources.c.source_id)
    )
    return [SourceRow(**row._mapping) for row in rows]


async def next_due(connection: Connection, *, now: datetime) -> datetime | None:
    """When the next source is to be polled."""
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.min(sources.c.next_poll_at, type_=sources.c.next_poll_at.type)).where(
            sources.c.is_active, ~_is_paused(now)
        )
    )
    return found


async def pause(connection: Connection, source_ids: Sequence[int], *, until: datetime | None) -> None:
    """Read nothing of some sources until a moment; None: read them again, at once."""
    await connection.execute(
        sa.update(sources).where(sources.c.source_id.in_(source_ids)).values(paused_until=until, next_poll_at=None)
    )


def _is_paused(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(sources.c.paused_until.is_not(None), sources.c.paused_until > now)


async def take(connection: Connection, rows: Sequence[SourceRow], *, now: datetime) -> list[SourceRow]:
    """Sources that are to be polled now; a wish to poll one at once is taken off, so that a later one is another."""
    asked = [row.source_id for row in rows if row.next_poll_at is None]
    await connection.execute(sa.update(sources).where(sources.c.source_id.in_(asked)).values(next_poll_at=now))
    return [replace(row, next_poll_at=now) if row.next_poll_at is None else row for row in rows]


def _unless_asked_again(seen: Any, at: Any) -> sa.ColumnElement[Any]:
    """When a source is due next: not later than somebody has asked for since its poll began."""
    return sa.case((sources.c.next_poll_at.is_not_distinct_from(seen), at), else_=sources.c.next_poll_at)


async def save_quiet(
    connection: Connection, next_polls: Mapping[int, tuple[datetime | None, datetime]], *, now: datetime
) -> None:
    """Note that sources were polled and had nothing new; gives each its next time, beside the one it was polled at."""
    seen, at = (sa.bindparam(name, type_=sources.c.next_poll_at.type) for name in ("seen", "at"))
    await connection.execute(
        sa.update(sources)
        .where(sources.c.source_id == sa.bindparam("id"))
        .values(next_poll_at=_unless_asked_again(seen, at), polled_at=now, ok_at=now),
        [{"id": source_id, "seen": seen, "at": at} for source_id, (seen, at) in next_polls.items()],
    )


async def of_location(connection: Connection, location_id: int) -> list[SourceRow]:
    """The configured sources of one location."""
    return [row for row in await active(connection) if row.location_id == location_id]


async def find(connection: Connection, source_id: int) -> SourceRow:
    """One source by its id."""
    row = (await connection.execute(sa.select(*_COLUMNS).where(sources.c.source_id == source_id))).one()
    return SourceRow(**row._mapping)


async def location_of(connection: Connection, source_id: int) -> int | None:
    """The location of a configured source; None where there is no such source."""
    found: int | None = await connection.scalar(
        sa.select(sources.c.location_id).where(sources.c.source_id == source_id, sources.c.is_active)
    )
    return found


async def save_poll(
    connection: Connection, row: SourceRow, poll: Poll, *, now: datetime, next_poll_at: datetime
) -> list[Problem]:
    """Store what a poll gave, with the source's new state, in the caller's one transaction.

    A first sweep lasts until a complete one has been stored: what came before belongs to it too. Gives the problems
    that were not known before.
    """
    sweep = row.sweep + 1
    is_first = row.swept_at is None
    if poll.reads_anew:
        await raw_items.read_again(connection, row.source_id)
    await raw_items.save(connection, row.source_id, poll.items, sweep=sweep, is_first=is_first, now=now)
    await connection.execute(
        sa.update(sources)
        .where(sources.c.source_id == row.source_id)
        .values(
            state=dict(poll.state),
            sweep=sweep,
            connected_at=row.connected_at or now,
            swept_at=row.swept_at or (now if poll.is_complete else None),
            next_poll_at=_unless_asked_again(row.next_poll_at, sa.literal(next_poll_at, sources.c.next_poll_at.type)),
            polled_at=now,
            ok_at=now,
            failures=0,
            failing_since=None,
            error_reason="",
            error_text="",
        )
    )
    return [
        problem
        for problem in poll.problems
        if await problems.save(connection, row.source_id, problem.name, [problem], now=now)
    ]


async def save_failure(
    connection: Connection,
    row: SourceRow,
    *,
    reason: str,
    text: str,
    now: datetime,
    next_poll_at: datetime,
) -> None:
    """Note that a poll failed; the state stays as it was."""
    await connection.execute(
        sa.update(sources)
        .where(sources.c.source_id == row.source_id)
        .values(
            failures=row.failures + 1,
            failing_since=row.failing_since or row.ok_at or now,
            polled_at=now,
            next_poll_at=next_poll_at,
            error_reason=reason,
            error_text=text,
        )
    )


async def mark_notified(connection: Connection, source_id: int, *, at: datetime | None) -> None:
    """Note that people were told of a blind source; None when it can be read again."""
    await connection.execute(sa.update(sources).where(sources.c.source_id == source_id).values(blind_told_at=at))


async def to_report(connection: Connection, *, since: datetime) -> list[SourceRow]:
    """Sources whose first import is still to be told, or was told at `since` or later, by their place."""
    is_it = sa.or_(sources.c.reported_at.is_(None), sources.c.reported_at >= since)
    rows = await connection.execute(
        sa.select(*_COLUMNS).where(sources.c.is_active, is_it).order_by(sources.c.location_id, sources.c.source_id)
    )
    return [SourceRow(**row._mapping) for row in rows]


async def mark_reported(connection: Connection, source_id: int, *, at: datetime) -> bool:
    """Note that people are told what a source's first import found; False when that was noted before."""
    result = await connection.execute(
        sa.update(sources)
        .where(sources.c.source_id == source_id, sources.c.reported_at.is_(None))
        .values(reported_at=at)
    )
    return result.rowcount == 1


async def poll_now(connection: Connection, location_id: int | None = None) -> None:
    """Make sources due at once."""
    is_it = sources.c.is_active if location_id is None else sources.c.location_id == location_id
    await connection.execute(sa.update(sources).where(is_it).values(next_poll_at=None))


async def poll_one_now(connection: Connection, source_id: int) -> None:
    """Make one source due at once."""
    await connection.execute(sa.update(sources).where(sources.c.source_id == source_id).values(next_poll_at=None))


async def add_by_hand(
    connection: Connection, row: SourceRow, items: Sequence[RawItem], *, now: datetime
) -> list[StoredRaw]:
    """Store raw items that did not come by a poll, beside what the polls give; one that is known is left as it is.

    Gives those that are not reviews yet. The source counts as connected from now on if it was not before; until its
    first complete sweep is stored, what comes by hand is history too.
    """
    known = await raw_items.known(connection, row.source_id, [item.key for item in items])
    for item in items:
        if item.key not in known:
            known[item.key] = None
            is_first = row.swept_at is None
            await raw_items.save(connection, row.source_id, [item], sweep=row.sweep, is_first=is_first, now=now)
    waiting = {key for key, parsed_at in known.items() if parsed_at is None}
    if waiting and row.connected_at is None:
        await connection.execute(
            sa.update(sources).where(sources.c.source_id == row.source_id).values(connected_at=now)
        )
    return [raw for raw in await raw_items.unparsed(connection, row.source_id) if raw.item.key in waiting]


async def mark_fully_read(connection: Connection, source_id: int, *, at: datetime) -> None:
    """Note that a source that is never polled has brought all it had for the first time."""
    is_first = sa.and_(sources.c.source_id == source_id, sources.c.swept_at.is_(None))
    await connection.execute(sa.update(sources).where(is_first).values(swept_at=at))


def backoff(failures: int, *, every: timedelta, spread: float) -> timedelta:
    """How long to wait after the n-th failure in a row: doubling from a minute, at most an hour or the interval.

    Args:
        failures: 1 for the first.
        every: the source's interval.
        spread: 0..1, moves the wait by up to a fifth, so that sources do not knock together.
    """
    wait: timedelta = min(timedelta(minutes=1) * 2 ** min(failures - 1, 10), max(every, _LONGEST_BACKOFF))
    return wait * (0.9 + 0.2 * spread)
