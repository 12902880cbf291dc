"""The back-test: from a replayed history to what a report shows of it, and to the chats of a location.

The chats get it after a first import and after `reviewbot import`: a row says that it is to be made, a worker process
replays and draws, and the message is written in the transaction that takes the row away. A kill repeats the work, not
the message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.detect.fixed_rule import FixedRule
from bot.detect.observation import Observation
from bot.errors import WorkerError
from bot.incidents.replay import PastIncident, replay
from bot.model.review import Rating
from bot.reports import chart
from bot.reports.backtest import Backtest, BacktestAlarm, Mark, Quote, Rule, SkippedRow
from bot.reports.series import densest, is_weekly
from bot.stages import tell
from bot.stages.past import Past
from bot.store import deadlines, history, places
from bot.store.engine import Connection, Store
from bot.store.history import Told
from bot.store.outgoing import OutgoingFiles

log = structlog.get_logger(__name__)

DEADLINE = "backtest"
AGAIN_IN = timedelta(hours=1)
"""When it is tried again that could not be made; a mistake must not keep a worker busy for ever."""
QUOTES = 3
ALARMS_TOLD = 5
_ROWS = 10
_WORDS_KEPT = 2000


def backtest_of(past: Past, *, place: str, zone: ZoneInfo, rule: FixedRule) -> Backtest:
    """What a report shows of a history.

    Args:
        past: the history and what it would have raised.
        place: the location's name; empty where none is known.
        zone: its clock.
        rule: the fixed rule that the alarms are compared with.
    """
    return Backtest(
        place=place,
        zone=zone,
        marks=tuple(Mark(one.published_at, stars_of(one.rating), one.is_low) for one in past.reviews),
        alarms=tuple(_alarm(incident, past) for incident in past.incidents),
        rule=Rule(rule.low_reviews, rule.window.total_seconds() / 3600),
        rule_alarms=tuple(incident.opened_at for incident in past.incidents),
        is_by_rhythm=False,
        skipped=tuple(SkippedRow(one.name, one.line, one.reason) for one in past.problems[:_ROWS]),
        skipped_count=len(past.problems),
    )


def stars_of(rating: Rating | None) -> float | None:
    """A rating of any scale on that of 1 to 5 stars."""
    return None if rating is None else 1 + 4 * rating.share


def _alarm(incident: PastIncident, past: Past) -> BacktestAlarm:
    members = [past.reviews[place] for place in incident.review_ids]
    with_words = [one for one in members if one.text][:QUOTES]
    return BacktestAlarm(
        at=incident.opened_at,
        ended_at=incident.ended_at,
        first_at=members[0].published_at,
        last_at=members[-1].published_at,
        count=incident.count,
        usual_per_day=incident.usual_per_day,
        quotes=tuple(Quote(one.published_at, one.rating, one.text[:_WORDS_KEPT]) for one in with_words),
    )


async def ask_for(connection: Connection, location_id: int, *, now: datetime) -> None:
    """Let a location's chats be told what its history would have raised; in the caller's transaction."""
    await deadlines.put(connection, DEADLINE, str(location_id), due_at=now)


async def due(connection: Connection, *, now: datetime) -> list[int]:
    """The locations whose back-test is to be made."""
    return [int(one.subject) for one in await deadlines.due(connection, now=now) if one.kind == DEADLINE]


@dataclass(frozen=True, slots=True)
class Job:
    """What the worker process needs."""

    place: str
    zone: ZoneInfo
    reviews: tuple[Told, ...]
    rule: FixedRule
    until: datetime
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What comes back: the facts of the message, and the picture in each language."""

    facts: Mapping[str, Any]
    pictures: Mapping[str, bytes]


def look_and_draw(job: Job) -> Drawn:
    """Replay a history and draw it; runs in a worker process. Too small a history is not drawn."""
    incidents = _replayed(job)
    backtest = Backtest(
        place=job.place,
        zone=job.zone,
        marks=tuple(Mark(one.published_at, stars_of(one.rating), one.is_low) for one in job.reviews),
        alarms=tuple(_told_alarm(incident, job.reviews) for incident in incidents),
        rule=Rule(job.rule.low_reviews, job.rule.window.total_seconds() / 3600),
        rule_alarms=tuple(incident.opened_at for incident in incidents),
        is_by_rhythm=False,
    )
    if backtest.is_too_small:
        return Drawn(facts_of(backtest), {})
    return Drawn(facts_of(backtest), {language: chart.png(backtest, language) for language in job.languages})


