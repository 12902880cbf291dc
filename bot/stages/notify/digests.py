"""Digests and trends: a row says when each chat's digest is due; a tick draws the picture and writes the message.

The message is written, and the row moved to the next time, in one transaction: a kill repeats the drawing, and neither
loses nor doubles a digest. Of several that came due while the program did not run the newest is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from bot.choices import OF_CHAT, About, Choice
from bot.errors import WorkerError
from bot.model.digest import Sum
from bot.model.periods import next_due, period_of
from bot.reports import chart
from bot.reports.backtest import Backtest, BacktestAlarm, CountRule, Mark
from bot.reports.series import is_weekly
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection, Store
from bot.store.delivery import timers
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.delivery.timers import Deadline
from bot.store.incidents import handled
from bot.store.people import chats, locations, settings
from bot.store.people.chats import Chat
from bot.store.people.locations import Place
from bot.store.reviews import figures

log = structlog.get_logger(__name__)

DIGEST: Final = "digest"
TREND: Final = "trend"
_PICTURE_OF: Final = timedelta(weeks=13)
_PICTURE_OF_MONTHS: Final = timedelta(days=366)
_MOST_DRAWN: Final = 20_000
_NO_RULE: Final = CountRule(3, 24)

Run = Callable[[Callable[["Drawing"], bytes], "Drawing"], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the worker process needs for one picture."""

    place: str
    zone: ZoneInfo
    language: str
    marks: tuple[Mark, ...]
    incidents: tuple[BacktestAlarm, ...]


def draw(drawing: Drawing) -> bytes:
    """Draw how it went; runs in a worker process."""
    shown = Backtest(drawing.place, drawing.zone, drawing.marks, drawing.incidents, _NO_RULE)
    return chart.png(shown, drawing.language)


async def plan(connection: Connection, chat_id: int, *, now: datetime) -> None:
    """Set when a chat's next digest is due, from what is chosen now; none where it is off."""
    zone = await _zone(connection, chat_id)
    chosen = await settings.values(connection, About.CHAT, chat_id, OF_CHAT)
    if zone is None or chosen[Choice.DIGEST] == "off":
        await timers.clear(connection, DIGEST, str(chat_id))
        return
    await timers.put(connection, DIGEST, str(chat_id), due_at=_next(now, zone, chosen))


async def plan_missing(store: Store, *, now: datetime) -> None:
    """Plan the digest of each chat that has none planned yet."""
    async with store.read() as connection:
        planned = await timers.subjects(connection, DIGEST)
        linked = await chats.linked(connection)
        missing = [
            chat.chat_id
            for chat in linked
            if str(chat.chat_id) not in planned
            and (await settings.get(connection, About.CHAT, chat.chat_id, Choice.DIGEST)).value != "off"
        ]
    for chat_id in missing:
        async with store.write() as connection:
            await plan(connection, chat_id, now=now)


async def ask_for_trend(connection: Connection, chat_id: int, location_ids: Sequence[int], *, now: datetime) -> None:
    """Have the picture of some locations drawn for a chat, in the caller's transaction."""
    subject = f"{chat_id}:{','.join(str(one) for one in location_ids)}"
    await timers.put(connection, TREND, subject, due_at=now)


async def send_due(store: Store, files: OutgoingFiles, run: Run, *, now: datetime) -> int:
    """Make what is due; gives how many chats got something."""
    await plan_missing(store, now=now)
    async with store.read() as connection:
        waiting = [one for one in await timers.due(connection, now=now) if one.kind in (DIGEST, TREND)]
    for one in waiting:
        if one.kind == DIGEST:
            await _send_digest(store, files, run, one, now=now)
        else:
            await _send_trend(store, files, run, one, now=now)
    return len(waiting)


async def _send_digest(store: Store, files: OutgoingFiles, run: Run, deadline: Deadline, *, now: datetime) -> None:
    chat_id = int(deadline.subject)
    async with store.read() as connection:
        chat = await chats.get(connection, chat_id)
        by_business = await _places(connection, chat)
        chosen = await settings.values(connection, About.CHAT, chat_id, OF_CHAT)
    is_wanted = bool(by_business) and chosen[Choice.DIGEST] != "off" and chat.disabled_at is None
    every = chosen[Choice.DIGEST]
    written: list[tuple[str, dict[str, object]]] = []
    for places in by_business if is_wanted else ():
        period = period_of(_latest(deadline.due_at, places[0].zone, chosen, now), places[0].zone, every=every)
        span = _PICTURE_OF_MONTHS if every == "monthly" else _PICTURE_OF
        picture = await _picture(store, files, run, chat, places, (period.end - span, period.end), now=now)
        args: dict[str, object] = {
            "places": [place.location_id for place in places],
            "every": every,
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "before": period.before.isoformat(),
            **picture.args,
        }
        written.append((f"digest:{places[0].business_id}:{int(period.end.timestamp())}", args))
    async with store.write() as connection:
        if not await timers.clear(connection, DIGEST, deadline.subject):
            return
        if is_wanted:
            due = _next(now, by_business[0][0].zone, chosen)
            await timers.put(connection, DIGEST, deadline.subject, due_at=due)
        for key, args in written:
            await enqueue.chats(connection, [chat_id], "digest", now=now, args=args, key=key)


