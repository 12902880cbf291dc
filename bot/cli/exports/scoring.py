"""Scores what an import stores, in worker processes, while more of it is being stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot import app
from bot.cli.terminal.show import Advance, progress
from bot.score.reading import read_many
from bot.stages.analyse import score

if TYPE_CHECKING:
    from bot.score.reading import Reading
    from bot.score.score import ScoreJob
    from bot.settings import Settings
    from bot.store.db.engine import Store

FROM: Final = 4_000
"""Reviews stored from which scoring begins beside the storing; fewer are scored when all are stored."""


class Scoring:
    """Scores the reviews of a store that wait for it."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._stored = 0
        self._more = asyncio.Event()
        self._is_last = False
        self._beside: asyncio.Task[None] | None = None
        self._scored: Advance = lambda _done: None

    def stored(self, count: int) -> None:
        """So many reviews more are stored; from some thousand on they are scored at once."""
        self._stored += count
        if self._stored >= FROM:
            self._stored = 0
            self._more.set()
            if self._beside is None:
                self._beside = asyncio.create_task(self._score_beside())

    async def finish(self) -> None:
        """Score what is left."""
        waiting = await score.waiting(self._store, await app.read_as(self._settings, self._store))
        with progress("Scoring", waiting) as self._scored:
            self._is_last = True
            self._more.set()
            await (self._beside or self._score_beside())

    async def close(self) -> None:
        """Leave off, where storing has failed."""
        if self._beside is not None and not self._beside.done():
            self._beside.cancel()
            await asyncio.gather(self._beside, return_exceptions=True)

    async def _score_beside(self) -> None:
        workers = app.make_workers(self._settings)
        try:
            ways = await app.read_as(self._settings, self._store)

            async def read(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes]) -> list[Reading]:
                found = await workers.run(read_many, jobs, saved)
                self._scored(len(jobs))
                return found

            while True:
                await self._more.wait()
                self._more.clear()
                is_last = self._is_last
                await score.score(self._store, read, ways)
                if is_last:
                    return
        finally:
            await workers.close()


@asynccontextmanager
async def scoring(settings: Settings, store: Store) -> AsyncIterator[Scoring]:
    """A `Scoring` that is left off when the block fails."""
    found = Scoring(settings, store)
    try:
        yield found
    finally:
        await found.close()
