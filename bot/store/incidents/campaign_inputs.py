"""What the signs of a smear campaign are read from: an incident's low reviews, and those of the place before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.model.campaign import SmearReview
from bot.model.platforms import proves_visit
from bot.score.languages.language import language_code
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, reviews, scores
from bot.store.reviews.reviews import IS_REPLIED, full_text

READ: Final = 2_000
"""Characters of a text that are read."""

_YES: Final = frozenset({"true", "yes", "ja", "1", "verified"})


async def of_incident(connection: Connection, incident_id: int) -> tuple[list[int], list[SmearReview]]:
    """The incident's low reviews, oldest first: their ids, and what the signs are read from."""
    members = sa.select(incident_reviews.c.review_id).where(incident_reviews.c.incident_id == incident_id)
    return await _low(connection, reviews.c.review_id.in_(members))


async def of_reviews(connection: Connection, review_ids: Sequence[int]) -> tuple[list[int], list[SmearReview]]:
    """The same of any low reviews."""
    return await _low(connection, reviews.c.review_id.in_(list(review_ids)))


async def _low(connection: Connection, which: sa.ColumnElement[bool]) -> tuple[list[int], list[SmearReview]]:
    query = _columns().where(which, reviews.c.is_low).order_by(reviews.c.low_at, reviews.c.review_id)
    found = (await connection.execute(query)).all()
    return [row.review_id for row in found], [_review(row) for row in found]


async def before(
    connection: Connection, location_id: int, *, until: float, without: Sequence[int], limit: int
) -> list[SmearReview]:
    """The newest reviews of a place, of any rating, that were published before a moment (epoch seconds)."""
    rows = await connection.execute(
        _columns()
        .where(
            reviews.c.location_id == location_id,
            reviews.c.published_at < datetime.fromtimestamp(until, UTC),
            reviews.c.review_id.not_in(list(without)),
        )
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .limit(limit)
    )
    return [_review(row) for row in rows]


def _columns() -> sa.Select[Any]:
    names = ("review_id", "is_low", "low_at", "published_at", "author", "platform", "is_date_only", "details")
    return sa.select(
        *(reviews.c[name] for name in names),
        sa.func.substr(reviews.c.title, 1, READ).label("title"),
        sa.func.substr(reviews.c.text, 1, READ).label("text"),
        sa.func.coalesce(reviews.c.language, scores.c.language).label("language"),
        IS_REPLIED.label("is_replied"),
    ).outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)


def _review(row: sa.Row[Any]) -> SmearReview:
    details: Mapping[str, Any] = row.details
    at = row.low_at or row.published_at
    return SmearReview(
        text=full_text(row.title, row.text),
        is_low=row.is_low,
        at=at.timestamp(),
        author=row.author,
        source=row.platform,
        is_date_only=row.is_date_only and at == row.published_at,
        language=language_code(row.language) if row.language else None,
        author_reviews=_number(details.get("author_reviews")),
        is_verified=proves_visit(row.platform) or str(details.get("verified", "")).lower() in _YES,
        is_replied=row.is_replied,
        visited_on=_day(details.get("visited")),
    )


def _number(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(value: object) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(str(value or "")[:10])
    return None
