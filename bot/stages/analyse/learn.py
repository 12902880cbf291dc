"""Learns sentiment from the business's own starred reviews, anew whenever enough have come, in a worker process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.score.learned.lessons import Taught
from bot.score.learned.model_format import MODEL_FORMAT
from bot.score.score import ScoreJob, disagrees
from bot.stages.analyse.score import ReadAs, job_of
from bot.store.db.engine import Store
from bot.store.learning import models
from bot.store.people import locations
from bot.store.reviews.unscored import ReviewText

log = structlog.get_logger(__name__)

FIRST_AT = 20
"""Reviews with text and low or high stars from which it is worth looking whether something can be learned."""

MORE = 1.2
"""It is learned again when there are a fifth more reviews than last time,"""

EVERY = timedelta(days=7)
"""or after a week if there is any new one."""

MOST = 10_000
"""Reviews that are learned from, the newest; more would take minutes and gain next to nothing."""

SCORED_AGAIN = 2_000
"""Reviews whose scores follow a new model, the newest."""

LearnReviews = Callable[[Sequence[ScoreJob]], Awaitable[list[Taught]]]


async def learn(store: Store, learn_reviews: LearnReviews, ways: Mapping[int, ReadAs], *, now: datetime) -> int:
    """Learn for every business with enough new reviews; gives for how many that was.

    Args:
        store: where from and to.
        learn_reviews: learns, in a worker process.
        ways: how the reviews of each location are read.
        now: the time, aware UTC.
    """
    async with store.read() as connection:
        businesses = dict.fromkeys(place.business_id for place in await locations.all_active(connection))
        due = {
            business_id: count
            for business_id in businesses
            if _is_due(
                count := await models.count_teaching(connection, business_id),
                await models.of_business(connection, business_id),
                now,
            )
        }
    for business_id, count in due.items():
        await _learn(store, learn_reviews, ways, (business_id, count), now=now)
    return len(due)


def _is_due(count: int, before: Sequence[models.Stored], now: datetime) -> bool:
    if not before or before[0].format != MODEL_FORMAT:
        return count >= FIRST_AT
    last = int(before[0].facts["reviews"])
    return count >= max(last * MORE, last + 1) or (count > last and now - before[0].made_at >= EVERY)


async def _learn(
    store: Store,
    learn_reviews: LearnReviews,
    ways: Mapping[int, ReadAs],
    business: tuple[int, int],
    *,
    now: datetime,
) -> None:
    business_id, count = business
    async with store.read() as connection:
        rows = await models.teaching(connection, business_id, limit=MOST)
    jobs = [job_of(row, ways.get(row.location_id, ReadAs())) for row in rows]
    found = await learn_reviews(jobs)
    new = [models.Row(taught.lesson.language, taught.lesson.saved, _facts(taught, count)) for taught in found]
    # Without a row it would be tried again at each tick.
    new = new or [models.Row("", None, {"reviews": count, "low": 0, "high": 0})]
    held_out = _held_out(rows, jobs, found)
    async with store.write() as connection:
        before = {one.language for one in await models.of_business(connection, business_id) if one.is_used}
        used = {row.language for row in new if row.arrays is not None}
        await models.replace(connection, business_id, new, format=MODEL_FORMAT, now=now)
        await models.put_scores(connection, held_out)
        kept = {value["id"] for value in held_out}
        await models.score_again(connection, business_id, before | used, but=kept, limit=SCORED_AGAIN)
    log.info("learned", business=business_id, reviews=len(rows), languages=sorted(used))


def _facts(taught: Taught, count: int) -> dict[str, Any]:
    lesson = taught.lesson
    facts: dict[str, Any] = {"reviews": count, "low": lesson.low, "high": lesson.high}
    if lesson.missing_low or lesson.missing_high:
        facts |= {"missing_low": lesson.missing_low, "missing_high": lesson.missing_high}
    for name, figure in (("before", lesson.before), ("learned", lesson.learned)):
        if figure is not None:
            facts[name] = round(figure, 4)
    return facts


def _held_out(rows: Sequence[ReviewText], jobs: Sequence[ScoreJob], found: Sequence[Taught]) -> list[dict[str, Any]]:
    """Scores of the newest reviews by what was learned without them: a model would know its own examples by heart."""
    scored = sorted(
        (place, score) for taught in found for place, score in zip(taught.places, taught.lesson.held_out, strict=False)
    )
    return [
        {
            "id": rows[place].review_id,
            "hash": rows[place].content_hash,
            "compound": score,
            "disagrees": disagrees(jobs[place].stars, score),
        }
        for place, score in scored[:SCORED_AGAIN]
    ]
