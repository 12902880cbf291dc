"""When the second way is used: Telegram does not take a message, or a place has no chat that could be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.errors import TokenRevokedError
from bot.model.incident import Incident, State
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.delivery import routes, service_status
from bot.store.delivery.routes import ToSend
from bot.store.incidents import incidents
from bot.store.people import chats, locations

AFTER: Final = timedelta(minutes=10)
"""So long Telegram may fail before the second way is used."""
_UNTAKEN: Final = (State.OPEN, State.ASSIGNED)


async def tell_incident(
    connection: Connection, incident: Incident, kind: str, *, mark: str, now: datetime, **args: object
) -> None:
    """Tell of an incident on every route of its location; `mark` makes what was told already known."""
    found = await routes.of_location(connection, incident.location_id)
    await routes.put(
        connection,
        [one.route_id for one in found],
        kind,
        {"incident_id": incident.incident_id, **args},
        key=f"{kind}:{incident.incident_id}:{mark}",
        now=now,
    )


async def look(connection: Connection, *, now: datetime) -> None:
    """See whether anything has to be told on the second way now."""
    for one in await routes.undelivered(connection, before=now - AFTER):
        incident = await incidents.find(connection, one.incident_id)
        if incident is not None and incident.state in _UNTAKEN:
            since = one.since
            mark = str(int(since.timestamp()))
            await tell_incident(
                connection, incident, "undelivered", mark=mark, now=now, since=since.isoformat(), error=one.error
            )
    everywhere = [place.location_id for place in await locations.all_active(connection)]
    for incident in await incidents.unresolved(connection, everywhere):
        if incident.state in _UNTAKEN and not await chats.of_location(connection, incident.location_id):
            await tell_incident(connection, incident, "unreached", mark=str(incident.version), now=now)


async def tell_taken(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """Somebody has taken an incident that was told on the second way: those routes hear of it."""
    told = await routes.told(connection, incident.incident_id)
    await routes.put(
        connection,
        told,
        "taken",
        {"incident_id": incident.incident_id},
        key=f"taken:{incident.incident_id}:{incident.version}",
        now=now,
    )


async def account_lost(connection: Connection, *, now: datetime) -> None:
    """Telegram does not accept the bot any more: noted for the health check, and every route is told, once a day."""
    await service_status.update(connection, telegram_error=TokenRevokedError.HELP, telegram_error_at=now)
    everyone = [one.route_id for one in await routes.every(connection) if one.off_at is None]
    await routes.put(connection, everyone, "account", {}, key=f"account:{now:%Y-%m-%d}", now=now)


async def tell_tester(connection: Connection, one: ToSend, name: str, error: str, *, now: datetime) -> None:
    """Whoever tried a route in the chat hears what became of it; of another message nothing is said."""
    if one.kind == "test" and "chat_id" in one.args:
        args: dict[str, object] = {"name": name, "error": error}
        await enqueue.chats(connection, [one.args["chat_id"]], "route_tested", now=now, args=args)
