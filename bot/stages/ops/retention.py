"""Deletes what has been kept for as long as the owner has set. Incidents and figures stay; words do not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.configured.keeping import Keeping, KeepSettings
from bot.store.db.engine import Row, Store
from bot.store.delivery import inbox, outbox, routes, sent_messages
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import note_files
from bot.store.ingest import mail_log, problems, raw_items, sources, uploads
from bot.store.people import locations
from bot.store.privacy import erase

AT_ONCE: Final = 100
"""Reviews whose words are taken in one transaction: few enough that no press waits for it."""
BATCHES: Final = 10
"""How many such transactions in one round; after the import of a long history the next rounds do the rest."""
_USUAL: Final = KeepSettings()


async def remove_old(store: Store, files: OutgoingFiles, notes: OutgoingFiles, keep: Keeping, *, now: datetime) -> bool:
    """Drop what is old, in short transactions; False when more is left than one round takes.

    Also the files that a kill left between writing them and the message they were for.

    Args:
        store: the database.
        files: what is on its way out.
        notes: photos and voice notes of incidents.
        keep: how long what is kept.
        now: the time.
    """
    async with store.write() as connection:
        sent = min((one.messages for one in keep.businesses.values()), default=_USUAL.messages)
        pressed = min((one.presses for one in keep.businesses.values()), default=_USUAL.presses)
        await outbox.forget_done(connection, before=now - timedelta(days=sent))
        await routes.forget_done(connection, before=now - timedelta(days=sent))
        await sent_messages.forget_said(connection, before=now - timedelta(days=sent))
        await inbox.forget_handled(connection, before=now - timedelta(days=pressed))
        await uploads.forget(connection, None, before=now - timedelta(days=_USUAL.files))
    async with store.read() as connection:
        places = await locations.ids_by_business(connection)
    is_all = True
    for (business_id, key), location_ids in places.items():
        its = keep.businesses.get(key, _USUAL)
        async with store.write() as connection:
            await raw_items.forget_bodies(connection, business_id, before=now - timedelta(days=its.raw))
            await mail_log.forget_bodies(connection, business_id, before=now - timedelta(days=its.mails))
            await problems.forget(connection, business_id, before=now - timedelta(days=its.mails))
            await uploads.forget(connection, location_ids, before=now - timedelta(days=its.files))
            await erase.forget_notes(connection, location_ids, before=now - timedelta(days=its.reviews))
            await note_files.forget_of_places(connection, location_ids, before=now - timedelta(days=its.reviews))
        for _ in range(BATCHES):
            if not await let_age(store, business_id, now - timedelta(days=its.reviews), now=now):
                break
        else:
            is_all = False
    is_all = await _by_source(store, keep, now=now) and is_all
    if older := await asyncio.to_thread(files.older, now=now):
        async with store.read() as connection:
            wanted = await outbox.wanted_files(connection)
        await asyncio.to_thread(files.sweep, older, wanted=wanted)
    if older := await asyncio.to_thread(notes.older, now=now):
        async with store.read() as connection:
            noted = await note_files.stored(connection)
        await asyncio.to_thread(notes.sweep, older, wanted=noted)
    return is_all


async def _by_source(store: Store, keep: Keeping, *, now: datetime) -> bool:
    """Drop what a source's own limit ends; False when more is left than one round takes."""
    if not keep.sources:
        return True
    async with store.read() as connection:
        names = await locations.keys(connection)
        rows = [row for row in await sources.active(connection) if row.location_id in names]
    is_all = True
    for row in rows:
        days = keep.sources.get(f"{names[row.location_id]}/{row.key}")
        if days is None:
            continue
        before = now - timedelta(days=days)
        async with store.write() as connection:
            await raw_items.forget_bodies_of(connection, row.source_id, before=before)
        for _ in range(BATCHES):
            if not await _age(store, partial(erase.old_of_source, source_id=row.source_id, before=before), now=now):
                break
        else:
            is_all = False
    return is_all


async def let_age(store: Store, business_id: int, before: datetime, *, now: datetime) -> int:
    """Take the words of some reviews that were published before a moment; gives how many, 0 when none is left."""
    return await _age(store, partial(erase.old, business_id=business_id, before=before), now=now)


async def _age(store: Store, old: Callable[..., Awaitable[list[Row]]], *, now: datetime) -> int:
    async with store.read() as connection:
        if not await old(connection, limit=1):
            return 0
    async with store.write() as connection:
        found = await old(connection, limit=AT_ONCE)
        await erase.let_age(connection, found, now=now)
        return len(found)
