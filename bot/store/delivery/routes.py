"""The routes of the second way, and what is to be told on them: one row for each route and message."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.settings import BusinessSettings
from bot.store.db.engine import Connection
from bot.store.db.schema import businesses, locations, outbox, people, route_messages, routes, routes_off
from bot.store.delivery.outbox import DROPPED, SENDING, SENT, WAITING


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A configured route.

    Attributes:
        failing_since: since when nothing could be sent on it; None while it works.
        error: why, without secrets.
        off_at: since when it is switched off; None while it is on. off_by: by whom, as a first name.
    """

    route_id: int
    business_id: int
    business_key: str
    key: str
    name: str
    language: str
    failing_since: datetime | None
    error: str
    off_at: datetime | None
    off_by: str


@dataclass(frozen=True, slots=True)
class ToSend:
    """A message to send on a route."""

    message_id: int
    route_id: int
    kind: str
    args: Mapping[str, Any]
    attempts: int
    is_repeat: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An incident of which Telegram has not taken a message that was to sound."""

    incident_id: int
    since: datetime
    error: str


_TO_SEND = [route_messages.c[name] for name in ToSend.__slots__]


async def sync(connection: Connection, wanted: Sequence[BusinessSettings]) -> None:
    """Bring the routes in line with the configuration. One that is not configured any more tells nothing."""
    await connection.execute(sa.update(routes).values(is_active=False))
    keys = {row.key: row.business_id for row in await connection.execute(sa.select(businesses))}
    for business in wanted:
        for route in business.routes:
            is_it = sa.and_(routes.c.business_id == keys[business.id], routes.c.key == route.id)
            values = {"name": route.title, "locations": list(route.locations), "is_active": True}
            result = await connection.execute(sa.update(routes).where(is_it).values(**values))
            if result.rowcount == 0:
                its = {"business_id": keys[business.id], "key": route.id, **values}
                await connection.execute(sa.insert(routes).values(**its))


def _rows() -> sa.Select[Any]:
    return (
        sa.select(
            routes.c.route_id,
            routes.c.business_id,
            businesses.c.key.label("business_key"),
            routes.c.key,
            routes.c.name,
            businesses.c.language,
            routes.c.failing_since,
            routes.c.error,
            routes.c.locations,
            routes_off.c.off_at,
            sa.func.coalesce(people.c.name, "").label("off_by"),
        )
        .join(businesses)
        .outerjoin(routes_off, routes_off.c.route_id == routes.c.route_id)
        .outerjoin(people, people.c.person_id == routes_off.c.off_by_id)
        .where(routes.c.is_active)
        .order_by(routes.c.route_id)
    )


async def every(connection: Connection) -> list[RouteRow]:
    """Every configured route, those that are switched off included."""
    return [_row(row) for row in await connection.execute(_rows())]


async def switch(connection: Connection, route_id: int, *, is_on: bool, by_id: int | None, now: datetime) -> None:
    """Switch a route off or on in the chat; the same twice changes nothing."""
    if is_on:
        await connection.execute(sa.delete(routes_off).where(routes_off.c.route_id == route_id))
    elif await connection.scalar(sa.select(routes_off.c.route_id).where(routes_off.c.route_id == route_id)) is None:
        await connection.execute(sa.insert(routes_off).values(route_id=route_id, off_by_id=by_id, off_at=now))


async def of_location(connection: Connection, location_id: int) -> list[RouteRow]:
    """The routes on which a location's incidents are told; none of those that are switched off."""
    place = (await connection.execute(sa.select(locations).where(locations.c.location_id == location_id))).one()
    found = await connection.execute(_rows().where(routes.c.business_id == place.business_id))
    return [_row(row) for row in found if row.off_at is None and (not row.locations or place.key in row.locations)]


async def put(
    connection: Connection,
    route_ids: Collection[int],
    kind: str,
    args: Mapping[str, Any],
    *,
    key: str,
    now: datetime,
) -> None:
    """Write a message for each route; one with a key that a route has had already is not written again."""
    if not route_ids:
        return
    known = set(
        await connection.scalars(
            sa.select(route_messages.c.route_id).where(
                route_messages.c.key == key, route_messages.c.route_id.in_(list(route_ids))
            )
        )
    )
    values = {"kind": kind, "key": key, "args": dict(args), "state": WAITING, "created_at": now, "not_before": now}
    if new := [{"route_id": one, **values} for one in sorted(set(route_ids) - known)]:
        await connection.execute(sa.insert(route_messages), new)


