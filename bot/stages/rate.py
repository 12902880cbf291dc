"""Reading reviews in the worker processes: language, sentiment, themes, and whether they are severe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.score.reading import Reading, rules_mark
from bot.score.score import ScoreJob
from bot.store.bulk import insert_many
from bot.store.engine import Store
from bot.store.reviews import full_text, rating_of
from bot.store.schema import reviews, scores

BATCH = 500
AT_ONCE = 8
"""Batches in the hands of the worker processes: more than there are cores, so that none waits while one is stored."""

_COLUMNS = ("review_id", "language", "compound", "source", "disagrees", "content_hash", "themes", "severe", "rules")

ReadMany = Callable[[Sequence[ScoreJob]], Awaitable[list[Reading]]]
Stored = Callable[[frozenset[int]], Awaitable[None]]


async def _nobody(_location_ids: frozenset[int]) -> None:
    """Nobody waits for what was read."""


async def rate(
    store: Store, read_many: ReadMany, languages: Mapping[int, tuple[str, ...]], *, stored: Stored = _nobody
) -> int:
    """Read every review that was not read with its present text and by the present rules, newest first.

    Args:
        store: where from and to.
        read_many: reads texts, in the worker processes.
        languages: the languages of each location, the most usual first.
        stored: called with the locations of the reviews each time some thousand have been stored.

    Returns:
        How many were read.
    """
    count = 0
    below: int | None = None
    while True:
        async with store.read() as connection:
            rows = (await connection.execute(_unscored(below))).all()
        if not rows:
            return count
        halves = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        await asyncio.gather(*(_rate(store, half, read_many, languages) for half in halves))
        await stored(frozenset(row.location_id for row in rows))
        count += len(rows)
        below = rows[-1].review_id


async def waiting(store: Store) -> int:
    """How many reviews have not been read with their present text and by the present rules."""
    query = sa.select(sa.func.count()).select_from(reviews).outerjoin(scores, scores.c.review_id == reviews.c.review_id)
    async with store.read() as connection:
        return await connection.scalar(query.where(_is_unread())) or 0


async def _rate(
    store: Store, rows: Sequence[sa.Row[Any]], read_many: ReadMany, languages: Mapping[int, tuple[str, ...]]
) -> None:
    found = await read_many([_job(row, languages.get(row.location_id, ())) for row in rows])
    mark = rules_mark()
    values = [
        (
            row.review_id,
            one.score.language,
            one.score.compound,
            one.score.source,
            one.score.disagrees,
            row.content_hash,
            " ".join(one.themes),
            one.severe,
            mark,
        )
        for row, one in zip(rows, found, strict=True)
    ]
    async with store.write() as connection:
        # Not only what had an older score: a command in another process may have scored the same review meanwhile.
        ids = [row.review_id for row in rows]
        await connection.execute(sa.delete(scores).where(scores.c.review_id.in_(ids)))
        await insert_many(connection, scores, _COLUMNS, values)


def _is_unread() -> sa.ColumnElement[bool]:
    return sa.or_(
        scores.c.review_id.is_(None),
        scores.c.content_hash != reviews.c.content_hash,
        scores.c.rules != rules_mark(),
    )


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
        .where(_is_unread())
        .order_by(reviews.c.review_id.desc())
        .limit(BATCH * AT_ONCE)
    )
    return query if below is None else query.where(reviews.c.review_id < below)


def _job(row: sa.Row[Any], languages: tuple[str, ...]) -> ScoreJob:
    rating = rating_of(row)
    return ScoreJob(
        text=full_text(row.title, row.text),
        stars=None if rating is None else rating.share,
        languages=languages,
        usual=row.language or (languages[0] if languages else None),
        translation=row.details.get("translation", ""),
    )
