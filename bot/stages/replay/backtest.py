"""Makes back-tests: replays a location's history, draws it, and sends the result to its chats.

The chats get it after a first import and after `reviewbot import`: a row says that it is to be made, a worker process
replays and draws, and the message is written in the transaction that takes the row away. A kill repeats the work, not
the message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.detect.adapter import Heard
from bot.detect.fixed_rule import FixedRule
from bot.detect.observation import Observation
from bot.detect.types import Alarm, OwnerRule, Tuning
from bot.errors import WorkerError
from bot.incidents.replay import PastIncident, replay
from bot.model.review import Rating
from bot.reports import chart
from bot.reports.backtest import Backtest, BacktestAlarm, CountRule, Kind, Mark, Quote, SkippedRow
from bot.reports.series import densest, is_weekly
from bot.stages.notify import enqueue
from bot.stages.replay.replay_export import Past
from bot.stages.watch import feed_detector
from bot.store.db.engine import Connection, Store
from bot.store.delivery import timers
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.people import locations
from bot.store.reviews import detector_queue

log = structlog.get_logger(__name__)

DEADLINE = "backtest"
AGAIN_IN = timedelta(hours=1)
"""When it is tried again that could not be made; a mistake must not keep a worker busy for ever."""
READING_TIME = timedelta(minutes=10)
"""In which the texts of a large import are read; then the message goes out without their themes."""
QUOTES = 3
ALARMS_TOLD = 5
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_REVIEWS = 200_000
"""Of a longer history the newest are replayed."""
_ROWS = 10
_READ_OF_ALARM = 200
"""Reviews of one alarm whose themes are counted: the oldest, which a manager would have read."""
_WORDS_KEPT = 2000


def backtest_of(past: Past, *, place: str, zone: ZoneInfo, fixed: FixedRule) -> Backtest:
    """What a report shows of a history.

    Args:
        past: the history and what it would have raised.
        place: the location's name; empty where none is known.
        zone: its clock.
        fixed: the rule that the alarms are compared with.
    """
    return Backtest(
        place=place,
        zone=zone,
        marks=tuple(Mark(one.published_at, stars_of(one.rating), one.is_low) for one in past.reviews),
        alarms=tuple(_alarm(incident, past) for incident in past.incidents),
        rule=_shown(fixed),
        rule_alarms=tuple(past.fixed),
        notes=tuple(_note(note) for note in past.notes),
        skipped=tuple(SkippedRow(one.name, one.line, one.reason) for one in past.problems[:_ROWS]),
        skipped_count=len(past.problems),
    )


def stars_of(rating: Rating | None) -> float | None:
    """A rating of any scale on that of 1 to 5 stars."""
    return None if rating is None else 1 + 4 * rating.share


def _alarm(incident: PastIncident, past: Past) -> BacktestAlarm:
    members = [past.reviews[place] for place in incident.review_ids]
    with_words = [one for one in members if one.text][:QUOTES]
    quotes = tuple(Quote(one.published_at, one.rating, one.text[:_WORDS_KEPT]) for one in with_words)
    return replace(_without_quotes(incident, [one.published_at for one in members]), quotes=quotes)


def _without_quotes(incident: PastIncident, times: Sequence[datetime]) -> BacktestAlarm:
    return BacktestAlarm(
        at=incident.opened_at,
        ended_at=incident.ended_at,
        first_at=times[0],
        last_at=times[-1],
        count=incident.count,
        n=incident.n,
        window_h=incident.window_h,
        expected=incident.expected,
        usual_per_day=incident.usual_per_day,
        recurrence_years=incident.recurrence_years,
        kind=Kind(incident.kind.value),
        is_by_rule=incident.by_rule,
    )


def _note(note: Alarm) -> BacktestAlarm:
    at = datetime.fromtimestamp(note.time, UTC)
    return BacktestAlarm(
        at=at,
        ended_at=None,
        first_at=datetime.fromtimestamp(note.since, UTC),
        last_at=at,
        count=note.n,
        n=note.n,
        window_h=note.window_h,
        expected=note.expected,
        usual_per_day=note.usual_per_day,
        recurrence_years=note.recurrence_years,
        kind=Kind(note.kind.value),
    )


def _shown(fixed: FixedRule) -> CountRule:
    return CountRule(fixed.low_reviews, fixed.window.total_seconds() / 3600)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A back-test that is to be made.

    Attributes:
        mark: tells the messages of one back-test from those of another: the same mark again edits them.
    """

    location_id: int
    mark: int

    @property
    def subject(self) -> str:
        """The subject of its deadline."""
        return f"{self.location_id}:{self.mark}"

    @property
    def key(self) -> str:
        """The key of its messages."""
        return f"backtest:{self.subject}"


async def ask_for(connection: Connection, location_id: int, *, now: datetime, mark: int | None = None) -> None:
    """Let a location's chats be told what its history would have raised; in the caller's transaction.

    Args:
        connection: the transaction.
        location_id: which location.
        now: what time it is.
        mark: of an earlier back-test, whose messages are drawn anew.
    """
    wanted = Wanted(location_id, int(now.timestamp()) if mark is None else mark)
    await timers.put(connection, DEADLINE, wanted.subject, due_at=now)


