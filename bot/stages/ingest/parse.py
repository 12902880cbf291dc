"""Parses stored raw items and stores their reviews."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count, takewhile

import structlog

from bot.errors import UnreadableFileError
from bot.model.ingest.normal import Review, clean, normalise
from bot.model.ingest.poll import Parsed, Problem, RawItem, problem
from bot.model.ingest.spread import shared_time, spread
from bot.reasons import Reason, reason
from bot.settings import SourceSettings
from bot.sources.contract.source import Answerable, Filing, Source
from bot.sources.files.folder import AGAIN
from bot.sources.files.sandbox import SMALL, needs_worker
from bot.sources.files.sent_file import SentFile
from bot.stages.ingest import attempts, folder_files, identity, small_files
from bot.stages.ingest import mail_log as unread
from bot.stages.ingest.folder_files import line_of
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection, Store
from bot.store.ingest import mail_log, problems, raw_items, uploads
from bot.store.ingest.raw_items import StoredRaw
from bot.store.ingest.sources import SourceRow
from bot.store.people import locations
from bot.store.reviews import removals, save_reviews
from bot.store.reviews.save_reviews import Arrival, Saved

log = structlog.get_logger(__name__)

IN_A_THREAD_FROM = 64 * 1024
"""Bytes of a raw item from which parsing would be felt by the loop."""
COUNTED_FROM = 1024 * 1024
"""Bytes of a page of an API from which attempts at it are counted: each count waits for the disk."""
PROBLEMS_SHOWN = 3
ITEMS_AT_ONCE = 50


async def parse(
    store: Store,
    row: SourceRow,
    source: Source,
    settings: SourceSettings,
    *,
    now: datetime,
    stored: Callable[[int], None] = lambda _: None,
) -> Saved:
    """Turn every raw item of a source that is not parsed yet into stored reviews; gives what changed.

    Args:
        store: where from and to.
        row: the source as stored.
        source: reads the items.
        settings: its settings.
        now: the time.
        stored: called after each transaction with the number of reviews it stored.
    """
    saved = Saved()
    source = await answered(store, row, source, now=now)
    # Each file has a moment of its own, by which its import can be taken back.
    moments = (now + timedelta(microseconds=number) for number in count())
    while True:
        # A few at a time: after a change of rules a mailbox has thousands to read again.
        async with store.read() as connection:
            raws = await raw_items.unparsed(connection, row.source_id, limit=ITEMS_AT_ONCE)
        if not raws:
            return saved
        if all(raw.item.kind == "mail" and raw.sweep == raws[0].sweep for raw in raws):
            saved.add(await _keep_mails(store, row, source, settings, raws, now=now))
            continue
        if isinstance(source, Answerable) and small_files.are_small([raw.item for raw in raws]):
            saved.add(await _keep_files(store, row, source, settings, raws, moments=moments, now=now))
            continue
        for raw in raws:
            parsed = await parse_item(store, source, raw.item, now=now)
            marks_seen = source.absence_means_gone
            at = next(moments) if parsed.understood is not None else now
            saved.add(
                await save_parsed(store, row, settings, raw, parsed, now=at, marks_seen=marks_seen, stored=stored)
            )


async def answered(store: Store, row: SourceRow, source: Source, *, now: datetime) -> Source:
    """The source with what people have answered about tables, where it reads any."""
    if not isinstance(source, Answerable):
        return source
    async with store.read() as connection:
        place = await locations.find(connection, row.location_id)
        return source.with_answers(await uploads.maps(connection, place.business_id), now)


async def _keep_mails(
    store: Store,
    row: SourceRow,
    source: Source,
    settings: SourceSettings,
    raws: Sequence[StoredRaw],
    *,
    now: datetime,
) -> Saved:
    """Store what some mails of one sweep hold in one transaction: each waits for the disk, and a mail holds little."""
    parsed = [await parse_item(store, source, raw.item, now=now) for raw in raws]
    normal: list[Review] = []
    sent: list[datetime] = []
    each: list[list[Review]] = []
    for one in parsed:
        its = normalise(one.reviews, platform=row.platform or f"source:{row.key}", low_at_most=settings.low_at_most)
        each.append(await _at_likelier_times(store, row, its, sent=sent))
        normal += each[-1]
        sent += [] if one.filed is None else [one.filed.sent_at]
    saved = Saved()
    async with store.write() as connection:
        if normal:
            saved.add(await save_reviews.save(connection, normal, _arrival(row, raws[0], now=now)))
        for raw, one in zip(raws, parsed, strict=True):
            if one.problems:
                await problems.save(connection, raw.source_id, raw.item.name, one.problems, now=now)
        await raw_items.mark_all_parsed(connection, [raw.raw_id for raw in raws], now=now)
        erased = await small_files.erased(connection, row.location_id, raws, each) if saved.barred else set()
        await raw_items.drop_bodies(connection, sorted(erased))
        filed = [
            (raw, replace(one.filed, subject="", why=None) if raw.raw_id in erased else one.filed)
            for raw, one in zip(raws, parsed, strict=True)
            if one.filed is not None
        ]
        if filed:
            await unread.file(connection, row, filed, now=now)
    return saved


async def _keep_files(
    store: Store,
    row: SourceRow,
    source: Source,
    settings: SourceSettings,
    raws: Sequence[StoredRaw],
    *,
    moments: Iterator[datetime],
    now: datetime,
) -> Saved:
    """Store what these small files and those behind them hold, as many as possible in one transaction."""
    async with store.read() as connection:
        raws = [
            *raws,
            *await raw_items.small_after(
                connection, raws[-1], limit=small_files.AT_ONCE - len(raws), smaller_than=SMALL
            ),
        ]
        noted = await uploads.noted(connection, row.location_id)
        zone = (await locations.find(connection, row.location_id)).zone
    raws = list(takewhile(lambda raw: not needs_worker(raw.item.body), raws))
    platform = row.platform or f"source:{row.key}"
    found = []
    for raw in raws:
        parsed = await parse_item(store, source, raw.item, now=now)
        its = normalise(parsed.reviews, platform=platform, low_at_most=settings.low_at_most)
        found.append((raw, parsed, its))
    saved = Saved()
    for group in small_files.groups(found, noted=noted):
        at = next(moments)
        if isinstance(group, small_files.Group) and len(group.raws) > 1:
            async with store.write() as connection:
                arrival = _arrival(row, group.raws[0], now=at)
                saved.add(await small_files.save(connection, row, group, arrival, zone=zone))
            continue
        raw, parsed = (group.raws[0], group.parsed[0]) if isinstance(group, small_files.Group) else group
        saved.add(await save_parsed(store, row, settings, raw, parsed, now=at))
    return saved


async def _at_likelier_times(
    store: Store, row: SourceRow, found: list[Review], *, sent: Sequence[datetime] = ()
) -> list[Review]:
    """The reviews of a digest, spread over the time since the mail before it; `sent` are mails that come with it."""
    at = shared_time(found)
    if at is None:
        return found
    async with store.read() as connection:
        before = await mail_log.sent_before(connection, row.location_id, at)
    return spread(found, since=max((one for one in (*sent, before) if one is not None and one < at), default=None))


def _arrival(
    row: SourceRow, raw: StoredRaw, *, now: datetime, marks_seen: bool = False, tells_removed: bool = False
) -> Arrival:
    return Arrival(
        source_id=row.source_id,
        location_id=row.location_id,
        connected_at=row.connected_at or now,
        discovered_at=now,
        sweep=raw.sweep,
        is_first_sweep=raw.is_first_sweep,
        marks_seen=marks_seen,
        reads_again=raw.item.kind == AGAIN,
        tells_removed=tells_removed,
    )


async def save_parsed(
    store: Store,
    row: SourceRow,
    settings: SourceSettings,
    raw: StoredRaw,
    parsed: Parsed,
    *,
    now: datetime,
    marks_seen: bool = False,
    tells: bool = True,
    stored: Callable[[int], None] = lambda _: None,
) -> Saved:
    """Store what a raw item holds; gives what changed.

    Args:
        store: where to.
        row: the source as stored.
        settings: its settings.
        raw: the raw item.
        parsed: what is in it.
        now: the time.
        marks_seen: the source lists everything, so that a review missing from it may be gone.
        tells: tell the location's chats of what was skipped.
        stored: called after each transaction with the number of reviews it stored.
    """
    platform = row.platform or f"source:{row.key}"
    prepare = partial(
        normalise,
        parsed.reviews,
        platform=platform,
        low_at_most=settings.low_at_most,
    )
    normal = prepare() if len(raw.item.body) < IN_A_THREAD_FROM else await asyncio.to_thread(prepare)
    if parsed.understood is not None:
        async with store.write() as connection:
            place = await locations.find(connection, row.location_id)
            normal = await identity.identify(connection, row.location_id, normal, zone=place.zone)
    normal = await _at_likelier_times(store, row, normal)
    arrival = _arrival(row, raw, now=now, marks_seen=marks_seen, tells_removed=parsed.removed is not None)
    saved = Saved()
    # The last batch is stored together with the mark that all is done: a mail holds one review, and each transaction
    # waits for the disk.
    whole = len(normal) // save_reviews.BATCH * save_reviews.BATCH
    for start in range(0, whole, save_reviews.BATCH):
        async with store.write() as connection:
            saved.add(await save_reviews.save(connection, normal[start : start + save_reviews.BATCH], arrival))
        stored(save_reviews.BATCH)
    async with store.write() as connection:
        if normal[whole:]:
            saved.add(await save_reviews.save(connection, normal[whole:], arrival))
        if parsed.removed:
            removed = [clean(one) for one in parsed.removed]
            await removals.remove(
                connection, location_id=row.location_id, platform=platform, external_ids=removed, now=now
            )
        is_news = await raw_items.mark_parsed(connection, raw, parsed.problems, now=now)
        if saved.barred:
            await raw_items.drop_bodies(connection, [raw.raw_id])
        if tells and (parsed.understood is not None or parsed.asks):
            await folder_files.note(connection, row, raw, parsed, saved, now=now, is_news=is_news)
        elif parsed.problems and is_news and tells:
            await _tell_problems(connection, row, raw, parsed.problems, saved, now=now, has_reviews=bool(normal))
        if parsed.filed is not None:
            await unread.file(connection, row, [(raw, parsed.filed)], now=now)
    stored(len(normal[whole:]))
    return saved


async def parse_item(store: Store, source: Source, item: RawItem, *, now: datetime) -> Parsed:
    """What a raw item holds; one that cannot be read is a problem, not an error.

    Args:
        store: where attempts at large or packed items are counted.
        source: reads it.
        item: what the source gave.
        now: the time.
    """
    read = partial(source.parse, item)
    try:
        if isinstance(source, Answerable | SentFile):
            return await attempts.counted(store, item.body, read, now=now)
        if isinstance(source, Filing):
            return await attempts.counted(store, item.body, read, now=now, turn=asyncio.to_thread, is_mail=True)
        # Pages of an API are read in this process, and do not wait behind a file.
        if len(item.body) < IN_A_THREAD_FROM:
            return read()
        if len(item.body) < COUNTED_FROM:
            return await asyncio.to_thread(read)
        return await attempts.counted(store, item.body, read, now=now, turn=asyncio.to_thread)
    except UnreadableFileError as error:
        if isinstance(source, Filing) and isinstance(error.reason, Reason):
            return source.unread(item, error.reason)
        found = problem(item.name, None, error)
    except Exception:
        # One item that our own code stumbles over must not keep the source's other items from being read for ever.
        log.exception("a raw item could not be read", name=item.name)
        found = problem(item.name, None, reason("file_broken"))
    return Parsed(reviews=(), problems=(found,))


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
    lines = [line_of(problem) for problem in found[:PROBLEMS_SHOWN]]
    await enqueue.location(
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
