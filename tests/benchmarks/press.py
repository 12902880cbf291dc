"""How long a press on a card holds the write lock: `python -m tests.benchmarks.press`.

A whole installation in one process (tests.house) with a history of 2,000 reviews and one incident of 3, 60 and 200 low
reviews that have been read. Somebody takes the incident and gives it back, again and again, and each press is handled
while nothing else is done in the process. For each the time between having the lock and committing, the processor's
time in it (which a busy machine stretches less), and the time until the lock is free again, which waits for the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.store.db.engine import Connection, Store
from tests.house import House

SIZES = (3, 60, 200)
PRESSES = 24
HISTORY = 2000


class Stopwatch:
    """A store that notes how long each writer has held the lock, in milliseconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.read = store.read
        self.worked: list[float] = []
        self.computed: list[float] = []
        self.held: list[float] = []

    @asynccontextmanager
    async def write(self, *, is_short: bool = False) -> AsyncIterator[Connection]:
        begun = done = spent = 0.0
        try:
            async with self._store.write(is_short=is_short) as connection:
                begun, spent = time.perf_counter(), time.process_time()
                yield connection
                done, spent = time.perf_counter(), time.process_time() - spent
        finally:
            self.worked.append(1000 * (done - begun))
            self.computed.append(1000 * spent)
            self.held.append(1000 * (time.perf_counter() - begun))


async def measure(size: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each press before the commit, of the processor, and with the commit."""
    with tempfile.TemporaryDirectory() as folder:
        async with House.open(Path(folder)) as house:
            petra = await house.owner()
            old = house.clock.now() - timedelta(days=60)
            house.put(house.rows(HISTORY, rating=5, at=old, text="The soup was good and the waiter was friendly."))
            await house.step(minutes=16)
            await house.step(minutes=16)
            await house.low(size, text="")
            for _ in range(4):
                await house.step(seconds=40)
            updates = house.service.updates
            watch = Stopwatch(updates.store)
            updates.store = watch  # type: ignore[assignment]  # the two methods that are used
            updates._arrived = lambda: None
            worked, computed, held = [], [], []
            for number in range(PRESSES):
                button = "Acknowledge" if number % 2 == 0 else "Give back"
                house.server.people.press(petra, petra.user_id, house.card(petra.user_id).message_id, button)
                await house.fetched()
                await asyncio.sleep(0.05)  # the next question to Telegram is on its way
                await updates.handle()
                worked.append(watch.worked[-1])
                computed.append(watch.computed[-1])
                held.append(watch.held[-1])
                await house.step(seconds=40)
            return worked, computed, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    for size in parser.parse_args().sizes:
        worked, computed, held = asyncio.run(measure(size))
        print(
            f"{size:4} reviews: {statistics.median(worked):6.1f} ms of work under the lock "
            f"(least {min(worked):.1f}, most {max(worked):.1f}), "
            f"{statistics.median(computed):6.1f} ms of the processor, "
            f"{statistics.median(held):6.1f} ms with the commit (most {max(held):.1f})"
        )


if __name__ == "__main__":
    main()
