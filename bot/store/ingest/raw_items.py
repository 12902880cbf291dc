"""What the sources gave, byte for byte, until it has become reviews and a while longer."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.ingest.normal import clean
from bot.model.ingest.poll import Problem, RawItem
from bot.store.db.engine import Connection
from bot.store.db.schema import locations, raw_items, sources
from bot.store.ingest import problems
from bot.store.people import locations as places


@dataclass(frozen=True, slots=True)
class StoredRaw:
    """A raw item with its place in the store."""

    raw_id: int
    source_id: int
    sweep: int
    is_first_sweep: bool
    item: RawItem


_KEYS_AT_ONCE = 500


_COMPRESSED_HERE = 64 * 1024


async def has_unparsed(connection: Connection, location_id: int) -> bool:
    """Whether a location's sources have given something that has not become reviews yet."""
    its = sa.select(sources.c.source_id).where(sources.c.location_id == location_id)
    query = (
        sa.select(raw_items.c.raw_id).where(raw_items.c.source_id.in_(its), raw_items.c.parsed_at.is_(None)).limit(1)
    )
    return await connection.scalar(query) is not None


async def save(
    connection: Connection, source_id: int, items: Sequence[RawItem], *, sweep: int, is_first: bool, now: datetime
) -> None:
    """Store raw items in order; one whose key is known already takes the place of what was there."""
    has = await known(connection, source_id, [item.key for item in items])
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
        if item.key in has:
            is_it = sa.and_(raw_items.c.source_id == source_id, raw_items.c.key == item.key)
            await connection.execute(sa.update(raw_items).where(is_it).values(**values))
        else:
            new[item.key] = {"source_id": source_id, "key": item.key, **values}
    if new:
        await connection.execute(sa.insert(raw_items), list(new.values()))


async def known(connection: Connection, source_id: int, keys: Sequence[str]) -> dict[str, datetime | None]:
    """Those of some keys that a source has raw items under, with when they became reviews."""
    found: dict[str, datetime | None] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        rows = await connection.execute(
            sa.select(raw_items.c.key, raw_items.c.parsed_at).where(
                raw_items.c.source_id == source_id, raw_items.c.key.in_(keys[start : start + _KEYS_AT_ONCE])
            )
        )
        found.update({row.key: row.parsed_at for row in rows})
    return found


async def read_again(connection: Connection, source_id: int) -> int:
    """Have every raw item of a source that is still kept be parsed again; gives how many."""
    result = await connection.execute(
        sa.update(raw_items)
        .where(raw_items.c.source_id == source_id, raw_items.c.body.is_not(None))
        .values(parsed_at=None)
    )
    return int(result.rowcount)


async def read_one_again(connection: Connection, source_id: int, raw_id: int) -> bool:
    """Have one raw item be parsed again at the source's next poll, which is due at once; False without its bytes."""
    result = await connection.execute(
        sa.update(raw_items)
        .where(raw_items.c.raw_id == raw_id, raw_items.c.source_id == source_id, raw_items.c.body.is_not(None))
        .values(parsed_at=None)
    )
    await connection.execute(sa.update(sources).where(sources.c.source_id == source_id).values(next_poll_at=None))
    return bool(result.rowcount)


async def parse_again(connection: Connection, source_id: int, key: str) -> None:
    """Have the raw item under a key be parsed again, where its bytes are kept."""
    its = sa.and_(raw_items.c.source_id == source_id, raw_items.c.key == key, raw_items.c.body.is_not(None))
    await connection.execute(sa.update(raw_items).where(its).values(parsed_at=None))


async def body_of(connection: Connection, raw_id: int) -> bytes:
    """The bytes of a raw item; nothing when they are not kept any more."""
    kept = await connection.scalar(sa.select(raw_items.c.body).where(raw_items.c.raw_id == raw_id))
    return b"" if kept is None else zlib.decompress(kept)


async def newest(connection: Connection, source_id: int, name: str) -> bytes | None:
    """The bytes of the newest raw item of a name; None when they are not kept any more."""
    kept = await connection.scalar(
        sa.select(raw_items.c.body)
        .where(raw_items.c.source_id == source_id, raw_items.c.name == clean(name), raw_items.c.body.is_not(None))
        .order_by(raw_items.c.raw_id.desc())
        .limit(1)
    )
    return None if kept is None else zlib.decompress(kept)