def _replayed(job: Job) -> list[PastIncident]:
    lows = [
        Observation(review_id=place, at=one.published_at, platform=one.platform, twin=one.twin_key)
        for place, one in enumerate(job.reviews)
        if one.is_low
    ]
    known_since = job.reviews[0].published_at if job.reviews else None
    return replay(lows, detector=job.rule, reach=job.rule.window, known_since=known_since, until=job.until)


def _told_alarm(incident: PastIncident, reviews: Sequence[Told]) -> BacktestAlarm:
    return BacktestAlarm(
        at=incident.opened_at,
        ended_at=incident.ended_at,
        first_at=reviews[incident.review_ids[0]].published_at,
        last_at=reviews[incident.review_ids[-1]].published_at,
        count=incident.count,
        usual_per_day=incident.usual_per_day,
    )


def facts_of(backtest: Backtest) -> dict[str, Any]:
    """What the message says, as JSON values."""
    group = densest(backtest.marks)
    newest = backtest.alarms[-ALARMS_TOLD:]
    return {
        "reviews": len(backtest.marks),
        "is_too_small": backtest.is_too_small,
        "first_at": backtest.marks[0].at.isoformat(),
        "last_at": backtest.marks[-1].at.isoformat(),
        "is_weekly": is_weekly(backtest.marks),
        "alarm_count": len(backtest.alarms),
        "alarms": [_alarm_facts(alarm) for alarm in newest],
        "densest": None if group is None else {"count": group.count, "seconds": group.span.total_seconds()},
        "rule": {"low_reviews": backtest.rule.low_reviews, "hours": backtest.rule.within_hours},
        "rule_alarms": len(backtest.rule_alarms) if backtest.is_by_rhythm else None,
    }


def _alarm_facts(alarm: BacktestAlarm) -> dict[str, Any]:
    count = alarm.count if alarm.n is None else alarm.n
    lasted = alarm.last_at - alarm.first_at if alarm.window_h is None else timedelta(hours=alarm.window_h)
    return {"at": alarm.at.isoformat(), "count": count, "seconds": lasted.total_seconds()}


async def tell_back_test(
    store: Store,
    files: OutgoingFiles,
    run: Callable[[Callable[[Job], Drawn], Job], Awaitable[Drawn]],
    location_id: int,
    *,
    rule: FixedRule,
    now: datetime,
) -> None:
    """Make a location's back-test and write the messages to its chats.

    Args:
        store: the database.
        files: where the pictures wait.
        run: runs a function in a worker process.
        location_id: which location.
        rule: the fixed rule to compare with.
        now: what time it is.
    """
    async with store.write() as connection:
        await deadlines.put(connection, DEADLINE, str(location_id), due_at=now + AGAIN_IN)
        place = await places.find(connection, location_id)
        languages = {chat.language for chat in await tell.chats_of(connection, location_id)}
        reviews = [one for one in await history.of_location(connection, location_id) if one.published_at <= now]
    drawn: Drawn | None = None
    if languages and reviews:
        job = Job(place.name, place.zone, tuple(reviews), rule, now, tuple(sorted(languages)))
        try:
            drawn = await run(look_and_draw, job)
        except WorkerError:
            log.exception("the back-test could not be made; it is left out", location=place.name)
    names: dict[str, str] = {}
    if drawn is not None:
        names = await asyncio.to_thread(_keep, files, drawn.pictures, now)
    async with store.write() as connection:
        if not await deadlines.clear(connection, DEADLINE, str(location_id)) or drawn is None:
            return
        for chat in await tell.chats_of(connection, location_id):
            args: dict[str, object] = {"location_id": location_id, **drawn.facts}
            if chat.language in names:
                args |= {"file": names[chat.language], "file_kind": "photo", "file_name": "reviewbot.png"}
            await tell.chats(connection, [chat.chat_id], "back_test", now=now, args=args)


def _keep(files: OutgoingFiles, pictures: Mapping[str, bytes], now: datetime) -> dict[str, str]:
    try:
        return {language: files.keep(picture, suffix="png", now=now) for language, picture in pictures.items()}
    except OSError:
        log.exception("a picture could not be stored; the words go without it")
        return {}
