"""From stored raw items to stored reviews."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from bot.errors import UnreadableFileError
from bot.model.normal import Review, normalise
from bot.model.poll import Problem, RawItem
from bot.settings import SourceSettings
from bot.sources._contract import Source
from bot.stages import tell
from bot.store import reviews, sources
from bot.store.engine import Connection, Store
from bot.store.reviews import Arrival, Saved
from bot.store.sources import SourceRow, StoredRaw

log = structlog.get_logger(__name__)

IN_A_THREAD_FROM = 64 * 1024
"""Bytes of a raw item from which parsing would be felt by the loop."""
PROBLEMS_SHOWN = 3


async def digest(store: Store, row: SourceRow, source: Source, settings: SourceSettings, *, now: datetime) -> Saved:
    """Turn every raw item of a source that is not parsed yet into stored reviews; gives what changed."""
    async with store.read() as connection:
        raws = await sources.unparsed(connection, row.source_id)
    saved = Saved()
    for raw in raws:
        saved.add(await _one(store, row, source, settings, raw, now=now))
    return saved


async def _one(
    store: Store, row: SourceRow, source: Source, settings: SourceSettings, raw: StoredRaw, *, now: datetime
) -> Saved:
    platform = row.platform or f"source:{row.key}"
    if len(raw.item.body) < IN_A_THREAD_FROM:
        normal, problems = _read(source, raw.item, platform, settings.low_at_most)
    else:
        normal, problems = await asyncio.to_thread(_read, source, raw.item, platform, settings.low_at_most)
    arrival = Arrival(
        source_id=row.source_id,
        location_id=row.location_id,
        connected_at=row.connected_at or now,
        discovered_at=now,
        sweep=raw.sweep,
        is_first_sweep=raw.is_first_sweep,
        marks_seen=source.absence_means_gone,
    )
    saved = Saved()
    for start in range(0, len(normal), reviews.BATCH):
        async with store.write() as connection:
            saved.add(await reviews.save(connection, normal[start : start + reviews.BATCH], arrival))
    async with store.write() as connection:
        is_news = await sources.mark_parsed(connection, raw, problems, now=now)
        if problems and is_news:
            await _tell_problems(connection, row, raw, problems, saved, now=now, has_reviews=bool(normal))
    return saved


def _read(
    source: Source, item: RawItem, platform: str, low_at_most: float | None
) -> tuple[list[Review], Sequence[Problem]]:
    try:
        parsed = source.parse(item)
        return normalise(parsed.reviews, platform=platform, low_at_most=low_at_most), parsed.problems
    except UnreadableFileError as error:
        reason = str(error)
    except Exception as error:
        # One item that our own code stumbles over must not keep the source's other items from being read for ever.
        log.exception("a raw item could not be read", name=item.name)
        reason = f"reviewbot could not read this ({type(error).__name__}); please report it with the log"
    return [], (Problem(name=item.name, line=None, reason=reason),)


async def _tell_problems(
    connection: Connection,
    row: SourceRow,
    raw: StoredRaw,
    found: Sequence[Problem],
    saved: Saved,
    *,
    now: datetime,
    has_reviews: bool,
) -> None:
    lines = [{"line": problem.line, "reason": problem.reason} for problem in found[:PROBLEMS_SHOWN]]
    await tell.location(
        connection,
        row.location_id,
        "skipped_rows" if has_reviews else "unreadable",
        now=now,
        args={
            "location_id": row.location_id,
            "name": raw.item.name,
            "imported": saved.new + saved.changed + saved.known,
            "skipped": len(found),
            "lines": lines,
        },
    )