async def unparsed(connection: Connection, source_id: int, *, limit: int | None = None) -> list[StoredRaw]:
    """Raw items that are not reviews yet, oldest first; at most `limit` of them."""
    return await _stored(connection, sa.select(raw_items).where(_is_unparsed(source_id)).limit(limit))


async def small_after(connection: Connection, last: StoredRaw, *, limit: int, smaller_than: int) -> list[StoredRaw]:
    """Of the raw items behind one that are not reviews yet those up to the first larger one.

    Args:
        connection: the caller's transaction.
        last: the one they come after.
        limit: items at most.
        smaller_than: bytes as they are kept, compressed.
    """
    behind = sa.and_(_is_unparsed(last.source_id), raw_items.c.raw_id > last.raw_id)
    is_large = sa.func.coalesce(sa.func.length(raw_items.c.body), 0) >= smaller_than
    first_large = await connection.scalar(sa.select(sa.func.min(raw_items.c.raw_id)).where(behind, is_large))
    query = sa.select(raw_items).where(behind).limit(limit)
    return await _stored(connection, query if first_large is None else query.where(raw_items.c.raw_id < first_large))


def _is_unparsed(source_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(raw_items.c.source_id == source_id, raw_items.c.parsed_at.is_(None))


async def _stored(connection: Connection, query: sa.Select[Any]) -> list[StoredRaw]:
    rows = await connection.execute(query.order_by(raw_items.c.raw_id))
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


async def unparsed_of(connection: Connection, source_ids: Sequence[int]) -> list[int]:
    """Which of these sources have raw items that are still to be parsed, or are to be parsed again."""
    if not source_ids:
        return []
    rows = await connection.execute(
        sa.select(raw_items.c.source_id)
        .where(raw_items.c.source_id.in_(source_ids), raw_items.c.parsed_at.is_(None))
        .distinct()
    )
    return [row.source_id for row in rows]


async def mark_parsed(connection: Connection, raw: StoredRaw, found: Sequence[Problem], *, now: datetime) -> bool:
    """Note that a raw item has become reviews, and what was wrong with it; gives what `save_problems` gives."""
    await connection.execute(sa.update(raw_items).where(raw_items.c.raw_id == raw.raw_id).values(parsed_at=now))
    return await problems.save(connection, raw.source_id, raw.item.name, found, now=now)


async def mark_all_parsed(connection: Connection, raw_ids: Sequence[int], *, now: datetime) -> None:
    """Note that raw items have become reviews, where nothing in them is a problem by its line."""
    await connection.execute(sa.update(raw_items).where(raw_items.c.raw_id.in_(raw_ids)).values(parsed_at=now))


async def drop_bodies(connection: Connection, raw_ids: Sequence[int]) -> None:
    """Drop the bytes of raw items at once: they hold the words of a guest who was erased."""
    await connection.execute(sa.update(raw_items).where(raw_items.c.raw_id.in_(raw_ids)).values(body=None))


async def forget_bodies_of(connection: Connection, source_id: int, *, before: datetime) -> None:
    """Drop the bytes of a source's raw items that it gave before a moment and that were parsed."""
    its = sa.and_(raw_items.c.source_id == source_id, raw_items.c.fetched_at < before)
    kept = sa.and_(its, raw_items.c.parsed_at.is_not(None), raw_items.c.body.is_not(None))
    await connection.execute(sa.update(raw_items).where(kept).values(body=None))


async def forget_bodies(connection: Connection, business_id: int, *, before: datetime) -> int:
    """Drop the bytes of a business's raw items parsed before a moment; gives how many. Mails: `mail_log`."""
    result = await connection.execute(
        sa.update(raw_items)
        .where(
            raw_items.c.source_id.in_(places.sources_of(business_id)),
            raw_items.c.parsed_at < before,
            raw_items.c.kind != "mail",
            raw_items.c.body.is_not(None),
        )
        .values(body=None)
    )
    return int(result.rowcount)
