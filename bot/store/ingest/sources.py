"""What is known of each source between two polls, and the raw items it gave."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.normal import clean
from bot.model.poll import Poll, Problem, RawItem
from bot.store.db.engine import Connection
from bot.store.db.schema import locations, problems, raw_items, sources


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


@dataclass(frozen=True, slots=True)
class StoredRaw:
    """A raw item with its place in the store."""

    raw_id: int
    source_id: int
    sweep: int
    is_first_sweep: bool
    item: RawItem


PROBLEMS_KEPT = 1000
_KEYS_AT_ONCE = 500
_COMPRESSED_HERE = 64 * 1024
_COLUMNS = [sources.c[name] for name in SourceRow.__slots__]


async def active(connection: Connection) -> list[SourceRow]:
    """Every configured source."""
    rows = await connection.execute(sa.select(*_COLUMNS).where(sources.c.is_active).order_by(sources.c.source_id))
    return [SourceRow(**row._mapping) for row in rows]


async def of_location(connection: Connection, location_id: int) -> list[SourceRow]:
    """The configured sources of one location."""
    return [row for row in await active(connection) if row.location_id == location_id]


async def find(connection: Connection, source_id: int) -> SourceRow:
    """One source by its id."""
    row = (await connection.execute(sa.select(*_COLUMNS).where(sources.c.source_id == source_id))).one()
    return SourceRow(**row._mapping)


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
        await read_again(connection, row.source_id)
    await _save_raws(connection, row.source_id, poll.items, sweep=sweep, is_first=is_first, now=now)
    await connection.execute(
        sa.update(sources)
        .where(sources.c.source_id == row.source_id)
        .values(
            state=dict(poll.state),
            sweep=sweep,
            connected_at=row.connected_at or now,
            swept_at=row.swept_at or (now if poll.is_complete else None),
            next_poll_at=next_poll_at,
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
        if await save_problems(connection, row.source_id, problem.name, [problem], now=now)
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


async def _save_raws(
    connection: Connection, source_id: int, items: Sequence[RawItem], *, sweep: int, is_first: bool, now: datetime
) -> None:
    """Store raw items in order; one whose key is known already takes the place of what was there."""
    keys = [item.key for item in items]
    known: set[str] = set()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        rows = await connection.execute(
            sa.select(raw_items.c.key).where(
                raw_items.c.source_id == source_id, raw_items.c.key.in_(keys[start : start + _KEYS_AT_ONCE])
            )
        )
        known.update(row.key for row in rows)
    new: dict[str, dict[str, Any]] = {}
    for item in items:
        large = len(item.body) > _COMPRESSED_HERE
        values = {
            # A file's name may hold bytes that are no text, which no database takes.
            "name": clean(item.name),
            "kind": item.kind,
            "note": clean(item.note),
            "body": await asyncio.to_thread(zlib.compress, item.body, 1) if large else zlib.compress(item.body, 1),
            "sweep": sweep,
            # The same content again, long after the first sweep, is an edit taken back: news.
            "is_first_sweep": is_first,
            "fetched_at": now,
            "parsed_at": None,
        }
        if item.key in known:
            is_it = sa.and_(raw_items.c.source_id == source_id, raw_items.c.key == item.key)
            await connection.execute(sa.update(raw_items).where(is_it).values(**values))
        else:
            new[item.key] = {"source_id": source_id, "key": item.key, **values}
    if new:
        await connection.execute(sa.insert(raw_items), list(new.values()))


async def add_by_hand(
    connection: Connection, row: SourceRow, items: Sequence[RawItem], *, now: datetime
) -> list[StoredRaw]:
    """Store raw items that did not come by a poll, beside what the polls give; one that is known is left as it is.

    Gives those that are not reviews yet. The source counts as connected from now on if it was not before; until its
    first complete sweep is stored, what comes by hand is history too.
    """
    known = {
        found.key: found.parsed_at
        for found in await connection.execute(
            sa.select(raw_items.c.key, raw_items.c.parsed_at).where(
                raw_items.c.source_id == row.source_id, raw_items.c.key.in_([item.key for item in items])
            )
        )
    }
    for item in items:
        if item.key not in known:
            known[item.key] = None
            is_first = row.swept_at is None
            await _save_raws(connection, row.source_id, [item], sweep=row.sweep, is_first=is_first, now=now)
    waiting = {key for key, parsed_at in known.items() if parsed_at is None}
    if waiting and row.connected_at is None:
        await connection.execute(
            sa.update(sources).where(sources.c.source_id == row.source_id).values(connected_at=now)
        )
    return [raw for raw in await unparsed(connection, row.source_id) if raw.item.key in waiting]


async def mark_swept(connection: Connection, source_id: int, *, at: datetime) -> None:
    """Note that a source that is never polled has brought all it had for the first time."""
    is_first = sa.and_(sources.c.source_id == source_id, sources.c.swept_at.is_(None))
    await connection.execute(sa.update(sources).where(is_first).values(swept_at=at))


async def read_again(connection: Connection, source_id: int) -> int:
    """Have every raw item of a source that is still kept be parsed again; gives how many."""
    result = await connection.execute(
        sa.update(raw_items)
        .where(raw_items.c.source_id == source_id, raw_items.c.body.is_not(None))
        .values(parsed_at=None)
    )
    return int(result.rowcount)


async def unparsed(connection: Connection, source_id: int, *, limit: int | None = None) -> list[StoredRaw]:
    """Raw items that are not reviews yet, oldest first; at most `limit` of them."""
    rows = await connection.execute(
        sa.select(raw_items)
        .where(raw_items.c.source_id == source_id, raw_items.c.parsed_at.is_(None))
        .order_by(raw_items.c.raw_id)
        .limit(limit)
    )
    return [
        StoredRaw(
            raw_id=row.raw_id,
            source_id=row.source_id,
            sweep=row.sweep,
            is_first_sweep=row.is_first_sweep,
            item=RawItem(
                key=row.key, name=row.name, body=zlib.decompress(row.body or b""), kind=row.kind, note=row.note
            ),
        )
        for row in rows
    ]


async def with_unparsed(connection: Connection) -> list[int]:
    """Sources that have raw items left from before a restart."""
    rows = await connection.execute(
        sa.select(raw_items.c.source_id)
        .join(sources, sources.c.source_id == raw_items.c.source_id)
        .join(locations, locations.c.location_id == sources.c.location_id)
        .where(raw_items.c.parsed_at.is_(None), sources.c.is_active, locations.c.is_active)
        .distinct()
    )
    return [row.source_id for row in rows]


async def mark_parsed(connection: Connection, raw: StoredRaw, found: Sequence[Problem], *, now: datetime) -> bool:
    """Note that a raw item has become reviews, and what was wrong with it; gives what `save_problems` gives."""
    await connection.execute(sa.update(raw_items).where(raw_items.c.raw_id == raw.raw_id).values(parsed_at=now))
    return await save_problems(connection, raw.source_id, raw.item.name, found, now=now)


async def mark_all_parsed(connection: Connection, raw_ids: Sequence[int], *, now: datetime) -> None:
    """Note that raw items have become reviews, where nothing in them is a problem by its line."""
    await connection.execute(sa.update(raw_items).where(raw_items.c.raw_id.in_(raw_ids)).values(parsed_at=now))


async def forget_bodies(connection: Connection, *, before: datetime) -> int:
    """Drop the bytes of raw items parsed before a moment; gives how many. Mails are kept longer (`store.mails`)."""
    result = await connection.execute(
        sa.update(raw_items)
        .where(raw_items.c.parsed_at < before, raw_items.c.kind != "mail", raw_items.c.body.is_not(None))
        .values(body=None)
    )
    return int(result.rowcount)


async def save_problems(
    connection: Connection, source_id: int, name: str, found: Sequence[Problem], *, now: datetime
) -> bool:
    """Replace what is known to be wrong with one file; False when just that was known already.

    Of a hopeless file the first thousand lines are enough.
    """
    name = clean(name)
    is_it = sa.and_(problems.c.source_id == source_id, problems.c.name == name)
    known = await connection.execute(sa.select(problems.c.line, problems.c.reason).where(is_it))
    wrong = [(problem.line, clean(problem.reason)) for problem in found[:PROBLEMS_KEPT]]
    if {(row.line, row.reason) for row in known} == set(wrong):
        return False
    await connection.execute(sa.delete(problems).where(is_it))
    if wrong:
        rows = [
            {"source_id": source_id, "name": name, "line": line, "reason": reason, "found_at": now}
            for line, reason in wrong
        ]
        await connection.execute(sa.insert(problems), rows)
    return True


async def problems_of(connection: Connection, source_id: int, name: str) -> list[Problem]:
    """What is known to be wrong with one file, in the order of its lines."""
    rows = await connection.execute(
        sa.select(problems)
        .where(problems.c.source_id == source_id, problems.c.name == clean(name))
        .order_by(problems.c.line, problems.c.problem_id)
    )
    return [Problem(row.name, row.line, row.reason) for row in rows]


def backoff(failures: int, *, every: timedelta, spread: float) -> timedelta:
    """How long to wait after the n-th failure in a row: doubling from a minute, at most an hour or the interval.

    Args:
        failures: 1 for the first.
        every: the source's interval.
        spread: 0..1, moves the wait by up to a fifth, so that sources do not knock together.
    """
    wait: timedelta = min(timedelta(minutes=1) * 2 ** min(failures - 1, 10), max(every, timedelta(hours=1)))
    return wait * (0.9 + 0.2 * spread)
