"""Scoring reviews in the worker processes: language, sentiment, whether words and stars disagree."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from bot.score.score import MODEL_FORMAT, Score, ScoreJob
from bot.store import models
from bot.store.engine import Store
from bot.store.reviews import rating_of
from bot.store.schema import reviews, scores

BATCH = 500
AT_ONCE = 8
"""Batches in the hands of the worker processes: more than there are cores, so that none waits while one is stored."""

_HAS_NO_SCORE = sa.or_(scores.c.review_id.is_(None), scores.c.content_hash != reviews.c.content_hash)

ScoreMany = Callable[[Sequence[ScoreJob], Mapping[int, bytes]], Awaitable[list[Score]]]


@dataclass(frozen=True, slots=True)
class _Learned:
    """The models of each location, and their arrays."""

    by_location: Mapping[int, tuple[tuple[str, int], ...]]
    saved: Mapping[int, bytes]


async def rate(store: Store, score_many: ScoreMany, languages: Mapping[int, tuple[str, ...]]) -> int:
    """Score every review that has no score for its present text, newest first; gives how many.

    Args:
        store: where from and to.
        score_many: scores texts, in the worker processes; given the arrays of the models too.
        languages: the languages of each location, the most usual first.
    """
    count = 0
    below: int | None = None
    while True:
        async with store.read() as connection:
            rows = (await connection.execute(_unscored(below))).all()
        if not rows:
            return count
        learned = await _learned(store)
        halves = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        await asyncio.gather(*(_rate(store, half, partial(_score, score_many, languages, learned)) for half in halves))
        count += len(rows)
        below = rows[-1].review_id


async def waiting(store: Store) -> int:
    """How many reviews have no score for their present text."""
    query = sa.select(sa.func.count()).select_from(reviews).outerjoin(scores, scores.c.review_id == reviews.c.review_id)
    async with store.read() as connection:
        return await connection.scalar(query.where(_HAS_NO_SCORE)) or 0


async def _learned(store: Store) -> _Learned:
    async with store.read() as connection:
        by_location = await models.in_use(connection, format=MODEL_FORMAT)
        saved = await models.arrays(connection, {number for its in by_location.values() for _, number in its})
    return _Learned(by_location, saved)


async def _score(
    score_many: ScoreMany,
    languages: Mapping[int, tuple[str, ...]],
    learned: _Learned,
    rows: Sequence[sa.Row[Any]],
) -> list[Score]:
    by_location = learned.by_location
    jobs = [job_of(row, languages.get(row.location_id, ()), by_location.get(row.location_id, ())) for row in rows]
    return await score_many(jobs, {number: learned.saved[number] for job in jobs for _, number in job.models})


async def _rate(
    store: Store, rows: Sequence[sa.Row[Any]], score: Callable[[Sequence[sa.Row[Any]]], Awaitable[list[Score]]]
) -> None:
    found = await score(rows)
    values = [
        {
            "review_id": row.review_id,
            "language": score.language,
            "compound": score.compound,
            "source": score.source,
            "disagrees": score.disagrees,
            "content_hash": row.content_hash,
        }
        for row, score in zip(rows, found, strict=True)
    ]
    async with store.write() as connection:
        # Not only what had an older score: a command in another process may have scored the same review meanwhile.
        ids = [value["review_id"] for value in values]
        await connection.execute(sa.delete(scores).where(scores.c.review_id.in_(ids)))
        await connection.execute(sa.insert(scores), values)


def _unscored(below: int | None) -> sa.Select[Any]:
    query = (
        sa.select(
            reviews.c.review_id,
            reviews.c.location_id,
            reviews.c.title,
            reviews.c.text,
            reviews.c.language,
            reviews.c.details,
            reviews.c.content_hash,
            reviews.c.rating_value,
            reviews.c.rating_worst,
            reviews.c.rating_best,
        )
        .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
        .where(_HAS_NO_SCORE)
        .order_by(reviews.c.review_id.desc())
        .limit(BATCH * AT_ONCE)
    )
    return query if below is None else query.where(reviews.c.review_id < below)


def job_of(row: sa.Row[Any], languages: tuple[str, ...], models_of: tuple[tuple[str, int], ...] = ()) -> ScoreJob:
    """What is asked of a worker for a review.

    Args:
        row: the review, with the columns that `rate` selects.
        languages: the languages of its location, the most usual first.
        models_of: the models of its location.
    """
    rating = rating_of(row)
    text = f"{row.title}\n{row.text}".strip() if row.title else row.text
    return ScoreJob(
        text=text,
        stars=None if rating is None else rating.share,
        languages=languages,
        usual=row.language or (languages[0] if languages else None),
        translation=row.details.get("translation", ""),
        models=models_of,
    )
