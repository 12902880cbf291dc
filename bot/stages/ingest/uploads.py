"""Files that people sent to the chat: understood, asked about, taken in, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.clock import Clock
from bot.detect.types import OwnerRule
from bot.errors import RetryError, SkipError, UnreadableFileError
from bot.incidents.machine import ALLOWED_FROM, Request, apply
from bot.model.incident import Transition
from bot.model.upload import Question, UploadState
from bot.sources.files import questions
from bot.sources.files.questions import AskColumns, AskDate, SentFile, Understood
from bot.stages.ingest import first_import
from bot.stages.ingest.import_file import Imported, import_items
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.store.db.engine import Connection, Store
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import incidents, memberships
from bot.store.ingest import problems, sources, uploads
from bot.store.ingest.uploads import Upload
from bot.store.people import chats, locations, people
from bot.store.people.locations import Place
from bot.store.reviews import undo_import

log = structlog.get_logger(__name__)

LARGEST: Final = 20 * 10**6
"""Bytes that a bot can fetch (Bot API, getFile: 20 MB)."""
SHOWN_EVERY: Final = timedelta(seconds=3)
ROWS_SHOWN: Final = 3
TRIES: Final = 6
LIST_NAME: Final = "skipped.txt"

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a file by Telegram's name for it; RetryError to try again later, SkipError when it never comes."""


def key(upload_id: int) -> str:
    """The key of the one message about a file."""
    return f"upload:{upload_id}"


async def show(connection: Connection, upload: Upload, *, now: datetime) -> None:
    """Show a file in the chat it was sent to, as it stands when the message is rendered."""
    about = {"upload_id": upload.upload_id}
    await enqueue.chats(connection, [upload.chat_id], "upload", now=now, args=dict(about), key=key(upload.upload_id))


RuleOf = Callable[[int], Awaitable[OwnerRule]]
"""The rule that a location's settings ask for."""


async def go_on(store: Store, clock: Clock, fetch: Fetch, files: OutgoingFiles, *, rule_of: RuleOf) -> None:
    """Bring every file as far as it goes without a person."""
    while True:
        await _send_lists(store, clock, files)
        async with store.read() as connection:
            waiting = await uploads.to_do(connection, now=clock.now())
        if not waiting:
            return
        for upload in waiting:
            await _step(store, clock, fetch, upload, rule_of=rule_of)


async def _step(store: Store, clock: Clock, fetch: Fetch, upload: Upload, *, rule_of: RuleOf) -> None:
    match upload.state:
        case UploadState.SENT:
            await _fetch(store, clock, fetch, upload)
        case UploadState.FETCHED:
            await _understand(store, clock, upload)
        case _:
            await _import(store, clock, upload, rule_of=rule_of)


async def _fetch(store: Store, clock: Clock, fetch: Fetch, upload: Upload) -> None:
    try:
        body = await fetch(upload.file_id)
    except RetryError as error:
        if upload.attempts + 1 < TRIES:
            log.warning("a file that was sent to the chat waits", says=str(error))
            async with store.write() as connection:
                await uploads.update(
                    connection,
                    upload.upload_id,
                    attempts=upload.attempts + 1,
                    not_before=clock.now() + timedelta(seconds=2 ** (upload.attempts + 1)),
                )
            return
        await _end(store, clock, upload, UploadState.REFUSED, {"reason": "unfetched"})
    except SkipError as error:
        log.warning("a file that was sent to the chat cannot be fetched", says=str(error))
        await _end(store, clock, upload, UploadState.REFUSED, {"reason": "unfetched"})
    else:
        async with store.write() as connection:
            await uploads.keep_body(connection, upload.upload_id, body)