_TOLD = sa.select(route_messages.c.route_id).where(
    route_messages.c.args["incident_id"].as_integer() == sa.bindparam("incident_id", type_=sa.Integer()),
    route_messages.c.state != DROPPED,
)


async def told(connection: Connection, incident_id: int) -> set[int]:
    """The routes that were told of an incident, or are about to be."""
    return set(await connection.scalars(_TOLD, {"incident_id": incident_id}))


async def ready(connection: Connection, *, now: datetime) -> list[ToSend]:
    """The oldest due message of each route."""
    heads = (
        sa.select(sa.func.min(route_messages.c.message_id))
        .join(routes)
        .where(
            route_messages.c.state == WAITING,
            route_messages.c.not_before <= now,
            routes.c.is_active,
            # One that was switched off meanwhile tells nothing more; what waits for it goes when it is on again.
            sa.or_(route_messages.c.kind == "test", route_messages.c.route_id.not_in(sa.select(routes_off.c.route_id))),
        )
        .group_by(route_messages.c.route_id)
    )
    rows = await connection.execute(sa.select(*_TO_SEND).where(route_messages.c.message_id.in_(heads)))
    return [ToSend(**row._mapping) for row in rows]


async def claim(connection: Connection, message_id: int) -> bool:
    """Claim a message for sending; False when it is claimed already."""
    is_it = sa.and_(route_messages.c.message_id == message_id, route_messages.c.state == WAITING)
    result = await connection.execute(
        sa.update(route_messages).where(is_it).values(state=SENDING, attempts=route_messages.c.attempts + 1)
    )
    return result.rowcount == 1


async def mark_sent(connection: Connection, one: ToSend, *, now: datetime) -> None:
    """The route has taken it."""
    await _end(connection, one.message_id, SENT, "", now)
    await connection.execute(
        sa.update(routes).where(routes.c.route_id == one.route_id).values(failing_since=None, error="")
    )


async def put_back(
    connection: Connection, one: ToSend, *, not_before: datetime, error: str, may_have_arrived: bool, now: datetime
) -> None:
    """Sending failed for now."""
    await connection.execute(
        sa.update(route_messages)
        .where(route_messages.c.message_id == one.message_id)
        .values(
            state=WAITING,
            not_before=not_before,
            error=error,
            is_repeat=sa.or_(route_messages.c.is_repeat, sa.literal(may_have_arrived)),
        )
    )
    await _note_failure(connection, one.route_id, error, now)


async def drop(connection: Connection, one: ToSend, *, error: str, now: datetime) -> None:
    """It is not tried again; without an error there is nothing to tell any more."""
    await _end(connection, one.message_id, DROPPED, error, now)
    if error:
        await _note_failure(connection, one.route_id, error, now)


async def recover(connection: Connection) -> None:
    """After a restart: what was being sent may have arrived."""
    await connection.execute(
        sa.update(route_messages).where(route_messages.c.state == SENDING).values(state=WAITING, is_repeat=True)
    )


async def undelivered(connection: Connection, *, before: datetime) -> list[Undelivered]:
    """Incidents with a message that was to sound, was due before a moment, and has not been taken by Telegram."""
    incident_id = outbox.c.args["incident_id"].as_integer()
    rows = await connection.execute(
        sa.select(
            incident_id.label("incident_id"),
            sa.func.min(outbox.c.created_at, type_=outbox.c.created_at.type).label("since"),
            sa.func.max(outbox.c.error).label("error"),
        )
        .where(
            outbox.c.state.in_([WAITING, SENDING]),
            sa.not_(outbox.c.is_silent),
            outbox.c.not_before <= before,
            incident_id.is_not(None),
        )
        .group_by(incident_id)
    )
    return [Undelivered(**row._mapping) for row in rows]


async def forget_done(connection: Connection, *, before: datetime) -> None:
    """Drop what was done before a moment."""
    await connection.execute(sa.delete(route_messages).where(route_messages.c.done_at < before))


async def _end(connection: Connection, message_id: int, state: str, error: str, now: datetime) -> None:
    is_it = route_messages.c.message_id == message_id
    await connection.execute(sa.update(route_messages).where(is_it).values(state=state, error=error, done_at=now))


async def _note_failure(connection: Connection, route_id: int, error: str, now: datetime) -> None:
    since = sa.func.coalesce(routes.c.failing_since, sa.literal(now, routes.c.failing_since.type))
    await connection.execute(
        sa.update(routes).where(routes.c.route_id == route_id).values(failing_since=since, error=error)
    )


def _row(row: sa.Row[Any]) -> RouteRow:
    return RouteRow(**{name: row._mapping[name] for name in RouteRow.__slots__})
