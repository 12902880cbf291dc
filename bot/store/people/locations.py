"""Businesses, their locations and sources, as the configuration names them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.choices import OF_CHAT, OF_DUTY, OF_LOCATION, Choice
from bot.settings import BusinessSettings, LocationSettings
from bot.store.db.engine import Connection
from bot.store.db.schema import businesses, locations, sources
from bot.store.people import alert_rules

IMPORT_KEY = "+import"
"""The key of a location's source for files imported by hand; a configured source cannot have it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A location with what the chat needs to know of its business."""

    location_id: int
    business_id: int
    key: str
    name: str
    business_name: str
    business_language: str
    zone: ZoneInfo
    has_siblings: bool


async def sync(connection: Connection, wanted: Sequence[BusinessSettings]) -> None:
    """Bring the tables in line with the configuration. What is not configured any more is kept, but inactive."""
    for table in (businesses, locations, sources):
        await connection.execute(sa.update(table).values(is_active=False))
    for business in wanted:
        business_id = await _put(
            connection,
            businesses,
            {"key": business.id},
            {"name": business.name, "language": business.language, "configured": _written(business, OF_CHAT)},
        )
        for location in business.locations:
            location_id = await _put(
                connection,
                locations,
                {"business_id": business_id, "key": location.id},
                {
                    "name": location.name,
                    "time_zone": location.time_zone,
                    "configured": _written(location, (*OF_LOCATION, *OF_DUTY)),
                },
            )
            await alert_rules.sync(connection, location_id, location.alerts)
            for source in location.sources:
                await put_source(
                    connection,
                    location_id=location_id,
                    key=source.id,
                    type_=source.type,
                    name=source.name or source.platform.capitalize() or source.id,
                    platform=source.platform,
                )


def _written(part: BusinessSettings | LocationSettings, names: Sequence[Choice]) -> dict[str, str]:
    """What the configuration file says of what can be chosen in the chat too; only what is written there."""
    return {name.value: str(getattr(part, name)) for name in names if name in part.model_fields_set}


async def put_source(
    connection: Connection, *, location_id: int, key: str, type_: str, name: str, platform: str
) -> int:
    """Make a source known, or up to date; gives its id."""
    return await _put(
        connection,
        sources,
        {"location_id": location_id, "key": key},
        {"type": type_, "name": name, "platform": platform},
        {"state": {}},
    )


async def put_import(connection: Connection, location_id: int) -> int:
    """The location's source for files imported by hand, made if it is not there yet; gives its id.

    It is never polled, so it is inactive like a source that is not configured: it cannot be blind or late.
    """
    source_id = await put_source(
        connection, location_id=location_id, key=IMPORT_KEY, type_="import", name="Import", platform=""
    )
    await connection.execute(sa.update(sources).where(sources.c.source_id == source_id).values(is_active=False))
    return source_id


async def source_id(connection: Connection, location_id: int, key: str) -> int:
    """The id of a configured source."""
    found: int | None = await connection.scalar(
        sa.select(sources.c.source_id).where(sources.c.location_id == location_id, sources.c.key == key)
    )
    assert found is not None, "every configured source has a row"
    return found


async def find(connection: Connection, location_id: int) -> Place:
    """A location by its id."""
    row = (await connection.execute(_ONE_PLACE, {"location_id": location_id})).one()
    return _place(row)


async def all_active(connection: Connection) -> list[Place]:
    """Every configured location, in the order of the configuration."""
    rows = await connection.execute(_ACTIVE_PLACES)
    return [_place(row) for row in rows]


