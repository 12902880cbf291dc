"""Looking at a location: does an incident open, grow, recur or close? One transaction, outbox rows included."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.detect.fixed_rule import count_guests, usual_per_day
from bot.detect.observation import Detector
from bot.incidents.machine import Request, apply
from bot.incidents.watch import Close, Decision, Grow, Open, Recur, Situation, decide
from bot.model.incident import Incident, Move, Severity, State
from bot.stages import tell
from bot.store import deadlines, incidents, reviews, sources
from bot.store.engine import Connection, Store
from bot.store.schema import locations

LOOK_BACK = timedelta(days=100)
"""The detector needs 90 days before a cluster that may be a week old."""
LOOK_AGAIN = timedelta(hours=1)
"""How often an unresolved incident is looked at without new reviews: quiet closes it."""


async def look(store: Store, location_id: int, detector: Detector, *, now: datetime) -> list[Decision]:
    """Do everything there is to do about a location; gives what was done."""
    done: list[Decision] = []
    async with store.write() as connection:
        has_changed = await connection.scalar(
            sa.select(locations.c.look_due).where(locations.c.location_id == location_id)
        )
        while True:
            situation = await _situation(connection, location_id, now=now)
            decision = decide(situation, detector=detector, now=now)
            if decision is None:
                break
            await _act(connection, location_id, decision, now=now)
            done.append(decision)
        await connection.execute(
            sa.update(locations).where(locations.c.location_id == location_id).values(look_due=False)
        )
        if situation.current is not None:
            await deadlines.put(connection, "look", str(location_id), due_at=now + LOOK_AGAIN)
            if has_changed and not done:
                # One of its reviews may have been raised, answered or removed; an unchanged card is not sent again.
                await tell.card(connection, situation.current, now=now, is_growth=True)
    return done


async def due(connection: Connection) -> list[int]:
    """Locations with reviews that nobody has looked at yet."""
    rows = await connection.execute(
        sa.select(locations.c.location_id).where(locations.c.look_due, locations.c.is_active)
    )
    return [row.location_id for row in rows]


async def open_by_hand(
    connection: Connection, location_id: int, review_ids: list[int], *, by_id: int, now: datetime
) -> Incident:
    """Open an incident because somebody asked for it (the offer after a first import).

    Of the reviews that were offered, those count that are still low; one guest's copies count once.
    """
    lows = await reviews.lows(connection, location_id, since=now - LOOK_BACK)
    members = [low for low in lows if low.review_id in review_ids]
    usual = None
    if members:
        known_since = await reviews.known_since(connection, location_id)
        usual = usual_per_day(lows, before=members[0].at, known_since=known_since)
    incident = await incidents.open_one(
        connection,
        location_id=location_id,
        review_ids=[low.review_id for low in members],
        count=count_guests(members),
        usual_per_day=usual,
        now=now,
        by_id=by_id,
    )
    await tell.card(connection, incident, now=now, buzzes=True)
    await deadlines.put(connection, "look", str(location_id), due_at=now + LOOK_AGAIN)
    return incident


async def _situation(connection: Connection, location_id: int, *, now: datetime) -> Situation:
    current = await incidents.current(connection, location_id)
    usual, settled = None, None
    if current is not None:
        usual, grown_at = await incidents.usual_and_growth(connection, current.incident_id)
        begun_at = await incidents.begun_at(connection, current.incident_id)
        settled = max(at for at in (current.opened_at, grown_at, begun_at) if at is not None)
    return Situation(
        lows=await reviews.lows(connection, location_id, since=now - LOOK_BACK),
        current=current,
        last=await incidents.last_over(connection, location_id),
        usual_per_day=usual,
        settled_since=settled,
        is_blind=any(row.failing_since is not None for row in await sources.of_location(connection, location_id)),
        known_since=await reviews.known_since(connection, location_id),
    )


async def _act(connection: Connection, location_id: int, decision: Decision, *, now: datetime) -> None:
    match decision:
        case Open(finding):
            incident = await incidents.open_one(
                connection,
                location_id=location_id,
                review_ids=finding.review_ids,
                count=finding.count,
                usual_per_day=finding.usual_per_day,
                now=now,
            )
            await tell.card(connection, incident, now=now, buzzes=True)
        case Recur(before, finding):
            after = apply(before, Request(move=Move.RECUR), now=now)
            await incidents.save(
                connection,
                before,
                after,
                detail={"count": finding.count},
                restart=(before.first_count + finding.count, finding.usual_per_day),
            )
            await incidents.join(connection, before.incident_id, finding.review_ids, now=now)
            await tell.card(connection, after, now=now)
            await tell.about_incident(
                connection,
                after,
                "reopened",
                now=now,
                buzzes=True,
                args={
                    "count": finding.count,
                    "ended_as": before.state.value,
                    "ended_at": (before.ended_at or now).isoformat(),
                    "cause": before.cause and before.cause.value,
                },
            )
        case Grow(incident, review_ids, count, severity):
            await incidents.join(connection, incident.incident_id, review_ids, now=now)
            await _grow(connection, incident, count, severity, now=now)
        case Close(before):
            after = apply(before, Request(move=Move.CLOSE), now=now)
            await incidents.save(connection, before, after)
            await tell.card(connection, after, now=now)


async def _grow(connection: Connection, incident: Incident, count: int, severity: Severity, *, now: datetime) -> None:
    if severity is incident.severity:
        await tell.card(connection, incident, now=now, is_growth=True)
        return
    await incidents.set_severity(connection, incident.incident_id, severity)
    stepped = incident
    if severity is Severity.CRITICAL and incident.state is State.SNOOZED:
        stepped = apply(incident, Request(move=Move.SNOOZE_OVER), now=now)
        await incidents.save(connection, incident, stepped)
        await deadlines.clear(connection, "snooze", str(incident.incident_id))
    await tell.card(connection, stepped, now=now)
    if stepped.state is not State.SNOOZED:
        await tell.about_incident(
            connection,
            stepped,
            "severity_step",
            now=now,
            buzzes=True,
            args={"count": count, "was": incident.first_count, "severity": severity.value},
        )
