"""Follows the reviews of an incident that is over: once a day for thirty days they are asked for and its card drawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.incidents.aftermath import FOLLOWED_FOR
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.delivery import timers

FOLLOW: Final = "aftermath"
ASK: Final = "ask_one_by_one"
EVERY: Final = timedelta(days=1)


async def moved(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """An incident has ended, and is followed from now on, or goes on, and is followed no more."""
    if incident.state.is_over:
        await timers.put(connection, FOLLOW, str(incident.incident_id), due_at=now + EVERY)
    else:
        await timers.clear(connection, FOLLOW, str(incident.incident_id))


async def fire(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """A day is over: show what has become of the reviews; an unchanged card is not sent again."""
    if incident.ended_at is None or not incident.state.is_over:
        return
    await enqueue.card(connection, incident, now=now)
    await timers.put(connection, ASK, str(incident.incident_id), due_at=now)
    if now < incident.ended_at + FOLLOWED_FOR:
        await timers.put(connection, FOLLOW, str(incident.incident_id), due_at=now + EVERY)
