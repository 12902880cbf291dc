"""Tells people, after a start, that the program was not running for a while and what it has caught up with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.delivery.service_status import Installation
from bot.store.incidents import incidents
from bot.store.people import locations
from bot.store.reviews import reviews

WORTH_TELLING = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which nothing was watched."""

    start: datetime
    end: datetime


@dataclass(slots=True)
class _Since:
    found: int = 0
    low: int = 0
    incidents: int = 0


def pause_before(last: Installation, *, now: datetime) -> Pause | None:
    """The pause that a start ends, if it was long enough to be told.

    It began with the orderly end of the last run; of a killed one only its last full pass is known.
    """
    begun = last.stopped_at or last.passed_at
    if begun is None or now - begun <= WORTH_TELLING:
        return None
    return Pause(begun, now)


async def notify_pause(connection: Connection, pause: Pause, *, now: datetime) -> None:
    """Say in every chat how long it was, and what was found afterwards; call it after the first full pass."""
    by_chat: dict[int, _Since] = {}
    for place in await locations.all_active(connection):
        here = await _found(connection, place.location_id, since=pause.end)
        for chat in await enqueue.chats_of(connection, place.location_id):
            its = by_chat.setdefault(chat.chat_id, _Since())
            its.found += here.found
            its.low += here.low
            its.incidents += here.incidents
    for chat_id, its in by_chat.items():
        await enqueue.chats(
            connection,
            [chat_id],
            "back_after_pause",
            now=now,
            args={"start": pause.start.isoformat(), "end": pause.end.isoformat(), **asdict(its)},
        )


async def _found(connection: Connection, location_id: int, *, since: datetime) -> _Since:
    found, low = await reviews.discovered_since(connection, location_id, since)
    return _Since(found=found, low=low, incidents=await incidents.count_opened_since(connection, location_id, since))
