"""A case played through the real pipeline into a real database, for the weeks that follow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.clock import SteppedClock
from bot.detect.types import FLOOR
from bot.pipeline import ConfiguredSource, Pipeline
from bot.settings import BusinessSettings, LocationSettings
from bot.store.ingest import sources
from bot.store.people import locations
from tests import fresh
from tests.contract.recorded.case import Running
from tests.store_cases import rows_of

_EVERY = timedelta(days=2)
_WEEKS = timedelta(weeks=5)


@dataclass(frozen=True)
class Kept:
    """What is in the database after the case, the weeks, and a last poll in which the platform quotes all it is sent.

    Attributes:
        reviews: the ids of all reviews.
        gone: the ids of those that count as gone.
        failures: when polls failed before the last one, and why.
        unasked: the recorded answers that no request was for.
        told: everything that is stored about the last failure.
    """

    reviews: set[str]
    gone: set[str]
    failures: list[str]
    unasked: list[str]
    told: str


async def keep(running: Running, folder: Path) -> Kept:
    """Play a case; its last answers hold for five weeks, in which it is polled every second day."""
    store = await fresh.opened(folder / "kept.sqlite3")
    try:
        place = LocationSettings(id="l", name="L", time_zone=running.case.zone, sources=(running.settings,))
        wanted = BusinessSettings(id="b", name="B", locations=(place,))
        async with store.write() as connection:
            await locations.sync(connection, [wanted])
            (row,) = await sources.active(connection)
        clock = SteppedClock(running.case.start)
        connected = {row.source_id: ConfiguredSource(running.source(), running.settings, FLOOR)}
        pipeline = Pipeline(store, clock, connected, chance=lambda: 0.5)
        failures: list[str] = []

        async def poll(at: datetime) -> None:
            clock.advance(at - clock.now())
            if await pipeline.poll(row.source_id) is None:
                failures.append(f"{at:%Y-%m-%d}: {await told()} {running.fake.refusals[-3:]}")

        async def told() -> str:
            return "\n".join(str(one) for one in [*await rows_of(store, "sources"), *await rows_of(store, "outbox")])

        for step in running.case.steps:
            running.enter(step)
            await poll(step.at)
        running.fake.is_loose = True
        last = running.case.steps[-1].at
        for number in range(1, _WEEKS // _EVERY + 1):
            await poll(last + number * _EVERY)
        stored: list[dict[str, Any]] = await rows_of(store, "reviews")
        before = list(failures)
        running.fake.echoes = True
        await poll(last + _WEEKS + _EVERY)
        return Kept(
            reviews={one["external_id"] for one in stored},
            gone={one["external_id"] for one in stored if one["gone_at"] is not None},
            failures=before,
            unasked=running.fake.unasked(entry for step in running.case.steps for entry in step.http),
            told=await told(),
        )
    finally:
        await store.close()
