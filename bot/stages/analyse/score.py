"""Scores reviews in the worker processes: language, sentiment, themes, and whether they are severe."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from bot.errors import WorkerDiedError
from bot.score.learned.model_format import MODEL_FORMAT
from bot.score.packs import USUAL_PACK, PackChoice
from bot.score.reading import Reading, rules_mark
from bot.score.score import Score, ScoreJob
from bot.store.db import failures
from bot.store.db.engine import Store
from bot.store.db.failures import Verdict
from bot.store.learning import models
from bot.store.reviews import unscored
from bot.store.reviews.unscored import ReviewText, RuleMarks, ScoreRow

log = structlog.get_logger(__name__)

BATCH = 500
AT_ONCE = 8
"""Batches in the hands of the worker processes: more than there are cores, so that none waits while one is stored."""

ReadMany = Callable[[Sequence[ScoreJob], Mapping[int, bytes]], Awaitable[list[Reading]]]
_Read = Callable[[Sequence[ReviewText]], Awaitable[list[tuple[Reading, str]]]]
_PROBE = "Good food."
_UNREADABLE = Reading(Score(None, None, "unknown", disagrees=False), (), "")
Stored = Callable[[frozenset[int]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a location's reviews are read.

    Attributes:
        languages: what its guests write, the most usual first.
        pack: what its themes are made of.
    """

    languages: tuple[str, ...] = ()
    pack: PackChoice = USUAL_PACK


@dataclass(frozen=True, slots=True)
class _Learned:
    """The models of each location, and their arrays."""

    by_location: Mapping[int, tuple[tuple[str, int], ...]]
    saved: Mapping[int, bytes]


async def _nobody(_location_ids: frozenset[int]) -> None:
    """Nobody waits for what was read."""


async def score(store: Store, read_many: ReadMany, places: Mapping[int, ReadAs], *, stored: Stored = _nobody) -> int:
    """Read every review that was not read with its present text and by the present rules, newest first.

    Args:
        store: where from and to.
        read_many: reads texts, in the worker processes; given the arrays of the models too.
        places: how the reviews of each location are read.
        stored: called with the locations of the reviews each time some thousand have been stored.

    Returns:
        How many were read.
    """
    count = 0
    below: int | None = None
    while True:
        async with store.read() as connection:
            rows = await unscored.newest(connection, _marks(places), below=below, limit=BATCH * AT_ONCE)
        if not rows:
            return count
        learned = await _learned(store)
        probe = partial(read_many, [ScoreJob(_PROBE)], {})
        halves = [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]
        await asyncio.gather(
            *(_score_batch(store, half, partial(_read, read_many, places, learned), probe) for half in halves)
        )
        await stored(frozenset(row.location_id for row in rows))
        count += len(rows)
        below = rows[-1].review_id


async def waiting(store: Store, places: Mapping[int, ReadAs]) -> int:
    """How many reviews have not been read with their present text and by the present rules."""
    async with store.read() as connection:
        return await unscored.count(connection, _marks(places))


def _marks(places: Mapping[int, ReadAs]) -> RuleMarks:
    return RuleMarks(
        usual=rules_mark(USUAL_PACK),
        by_location={location_id: rules_mark(way.pack) for location_id, way in places.items()},
    )


async def _learned(store: Store) -> _Learned:
    async with store.read() as connection:
        by_location = await models.in_use(connection, format=MODEL_FORMAT)
        saved = await models.arrays(connection, {number for its in by_location.values() for _, number in its})
    return _Learned(by_location, saved)


async def _read(
    read_many: ReadMany, places: Mapping[int, ReadAs], learned: _Learned, rows: Sequence[ReviewText]
) -> list[tuple[Reading, str]]:
    """What is read from some reviews, each with the mark of the rules it was read by."""
    ways = [places.get(row.location_id, ReadAs()) for row in rows]
    jobs = [job_of(row, way, learned.by_location.get(row.location_id, ())) for row, way in zip(rows, ways, strict=True)]
    found = await read_many(jobs, {number: learned.saved[number] for job in jobs for _, number in job.models})
    return [(one, rules_mark(way.pack)) for one, way in zip(found, ways, strict=True)]


async def _read_by_halves(
    rows: Sequence[ReviewText], read: _Read, probe: Callable[[], Awaitable[object]]
) -> list[tuple[Reading, str]]:
    """Read some reviews; one that fails, or ends its worker twice, is found by halves and stays without a score.

    Raises:
        Exception: `probe` fails as well, so it is not the text.
    """
    try:
        return await read(rows)
    except Exception as error:
        if not isinstance(error, WorkerDiedError) and failures.sort(error) is not Verdict.ASIDE:
            raise
        await probe()
        if len(rows) == 1:
            log.error("a review cannot be read and stays without a score", review_id=rows[0].review_id, exc_info=error)
            return [(_UNREADABLE, rules_mark(USUAL_PACK))]
    middle = len(rows) // 2
    return [
        *await _read_by_halves(rows[:middle], read, probe),
        *await _read_by_halves(rows[middle:], read, probe),
    ]


async def _score_batch(
    store: Store, rows: Sequence[ReviewText], read: _Read, probe: Callable[[], Awaitable[object]]
) -> None:
    found = await _read_by_halves(rows, read, probe)
    values = [
        ScoreRow(
            review_id=row.review_id,
            language=one.score.language,
            compound=one.score.compound,
            source=one.score.source,
            disagrees=one.score.disagrees,
            content_hash=row.content_hash,
            themes=" ".join(one.themes),
            severe=one.severe,
            rules=mark,
            loudness=one.loudness,
            complaints=" ".join(one.complaints),
        )
        for row, (one, mark) in zip(rows, found, strict=True)
    ]
    async with store.write() as connection:
        await unscored.store_scores(connection, values)


def job_of(row: ReviewText, way: ReadAs, models_of: tuple[tuple[str, int], ...] = ()) -> ScoreJob:
    """What is asked of a worker for a review.

    Args:
        row: the review.
        way: how its location's reviews are read.
        models_of: the models of its location.
    """
    return ScoreJob(
        text=row.text,
        stars=None if row.rating is None else row.rating.share,
        languages=way.languages,
        usual=row.language or (way.languages[0] if way.languages else None),
        translation=row.translation,
        models=models_of,
        pack=way.pack,
    )