async def due(connection: Connection, *, now: datetime, is_reading: bool) -> list[Wanted]:
    """The back-tests that are to be made.

    Args:
        connection: a transaction.
        now: what time it is.
        is_reading: texts are still being read; what they are about belongs to the message, so it waits a while.
    """
    asked_before = now - READING_TIME if is_reading else now
    waiting = [one.subject.split(":") for one in await timers.due(connection, now=asked_before) if one.kind == DEADLINE]
    return [Wanted(int(location_id), int(mark)) for location_id, mark in waiting]


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker process needs."""

    place: str
    zone: ZoneInfo
    reviews: tuple[Heard, ...]
    tuning: Tuning
    until: datetime
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What comes back: the facts of the message, and the picture in each language."""

    facts: Mapping[str, Any]
    pictures: Mapping[str, bytes]


def look_and_draw(job: Job) -> Drawn:
    """Replay a history and draw it; runs in a worker process. Too small a history is not drawn."""
    found = sorted(job.reviews, key=lambda one: (one.at, one.review_id))
    times = {one.review_id: one.at for one in found}
    lows = [
        Observation(review_id=one.review_id, at=one.at, platform=one.platform, twin=one.twin)
        for one in found
        if one.is_low
    ]
    fixed = FixedRule()
    incidents = replay(found, tuning=job.tuning, zone=job.zone, until=job.until)
    backtest = Backtest(
        place=job.place,
        zone=job.zone,
        marks=tuple(Mark(one.at, stars_of(one.rating), one.is_low) for one in found),
        alarms=tuple(_without_quotes(incident, [times[one] for one in incident.review_ids]) for incident in incidents),
        rule=_shown(fixed),
        rule_alarms=tuple(fixed.alarms(lows)),
    )
    facts = facts_of(backtest, [incident.review_ids for incident in incidents])
    if backtest.is_too_small:
        return Drawn(facts, {})
    return Drawn(facts, {language: chart.png(backtest, language) for language in job.languages})


def facts_of(backtest: Backtest, review_ids: Sequence[tuple[int, ...]]) -> dict[str, Any]:
    """What the message says, as JSON values; `review_ids` are the low reviews of each alarm."""
    group = densest(backtest.marks)
    newest = list(zip(backtest.alarms, review_ids, strict=True))[-ALARMS_TOLD:]
    return {
        "reviews": len(backtest.marks),
        "is_too_small": backtest.is_too_small,
        "first_at": backtest.marks[0].at.isoformat(),
        "last_at": backtest.marks[-1].at.isoformat(),
        "is_weekly": is_weekly(backtest.marks),
        "alarm_count": len(backtest.alarms),
        "alarms": [{**_alarm_facts(alarm), "review_ids": list(ids[:_READ_OF_ALARM])} for alarm, ids in newest],
        "densest": None if group is None else {"count": group.count, "seconds": group.span.total_seconds()},
        "rule": {"low_reviews": backtest.rule.low_reviews, "hours": backtest.rule.within_hours},
        "rule_alarms": len(backtest.rule_alarms),
    }


def _alarm_facts(alarm: BacktestAlarm) -> dict[str, Any]:
    count = alarm.count if alarm.n is None else alarm.n
    lasted = alarm.last_at - alarm.first_at if alarm.window_h is None else timedelta(hours=alarm.window_h)
    return {"at": alarm.at.isoformat(), "count": count, "seconds": lasted.total_seconds()}


async def send_backtest(
    store: Store,
    files: OutgoingFiles,
    run: Callable[[Callable[[Job], Drawn], Job], Awaitable[Drawn]],
    wanted: Wanted,
    *,
    rule: OwnerRule,
    now: datetime,
) -> None:
    """Make a location's back-test and write the messages to its chats.

    Args:
        store: the database.
        files: where the pictures wait.
        run: runs a function in a worker process.
        wanted: of which location.
        rule: the rule that the location's settings ask for.
        now: what time it is.
    """
    location_id = wanted.location_id
    async with store.write() as connection:
        await timers.put(connection, DEADLINE, wanted.subject, due_at=now + AGAIN_IN)
        place = await locations.find(connection, location_id)
        languages = {chat.language for chat in await enqueue.chats_of(connection, location_id)}
        tuning = await feed_detector.tuning_of(connection, location_id, rule)
        every = await detector_queue.every(connection, location_id, since=FIRST, at_most=MOST_REVIEWS)
        reviews = [one for one in every if one.at <= now]
    drawn: Drawn | None = None
    if languages and reviews:
        job = Job(place.name, place.zone, tuple(reviews), tuning, now, tuple(sorted(languages)))
        try:
            drawn = await run(look_and_draw, job)
        except WorkerError:
            log.exception("the back-test could not be made; it is left out", location=place.name)
    names: dict[str, str] = {}
    if drawn is not None:
        names = await asyncio.to_thread(_keep, files, drawn.pictures, now)
    async with store.write() as connection:
        if not await timers.clear(connection, DEADLINE, wanted.subject) or drawn is None:
            return
        for chat in await enqueue.chats_of(connection, location_id):
            args: dict[str, object] = {
                "location_id": location_id,
                "mark": wanted.mark,
                "relaxed": tuning.relaxed,
                **drawn.facts,
            }
            if chat.language in names:
                args |= {"file": names[chat.language], "file_kind": "photo", "file_name": "reviewbot.png"}
            await enqueue.chats(connection, [chat.chat_id], "back_test", now=now, args=args, key=wanted.key)


def _keep(files: OutgoingFiles, pictures: Mapping[str, bytes], now: datetime) -> dict[str, str]:
    try:
        return {language: files.keep(picture, suffix="png", now=now) for language, picture in pictures.items()}
    except OSError:
        log.exception("a picture could not be stored; the words go without it")
        return {}
