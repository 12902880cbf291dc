"""Reviews of a period in figures: how many, how good, how many low and answered, and what may be severe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import reviews, scores
from bot.store.reviews.reviews import IS_REPLIED


@dataclass(frozen=True, slots=True)
class Figures:
    """What one platform brought to one location in a period.

    Attributes:
        rated: reviews that have a rating; `stars` is the sum of their ratings on a scale of 1 to 5.
        answerable: those of which it is known whether the business has answered.
    """

    location_id: int
    platform: str
    count: int
    rated: int
    stars: float
    low: int
    answered: int
    answerable: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A review as a dot in time."""

    at: datetime
    is_date_only: bool
    stars: float | None
    is_low: bool


def stars_of_five() -> sa.ColumnElement[Any]:
    """A review's rating on a scale of 1 to 5."""
    span = reviews.c.rating_best - reviews.c.rating_worst
    return 1 + 4 * (reviews.c.rating_value - reviews.c.rating_worst) / span


def _within(location_ids: Sequence[int], start: datetime, end: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        reviews.c.location_id.in_(location_ids),
        reviews.c.published_at >= start,
        reviews.c.published_at < end,
    ]


async def of_period(
    connection: Connection, location_ids: Sequence[int], start: datetime, end: datetime
) -> list[Figures]:
    """The figures of each location and platform that has reviews in the period."""
    rows = await connection.execute(
        sa.select(
            reviews.c.location_id,
            reviews.c.platform,
            sa.func.count().label("count"),
            sa.func.count(reviews.c.rating_value).label("rated"),
            sa.func.coalesce(sa.func.sum(stars_of_five()), 0.0).label("stars"),
            sa.func.count().filter(reviews.c.is_low).label("low"),
            sa.func.count().filter(IS_REPLIED).label("answered"),
            sa.func.count().filter(sa.or_(reviews.c.reply_text.is_not(None), IS_REPLIED)).label("answerable"),
        )
        .where(*_within(location_ids, start, end))
        .group_by(reviews.c.location_id, reviews.c.platform)
        .order_by(reviews.c.location_id, sa.func.count().desc(), reviews.c.platform)
    )
    return [Figures(**row._mapping) for row in rows]


async def moments(
    connection: Connection, location_ids: Sequence[int], start: datetime, end: datetime, *, at_most: int
) -> list[Moment]:
    """The newest reviews of a period as dots, oldest first."""
    stars: sa.ColumnElement[Any] = sa.case((reviews.c.rating_value.is_not(None), stars_of_five()), else_=None)
    rows = await connection.execute(
        sa.select(reviews.c.published_at, reviews.c.is_date_only, stars.label("stars"), reviews.c.is_low)
        .where(*_within(location_ids, start, end))
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .limit(at_most)
    )
    return [Moment(row.published_at, row.is_date_only, row.stars, row.is_low) for row in rows][::-1]


async def vague(
    connection: Connection, location_ids: Sequence[int], start: datetime, end: datetime
) -> list[tuple[str, int]]:
    """What may be severe but was too vague to tell anybody: kind and number, the most frequent first."""
    rows = await connection.execute(
        sa.select(scores.c.severe, sa.func.count().label("number"))
        .join(reviews, reviews.c.review_id == scores.c.review_id)
        .where(*_within(location_ids, start, end), scores.c.severe != "", scores.c.loudness == "vague")
        .group_by(scores.c.severe)
        .order_by(sa.func.count().desc(), scores.c.severe)
    )
    return [(row.severe, row.number) for row in rows]