async def _send_trend(store: Store, files: OutgoingFiles, run: Run, deadline: Deadline, *, now: datetime) -> None:
    number, _, ids = deadline.subject.partition(":")
    wanted = {int(one) for one in ids.split(",") if one}
    async with store.read() as connection:
        chat = await chats.get(connection, int(number))
        places = [one for one in await locations.all_active(connection) if one.location_id in wanted]
    args: dict[str, object] = {"places": sorted(wanted)}
    if places:
        picture = await _picture(store, files, run, chat, places, (now - _PICTURE_OF_MONTHS, now), now=now)
        args |= picture.args | picture.figures
    async with store.write() as connection:
        if await timers.clear(connection, TREND, deadline.subject):
            await enqueue.chats(connection, [chat.chat_id], "trend", now=now, args=args)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A picture that waits to be sent, and what it shows, as a message's args."""

    args: dict[str, Any]
    figures: dict[str, Any]


async def _picture(
    store: Store,
    files: OutgoingFiles,
    run: Run,
    chat: Chat,
    places: Sequence[Place],
    span: tuple[datetime, datetime],
    *,
    now: datetime,
) -> _Picture:
    ids = [place.location_id for place in places]
    async with store.read() as connection:
        read = await figures.moments(connection, ids, *span, at_most=_MOST_DRAWN)
        opened = await handled.opened_in(connection, ids, *span)
    if not read:
        return _Picture({}, {})
    marks = tuple(Mark(one.at, one.stars, one.is_low) for one in read)
    alarms = tuple(
        BacktestAlarm(
            at=one.opened_at, ended_at=one.ended_at, first_at=one.opened_at, last_at=one.opened_at, count=one.count
        )
        for one in opened
    )
    name = places[0].name if len(places) == 1 else places[0].business_name
    found = _sum(marks)
    shown = {
        "count": found.count,
        "rated": found.rated,
        "stars": found.stars,
        "low": found.low,
        "start": marks[0].at.isoformat(),
        "end": marks[-1].at.isoformat(),
        "is_weekly": is_weekly(marks),
    }
    try:
        content = await run(draw, Drawing(name, places[0].zone, chat.language, marks, alarms))
        stored = await asyncio.to_thread(files.keep, content, suffix="png", now=now)
    except (WorkerError, OSError):
        log.exception("a picture could not be made; the words go without it")
        return _Picture({}, shown)
    return _Picture({"file": stored, "file_kind": "photo", "file_name": "reviewbot.png"}, shown)


def _sum(marks: Sequence[Mark]) -> Sum:
    stars = [mark.stars for mark in marks if mark.stars is not None]
    return Sum(len(marks), len(stars), sum(stars), sum(mark.is_low for mark in marks))


async def _places(connection: Connection, chat: Chat) -> list[list[Place]]:
    """The chat's locations, by business."""
    linked = set(await chats.linked_locations(connection, chat.chat_id))
    found: dict[int, list[Place]] = {}
    for place in await locations.all_active(connection):
        if place.location_id in linked:
            found.setdefault(place.business_id, []).append(place)
    return list(found.values())


async def _zone(connection: Connection, chat_id: int) -> ZoneInfo | None:
    linked = await chats.linked_locations(connection, chat_id)
    return (await locations.find(connection, linked[0])).zone if linked else None


def _next(after: datetime, zone: ZoneInfo, chosen: Mapping[Choice, str]) -> datetime:
    day, hour = int(chosen[Choice.DIGEST_DAY]), int(chosen[Choice.DIGEST_HOUR])
    return next_due(after, zone, every=chosen[Choice.DIGEST], day=day, hour=hour)


def _latest(due: datetime, zone: ZoneInfo, chosen: Mapping[Choice, str], now: datetime) -> datetime:
    """The last time that it was due up to now."""
    while (later := _next(due, zone, chosen)) <= now:
        due = later
    return due