async def _understand(store: Store, clock: Clock, upload: Upload) -> None:
    async with store.read() as connection:
        body = await uploads.body(connection, upload.upload_id)
        choices = await choices_of(connection, upload)
    if not choices:
        await _end(store, clock, upload, UploadState.CANCELLED, {})
        return
    place = next((one for one in choices if one.location_id == upload.location_id), choices[0])
    async with store.read() as connection:
        remembered = await uploads.maps(connection, place.business_id)
    try:
        found = await asyncio.to_thread(
            questions.understand,
            upload.name,
            body,
            zone=place.zone,
            mapping=upload.mapping,
            remembered=remembered,
        )
    except UnreadableFileError as error:
        await _end(store, clock, upload, UploadState.REFUSED, {"reason": "unreadable", "says": str(error)})
        return
    if isinstance(found, Understood):
        rows = len(found.parsed.reviews) + len(found.parsed.problems)
    else:
        rows = found.rows
    if upload.location_id is None and len(choices) > 1:
        await _ask(store, clock, upload, Question.LOCATION, {"rows": rows})
    elif isinstance(found, AskColumns):
        facts = {"columns": [asdict(one) for one in found.columns], "rows": rows, "key": found.key}
        await _ask(store, clock, upload, Question.COLUMNS, facts, location_id=place.location_id, mapping=found.mapping)
    elif isinstance(found, AskDate):
        await _ask(store, clock, upload, Question.DATE, asdict(found), location_id=place.location_id)
    else:
        async with store.write() as connection:
            await uploads.update(
                connection,
                upload.upload_id,
                state=UploadState.READY,
                question="",
                location_id=place.location_id,
                # With what was remembered too, so that the import reads the file just as it was understood.
                mapping=found.mapping,
                facts={**upload.facts, "rows": rows, "kind": found.parsed.kind},
                imported_at=clock.now(),
            )
            await show(connection, upload, now=clock.now())


async def choices_of(connection: Connection, upload: Upload) -> list[Place]:
    """The locations that the file may be for: those of its sender, in a group only the group's."""
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


async def _ask(
    store: Store,
    clock: Clock,
    upload: Upload,
    question: Question,
    facts: dict[str, Any],
    **values: Any,
) -> None:
    async with store.write() as connection:
        await uploads.update(
            connection,
            upload.upload_id,
            state=UploadState.ASKING,
            question=question,
            facts={**upload.facts, **facts},
            **values,
        )
        await show(connection, upload, now=clock.now())


async def _end(store: Store, clock: Clock, upload: Upload, state: UploadState, facts: dict[str, Any]) -> None:
    now = clock.now()
    async with store.write() as connection:
        await _ended(connection, upload, state, facts, now=now)


async def _ended(
    connection: Connection, upload: Upload, state: UploadState, facts: dict[str, Any], *, now: datetime
) -> None:
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


async def _import(store: Store, clock: Clock, upload: Upload, *, rule_of: RuleOf) -> None:
    assert upload.location_id is not None
    assert upload.imported_at is not None
    async with store.write() as connection:
        place = await locations.find(connection, upload.location_id)
        source_id = await locations.put_import(connection, upload.location_id)
        body = await uploads.body(connection, upload.upload_id)
    source = SentFile(place.zone, upload.mapping)
    progress = _Progress(store, clock, upload)
    # After a kill the same moment is used again, so that "Undo" finds what both runs have stored.
    taken = await import_items(
        store,
        source_id,
        source,
        questions.settings_of(upload.mapping),
        [source.item(upload.name, body)],
        now=upload.imported_at,
        advance=progress.advance,
    )
    await progress.wait()
    rule = await rule_of(upload.location_id)
    now = clock.now()
    async with store.write() as connection:
        # From the second file on, what is new in it counts like a review from a folder.
        await sources.mark_swept(connection, source_id, at=now)
        if "key" in upload.facts:
            await uploads.keep_map(connection, place.business_id, upload.facts["key"], upload.mapping, now=now)
        await _ended(connection, upload, UploadState.DONE, _brought(taken, source_id), now=now)
        if taken.saved.new:
            await backtest.ask_for(connection, upload.location_id, now=now)
        if taken.saved.new:
            await first_import.offer(connection, upload.location_id, rule, now=now)
            # What was found too late to alarm is told when the whole file has been read.
            await locations.mark_look_due(connection, upload.location_id)


