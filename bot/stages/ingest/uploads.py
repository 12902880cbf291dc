"""Processes files sent to the chat: fetches, understands, asks about and imports them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final

import structlog

from bot.clock import Clock
from bot.detect.types import OwnerRule
from bot.errors import RetryError, SkipError, UnreadableFileError
from bot.i18n.speech import reason_text
from bot.model.ingest.upload import Question, UploadState
from bot.reasons import Reason, reason
from bot.sources.files import questions, sandbox
from bot.sources.files.sent_file import SentFile, plain_settings
from bot.stages.ingest import attempts, first_import
from bot.stages.ingest.folder_files import facts_of, key, show
from bot.stages.ingest.import_file import Imported, import_items
from bot.stages.ingest.upload_actions import choices_of, ended
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.store.db import failures
from bot.store.db.engine import Connection, Store
from bot.store.db.failures import Verdict
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.ingest import problems, raw_items, sources, uploads
from bot.store.ingest.uploads import Upload
from bot.store.people import chats, locations
from bot.store.people.locations import Place

log = structlog.get_logger(__name__)

LARGEST: Final = 20 * 10**6
"""Bytes that a bot can fetch (Bot API, getFile: 20 MB)."""
SHOWN_EVERY: Final = timedelta(seconds=3)
TRIES: Final = 6
LIST_NAME: Final = "skipped.txt"

Fetch = Callable[[str], Awaitable[bytes]]
"""Gets a file by Telegram's name for it; RetryError to try again later, SkipError when it never comes."""


RuleOf = Callable[[int], Awaitable[OwnerRule]]
"""The rule that a location's settings ask for."""


async def process_waiting(store: Store, clock: Clock, fetch: Fetch, files: OutgoingFiles, *, rule_of: RuleOf) -> None:
    """Bring every file as far as it goes without a person."""
    while True:
        await _send_lists(store, clock, files)
        async with store.read() as connection:
            waiting = await uploads.to_do(connection, now=clock.now())
        if not waiting:
            return
        for upload in waiting:
            try:
                await _step(store, clock, fetch, upload, rule_of=rule_of)
            except Exception as error:
                if failures.sort(error) is not Verdict.ASIDE:
                    raise
                log.exception("a file that was sent to the chat is refused", name=upload.name)
                why = reason("reading_failed", error=type(error).__name__)
                facts = {"reason": "unreadable", "says": str(why), "why": why.stored()}
                await _end(store, clock, upload, UploadState.REFUSED, facts)


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
        body = await _body(connection, upload)
        choices = await choices_of(connection, upload)
    if not choices or not body:
        await _end(store, clock, upload, UploadState.CANCELLED, {})
        return
    place = next((one for one in choices if one.location_id == upload.location_id), choices[0])
    async with store.read() as connection:
        remembered = await uploads.maps(connection, place.business_id)
    try:
        read = partial(
            sandbox.understand,
            upload.name,
            body,
            zone=place.zone,
            answers={**remembered, **questions.answers_of(upload.mapping)},
            now=clock.now(),
        )
        found = await attempts.counted(store, body, read, now=clock.now())
    except UnreadableFileError as error:
        why = error.reason.stored() if isinstance(error.reason, Reason) else None
        await _end(store, clock, upload, UploadState.REFUSED, {"reason": "unreadable", "says": str(error), "why": why})
        return
    rows = found.asks[0].rows if found.asks else len(found.parsed.reviews) + len(found.parsed.problems)
    if upload.location_id is None and len(choices) > 1:
        await _ask(store, clock, upload, Question.LOCATION, {"rows": rows})
    elif found.asks:
        ask = found.asks[0]
        facts = {"ask": ask.stored(), "rows": rows}
        await _ask(store, clock, upload, Question(ask.kind.value), facts, location_id=place.location_id)
    else:
        await _ready(store, clock, upload, place, {"rows": rows, "kind": found.parsed.kind})


async def _body(connection: Connection, upload: Upload) -> bytes:
    if upload.way == "folder":
        return await raw_items.body_of(connection, upload.facts["raw_id"])
    return await uploads.body(connection, upload.upload_id)


