"""What the worker processes do with texts: score new reviews, learn from old ones, draw back-tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.pipeline import Pipeline
from bot.score.learned.lessons import Taught
from bot.score.reading import Reading, read_many
from bot.score.score import ScoreJob
from bot.score.teaching import learn_reviews
from bot.stages.analyse import incident_texts, learn, score
from bot.stages.analyse.packs import Packs
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.stages.watch import severe
from bot.store.delivery import service_status
from bot.store.delivery.attachments import OutgoingFiles
from bot.work.heavy import HeavyWorkers
from bot.work.local import Nudge
from bot.work.trouble import Trouble

SCORED_NOTED_EVERY_S = 60.0
ERROR_KEPT = 200


@dataclass(frozen=True, slots=True)
class ReadingWishes:
    """How texts are read at each location.

    Attributes:
        ways: by location id, the languages and the theme pack.
        packs: the theme packs themselves.
    """

    ways: Mapping[int, score.ReadAs]
    packs: Packs


class TextWork:
    """Runs text analysis in the workers, and stores what follows from it."""

    def __init__(
        self,
        pipeline: Pipeline,
        wishes: ReadingWishes,
        workers: HeavyWorkers,
        files: OutgoingFiles,
        trouble: Trouble,
        nudge: Nudge,
    ) -> None:
        """`nudge` is called with the name of a tick that has something to do."""
        self._pipeline, self._wishes, self._workers = pipeline, wishes, workers
        self._files, self._trouble, self._nudge = files, trouble, nudge
        self._store, self._clock = pipeline.store, pipeline.clock
        self._noted_at: float | None = None

    async def score(self) -> None:
        """Score what has not been read yet; the health check is told when that fails."""
        try:
            await score.score(self._store, self._read_many, self._wishes.ways, stored=self._was_read)
        except Exception as error:
            await self._note(error=f"{type(error).__name__}: {error}"[:ERROR_KEPT])
            raise
        if self._noted_at is None or self._clock.steady() - self._noted_at >= SCORED_NOTED_EVERY_S:
            await self._note()

    async def learn(self) -> None:
        """Learn anew from the owner's starred reviews where enough have come."""

        async def learned(jobs: Sequence[ScoreJob]) -> list[Taught]:
            return await self._workers.run(learn_reviews, jobs)

        if await learn.learn(self._store, learned, self._wishes.ways, now=self._clock.now()):
            self._nudge("score")

    async def backtests(self) -> None:
        """Tell what the history of a location would have raised, once its texts have been read."""

        async def draw(make: Callable[[backtest.Job], backtest.Drawn], job: backtest.Job) -> backtest.Drawn:
            return await self._workers.run(make, job)

        is_reading = await score.waiting(self._store, self._wishes.ways) > 0
        async with self._store.read() as connection:
            waiting = await backtest.due(connection, now=self._clock.now(), is_reading=is_reading)
        for wanted in waiting:
            item = f"back-test {wanted.location_id}"
            if not self._trouble.is_aside(item):
                work = self._pipeline.backtest(wanted, self._files, draw)
                await self._trouble.attempt(item, "a back-test", work)
            self._nudge("deliver")

    async def _read_many(self, jobs: Sequence[ScoreJob], saved: Mapping[int, bytes]) -> list[Reading]:
        return await self._workers.run(read_many, jobs, saved)

    async def _was_read(self, location_ids: frozenset[int]) -> None:
        now = self._clock.now()
        await self._note()
        await severe.open_severe(self._store, self._wishes.packs, now=now)
        for location_id in location_ids:
            await self._pipeline.read_again(location_id)
        await incident_texts.refresh_open(self._store, location_ids, self._wishes.packs, now=now)
        async with self._store.write() as connection:
            await enqueue.open_cards(connection, location_ids, now=now, is_growth=True)
        self._nudge("deliver")

    async def _note(self, *, error: str = "") -> None:
        """Store for the health check when scoring last succeeded, at most once a minute, or why it failed."""
        self._noted_at = None if error else self._clock.steady()
        values = {"scoring_error": error} if error else {"scoring_error": "", "scored_at": self._clock.now()}
        async with self._store.write() as connection:
            await service_status.update(connection, **values)
