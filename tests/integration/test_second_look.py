"""What the count leaves open is decided when the texts have been read: from source to outbox, on a real file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.model.review import ParsedReview
from bot.score.reading import Reading, read_many
from bot.score.score import ScoreJob
from bot.stages.analyse import score
from bot.stages.ops import timers
from bot.store.learning import detectors
from tests.integration.test_stages import Bench, make_bench
from tests.store_cases import DAY, HOUR, NOW, parsed, rows_of

OFFSETS = (15.5, 10.5, 6.5, 3.5, 1.5)
WAITED = (
    "We waited an hour for a table.",
    "Waited forever, nobody came.",
    "The wait was endless.",
    "An hour of waiting.",
    "Still waiting.",
)
ATE = ("The food was bland.", "Soup salty and bland.", "The fish was dry.", "Salty noodles.", "Dry meat.")


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A place with four reviews a week for 300 days, nearly half of them low, all of those about the food."""
    made = await make_bench(tmp_path / "a.sqlite3")
    rng = Random(5)
    at, history = NOW - 300 * DAY, list[ParsedReview]()
    while (at := at + timedelta(days=rng.expovariate(4 / 7))) < made.clock.now():
        stars = 1 if rng.random() < 0.45 else 5
        text = f"{rng.choice(ATE)} {len(history)}" if stars == 1 else "Lovely."
        history.append(parsed(f"h{len(history)}", stars, text=text, at=at))
    made.google.put("history", *history)
    await made.run()
    await read(made)
    made.clock.advance(9 * DAY)
    yield made
    await made.store.close()


async def read(made: Bench) -> None:
    """Have everything be read that has not been read, and what follows from it, as the service does."""

    async def at_once(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes]) -> list[Reading]:
        return read_many(jobs, saved)

    async def stored(location_ids: frozenset[int]) -> None:
        for location_id in location_ids:
            await made.pipeline.read_again(location_id)

    await score.score(made.store, at_once, {}, stored=stored)


async def cards(made: Bench) -> list[dict[str, object]]:
    """The outbox's rows of incident cards."""
    return [row for row in await rows_of(made.store, "outbox") if row["kind"] == "card"]


async def until_open(made: Bench, texts: Sequence[str]) -> int:
    """Low reviews one after the other, each of them read a minute later; with how many an incident opens."""
    for number, (text, hours) in enumerate(zip(texts, OFFSETS, strict=True), start=1):
        made.google.put(f"page{number}", parsed(f"c{number}", 1, text=text, at=NOW - hours * HOUR))
        made.clock.advance(NOW - hours * HOUR - made.clock.now())
        await made.run()
        await read(made)
        if await made.incident() is not None:
            return number
    return len(texts) + 1


async def test_one_cause_opens_an_incident_with_its_reason(bench: Bench) -> None:
    """Earlier than unrelated complaints, by the reading; incident, reason and a card that buzzes in one transaction."""
    with_cause = await until_open(bench, WAITED)
    incident = await bench.incident()
    assert incident is not None
    assert incident.evidence is not None
    assert incident.evidence.shared is not None
    assert incident.evidence.shared.theme == "waiting"
    assert incident.evidence.shared.count == with_cause == 3
    (card,) = await cards(bench)
    assert not card["is_silent"]


async def test_complaints_as_usual_wait_longer(bench: Bench) -> None:
    """The same times and stars, about the food as ever."""
    assert await until_open(bench, ATE) > 3


async def test_what_is_never_read_is_decided_by_the_count(bench: Bench) -> None:
    """Two minutes after the look, by the timer that the look has set, and without a reason from texts."""
    for number, hours in enumerate(OFFSETS, start=1):
        bench.google.put(f"page{number}", parsed(f"c{number}", 1, text=WAITED[0], at=NOW - hours * HOUR))
    bench.clock.advance(NOW - bench.clock.now())
    await bench.run()
    if await bench.incident() is None:
        bench.clock.advance(timedelta(minutes=2))
        for location_id in await timers.fire_due(bench.store, now=bench.clock.now()):
            await bench.pipeline.evaluate(location_id)
    incident = await bench.incident()
    assert incident is not None
    assert incident.evidence is not None
    assert incident.evidence.shared is None


async def test_the_detector_keeps_no_words(bench: Bench) -> None:
    """What is saved of it are moments and counts."""
    await until_open(bench, WAITED)
    async with bench.store.read() as connection:
        state = await detectors.load(connection, bench.shop.location_id)
    assert "wait" not in str(state)
