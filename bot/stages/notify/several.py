"""Several incidents at once: a chat is called once, and the cards follow without sound."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.model.incident import Incident, Severity
from bot.stages.notify.right_to_see import ABOUT_LOCATIONS
from bot.store.db.engine import Connection
from bot.store.delivery.outbox import Outgoing
from bot.store.incidents import handled
from bot.store.people import alert_rules, chats

KIND: Final = "several_at_once"
_WITHIN: Final = timedelta(minutes=2)
_FROM: Final = 3
_LONGEST: Final = timedelta(hours=1)


async def together(connection: Connection, incident: Incident, chat_id: int, *, now: datetime) -> Outgoing | None:
    """The one message that calls a chat for this incident and those that opened just before it.

    None while there are fewer than three within two minutes, for what is critical, which calls for itself, and in quiet
    hours, in which little sounds. It calls once: with each further incident it is edited.
    """
    if incident.severity is Severity.CRITICAL or now - incident.opened_at > _WITHIN:
        return None
    hours = (await alert_rules.quiet_of(connection, [chat_id])).get(chat_id)
    if hours is not None and hours.period(now) is not None:
        return None
    places = await chats.linked_locations(connection, chat_id)
    opened = await handled.opened_in(connection, places, now - _LONGEST, now + timedelta(microseconds=1))
    if sum(now - one.opened_at < _WITHIN for one in opened) < _FROM:
        return None
    burst = [opened[-1]]
    for one in reversed(opened[:-1]):
        if burst[-1].opened_at - one.opened_at >= _WITHIN:
            break
        burst.append(one)
    burst.reverse()
    return Outgoing(
        kind=KIND,
        key=f"several:{burst[0].incident_id}",
        args={
            "incidents": [one.incident_id for one in burst],
            ABOUT_LOCATIONS: sorted({one.location_id for one in burst}),
        },
        is_silent=False,
    )
