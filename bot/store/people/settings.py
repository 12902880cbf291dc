"""What owners choose in the chat, kept with who and when; and what holds: the chat's, the file's, or the default."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.choices import DEFAULTS, About, Choice, Chosen, Origin
from bot.store.db.engine import Connection
from bot.store.db.schema import businesses, chat_links, locations, people, settings


@dataclass(frozen=True, slots=True)
class Kept:
    """One choice with what it is about, for lists."""

    about: About
    about_id: int
    name: Choice
    chosen: Chosen


async def get(connection: Connection, about: About, about_id: int, name: Choice) -> Chosen:
    """What holds for one choice."""
    newest = await _newest(connection, about, [about_id], [name])
    if newest:
        return newest[0].chosen
    configured = await _configured(connection, about, about_id)
    if name in configured:
        return Chosen(str(configured[name]), Origin.FILE)
    return Chosen(DEFAULTS[name])


async def values(connection: Connection, about: About, about_id: int, names: Sequence[Choice]) -> dict[Choice, str]:
    """What holds for several choices."""
    return {name: (await get(connection, about, about_id, name)).value for name in names}


async def locations_with(
    connection: Connection, location_ids: Collection[int], name: Choice, value: str
) -> frozenset[int]:
    """Those of some locations for which a choice holds a value; in two statements, however many there are."""
    found = {one.about_id: one.chosen.value for one in await _newest(connection, About.LOCATION, location_ids, [name])}
    rows = await connection.execute(
        sa.select(locations.c.location_id, locations.c.configured).where(locations.c.location_id.in_(location_ids))
    )
    for row in rows:
        found.setdefault(row.location_id, str(row.configured.get(name, DEFAULTS[name])))
    return frozenset(location_id for location_id, its in found.items() if its == value)


async def choose(
    connection: Connection,
    about: About,
    about_id: int,
    name: Choice,
    value: str,
    *,
    now: datetime,
    by_id: int | None,
) -> Chosen:
    """Choose a value; gives what held before."""
    before = await get(connection, about, about_id, name)
    await connection.execute(
        sa.insert(settings).values(
            about=about.value,
            about_id=about_id,
            name=name.value,
            value=value,
            was=before.value,
            set_at=now,
            set_by_id=by_id,
        )
    )
    return before


async def every(connection: Connection) -> list[Kept]:
    """Every choice that was made in the chat, as it holds now."""
    return await _newest(connection, None, None, None)


async def _newest(
    connection: Connection,
    about: About | None,
    about_ids: Collection[int] | None,
    names: Sequence[Choice] | None,
) -> list[Kept]:
    where: list[sa.ColumnElement[bool]] = []
    if about is not None:
        where.append(settings.c.about == about.value)
    if about_ids is not None:
        where.append(settings.c.about_id.in_(about_ids))
    if names is not None:
        where.append(settings.c.name.in_([name.value for name in names]))
    newest = (
        sa.select(sa.func.max(settings.c.setting_id))
        .where(*where)
        .group_by(settings.c.about, settings.c.about_id, settings.c.name)
    )
    rows = await connection.execute(
        sa.select(settings, people.c.name.label("by_name"))
        .outerjoin(people, people.c.person_id == settings.c.set_by_id)
        .where(settings.c.setting_id.in_(newest), settings.c.name.in_([name.value for name in Choice]))
        .order_by(settings.c.about, settings.c.about_id, settings.c.name)
    )
    return [
        Kept(
            about=About(row.about),
            about_id=row.about_id,
            name=Choice(row.name),
            chosen=Chosen(
                value=row.value,
                origin=Origin.CHAT,
                number=row.setting_id,
                set_at=row.set_at,
                set_by=row.by_name or "",
                was=row.was,
            ),
        )
        for row in rows
    ]


async def _configured(connection: Connection, about: About, about_id: int) -> dict[str, object]:
    """What the configuration file says; of a chat that of the first business it hears of."""
    if about is About.LOCATION:
        query = sa.select(locations.c.configured).where(locations.c.location_id == about_id)
    elif about is About.CHAT:
        query = (
            sa.select(businesses.c.configured)
            .join(chat_links, chat_links.c.business_id == businesses.c.business_id)
            .where(chat_links.c.chat_id == about_id)
            .order_by(businesses.c.business_id)
            .limit(1)
        )
    else:
        return {}
    return dict(await connection.scalar(query) or {})