async def _ready(store: Store, clock: Clock, upload: Upload, place: Place, facts: dict[str, Any]) -> None:
    """Everything is answered: a folder reads its file again by itself, a sent one is taken in."""
    now = clock.now()
    async with store.write() as connection:
        if upload.way == "folder":
            for columns_key, mapping in questions.answers_of(upload.mapping).items():
                await uploads.keep_map(connection, place.business_id, columns_key, mapping, now=now)
            await uploads.update(
                connection, upload.upload_id, state=UploadState.HANDED, question="", facts={**upload.facts, **facts}
            )
            await raw_items.read_one_again(connection, upload.facts["source_id"], upload.facts["raw_id"])
        else:
            await uploads.update(
                connection,
                upload.upload_id,
                state=UploadState.READY,
                question="",
                location_id=place.location_id,
                facts={**upload.facts, **facts},
                imported_at=now,
            )
        await show(connection, upload, now=now)


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
        await ended(connection, upload, state, facts, now=now)


async def _import(store: Store, clock: Clock, upload: Upload, *, rule_of: RuleOf) -> None:
    assert upload.location_id is not None
    assert upload.imported_at is not None
    async with store.write() as connection:
        place = await locations.find(connection, upload.location_id)
        source_id = await locations.put_import(connection, upload.location_id)
        body = await uploads.body(connection, upload.upload_id)
        remembered = await uploads.maps(connection, place.business_id)
    answered = questions.answers_of(upload.mapping)
    source = SentFile(place.zone, {**remembered, **answered}, now=upload.imported_at)
    progress = _Progress(store, clock, upload)
    # After a kill the same moment is used again, so that "Undo" finds what both runs have stored.
    taken = await import_items(
        store,
        source_id,
        source,
        plain_settings(),
        [source.item(upload.name, body)],
        now=upload.imported_at,
        advance=progress.advance,
    )
    await progress.wait()
    now = clock.now()
    missed = None
    if taken.saved.new:
        missed = await first_import.missed(store, upload.location_id, await rule_of(upload.location_id), now=now)
    async with store.write() as connection:
        # From the second file on, what is new in it counts like a review from a folder.
        await sources.mark_fully_read(connection, source_id, at=now)
        if taken.saved.new or taken.saved.changed or taken.saved.known:
            # An answer by which nothing is read is a wrong one, and is not remembered.
            for columns_key, mapping in answered.items():
                await uploads.keep_map(connection, place.business_id, columns_key, mapping, now=now)
        await ended(connection, upload, UploadState.DONE, brought(taken, source_id), now=now)
        if taken.saved.new:
            await backtest.ask_for(connection, upload.location_id, now=now)
            await first_import.offer(connection, upload.location_id, missed, now=now)
            # What was found too late to alarm is told when the whole file has been read.
            await locations.mark_look_due(connection, upload.location_id)


def brought(taken: Imported, source_id: int) -> dict[str, Any]:
    """What taking a file in brought, as a note about the file keeps it."""
    return {"source_id": source_id, **facts_of(taken.saved, taken.problems, taken.understood)}


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


async def _send_lists(store: Store, clock: Clock, files: OutgoingFiles) -> None:
    async with store.read() as connection:
        wanted = await uploads.lists_wanted(connection)
    for upload in wanted:
        now = clock.now()
        async with store.read() as connection:
            found = await problems.of_file(connection, upload.facts["source_id"], upload.name)
        language, is_shared = await _wanted_by(store, upload)
        lines = [
            f"{one.line or ''}\t{reason_text(one.why, language, hides_cells=is_shared) if one.why else one.reason}"
            for one in found
        ]
        kept = await asyncio.to_thread(files.keep, "\n".join((*lines, "")).encode(), suffix="txt", now=now)
        async with store.write() as connection:
            await uploads.update(connection, upload.upload_id, list_wanted=False)
            args = {"upload_id": upload.upload_id, "file": kept, "file_kind": "document", "file_name": LIST_NAME}
            chat_id = upload.facts.get("list_chat", upload.chat_id)
            to = [] if chat_id is None else [chat_id]
            await enqueue.chats(
                connection, to, "skipped_list", now=now, args=dict(args), reply_to=key(upload.upload_id)
            )


async def _wanted_by(store: Store, upload: Upload) -> tuple[str, bool]:
    """The language of who wants the list, and whether others read it there too."""
    async with store.read() as connection:
        chat_id = upload.facts.get("list_chat", upload.chat_id)
        chat = None if chat_id is None else await chats.get(connection, chat_id)
    return ("", True) if chat is None else (chat.language, chat.kind != "private")
