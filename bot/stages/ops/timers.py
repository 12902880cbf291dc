"""Carries out deadlines that have come, each in one transaction with what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.incidents.machine import RefusedError, Request, apply
from bot.model.incident import Incident, Transition
from bot.stages.notify import aftermath, digests, enqueue, escalate, handover, morning, sound
from bot.stages.replay import backtest
from bot.store.db import failures
from bot.store.db.engine import Connection, Store
from bot.store.db.failures import Verdict
from bot.store.delivery import timers
from bot.store.delivery.timers import Deadline
from bot.store.incidents import incidents, memberships
from bot.store.people import locations

log = structlog.get_logger(__name__)

WITH_A_TICK = frozenset({backtest.DEADLINE, "evidence_file", digests.DIGEST, digests.TREND, aftermath.ASK})
"""Kinds that take longer than a transaction may and are worked off by a tick of their own."""

AGAIN_IN = timedelta(minutes=10)


async def fire_due(store: Store, *, now: datetime) -> list[int]:
    """Do what is due; gives the locations that are to be looked at."""
    async with store.read() as connection:
        waiting = [one for one in await timers.due(connection, now=now) if one.kind not in WITH_A_TICK]
    to_look_at: list[int] = []
    for deadline in waiting:
        try:
            to_look_at += await _fire(store, deadline, now=now)
        except Exception as error:
            if failures.sort(error) is not Verdict.ASIDE:
                raise
            log.exception("a deadline could not be worked off; it is tried again", kind=deadline.kind)
            async with store.write() as connection:
                await timers.put(connection, deadline.kind, deadline.subject, due_at=now + AGAIN_IN)
    return to_look_at


async def _fire(store: Store, deadline: Deadline, *, now: datetime) -> list[int]:
    async with store.write() as connection:
        if not await timers.clear(connection, deadline.kind, deadline.subject):
            return []
        if deadline.kind == "look":
            # A kill before the look loses nothing.
            await locations.mark_look_due(connection, int(deadline.subject))
            return [int(deadline.subject)]
        await _do(connection, deadline, now=now)
        return []


async def _do(connection: Connection, deadline: Deadline, *, now: datetime) -> None:
    match deadline.kind:
        case "snooze":
            incident = await incidents.find(connection, int(deadline.subject))
            if incident is not None:
                await _end_snooze(connection, incident, now=now)
        case escalate.ESCALATE | escalate.STILL | escalate.EXPIRE:
            incident = await incidents.find(connection, int(deadline.subject))
            if incident is not None:
                await escalate.fire(connection, deadline.kind, incident, now=now)
        case aftermath.FOLLOW:
            incident = await incidents.find(connection, int(deadline.subject))
            if incident is not None:
                await aftermath.fire(connection, incident, now=now)
        case sound.MORNING:
            await morning.tell(connection, int(deadline.subject), now=now)
        case handover.HANDOVER:
            await handover.hand_over(connection, int(deadline.subject), due_at=deadline.due_at, now=now)
        case "picker":
            chat_id, _, number = deadline.subject.partition(":")
            await enqueue.chats(
                connection,
                [int(chat_id)],
                "card",
                now=now,
                args={"incident_id": int(number)},
                key=enqueue.card_key(int(number)),
            )
        case "unask":
            chat_id, _, key = deadline.subject.partition(":")
            await enqueue.chats(connection, [int(chat_id)], "delete", now=now, key=key)


async def _end_snooze(connection: Connection, incident: Incident, *, now: datetime) -> None:
    try:
        after = apply(incident, Request(move=Transition.SNOOZE_OVER), now=now)
    except RefusedError:
        # Somebody resolved it or ended the snooze in the same moment: nothing is left to end.
        return
    if not await incidents.save(connection, incident, after):
        return
    more = len(await memberships.joined_since(connection, incident.incident_id, incident.moved_at))
    await enqueue.card(connection, after, now=now)
    await escalate.moved(connection, after, now=now)
    await enqueue.about_incident(
        connection,
        after,
        "snooze_over",
        now=now,
        buzzes=True,
        args={"by_id": incident.moved_by_id, "more": more},
    )