async def find_by_key(connection: Connection, key: str) -> list[Place]:
    """Configured locations whose key is `key` or `business/key`."""
    places = await all_active(connection)
    business_keys = {
        row.business_id: row.key
        for row in await connection.execute(sa.select(businesses.c.business_id, businesses.c.key))
    }
    return [place for place in places if key in (place.key, f"{business_keys[place.business_id]}/{place.key}")]


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A location by what the configuration calls it: `business/location`."""

    location_id: int
    name: str


async def named(connection: Connection, *, business: str = "", location: str = "") -> list[NamedPlace]:
    """Locations, configured still or not any more, of a business or of a key (`location` or `business/location`)."""
    rows = await connection.execute(
        sa.select(locations.c.location_id, businesses.c.key.label("business"), locations.c.key)
        .join_from(locations, businesses)
        .order_by(locations.c.location_id)
    )
    return [
        NamedPlace(row.location_id, f"{row.business}/{row.key}")
        for row in rows
        if (business and row.business == business) or (location and location in (row.key, f"{row.business}/{row.key}"))
    ]


async def ids_by_business(connection: Connection) -> dict[tuple[int, str], list[int]]:
    """Id and key of every business, configured or not -> its locations."""
    rows = await connection.execute(
        sa.select(businesses.c.business_id, businesses.c.key, locations.c.location_id)
        .join_from(businesses, locations)
        .order_by(locations.c.location_id)
    )
    found: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        found.setdefault((row.business_id, row.key), []).append(row.location_id)
    return found


def sources_of(business_id: int) -> sa.Select[tuple[int]]:
    """The sources of a business, configured or not."""
    return (
        sa.select(sources.c.source_id)
        .join(locations, locations.c.location_id == sources.c.location_id)
        .where(locations.c.business_id == business_id)
    )


async def keys(connection: Connection) -> dict[int, str]:
    """Location id -> `business/location`, of every configured location."""
    rows = await connection.execute(
        sa.select(locations.c.location_id, businesses.c.key.label("business"), locations.c.key)
        .join_from(locations, businesses)
        .where(locations.c.is_active)
    )
    return {row.location_id: f"{row.business}/{row.key}" for row in rows}


async def mark_look_due(connection: Connection, location_id: int) -> None:
    """Have a location looked at in the next pass."""
    await connection.execute(sa.update(locations).where(locations.c.location_id == location_id).values(look_due=True))


async def ask_about_holidays(connection: Connection, location_id: int, *, now: datetime) -> bool:
    """Note that the owner is asked what a holiday counts as; False where that was asked before."""
    is_it = sa.and_(locations.c.location_id == location_id, locations.c.holidays_asked_at.is_(None))
    result = await connection.execute(sa.update(locations).where(is_it).values(holidays_asked_at=now))
    return result.rowcount > 0


async def due(connection: Connection) -> list[int]:
    """Active locations with reviews that nobody has looked at yet."""
    query = sa.select(locations.c.location_id).where(locations.c.look_due, locations.c.is_active)
    return list(await connection.scalars(query))


async def is_due(connection: Connection, location_id: int) -> bool:
    """Whether a location has reviews that nobody has looked at yet."""
    return bool(await connection.scalar(sa.select(locations.c.look_due).where(locations.c.location_id == location_id)))


async def mark_looked_at(connection: Connection, location_id: int) -> None:
    """Everything that was due at a location is done."""
    await connection.execute(sa.update(locations).where(locations.c.location_id == location_id).values(look_due=False))


async def business_id(connection: Connection, key: str) -> int | None:
    """A configured business by its key."""
    found: int | None = await connection.scalar(
        sa.select(businesses.c.business_id).where(businesses.c.key == key, businesses.c.is_active)
    )
    return found


def _places() -> sa.Select[tuple[int, int, str, str, str, str, str, int]]:
    sibling = locations.alias()
    siblings = (
        sa.select(sa.func.count())
        .select_from(sibling)
        .where(sibling.c.business_id == locations.c.business_id, sibling.c.is_active)
        .scalar_subquery()
    )
    return sa.select(
        locations.c.location_id,
        locations.c.business_id,
        locations.c.key,
        locations.c.name,
        businesses.c.name.label("business_name"),
        businesses.c.language,
        locations.c.time_zone,
        siblings.label("siblings"),
    ).join_from(locations, businesses)


# Put together once: it takes longer than the question.
_ONE_PLACE = _places().where(locations.c.location_id == sa.bindparam("location_id"))
_ACTIVE_PLACES = _places().where(locations.c.is_active).order_by(locations.c.location_id)


def _place(row: sa.Row[tuple[int, int, str, str, str, str, str, int]]) -> Place:
    return Place(
        location_id=row.location_id,
        business_id=row.business_id,
        key=row.key,
        name=row.name,
        business_name=row.business_name,
        business_language=row.language,
        zone=ZoneInfo(row.time_zone),
        has_siblings=row.siblings > 1,
    )


async def _put(
    connection: Connection,
    table: sa.Table,
    key: dict[str, object],
    values: dict[str, object],
    first: dict[str, object] | None = None,
) -> int:
    """Update the row with this key or insert it; gives its id. `first` is for a new row only."""
    id_column = next(iter(table.primary_key))
    is_it = sa.and_(*(table.c[name] == value for name, value in key.items()))
    found: int | None = await connection.scalar(sa.select(id_column).where(is_it))
    if found is None:
        result = await connection.execute(
            sa.insert(table).values(**key, **values, **(first or {})).returning(id_column)
        )
        return int(result.scalar_one())
    await connection.execute(sa.update(table).where(is_it).values(**values, is_active=True))
    return found
