"""Reviews not yet fed to the detector: a flag on each review, so that a kill neither loses nor repeats one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.detect.adapter import Heard, Twin
from bot.store.db.engine import Connection
from bot.store.db.schema import reviews, sources
from bot.store.reviews.heard import IS_SHOWN
from bot.store.reviews.reviews import rating_of

BY_FILE = ("folder", "import")
"""Types of sources that are complete up to what was last delivered, not up to now."""
CHUNK = 1000
"""Rows read at a time: few enough not to be felt by the loop."""
TWINS_WITHIN = timedelta(days=30)
"""How far apart one guest's same words on two platforms may be."""
REMOVED_WITHIN = timedelta(days=365)
"""A low review that is older teaches nothing of what a platform removes nowadays."""
_COLUMNS = [
    reviews.c[name]
    for name in (
        *("review_id", "rating_value", "rating_worst", "rating_best", "is_low", "low_at", "is_fresh", "platform"),
        *("published_at", "is_date_only", "discovered_at", "changed_at", "twin_key"),
    )
]


async def waiting(connection: Connection, location_id: int) -> list[Heard]:
    """The reviews of a location that the detector has not seen, in the order in which they were stored."""
    return await _all(connection, sa.and_(*_waiting(location_id)), as_heard)


def _waiting(location_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return reviews.c.location_id == location_id, sa.not_(reviews.c.is_observed), IS_SHOWN


async def delivered(connection: Connection, location_id: int) -> dict[str, datetime]:
    """Up to which moment each platform is complete.

    A platform that is polled: up to the last poll that could read it. Of a file: up to the newest of its reviews that
    wait for the detector. One that mails tell of is complete up to each mail. Platforms of which nothing new is known
    are left out.
    """
    polled = await connection.execute(
        sa.select(sources.c.platform, sa.func.max(sources.c.ok_at, type_=sources.c.ok_at.type).label("until"))
        .where(
            sources.c.location_id == location_id,
            sources.c.is_active,
            sources.c.type.not_in(BY_FILE),
            sources.c.platform != "",
            sources.c.ok_at.is_not(None),
        )
        .group_by(sources.c.platform)
    )
    found: dict[str, datetime] = {row.platform: row.until for row in polled}
    newest = sa.func.max(reviews.c.published_at, type_=reviews.c.published_at.type)
    read = sa.func.max(reviews.c.discovered_at, type_=reviews.c.discovered_at.type)
    waiting_now = await connection.execute(
        sa.select(reviews.c.platform, sources.c.type, newest.label("newest"), read.label("read"))
        .join_from(reviews, sources, reviews.c.source_id == sources.c.source_id)
        .where(*_waiting(location_id))
        .group_by(reviews.c.platform, sources.c.type)
    )
    for row in waiting_now:
        until = row.newest if row.type in BY_FILE else row.read
        found[row.platform] = max(until, found.get(row.platform, until))
    return found


async def every(connection: Connection, location_id: int, *, since: datetime, at_most: int) -> list[Heard]:
    """The newest reviews of a location, published at `since` or later, every low one as if it might alarm."""
    earliest: datetime | None = await connection.scalar(
        sa.select(reviews.c.published_at)
        .where(reviews.c.location_id == location_id)
        .order_by(reviews.c.published_at.desc())
        .offset(at_most)
        .limit(1)
    )
    since = since if earliest is None else max(since, earliest)
    return await _all(
        connection, sa.and_(reviews.c.location_id == location_id, reviews.c.published_at >= since, IS_SHOWN), as_if_live
    )


async def _all(connection: Connection, which: sa.ColumnElement[bool], read: Any) -> list[Heard]:
    found: list[Heard] = []
    last = 0
    while True:
        rows = (
            await connection.execute(
                sa.select(*_COLUMNS).where(which, reviews.c.review_id > last).order_by(reviews.c.review_id).limit(CHUNK)
            )
        ).all()
        found += [read(row) for row in rows]
        if len(rows) < CHUNK:
            return found
        last = rows[-1].review_id


def as_heard(row: sa.Row[Any]) -> Heard:
    """A stored review as it is heard; one that an edit lowered counts, and was found, at the time of the edit."""
    is_lowered = row.low_at is not None and row.low_at != row.published_at
    return Heard(
        review_id=row.review_id,
        at=row.low_at if is_lowered else row.published_at,
        seen=row.changed_at if is_lowered else row.discovered_at,
        rating=rating_of(row),
        is_low=row.is_low,
        platform=row.platform,
        is_date_only=row.is_date_only and not is_lowered,
        is_fresh=row.is_fresh,
        twin=row.twin_key,
    )


def as_if_live(row: sa.Row[Any]) -> Heard:
    """A stored review as it would have been heard, had the program been there when it was published."""
    return Heard(
        review_id=row.review_id,
        at=row.published_at,
        seen=row.published_at,
        rating=rating_of(row),
        is_low=row.is_low,
        platform=row.platform,
        is_date_only=row.is_date_only,
        twin=row.twin_key,
    )


async def known_twins(connection: Connection, location_id: int, news: Iterable[Heard]) -> Counter[tuple[Twin, str]]:
    """How often the texts of some new reviews were fed before, for each platform."""
    with_twin = [one for one in news if one.twin is not None]
    if not with_twin:
        return Counter()
    first, last = min(one.at for one in with_twin), max(one.at for one in with_twin)
    which = sa.select(reviews.c.twin_key, reviews.c.is_low, reviews.c.platform, sa.func.count().label("times")).where(
        reviews.c.location_id == location_id,
        reviews.c.published_at.between(first - TWINS_WITHIN, last + TWINS_WITHIN),
        reviews.c.is_observed,
        reviews.c.twin_key.is_not(None),
    )
    if len(with_twin) <= CHUNK // 2:
        which = which.where(reviews.c.twin_key.in_([one.twin for one in with_twin]))
    rows = await connection.execute(which.group_by(reviews.c.twin_key, reviews.c.is_low, reviews.c.platform))
    return Counter({((row.twin_key, row.is_low), row.platform): row.times for row in rows})


async def take_removed(connection: Connection, location_id: int, *, now: datetime) -> list[Heard]:
    """The low reviews of a year that the detector has heard and that are removed since, each removal once."""
    removed = (
        reviews.c.location_id == location_id,
        reviews.c.low_at >= now - REMOVED_WITHIN,
        reviews.c.is_low,
        reviews.c.gone_at.is_not(None),
        reviews.c.is_observed,
    )
    rows = (await connection.execute(sa.select(*_COLUMNS).where(*removed))).all()
    if rows:
        await connection.execute(sa.update(reviews).where(*removed).values(is_observed=False))
    return [as_heard(row) for row in rows]


async def mark_fed(connection: Connection, location_id: int) -> None:
    """The detector has seen everything of a location that waited for it."""
    await connection.execute(sa.update(reviews).where(*_waiting(location_id)).values(is_observed=True))
