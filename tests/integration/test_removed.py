"""A review that its platform has removed neither counts nor alarms, whenever that was noticed: on a real file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stages.watch import severe
from bot.store.learning import detectors
from bot.store.reviews import removals, undo_import
from tests.integration.test_second_look import read
from tests.integration.test_stages import MINUTE, Bench, lows, make_bench
from tests.store_cases import DAY, NOW, parsed, ready, rows_of, save


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """Both sources have had their first sweep ten days ago."""
    made = await make_bench(tmp_path / "a.sqlite3")
    await made.run()
    made.clock.advance(10 * DAY)
    yield made
    await made.store.close()


async def remove(made: Bench, *external_ids: str) -> None:
    """The platform says that they are removed."""
    async with made.store.write() as connection:
        await removals.remove(
            connection,
            location_id=made.shop.location_id,
            platform="google",
            external_ids=external_ids,
            now=made.clock.now(),
        )


async def test_what_is_removed_before_the_look_is_not_heard(bench: Bench) -> None:
    """Three low reviews are stored, one is removed, then the look comes; when it is shown again it counts."""
    found = ready(*lows(3))
    await save(bench.store, bench.shop, found, at=NOW)
    await remove(bench, "low1")
    await bench.pipeline.evaluate(bench.shop.location_id)
    assert await bench.incident() is None
    await save(bench.store, bench.shop, found, at=NOW + MINUTE, tells_removed=True)
    await bench.pipeline.evaluate(bench.shop.location_id)
    assert await bench.members() == 3


async def test_what_is_removed_after_the_look_is_taken_back(bench: Bench) -> None:
    """Two were heard and one of them is removed: the third is the second, the fourth opens with those that are left."""
    bench.google.put("two", *lows(2))
    await bench.run()
    await remove(bench, "low0")
    bench.google.put("third", *lows(1, prefix="third", ending=NOW + MINUTE))
    await bench.run(after=2 * MINUTE)
    assert await bench.incident() is None
    bench.google.put("fourth", *lows(1, prefix="fourth", ending=NOW + 3 * MINUTE))
    await bench.run(after=2 * MINUTE)
    assert await bench.members() == 3
    async with bench.store.read() as connection:
        state = await detectors.load(connection, bench.shop.location_id)
    assert state is not None
    assert state["memory"]["histories"]["google"][-1] == 1, "what is removed says how good the word of a past is"


async def test_an_incident_keeps_what_is_removed_later(bench: Bench) -> None:
    """Its reviews happened, and the card says which of them are gone."""
    bench.google.put("page", *lows(3))
    await bench.run()
    await remove(bench, "low0", "low1")
    await bench.run(after=MINUTE)
    assert await bench.members() == 3


async def test_an_import_that_is_undone_has_taught_nothing(bench: Bench) -> None:
    """The export of a place with far more low reviews, by mistake: after the undo three page as before."""
    past = [parsed(f"p{n}", 5, at=NOW - 4 * n * DAY) for n in range(40)]
    bench.google.put("past", *past)
    await bench.run()
    wrong = [parsed(f"w{n}", 1 + 4 * (n % 2), at=NOW - n * DAY / 8) for n in range(800)]
    bench.export.put("wrong", *wrong)
    await bench.run(after=MINUTE)
    imported_at = bench.clock.now()
    async with bench.store.write() as connection:
        rhythm = await detectors.rhythm(connection, bench.shop.location_id)
        assert rhythm is not None
        assert rhythm.usual_per_day > 2
        await undo_import.take_back(connection, source_id=bench.shop.export_id, imported_at=imported_at)
    await bench.pipeline.evaluate(bench.shop.location_id)
    async with bench.store.read() as connection:
        rhythm = await detectors.rhythm(connection, bench.shop.location_id)
    assert rhythm is not None
    assert rhythm.usual_per_day < 0.1
    bench.google.put("page", *lows(3, ending=imported_at + DAY))
    await bench.run(after=DAY)
    assert await bench.members() == 3


async def test_severe_words_that_are_removed_are_silent(bench: Bench) -> None:
    """Read and removed before anybody acted on it; back again, it opens."""
    text = "I got food poisoning here and ended up in hospital for three days."
    bench.google.put("page", parsed("s", 1, text=text))
    await bench.run()
    await read(bench)
    await remove(bench, "s")
    assert await severe.open_severe(bench.store, {}, now=bench.clock.now()) == 0
    assert [row["severe_at"] for row in await rows_of(bench.store, "reviews")] == [None]
    await save(bench.store, bench.shop, ready(parsed("s", 1, text=text)), at=bench.clock.now(), tells_removed=True)
    assert await severe.open_severe(bench.store, {}, now=bench.clock.now()) == 1
