"""Erasing a guest: at once from all that is shown, then from every place his words were copied to.

The first transaction takes the words out of the reviews, bars them from coming back, edits the cards and asks for the
messages to be taken back. The rest goes on in steps that can be broken off anywhere and are done again: looking through
every table, the files on their way out, the free pages and the WAL, the backups. What a running service had in its
hands in that moment (a message being sent, a text being read) is over a minute later; only then is the last round made.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Final

import structlog

from bot.errors import BackupError, BadCopyError
from bot.stages.notify import enqueue
from bot.stages.ops import backup
from bot.stages.ops.backup import Why
from bot.stages.ops.daily_backup import Backups
from bot.store.db import scrub
from bot.store.db.engine import Connection, Row, Store
from bot.store.delivery import outbox
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import incidents, note_files
from bot.store.ingest import raw_items
from bot.store.people.locations import NamedPlace
from bot.store.privacy import erase, erasures, places
from bot.store.privacy.erasures import Erasure
from bot.text.needles import Needles

log = structlog.get_logger(__name__)

SETTLES_IN: Final = timedelta(minutes=1)
"""After so long nothing that a running service had in memory is still to be written."""
AT_ONCE: Final = 100
"""Reviews of a place that are erased in one transaction: few enough that no press waits for it."""
_LOOKED_FOR_AT_ONCE: Final = 200_000
"""Rows of five words: more of them do not fit into the memory of a small machine."""


@dataclass(frozen=True, slots=True)
class Premises:
    """Where an installation keeps things.

    Attributes:
        database: the SQLite file.
        files: what is on its way out.
        notes: photos and voice notes of incidents.
        backups: makes the backups; older ones are removed.
    """

    store: Store
    database: Path
    files: OutgoingFiles
    notes: OutgoingFiles
    backups: Backups


async def begin(store: Store, review_ids: Sequence[int], *, by: str, now: datetime) -> int | None:
    """Erase reviews from all that is shown; gives the number of the erase, None when none of them is there.

    Args:
        store: the database.
        review_ids: which.
        by: who asked for it, for the receipt.
        now: the time.
    """
    async with store.write() as connection:
        return await begin_within(connection, review_ids, by=by, now=now)


async def begin_within(connection: Connection, review_ids: Sequence[int], *, by: str, now: datetime) -> int | None:
    """As `begin`, in the caller's transaction."""
    found = await erase.rows(connection, review_ids)
    if not found:
        return None
    needles = await erase.needles_of(connection, found)
    scope = {"reviews": [row.review_id for row in found]}
    number = await erasures.begin(connection, scope, needles, by=by, now=now)
    await _erase(connection, found, needles, number, now=now)
    return number


async def begin_places(store: Store, wanted: Sequence[NamedPlace], *, by: str, now: datetime) -> int | None:
    """Erase every review of some places that is there now; gives the number of the erase, None when there is none.

    Notes about their incidents go at once, the reviews some at a time, by `go_on`, which a kill may break off.

    Args:
        store: the database.
        wanted: the places; they need not be configured any more.
        by: who asked for it, for the receipt.
        now: the time.
    """
    ids = [place.location_id for place in wanted]
    async with store.write() as connection:
        last = await erase.last_of(connection, ids)
        if last is None:
            return None
        scope = {"places": [place.name for place in wanted], "locations": ids, "last": last}
        number = await erasures.begin(connection, scope, Needles.of([], []), by=by, now=now)
        await erase.forget_notes(connection, ids)
        await note_files.forget_of_places(connection, ids)
        return number


async def _erase(connection: Connection, found: Sequence[Row], needles: Needles, number: int, *, now: datetime) -> None:
    ids = [row.review_id for row in found]
    standing, waiting = await erase.standing(connection, ids, needles)
    touched = await erase.incidents_of(connection, ids)
    await erase.drop_waiting(connection, waiting)
    counts = await erase.erase(connection, found, erasure_id=number, now=now)
    # Nobody can tell whom a photo shows without looking at it: those of the guest's incidents go.
    counts["note_files"] = await note_files.forget(connection, touched)
    await _take_back(connection, standing, number, now=now)
    for incident_id in touched:
        incident = await incidents.find(connection, incident_id)
        if incident is not None:
            await enqueue.card(connection, incident, now=now)
    counts |= {"messages": len(standing), "cards": len(touched), "waiting messages": len(waiting)}
    await erasures.add(connection, number, counts)


