"""Polls a source and stores its answer; without one, schedules the next try and reports an outage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.errors import OwnerActionError, RetryError, SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.model.ingest.normal import clean
from bot.model.ingest.poll import Poll
from bot.part import secrets_in
from bot.redaction import Redactor
from bot.settings import SourceSettings
from bot.sources.contract.source import Source
from bot.stages.ingest.folder_files import line_of
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection, Store
from bot.store.incidents import incidents
from bot.store.ingest import sources
from bot.store.ingest.sources import SourceRow, backoff
from bot.store.people import locations

log = structlog.get_logger(__name__)

SOURCE_DOWN_AFTER_FAILURES = 3
SOURCE_DOWN_AFTER = timedelta(minutes=30)
LONGEST_S = 300.0
"""Seconds that a whole poll may take: an answer that drips in never times out by itself."""


async def poll(
    store: Store, row: SourceRow, source: Source, settings: SourceSettings, *, now: datetime, spread: float
) -> Poll | None:
    """Poll one source and store what it gave with its new state; None when it could not be read.

    An answer with a `next_poll_at` brought nothing, and is not stored: the caller notes that time for many at once.

    Args:
        store: where to.
        row: the source as stored.
        source: the source itself.
        settings: its settings.
        now: the time.
        spread: 0..1, moves the next poll a little, so that sources do not knock together.
    """
    try:
        async with asyncio.timeout(LONGEST_S):
            answer = await source.poll(row.state, now)
    except TimeoutError:
        text = f"the source was still answering after {LONGEST_S / 60:.0f} minutes; it is asked again later"
        slow = SourceUnreachableError(text, reason=SourceDownReason.NO_ANSWER)
        await _failed(store, row, settings, slow, now=now, spread=spread)
        return None
    except (RetryError, OwnerActionError) as error:
        await _failed(store, row, settings, error, now=now, spread=spread)
        return None
    except Exception as error:
        # A mistake of our own in one source: it is told as blind and tried again later, like any other failure.
        log.exception("a source could not be polled", source=row.name)
        text = f"reviewbot could not read this source ({type(error).__name__}); please report it with the log"
        unknown = SourceUnreachableError(text, reason=SourceDownReason.FORMAT_CHANGED)
        await _failed(store, row, settings, unknown, now=now, spread=spread)
        return None
    next_poll_at = now if answer.has_more else now + settings.every_minutes * (0.95 + 0.1 * spread)
    if is_quiet(row, answer):
        return replace(answer, next_poll_at=next_poll_at)
    async with store.write() as connection:
        news = await sources.save_poll(connection, row, answer, now=now, next_poll_at=next_poll_at)
        for problem in news:
            await enqueue.location(
                connection,
                row.location_id,
                "unreadable",
                now=now,
                args={
                    "location_id": row.location_id,
                    "name": clean(problem.name),
                    "imported": 0,
                    "skipped": 1,
                    "lines": [line_of(problem)],
                },
            )
    return answer


def is_quiet(row: SourceRow, answer: Poll) -> bool:
    """Whether a poll brought nothing at all, so that its time is all there is to store."""
    is_news = bool(answer.items or answer.problems or answer.has_more or answer.reads_anew)
    is_well = row.failing_since is None and row.blind_told_at is None and row.swept_at is not None
    return not is_news and is_well and dict(answer.state) == dict(row.state)


async def _failed(
    store: Store,
    row: SourceRow,
    settings: SourceSettings,
    error: RetryError | OwnerActionError,
    *,
    now: datetime,
    spread: float,
) -> None:
    reason = SourceDownReason.ACCESS_REFUSED
    wait = backoff(row.failures + 1, every=settings.every_minutes, spread=spread)
    if isinstance(error, SourceUnreachableError | SourceRefusedError):
        reason = error.reason
    if isinstance(error, SourceUnreachableError) and error.retry_after is not None:
        # What a source asks for is granted, but it never leaves us blind for longer than an hour or its own interval.
        wait = max(wait, min(error.retry_after, max(settings.every_minutes, timedelta(hours=1))))
    async with store.write() as connection:
        await sources.save_failure(
            connection,
            row,
            reason=reason.value,
            text=_without_secrets(error, settings),
            now=now,
            next_poll_at=now + wait,
        )
        since = row.failing_since or row.ok_at or now
        needs_owner = isinstance(error, OwnerActionError)
        is_long = row.failures + 1 >= SOURCE_DOWN_AFTER_FAILURES and now - since >= SOURCE_DOWN_AFTER
        if row.blind_told_at is None and (needs_owner or is_long):
            await _notify_source_down(connection, row, since=since, reason=reason, now=now)


def _without_secrets(error: Exception, settings: SourceSettings) -> str:
    """An error's text as it is stored and shown: a library or a platform may have quoted a secret in it."""
    redactor = Redactor()
    for secret in secrets_in(settings):
        redactor.add(secret)
    return redactor.sentence(str(error))


async def _notify_source_down(
    connection: Connection, row: SourceRow, *, since: datetime, reason: SourceDownReason, now: datetime
) -> None:
    await sources.mark_notified(connection, row.source_id, at=now)
    others = [s for s in await sources.of_location(connection, row.location_id) if s.source_id != row.source_id]
    are_all_down = bool(others) and all(s.failing_since is not None for s in others)
    await enqueue.location(
        connection,
        row.location_id,
        "all_blind" if are_all_down else "blind",
        now=now,
        key=enqueue.source_down_key(row.source_id, now),
        args={"source_id": row.source_id, "since": since.isoformat(), "reason": reason.value},
        buzzes=True,
    )
    await _refresh_card(connection, row.location_id, now=now)


async def notify_recovered(
    connection: Connection, before: SourceRow, *, found: int, low: int, incidents_found: int, now: datetime
) -> None:
    """A source that people know to be blind can be read again: the message about it is edited, and answered."""
    notified_at = before.blind_told_at or now
    since = before.failing_since or notified_at
    key = enqueue.source_down_key(before.source_id, notified_at)
    args: dict[str, object] = {
        "source_id": before.source_id,
        "since": since.isoformat(),
        "until": now.isoformat(),
        "found": found,
        "low": low,
        "incidents": incidents_found,
    }
    await sources.mark_notified(connection, before.source_id, at=None)
    await enqueue.location(connection, before.location_id, "recovered", now=now, key=key, args=args)
    await enqueue.location(connection, before.location_id, "recovered", now=now, reply_to=key, args=args)
    await _refresh_card(connection, before.location_id, now=now)


async def _refresh_card(connection: Connection, location_id: int, *, now: datetime) -> None:
    place = await locations.find(connection, location_id)
    incident = await incidents.current(connection, place.location_id)
    if incident is not None:
        await enqueue.card(connection, incident, now=now)