def _brought(taken: Imported, source_id: int) -> dict[str, Any]:
    saved = taken.saved
    return {
        "source_id": source_id,
        "new": saved.new,
        "changed": saved.changed,
        "known": saved.known,
        "low": saved.low,
        "first_at": saved.first_at and saved.first_at.isoformat(),
        "last_at": saved.last_at and saved.last_at.isoformat(),
        "skipped": len(taken.problems),
        "lines": [{"line": one.line, "reason": one.reason} for one in taken.problems[:ROWS_SHOWN]],
    }


class _Progress:
    """Shows how far an import is, every few seconds."""

    def __init__(self, store: Store, clock: Clock, upload: Upload) -> None:
        self._store = store
        self._clock = clock
        self._upload = upload
        self._done = 0
        self._shown_at = clock.now()
        self._showing: asyncio.Task[None] | None = None

    def advance(self, done: int, _more: int) -> None:
        """So many reviews more are stored."""
        self._done += done
        now = self._clock.now()
        if now - self._shown_at >= SHOWN_EVERY and (self._showing is None or self._showing.done()):
            self._shown_at = now
            self._showing = asyncio.create_task(self._show(self._done))

    async def wait(self) -> None:
        """Wait for what is being shown."""
        if self._showing is not None:
            await self._showing

    async def _show(self, done: int) -> None:
        async with self._store.write() as connection:
            await uploads.update(connection, self._upload.upload_id, facts={**self._upload.facts, "done": done})
            await show(connection, self._upload, now=self._clock.now())


async def cancel(connection: Connection, upload: Upload, *, now: datetime) -> None:
    """Somebody does not want the file imported after all."""
    await _ended(connection, upload, UploadState.CANCELLED, {}, now=now)


async def want_list(connection: Connection, upload: Upload) -> bool:
    """Ask for the rows that were skipped, as a file; False when there are none to give."""
    if not upload.facts.get("skipped"):
        return False
    await uploads.update(connection, upload.upload_id, list_wanted=True)
    return True


async def _send_lists(store: Store, clock: Clock, files: OutgoingFiles) -> None:
    async with store.read() as connection:
        wanted = await uploads.lists_wanted(connection)
    for upload in wanted:
        now = clock.now()
        async with store.read() as connection:
            found = await problems.of_file(connection, upload.facts["source_id"], upload.name)
        lines = [f"{one.line or ''}\t{one.reason}" for one in found]
        kept = await asyncio.to_thread(files.keep, "\n".join((*lines, "")).encode(), suffix="txt", now=now)
        async with store.write() as connection:
            await uploads.update(connection, upload.upload_id, list_wanted=False)
            args = {"upload_id": upload.upload_id, "file": kept, "file_kind": "document", "file_name": LIST_NAME}
            await enqueue.chats(
                connection, [upload.chat_id], "skipped_list", now=now, args=dict(args), reply_to=key(upload.upload_id)
            )


async def take_back(connection: Connection, upload: Upload, *, now: datetime) -> bool:
    """Undo an import; False when there is nothing to undo any more."""
    if upload.state is not UploadState.DONE or upload.imported_at is None:
        return False
    done = await undo_import.take_back(connection, source_id=upload.facts["source_id"], imported_at=upload.imported_at)
    if not done.removed and not done.set_back:
        # Completed or changed by another source since: that source has the word now.
        return False
    for incident_id in done.incident_ids:
        await _look_again(connection, incident_id, now=now)
    facts = {"removed": done.removed, "set_back": done.set_back}
    await _ended(connection, upload, UploadState.UNDONE, facts, now=now)
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