async def _erase_places(store: Store, *, now: datetime) -> None:
    """Erase what is left of the places that were named, each hundred reviews as a job that is a part of the whole."""
    async with store.read() as connection:
        jobs = [job for job in await erasures.unfinished(connection) if "locations" in job.scope]
    for job in jobs:
        while True:
            async with store.write() as connection:
                found = await erase.of_places(
                    connection, job.scope["locations"], up_to=job.scope["last"], limit=AT_ONCE
                )
                if not found:
                    break
                needles = await erase.needles_of(connection, found)
                scope = {"part_of": job.erasure_id}
                number = await erasures.begin(connection, scope, needles, by=job.asked_by, now=now)
                await _erase(connection, found, needles, number, now=now)


async def _take_back(connection: Connection, standing: Sequence[erase.Standing], number: int, *, now: datetime) -> None:
    for one in standing:
        args: dict[str, object] = {
            "telegram_message_id": one.telegram_message_id,
            "erasure_id": number,
            "sent_at": one.sent_at.isoformat(),
        }
        await enqueue.chats(connection, [one.chat_id], "unsay", now=now, key=one.key, args=args)


async def go_on(premises: Premises, *, now: datetime, is_running: bool) -> bool:
    """Do what is left of every erase; False when something is to be done later.

    Args:
        premises: where everything lies.
        now: the time.
        is_running: a service works on the database, in this process or another.

    Raises:
        BackupError: no new backup can be made in the place of the old ones.
    """
    store = premises.store
    await _erase_places(store, now=now)
    async with store.read() as connection:
        jobs = await erasures.unfinished(connection)
    if not jobs:
        return True
    await sweep(store)
    await _sweep_files(premises)
    if is_running and now - jobs[-1].asked_at < SETTLES_IN:
        return False
    async with store.read() as connection:
        if await raw_items.with_unparsed(connection) or (is_running and await erasures.is_being_sent(connection)):
            return False
    async with store.write() as connection:
        await erasures.forget_needles(connection)
    async with store.alone():
        if not await asyncio.to_thread(scrub.scrub, premises.database):
            return False
    await _replace_backups(premises, jobs)
    async with store.write() as connection:
        await erasures.end(connection, [job.erasure_id for job in jobs], now=now)
    return True


async def tick(premises: Premises, *, now: datetime) -> None:
    """What the running service does about it; a backup that fails is tried again."""
    try:
        await go_on(premises, now=now, is_running=True)
    except BackupError as error:
        log.error("an erase waits for a backup without the erased words", says=str(error))


async def sweep(store: Store) -> None:
    """Look through every table for the words of erases that are not done, and empty what holds them."""
    async with store.read() as connection:
        jobs = await erasures.unfinished(connection)
    jobs.sort(key=lambda job: (job.whole, job.erasure_id))
    looked_for = Needles.of([], [])
    for job, after in zip_longest(jobs, jobs[1:]):
        async with store.read() as connection:
            looked_for |= await erasures.needles(connection, job.erasure_id)
        is_last = after is None or after.whole != job.whole
        if not is_last and len(looked_for.parts) < _LOOKED_FOR_AT_ONCE:
            continue
        async for found in places.hits(store, looked_for):
            async with store.write() as connection:
                await places.blank(connection, found)
                await erasures.add(connection, job.erasure_id, {found[0].table.name: len(found)})
        looked_for = Needles.of([], [])


async def _sweep_files(premises: Premises) -> None:
    """Files that no message waits for any more, however new; a message whose file is missing goes without it.

    And those of incidents that were forgotten.
    """
    there = await asyncio.to_thread(premises.files.every)
    kept = await asyncio.to_thread(premises.notes.every)
    async with premises.store.read() as connection:
        wanted = await outbox.wanted_files(connection)
        noted = await note_files.stored(connection)
    await asyncio.to_thread(premises.files.sweep, there, wanted=wanted)
    await asyncio.to_thread(premises.notes.sweep, kept, wanted=noted)


async def _replace_backups(premises: Premises, jobs: Sequence[Erasure]) -> None:
    folder = premises.backups.plan.folder
    # Half a backup holds the words as well, and one that is being made must not get its name now.
    await asyncio.to_thread(backup.drop_halves, folder)
    old = await asyncio.to_thread(backup.found, folder)
    if not old:
        return
    try:
        new = await premises.backups.make(Why.DAILY)
    except (BackupError, BadCopyError) as error:
        raise BackupError(
            f"The words are erased from the database. The older backups hold them until a new one can be made, which "
            f"is tried again by the running bot and by the same command: {error}"
        ) from error
    gone = [one.path for one in old if one.path != new]
    for path in gone:
        await asyncio.to_thread(path.unlink, missing_ok=True)
    async with premises.store.write() as connection:
        await erasures.add(connection, jobs[-1].erasure_id, {"backups": len(gone)})
