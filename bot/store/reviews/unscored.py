"""The queue of reviews whose words have not been scored yet, and where their scores are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.model.review import Rating
from bot.store.db.bulk import insert_many
from bot.store.db.engine import Connection
from bot.store.db.schema import reviews, scores
from bot.store.reviews.reviews import full_text

REVIEW_TEXT_COLUMNS: tuple[sa.ColumnElement[Any], ...] = (
    reviews.c.review_id,
    reviews.c.location_id,
    reviews.c.title,
    reviews.c.text,
    reviews.c.language,
    reviews.c.details["translation"].as_string().label("translation"),
    reviews.c.content_hash,
    reviews.c.rating_value,
    reviews.c.rating_worst,
    reviews.c.rating_best,
)


class ReviewText(NamedTuple):
    """A review as far as its words are scored.

    Attributes:
        text: title and text.
        language: what the source calls the language; None if it does not say.
        translation: what the source gives as a translation, or empty.
        content_hash: of the words that were read, to tell whether they are still the same.
    """

    review_id: int
    location_id: int
    text: str
    language: str | None
    translation: str
    content_hash: str
    rating: Rating | None


class ScoreRow(NamedTuple):
    """What is stored of a review that was scored: the columns of `scores`, in their order."""

    review_id: int
    language: str | None
    compound: float | None
    source: str
    disagrees: bool
    content_hash: str
    themes: str
    severe: str
    rules: str
    loudness: str
    complaints: str


_rating = lru_cache(maxsize=256)(Rating)


@dataclass(frozen=True, slots=True)
class RuleMarks:
    """By which rules a score counts as present.

    Attributes:
        usual: the mark of every location that `by_location` does not name.
        by_location: the mark of a location's own rules.
    """

    usual: str
    by_location: Mapping[int, str]


def review_text(row: sa.Row[Any]) -> ReviewText:
    """A row with REVIEW_TEXT_COLUMNS as an object."""
    review_id, location_id, title, text, language, translation, content_hash, value, worst, best = tuple(row)
    rating = None if value is None else _rating(value, worst, best)
    return ReviewText(review_id, location_id, full_text(title, text), language, translation or "", content_hash, rating)


async def newest(connection: Connection, marks: RuleMarks, *, below: int | None, limit: int) -> list[ReviewText]:
    """Reviews without a score of their present text by the present rules, the newest first.

    Args:
        connection: the caller's transaction.
        marks: the marks of the present rules.
        below: only those with a smaller id.
        limit: reviews at most.
    """
    query = (
        sa.select(*REVIEW_TEXT_COLUMNS)
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(_is_unscored(marks))
        .order_by(reviews.c.review_id.desc())
        .limit(limit)
    )
    rows = await connection.execute(query if below is None else query.where(reviews.c.review_id < below))
    return [review_text(row) for row in rows]


async def count(connection: Connection, marks: RuleMarks) -> int:
    """How many reviews wait for a score."""
    query = sa.select(sa.func.count()).select_from(reviews).outerjoin(scores, scores.c.review_id == reviews.c.review_id)
    return await connection.scalar(query.where(_is_unscored(marks))) or 0


async def store_scores(connection: Connection, rows: Sequence[ScoreRow]) -> None:
    """Store scores in place of what was there."""
    # Not only what had an older score: a command in another process may have scored the same review meanwhile.
    await insert_many(connection, scores, ScoreRow._fields, rows, replaces=True)


def _is_unscored(marks: RuleMarks) -> sa.ColumnElement[bool]:
    by_mark: dict[str, list[int]] = {}
    for location_id, mark in marks.by_location.items():
        by_mark.setdefault(mark, []).append(location_id)
    of_others = {reviews.c.location_id.in_(ids): mark for mark, ids in by_mark.items() if mark != marks.usual}
    present = sa.case(*of_others.items(), else_=marks.usual) if of_others else sa.literal(marks.usual)
    is_stale = sa.or_(
        scores.c.review_id.is_(None), scores.c.content_hash != reviews.c.content_hash, scores.c.rules != present
    )
    # What was read from words that are not kept any more stays as it is.
    return sa.and_(reviews.c.erased_at.is_(None), is_stale)
