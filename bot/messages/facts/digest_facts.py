"""Looks up what a digest says, when it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Final
from zoneinfo import ZoneInfo

from bot.incidents.aftermath import FOLLOWED_FOR
from bot.incidents.stand_out import stands_out
from bot.model.card_lines import Aftermath
from bot.model.digest import Digest, Gathered, Line, Noticed, Sum, Unread, added
from bot.model.periods import Period
from bot.model.platforms import name_of
from bot.store.db.engine import Connection
from bot.store.incidents import aftermath, handled, incidents
from bot.store.incidents.handled import Handled
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people.locations import Place
from bot.store.reviews import figures
from bot.store.reviews.figures import Figures, Moment

_GATHERED_WITHIN: Final = timedelta(weeks=12)
_MOST_READ: Final = 5000
_PART_HOURS: Final = 3
_MOST_FOLLOWED: Final = 2
_NOTED: Final = ("drift", "surge")


async def digest_of(
    connection: Connection, places: Sequence[Place], period: Period, *, every: str, now: datetime
) -> Digest:
    """The digest of one or several locations of a business."""
    ids = [place.location_id for place in places]
    names = {place.location_id: place.name for place in places}
    is_one = len(places) == 1
    of_now = await figures.of_period(connection, ids, period.start, period.end)
    of_before = await figures.of_period(connection, ids, period.before, period.start)
    opened = await handled.opened_in(connection, ids, period.start, period.end)
    rows = [row for row in await sources.active(connection) if row.location_id in names]
    return Digest(
        name=places[0].name if is_one else places[0].business_name,
        every=every,
        period=period,
        zone=places[0].zone,
        now=_sum(of_now),
        before=_sum(of_before),
        sources=_by_platform(of_now, of_before),
        places=() if is_one else _by_place(names, of_now, of_before, opened),
        incidents=len(opened),
        taken=_middle(one.taken_at - one.opened_at for one in opened if one.taken_at is not None),
        closed=_middle(one.ended_at - one.opened_at for one in opened if one.ended_at is not None),
        answered=sum(one.answered for one in of_now),
        answerable=sum(one.answerable for one in of_now),
        followed=await _followed(connection, ids, now=now),
        noticed=await _noticed(connection, names, period, is_one=is_one),
        gathered=await _gathered(connection, places[0], period) if is_one else None,
        vague=tuple(await figures.vague(connection, ids, period.start, period.end)),
        unread=tuple(
            Unread(
                name=row.name,
                place="" if is_one else names[row.location_id],
                since=row.failing_since,
                until=row.paused_until if row.is_paused(now) else None,
            )
            for row in rows
            if row.is_paused(now) or row.failing_since is not None or row.ok_at is None
        ),
        all_sources=len(rows),
    )


async def _followed(
    connection: Connection, location_ids: Sequence[int], *, now: datetime
) -> tuple[tuple[int, Aftermath], ...]:
    """The newest incidents that are over and of whose reviews there is something to say."""
    found = []
    for incident_id in await aftermath.lately_ended(connection, location_ids, since=now - FOLLOWED_FOR):
        incident = await incidents.find(connection, incident_id)
        its = None if incident is None else await aftermath.of_incident(connection, incident)
        if its is not None:
            found.append((incident_id, its))
        if len(found) == _MOST_FOLLOWED:
            break
    return tuple(found)


def _sum(rows: Iterable[Figures]) -> Sum:
    return added(Sum(one.count, one.rated, one.stars, one.low) for one in rows)


def _by_platform(now: Sequence[Figures], before: Sequence[Figures]) -> tuple[Line, ...]:
    lines = [
        Line(
            name=name_of(platform, source_name=platform),
            now=_sum(one for one in now if one.platform == platform),
            before=_sum(one for one in before if one.platform == platform),
        )
        for platform in dict.fromkeys(one.platform for one in (*now, *before))
    ]
    return tuple(sorted(lines, key=lambda line: (-line.now.count, line.name)))


def _by_place(
    names: dict[int, str], now: Sequence[Figures], before: Sequence[Figures], opened: Sequence[Handled]
) -> tuple[Line, ...]:
    lines = [
        Line(
            name=name,
            now=_sum(one for one in now if one.location_id == location_id),
            before=_sum(one for one in before if one.location_id == location_id),
            incidents=sum(one.location_id == location_id for one in opened),
        )
        for location_id, name in names.items()
    ]
    return tuple(sorted(lines, key=_trouble))


def _trouble(line: Line) -> tuple[float, float, float, str]:
    """Incidents first, then low reviews, then the average."""
    return -line.incidents, -line.now.low, line.now.average or 9.0, line.name


def _middle(spans: Iterable[timedelta]) -> timedelta | None:
    seconds = [span.total_seconds() for span in spans]
    return timedelta(seconds=median(seconds)) if seconds else None


async def _noticed(
    connection: Connection, names: dict[int, str], period: Period, *, is_one: bool
) -> tuple[Noticed, ...]:
    found = []
    for location_id, name in names.items():
        for note in await detectors.notes_since(connection, location_id, period.start):
            if note.kind.value in _NOTED and note.noted_at < period.end and note.absorbed_by is None:
                span = timedelta(hours=note.window_h)
                found.append(Noticed(note.kind.value, "" if is_one else name, note.n, note.expected, span))
    return tuple(found)


async def _gathered(connection: Connection, place: Place, period: Period) -> Gathered | None:
    """Of the last twelve weeks: one alone has too few low reviews to show a habit."""
    since = period.end - _GATHERED_WITHIN
    read = await figures.moments(connection, [place.location_id], since, period.end, at_most=_MOST_READ)
    return gathered(read, place.zone)


def gathered(read: Sequence[Moment], zone: ZoneInfo) -> Gathered | None:
    """A weekday, else hours of the day, that have more low reviews than their share of all reviews explains."""
    weekdays = [one.at.astimezone(zone).weekday() for one in read]
    parts = [one.at.astimezone(zone).hour // _PART_HOURS for one in read if not one.is_date_only]
    lows = [one.is_low for one in read]
    timed = [one.is_low for one in read if not one.is_date_only]
    if (day := _part(weekdays, lows, 7)) is not None:
        return Gathered(day[1], sum(lows), weekday=day[0])
    if (part := _part(parts, timed, 24 // _PART_HOURS)) is not None:
        start = part[0] * _PART_HOURS
        return Gathered(part[1], sum(timed), hours=(start, start + _PART_HOURS))
    return None


def _part(parts: Sequence[int], lows: Sequence[bool], size: int) -> tuple[int, int] | None:
    every, low = [0] * size, [0] * size
    for part, is_low in zip(parts, lows, strict=True):
        every[part] += 1
        low[part] += is_low
    found = stands_out(low, every)
    return None if found is None else (found, low[found])
