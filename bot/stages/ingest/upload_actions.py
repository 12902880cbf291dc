"""What people do with a file that was sent or found: cancel it, undo its import, or have it asked about again."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any

from bot.incidents.machine import ALLOWED_FROM, Request, apply
from bot.model.incident import Transition
from bot.model.ingest.upload import UploadState
from bot.sources.tables.table import ASK_ANYWAY
from bot.stages.ingest.folder_files import show
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.incidents import incidents, memberships
from bot.store.ingest import raw_items, uploads
from bot.store.ingest.uploads import Upload
from bot.store.people import chats, locations, people
from bot.store.people.locations import Place
from bot.store.reviews import undo_import


async def choices_of(connection: Connection, upload: Upload) -> list[Place]:
    """The locations that the file may be for: those of its sender, in a group only the group's."""
    if upload.person_id is None or upload.chat_id is None:
        every = await locations.all_active(connection)
        return [place for place in every if place.location_id == upload.location_id]
    grants = await people.grants_of(connection, upload.person_id)
    places_of_chat = await chats.linked_locations(connection, upload.chat_id)
    every = await locations.all_active(connection)
    own = [
        place
        for place in every
        if any(grant.covers(business_id=place.business_id, location_id=place.location_id) for grant in grants)
    ]
    here = [place for place in own if place.location_id in places_of_chat]
    return here or own


async def ended(
    connection: Connection, upload: Upload, state: UploadState, facts: dict[str, Any], *, now: datetime
) -> None:
    """The file is done with: keep what came of it and show it."""
    await uploads.update(
        connection,
        upload.upload_id,
        state=state,
        question="",
        facts={**upload.facts, **facts},
        body=None,
        ended_at=now,
    )
    await show(connection, upload, now=now)


async def cancel(connection: Connection, upload: Upload, *, now: datetime) -> None:
    """Somebody does not want the file imported after all."""
    await ended(connection, upload, UploadState.CANCELLED, {}, now=now)


async def want_list(connection: Connection, upload: Upload, *, chat_id: int) -> bool:
    """Ask for the rows that were skipped, as a file; False when there are none to give."""
    if not upload.facts.get("skipped"):
        return False
    facts = {**upload.facts, "list_chat": chat_id}
    await uploads.update(connection, upload.upload_id, list_wanted=True, facts=facts)
    return True


async def ask_again(connection: Connection, upload: Upload, *, now: datetime) -> bool:
    """Take an import back and forget what was answered about its tables; False without its bytes or tables.

    The file is read again outside of this transaction, see `bot.stages.ingest.uploads`, and asked about then.
    """
    tables = (upload.facts.get("understood") or {}).get("tables", [])
    if upload.state not in (UploadState.DONE, UploadState.UNDONE) or not tables or upload.location_id is None:
        return False
    if "files" in upload.facts:
        return False
    kept = await _kept_body(connection, upload)
    if not kept:
        return False
    place = await locations.find(connection, upload.location_id)
    if upload.state is UploadState.DONE:
        await take_back(connection, upload, now=now)
    for table in tables:
        await uploads.forget_map(connection, place.business_id, table["key"], scale_of=table.get("scale_of", ""))
    await uploads.update(
        connection,
        upload.upload_id,
        state=UploadState.FETCHED,
        question="",
        mapping={table["key"]: {ASK_ANYWAY: True} for table in tables},
        body=None if upload.way == "folder" else zlib.compress(kept, 1),
        ended_at=None,
    )
    await show(connection, upload, now=now)
    return True


async def _kept_body(connection: Connection, upload: Upload) -> bytes:
    if "raw_id" in upload.facts:
        return await raw_items.body_of(connection, upload.facts["raw_id"])
    found = await raw_items.newest(connection, upload.facts["source_id"], upload.name)
    return b"" if found is None else found


async def take_back(connection: Connection, upload: Upload, *, now: datetime) -> bool:
    """Undo an import; False when there is nothing to undo any more."""
    if upload.state is not UploadState.DONE or upload.imported_at is None or "source_id" not in upload.facts:
        return False
    done = await undo_import.take_back(connection, source_id=upload.facts["source_id"], imported_at=upload.imported_at)
    if not done.removed and not done.set_back:
        # Completed or changed by another source since: that source has the word now.
        return False
    for incident_id in done.incident_ids:
        await _look_again(connection, incident_id, now=now)
    facts = {"removed": done.removed, "set_back": done.set_back}
    await ended(connection, upload, UploadState.UNDONE, facts, now=now)
    return True


async def _look_again(connection: Connection, incident_id: int, *, now: datetime) -> None:
    """An incident lost reviews by an undo; one that has none left is closed."""
    incident = await incidents.find(connection, incident_id)
    if incident is None:
        return
    has_reviews = bool(await memberships.joined_since(connection, incident_id, incident.opened_at))
    if not has_reviews and incident.state in ALLOWED_FROM[Transition.CLOSE]:
        closed = apply(incident, Request(move=Transition.CLOSE), now=now)
        await incidents.save(connection, incident, closed)
        incident = closed
    await enqueue.card(connection, incident, now=now)
