"""Reads what became of an incident's reviews, and of its place's average since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.incidents.aftermath import Change, Fate, aftermath, days_until_back
from bot.model.card_lines import Aftermath
from bot.model.incident import Incident
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, incidents, reviews
from bot.store.reviews.figures import stars_of_five
from bot.store.reviews.review_views import without_copies
from bot.store.reviews.reviews import IS_REPLIED


async def of_incident(connection: Connection, incident: Incident) -> Aftermath | None:
    """What became of an incident's reviews until now; None while there is nothing to say."""
    rated = reviews.c.rating_value.is_not(None)
    stars: sa.ColumnElement[Any] = sa.case((rated, stars_of_five()), else_=None)
    rows = (
        await connection.execute(
            sa.select(
                stars.label("stars"),
                reviews.c.is_low,
                IS_REPLIED.label("is_replied"),
                reviews.c.reply_text.is_not(None).label("tells_replies"),
                reviews.c.gone_at.is_not(None).label("is_gone"),
                reviews.c.review_id,
                reviews.c.twin_key,
                reviews.c.platform,
                incident_reviews.c.low_at,
                incident_reviews.c.is_severe,
            )
            .join_from(incident_reviews, reviews, incident_reviews.c.review_id == reviews.c.review_id)
            .where(incident_reviews.c.incident_id == incident.incident_id)
        )
    ).all()
    # A review that is here for its words was perhaps never low: it cannot have been raised.
    fates = [
        Fate(row.stars, row.is_low or row.is_severe, row.is_replied, row.tells_replies, row.is_gone)
        for row in without_copies(rows)
    ]
    if not fates:
        return None
    begun_at = min(row.low_at for row in rows)
    return aftermath(fates, await _back(connection, incident.location_id, begun_at))


async def lately_ended(connection: Connection, location_ids: Sequence[int], *, since: datetime) -> list[int]:
    """The incidents of some locations that are over and ended at `since` or later, the newest first."""
    its = sa.and_(incidents.c.location_id.in_(location_ids), incidents.c.ended_at >= since)
    query = sa.select(incidents.c.incident_id).where(its).order_by(incidents.c.ended_at.desc())
    return list(await connection.scalars(query))


async def _back(connection: Connection, location_id: int, begun_at: datetime) -> tuple[bool, int | None]:
    here = sa.and_(reviews.c.location_id == location_id, reviews.c.rating_value.is_not(None))
    before = sa.and_(
        here,
        reviews.c.published_at < begun_at,
        sa.or_(reviews.c.gone_at.is_(None), reviews.c.gone_at >= begun_at),
    )
    count, total = (
        await connection.execute(sa.select(sa.func.count(), sa.func.sum(stars_of_five())).where(before))
    ).one()
    came = await connection.execute(
        sa.select(reviews.c.published_at, stars_of_five().label("stars")).where(
            here, reviews.c.published_at >= begun_at
        )
    )
    went = await connection.execute(
        sa.select(reviews.c.gone_at, stars_of_five().label("stars")).where(here, reviews.c.gone_at >= begun_at)
    )
    changes = [Change(row.published_at, 1, row.stars) for row in came]
    changes += [Change(row.gone_at, -1, -row.stars) for row in went]
    return days_until_back(count, total or 0.0, sorted(changes, key=lambda one: one.at), begun_at=begun_at)
