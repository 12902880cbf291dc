"""Evaluates a location: opens, raises, reopens or closes an incident, and writes its messages, in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from bot.detect.fixed_rule import count_guests
from bot.detect.rhythm import RhythmDetector
from bot.detect.second_look import PATIENCE
from bot.detect.types import Alarm, Level, OwnerRule
from bot.incidents.machine import Request, apply
from bot.incidents.watch import (
    Close,
    Decision,
    Grow,
    Open,
    ReadLate,
    Recur,
    Situation,
    decide,
    evidence_of,
    is_recent,
    usual_of,
)
from bot.model.incident import SEVERE, Evidence, Incident, Severity, State, Transition
from bot.stages.notify import aftermath, enqueue, escalate, extortion
from bot.stages.watch import each_low, feed_detector, late
from bot.store.db.engine import Connection, Store
from bot.store.delivery import outbox, timers
from bot.store.incidents import incidents, memberships, timeline
from bot.store.incidents.incidents import Restart
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import locations as places
from bot.store.reviews import reviews

MEMBERS_WITHIN = timedelta(days=100)
"""Low reviews that may still belong to an incident."""
EVALUATE_AGAIN = timedelta(hours=1)
"""How often an unresolved incident is looked at without new reviews: quiet closes it."""


async def evaluate(store: Store, location_id: int, rule: OwnerRule, *, now: datetime) -> list[Decision]:
    """Do everything there is to do about a location; gives what was done."""
    async with store.write() as connection:
        has_changed = await places.is_due(connection, location_id)
        is_down = any(row.failing_since is not None for row in await sources.of_location(connection, location_id))
        detector, page = await _ask(connection, location_id, rule, is_down=is_down, now=now)
        done, situation = await act_on(connection, location_id, detector, page, rule, is_down=is_down, now=now)
        await places.mark_looked_at(connection, location_id)
        if has_changed:
            await each_low.tell(connection, location_id, now=now)
        if situation.current is not None:
            await timers.put(connection, "look", str(location_id), due_at=now + EVALUATE_AGAIN)
            if (has_changed or detector.has_settled) and not done:
                # One of its reviews may have been raised, answered or removed; an unchanged card is not sent again.
                await enqueue.card(connection, situation.current, now=now, is_growth=True)
        if detector.unread.since is not None and now.timestamp() - detector.unread.since < PATIENCE:
            await timers.put(connection, "look", str(location_id), due_at=now + timedelta(seconds=PATIENCE))
    return done


async def act_on(
    connection: Connection,
    location_id: int,
    detector: RhythmDetector,
    page: Alarm | None,
    rule: OwnerRule,
    *,
    is_down: bool,
    now: datetime,
) -> tuple[list[Decision], Situation]:
    """Do what follows from what the detector has just said; gives that, and the location as it then stands."""
    done: list[Decision] = []
    while True:
        situation = await _situation(connection, location_id, detector, page=page, is_down=is_down, now=now)
        decision = decide(situation, now=now)
        if decision is None:
            return done, situation
        await _act(connection, location_id, decision, rule, now=now)
        page = None
        done.append(decision)


async def _ask(
    connection: Connection, location_id: int, rule: OwnerRule, *, is_down: bool, now: datetime
) -> tuple[RhythmDetector, Alarm | None]:
    """Ask the detector once; gives it with the page it raises. Notes are kept, its state is saved."""
    detector = await feed_detector.restore(connection, location_id, rule)
    current = await follow_people(connection, location_id, detector, now=now)
    detector.is_blind = is_down
    zone = (await places.find(connection, location_id)).zone
    alarm = await feed_detector.feed_news(connection, location_id, detector, zone=zone, now=now)
    if detector.has_settled and current is not None:
        await incidents.settle(connection, current.incident_id, now=now)
    if detector.has_late and await late.may_tell(connection, location_id):
        await late.tell(connection, location_id, detector.take_late(), now=now)
    await detectors.save(connection, location_id, detector, now=now)
    if alarm is not None and alarm.level is Level.NOTE:
        await detectors.add_note(connection, location_id, alarm)
        return detector, None
    return detector, alarm


async def follow_people(
    connection: Connection, location_id: int, detector: RhythmDetector, *, now: datetime
) -> Incident | None:
    """Tell the detector what people have done since; gives the unresolved incident."""
    current = await incidents.current(connection, location_id)
    if current is None:
        feed_detector.follow_end(detector, await incidents.last_over(connection, location_id), now=now)
    elif current.reason != SEVERE:
        # A severe review is no cluster: the detector goes on looking for one as if nothing had been opened.
        feed_detector.follow_beginning(
            detector,
            current,
            first_at=await memberships.first_low_at(connection, current.incident_id),
            begun_at=await timeline.begun_at(connection, current.incident_id),
        )
    return current


async def open_by_hand(
    connection: Connection,
    location_id: int,
    review_ids: Collection[int],
    *,
    by_id: int,
    now: datetime,
    evidence: Evidence | None = None,
) -> Incident | None:
    """Open an incident because somebody asked for it (the offer after a first import).

    Of the reviews that were offered, those count that are still low; one guest's copies count once. Gives None where
    none is low any more.
    """
    lows = await reviews.lows(connection, location_id, since=now - MEMBERS_WITHIN)
    members = [low for low in lows if low.review_id in review_ids]
    if not members:
        return None
    rhythm = await detectors.rhythm(connection, location_id)
    incident = await incidents.open_one(
        connection,
        location_id=location_id,
        review_ids=[low.review_id for low in members],
        count=count_guests(members),
        usual_per_day=None if rhythm is None or evidence is None or evidence.is_new_place else rhythm.usual_per_day,
        now=now,
        by_id=by_id,
        evidence=evidence,
    )
    await enqueue.card(connection, incident, now=now, buzzes=True)
    await escalate.moved(connection, incident, now=now)
    await timers.put(connection, "look", str(location_id), due_at=now + EVALUATE_AGAIN)
    return incident


async def _situation(
    connection: Connection,
    location_id: int,
    detector: RhythmDetector,
    *,
    page: Alarm | None,
    is_down: bool,
    now: datetime,
) -> Situation:
    current = await incidents.current(connection, location_id)
    last = await incidents.last_over(connection, location_id)
    is_anything = current is not None or page is not None or is_recent(last, now=now)
    return Situation(
        lows=await reviews.lows(connection, location_id, since=now - MEMBERS_WITHIN) if is_anything else (),
        current=current,
        last=last,
        usual_per_day=None if current is None else await incidents.usual_per_day(connection, current.incident_id),
        page=page,
        is_lasting=detector.episode is not None,
        is_source_down=is_down,
        zone=(await places.find(connection, location_id)).zone,
    )


async def _act(connection: Connection, location_id: int, decision: Decision, rule: OwnerRule, *, now: datetime) -> None:
    match decision:
        case Open(alarm, review_ids, count):
            incident = await incidents.open_one(
                connection,
                location_id=location_id,
                review_ids=review_ids,
                count=count,
                usual_per_day=usual_of(alarm),
                now=now,
                evidence=evidence_of(alarm, rule),
            )
            await _absorb(connection, incident, alarm)
            await enqueue.card(connection, incident, now=now, buzzes=True)
            await escalate.moved(connection, incident, now=now)
        case Recur(before, alarm, review_ids, count, total):
            after = apply(before, Request(move=Transition.RECUR), now=now)
            await incidents.save(
                connection,
                before,
                after,
                detail={"count": count},
                restart=Restart(total, usual_of(alarm), evidence_of(alarm, rule)),
            )
            await memberships.join(connection, before.incident_id, review_ids, now=now)
            await _absorb(connection, after, alarm)
            await enqueue.card(connection, after, now=now)
            await escalate.moved(connection, after, now=now)
            await aftermath.moved(connection, after, now=now)
            await enqueue.about_incident(
                connection,
                after,
                "reopened",
                now=now,
                buzzes=True,
                args={
                    "count": count,
                    "ended_as": before.state.value,
                    "ended_at": (before.ended_at or now).isoformat(),
                    "cause": before.cause and before.cause.value,
                },
            )
            await extortion.tell(connection, after, now=now)
        case Grow():
            if decision.known:
                await incidents.begin_with_more(connection, decision.incident.incident_id, decision.known)
            await memberships.join(connection, decision.incident.incident_id, decision.review_ids, now=now)
            await _grow(connection, decision, rule, now=now)
            await extortion.tell(connection, decision.incident, now=now)
        case ReadLate(incident, review_ids, count):
            await incidents.begin_with_more(connection, incident.incident_id, count)
            await memberships.join(connection, incident.incident_id, review_ids, now=now)
            await enqueue.card(connection, incident, now=now)
        case Close(incident):
            closed = apply(incident, Request(move=Transition.CLOSE), now=now)
            await incidents.save(connection, incident, closed)
            await enqueue.card(connection, closed, now=now)
            await escalate.moved(connection, closed, now=now)
            await aftermath.moved(connection, closed, now=now)


async def _absorb(connection: Connection, incident: Incident, alarm: Alarm) -> None:
    since = datetime.fromtimestamp(alarm.since, UTC)
    await detectors.absorb_notes(connection, incident.location_id, incident.incident_id, since=since)


async def _grow(connection: Connection, growth: Grow, rule: OwnerRule, *, now: datetime) -> None:
    incident, severity = growth.incident, growth.severity
    if severity is incident.severity and growth.alarm is None:
        await enqueue.card(connection, incident, now=now, is_growth=True)
        return
    stepped = apply(incident, Request(move=Transition.STEP, severity=severity), now=now)
    evidence = None if growth.alarm is None else evidence_of(growth.alarm, rule)
    await incidents.step(connection, stepped, count=growth.count, evidence=evidence, now=now)
    if severity is Severity.CRITICAL and incident.severity is not severity and incident.state is State.SNOOZED:
        before = stepped
        stepped = apply(before, Request(move=Transition.SNOOZE_OVER), now=now)
        await incidents.save(connection, before, stepped)
        await timers.clear(connection, "snooze", str(incident.incident_id))
        await escalate.moved(connection, stepped, now=now)
    else:
        await escalate.stepped(connection, incident, stepped, now=now)
    await enqueue.card(connection, stepped, now=now)
    if stepped.state is not State.SNOOZED:
        # Of several that could not be sent for a while, the last says it all.
        await outbox.withdraw(connection, "severity_step", incident.incident_id)
        await enqueue.about_incident(
            connection,
            stepped,
            "severity_step",
            now=now,
            buzzes=True,
            args={"count": growth.count, "was": incident.first_count + growth.known, "severity": severity.value},
        )
