"""Sends digests and trends when they are due; the workers draw."""

from __future__ import annotations

from bot.clock import Clock
from bot.stages.notify import digests
from bot.stages.notify.digests import Drawing
from bot.store.db.engine import Store
from bot.store.delivery.attachments import OutgoingFiles
from bot.work.heavy import HeavyWorkers
from bot.work.local import Nudge


class DigestWork:
    """The tick of the digests."""

    def __init__(self, store: Store, clock: Clock, files: OutgoingFiles, workers: HeavyWorkers, nudge: Nudge) -> None:
        """`nudge` is called with the name of a tick that has something to do."""
        self._store, self._clock, self._files, self._workers, self._nudge = store, clock, files, workers, nudge

    async def send(self) -> None:
        """Make what is due."""

        async def run(make: object, drawing: Drawing) -> bytes:
            del make
            return await self._workers.run(digests.draw, drawing)

        if await digests.send_due(self._store, self._files, run, now=self._clock.now()):
            self._nudge("deliver")
