"""Last month as a page for print: asked for by /report, made outside of any transaction, sent to who asked alone.

It is made of figures, incidents and sources. Guests' names and words are not in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.i18n.speech import Plain, plain
from bot.messages.facts.digest_facts import digest_of
from bot.messages.text.formatting import Words
from bot.messages.text.message import Attachment, Rendered
from bot.messages.text.serialization import to_json
from bot.model.digest import Digest, Line, Sum
from bot.model.periods import Period, period_of
from bot.reports.backtest import Backtest, BacktestAlarm, CountRule, Mark
from bot.reports.month import Month, Table, page
from bot.stages.notify import enqueue
from bot.stages.notify.right_to_see import ABOUT_LOCATIONS
from bot.store.db.engine import Connection, Store
from bot.store.delivery import timers
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.incidents import handled
from bot.store.incidents.handled import Handled
from bot.store.people import chats, locations
from bot.store.people.locations import Place
from bot.store.reviews import figures

DEADLINE: Final = "month_report"
_MOST_DRAWN: Final = 20_000
_PICTURE_OF: Final = timedelta(days=366)


async def ask_for(connection: Connection, chat_id: int, location_ids: Sequence[int], *, now: datetime) -> None:
    """Have the report of some locations of one business made and sent to a chat, in the caller's transaction."""
    subject = f"{chat_id}:{','.join(str(one) for one in location_ids)}"
    await timers.put(connection, DEADLINE, subject, due_at=now)


async def send_waiting(store: Store, files: OutgoingFiles, *, now: datetime) -> int:
    """Make and send every report that was asked for; gives how many there were."""
    async with store.read() as connection:
        waiting = [one for one in await timers.due(connection, now=now) if one.kind == DEADLINE]
    for one in waiting:
        chat_id, _, ids = one.subject.partition(":")
        wanted = {int(number) for number in ids.split(",") if number}
        message = await _message(store, files, int(chat_id), wanted, now=now)
        async with store.write() as connection:
            if await timers.clear(connection, DEADLINE, one.subject) and message is not None:
                args = {**to_json(message), ABOUT_LOCATIONS: sorted(wanted)}
                await enqueue.chats(connection, [int(chat_id)], "ready_made", now=now, args=args)
    return len(waiting)


async def _message(
    store: Store, files: OutgoingFiles, chat_id: int, wanted: set[int], *, now: datetime
) -> Rendered | None:
    async with store.read() as connection:
        chat = await chats.get(connection, chat_id)
        places = [one for one in await locations.all_active(connection) if one.location_id in wanted]
        if not places:
            return None
        zone = places[0].zone
        period = period_of(now, zone, every="monthly")
        found = await digest_of(connection, places, period, every="monthly", now=now)
        opened = await handled.opened_in(connection, sorted(wanted), period.start, period.end)
        drawn = await _drawn(connection, places, period)
    words = plain(chat.language, zone)
    shown = month_of(found, opened, {one.location_id: one.name for one in places}, drawn, words)
    content = await asyncio.to_thread(page, shown, chat.language, zone, made_at=now)
    stored = await asyncio.to_thread(files.keep, content.encode(), suffix="html", now=now)
    said = Words(language=chat.language, zone=zone)
    attachment = Attachment(kind="document", stored=stored, name=f"{period.start.astimezone(zone):%Y-%m}.html")
    when, where = said.dated(period.start, "month"), said.put(found.name)
    return Rendered(said.say("month.sent", when=when, where=where), attachment=attachment)


async def _drawn(connection: Connection, places: Sequence[Place], period: Period) -> Backtest:
    ids, since = [place.location_id for place in places], period.end - _PICTURE_OF
    read = await figures.moments(connection, ids, since, period.end, at_most=_MOST_DRAWN)
    alarms = tuple(
        BacktestAlarm(
            at=one.opened_at, ended_at=one.ended_at, first_at=one.opened_at, last_at=one.opened_at, count=one.count
        )
        for one in await handled.opened_in(connection, ids, since, period.end)
    )
    marks = tuple(Mark(one.at, one.stars, one.is_low) for one in read)
    return Backtest(places[0].name, places[0].zone, marks, alarms, CountRule(3, 24))


def month_of(found: Digest, opened: Sequence[Handled], names: dict[int, str], drawn: Backtest, words: Plain) -> Month:
    """What the page shows."""
    when = words.dated(found.period.start, "month")
    say = words.say
    columns = (say("month.count"), say("month.average"), say("month.change"), say("month.lows"))
    incidents = tuple(_incident(one, names, words) for one in opened)
    return Month(
        title=say("month.title", where=found.name),
        headline=say("month.headline", when=when, where=found.name),
        start=found.period.start,
        last=found.period.end - timedelta(minutes=1),
        facts=_facts(found, words),
        drawn=drawn,
        tables=(
            Table(say("month.places"), (say("month.place"), *columns), _lines(found.places, words)),
            Table(say("month.sources"), (say("month.source"), *columns), _lines(found.sources, words)),
            Table(
                say("month.incidents"),
                tuple(say(f"month.{name}") for name in ("number", "opened", "place", "lows", "taken", "ended")),
                incidents,
            ),
        ),
        notes=_notes(found, opened, words),
    )


def _facts(found: Digest, words: Plain) -> list[tuple[str, str]]:
    facts = [
        (words.number(found.now.count), words.say("month.reviews")),
        (words.stars(words.decimal(found.now.average)), words.say("month.average"))
        if found.now.average is not None
        else None,
        (words.number(found.now.low), words.say("month.low")),
        (words.number(found.incidents), words.say("month.incidents")),
        (f"{words.number(found.answered)} / {words.number(found.answerable)}", words.say("month.answered"))
        if found.answerable
        else None,
    ]
    return [one for one in facts if one is not None]


def _lines(lines: Sequence[Line], words: Plain) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            one.name,
            words.number(one.now.count),
            words.stars(words.decimal(one.now.average)) if one.now.average is not None else "–",
            _change(one.now, one.before, words),
            words.number(one.now.low),
        )
        for one in lines
    )


def _change(now: Sum, before: Sum, words: Plain) -> str:
    return "–" if now.average is None or before.average is None else words.signed(now.average - before.average)


def _incident(one: Handled, names: dict[int, str], words: Plain) -> tuple[str, ...]:
    return (
        f"#{one.incident_id}",
        words.full_moment(one.opened_at),
        names[one.location_id],
        words.number(one.count),
        "–" if one.taken_at is None else words.about(one.taken_at - one.opened_at),
        "–" if one.ended_at is None else words.about(one.ended_at - one.opened_at),
    )


def _notes(found: Digest, opened: Sequence[Handled], words: Plain) -> list[str]:
    notes = [] if opened else [words.say("month.no_incident")]
    unread = [f"{one.name} ({one.place})" if one.place else one.name for one in found.unread]
    if unread:
        notes.append(words.say("month.unread", sources=", ".join(unread)))
    return [words.say("month.change_is"), *notes, words.say("month.no_names")]
