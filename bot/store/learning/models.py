"""What was learned from each business's reviews, and the reviews it is learned from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.score.score import HIGH_STARS, LOW_STARS
from bot.store.db.engine import Connection
from bot.store.db.schema import locations, models, reviews, scores
from bot.store.reviews.unscored import REVIEW_TEXT_COLUMNS, ReviewText, review_text


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of learning one language of a business.

    Attributes:
        language: Its code.
        is_used: Whether texts are scored by what was learned.
        facts: Counts and figures, as `bot.stages.analyse.learn` wrote them.
        since: Since when texts of this language are scored by what was learned; None if they are not.
        made_at: When it was learned last.
        format: The format of the arrays.
    """

    language: str
    is_used: bool
    facts: Mapping[str, Any]
    since: datetime | None
    made_at: datetime
    format: int


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be stored for one language."""

    language: str
    arrays: bytes | None
    facts: dict[str, Any]


async def of_business(connection: Connection, business_id: int) -> list[Stored]:
    """What was learned for a business, the language with the most reviews first."""
    columns = (models.c.language, models.c.facts, models.c.since, models.c.made_at, models.c.format)
    rows = await connection.execute(
        sa.select(*columns, models.c.arrays.is_not(None).label("is_used"))
        .where(models.c.business_id == business_id)
        .order_by(models.c.model_id)
    )
    return [Stored(row.language, row.is_used, row.facts, row.since, row.made_at, row.format) for row in rows]


async def in_use(connection: Connection, *, format: int) -> dict[int, tuple[tuple[str, int], ...]]:
    """For each location the languages that something was learned for, and the numbers of the models.

    Args:
        connection: the caller's transaction.
        format: the format of the arrays that this release reads; others are as if they were not there.
    """
    rows = await connection.execute(
        sa.select(locations.c.location_id, models.c.language, models.c.model_id)
        .join_from(models, locations, models.c.business_id == locations.c.business_id)
        .where(models.c.arrays.is_not(None), models.c.format == format)
    )
    found: dict[int, tuple[tuple[str, int], ...]] = {}
    for row in rows:
        found[row.location_id] = (*found.get(row.location_id, ()), (row.language, row.model_id))
    return found


async def arrays(connection: Connection, model_ids: Collection[int]) -> dict[int, bytes]:
    """The arrays of models; one that was replaced meanwhile is left out."""
    rows = await connection.execute(
        sa.select(models.c.model_id, models.c.arrays).where(
            models.c.model_id.in_(model_ids), models.c.arrays.is_not(None)
        )
    )
    return {row.model_id: row.arrays for row in rows}


async def replace(
    connection: Connection,
    business_id: int,
    rows: Sequence[Row],
    *,
    format: int,
    now: datetime,
) -> None:
    """Store what was learned for a business in place of what was there.

    Args:
        connection: the caller's transaction.
        business_id: whose it is.
        rows: one for each language, the most usual first.
        format: the format of the arrays.
        now: the time, aware UTC.
    """
    before = {one.language: one for one in await of_business(connection, business_id)}
    await connection.execute(sa.delete(models).where(models.c.business_id == business_id))
    for row in rows:
        old = before.get(row.language)
        since = (old.since if old is not None else None) or now
        await connection.execute(
            sa.insert(models).values(
                business_id=business_id,
                language=row.language,
                arrays=row.arrays,
                format=format,
                facts=row.facts,
                since=since if row.arrays is not None else None,
                made_at=now,
            )
        )


async def count_teaching(connection: Connection, business_id: int) -> int:
    """How many reviews of a business have text and low or high stars."""
    query = sa.select(sa.func.count()).select_from(reviews.join(locations)).where(_teaches(business_id))
    return await connection.scalar(query) or 0


async def teaching(connection: Connection, business_id: int, *, limit: int) -> list[ReviewText]:
    """The newest reviews of a business that have text and low or high stars."""
    rows = await connection.execute(
        sa.select(*REVIEW_TEXT_COLUMNS)
        .select_from(reviews.join(locations))
        .where(_teaches(business_id))
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .limit(limit)
    )
    return [review_text(row) for row in rows]


async def score_again(
    connection: Connection, business_id: int, languages: Collection[str], *, but: Collection[int], limit: int
) -> None:
    """Have the newest reviews in some languages scored again.

    Args:
        connection: the caller's transaction.
        business_id: of which business.
        languages: the languages that the guests wrote in.
        but: reviews that keep their score.
        limit: reviews at most.
    """
    newest = (
        sa.select(reviews.c.review_id)
        .select_from(reviews.join(locations).join(scores))
        .where(locations.c.business_id == business_id, scores.c.language.in_(languages))
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .limit(limit)
    )
    ids = [row.review_id for row in await connection.execute(newest)]
    # A hash that no text has: until they are scored again the reviews keep what they have.
    again = sa.update(scores).where(scores.c.review_id.in_(set(ids).difference(but))).values(content_hash="")
    await connection.execute(again)


async def put_scores(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Replace the scores of reviews whose words are still those that were read.

    Args:
        connection: the caller's transaction.
        values: `id`, `hash`, `compound` and `disagrees` of each.
    """
    if values:
        await connection.execute(
            sa.update(scores)
            .where(scores.c.review_id == sa.bindparam("id"), scores.c.content_hash == sa.bindparam("hash"))
            .values(compound=sa.bindparam("compound"), source="learned", disagrees=sa.bindparam("disagrees")),
            list(values),
        )


def _teaches(business_id: int) -> sa.ColumnElement[bool]:
    share = (reviews.c.rating_value - reviews.c.rating_worst) / (reviews.c.rating_best - reviews.c.rating_worst)
    return sa.and_(
        locations.c.business_id == business_id,
        locations.c.is_active,
        sa.or_(reviews.c.text != "", reviews.c.title != ""),
        sa.or_(share <= LOW_STARS, share >= HIGH_STARS),
    )
