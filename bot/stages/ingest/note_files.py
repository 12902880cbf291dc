"""Fetches photos and voice notes that people sent as notes, and keeps them beside the database. Nothing opens them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Final

import structlog

from bot.clock import Clock
from bot.errors import RetryError, SkipError
from bot.model.note_file import LARGEST, FileState, type_of
from bot.stages.ingest.uploads import TRIES, Fetch
from bot.stages.notify import enqueue
from bot.store.db.engine import Store
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import incidents, note_files
from bot.store.incidents.note_files import NoteFile

log = structlog.get_logger(__name__)

KIND: Final = "note_file"


async def process_waiting(store: Store, clock: Clock, fetch: Fetch, folder: OutgoingFiles) -> bool:
    """Fetch every file that is due; False when there was none.

    The bytes are on the disk before the row says so: a kill between leaves a file without a row, which is swept up.
    """
    async with store.read() as connection:
        waiting = await note_files.waiting(connection, now=clock.now())
    for one in waiting:
        try:
            content = await fetch(one.telegram_file)
        except RetryError as error:
            await _wait(store, clock, one, str(error))
        except SkipError as error:
            log.warning("a file sent as a note cannot be fetched", says=str(error))
            await _end(store, clock, one, FileState.LOST)
        else:
            await _keep(store, clock, folder, one, content)
    return bool(waiting)


async def _keep(store: Store, clock: Clock, folder: OutgoingFiles, one: NoteFile, content: bytes) -> None:
    found = type_of(content)
    if not found or len(content) > LARGEST:
        await _end(store, clock, one, FileState.REFUSED)
        return
    stored = await asyncio.to_thread(folder.keep, content, suffix=found, now=clock.now())
    values = {"stored": stored, "type": found, "bytes": len(content), "sha256": sha256(content).hexdigest()}
    if not await _end(store, clock, one, FileState.KEPT, **values):
        await asyncio.to_thread(folder.remove, stored)


async def _wait(store: Store, clock: Clock, one: NoteFile, says: str) -> None:
    if one.attempts + 1 >= TRIES:
        await _end(store, clock, one, FileState.LOST)
        return
    log.warning("a file sent as a note waits", says=says)
    due = clock.now() + timedelta(seconds=2 ** (one.attempts + 1))
    async with store.write() as connection:
        await note_files.update(connection, one.file_id, attempts=one.attempts + 1, not_before=due)


async def _end(store: Store, clock: Clock, one: NoteFile, state: FileState, **values: object) -> bool:
    now = clock.now()
    async with store.write() as connection:
        if not await note_files.update(connection, one.file_id, state=state.value, telegram_file="", **values):
            return False
        incident = await incidents.find(connection, one.incident_id)
        if incident is None:
            return False
        await enqueue.below_card(
            connection, incident, [one.chat_id], KIND, now=now, buzzes=False, args={"file_id": one.file_id}
        )
        if state is FileState.KEPT:
            await enqueue.card(connection, incident, now=now)
    return True
