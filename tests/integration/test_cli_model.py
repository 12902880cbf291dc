"""`model`, with the real command."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.stages.analyse.learn import learn
from bot.stages.analyse.score import ReadAs
from bot.store.db.engine import open_store
from bot.store.people import locations
from tests.benchmarks.understanding.corpora import starred_reviews
from tests.integration.cli_process import reviewbot, write_config, write_reviews
from tests.integration.test_learn import teach

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def test_it_shows_what_is_learned_and_what_is_missing(tmp_path: Path) -> None:
    """Before anything is learned, and then a language that was learned beside one that lacks low reviews."""
    config = write_config(tmp_path)
    made = [*starred_reviews("es", 220, low=0.3, seed=6), *starred_reviews("de", 30, low=0.1, seed=1)]
    times = [datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(len(made))]
    rows = [f'{at:%Y-%m-%d %H:%M},{one.stars},"{one.text}",Guest' for at, one in zip(times, made, strict=True)]
    file = write_reviews(tmp_path / "old.csv", *rows)
    assert reviewbot("model", "-c", config).out.startswith("Café Linde: 0 reviews with text and 1-2 or 4-5 stars")
    assert reviewbot("import", file, "--location", "market", "-c", config).code == 0
    asyncio.run(_learn(tmp_path))
    shown = reviewbot("model", "market", "-c", config)
    assert shown.code == 0, shown.err
    head, titles, spanish, german = shown.out.splitlines()
    assert head == "Café Linde: 250 reviews with text and 1-2 or 4-5 stars"
    assert titles.split("  ")[0] == "LANGUAGE"
    assert spanish.startswith("Spanish")
    assert "its own reviews" in spanish
    assert "2026-11-24 18:00" in spanish
    assert german.startswith("German")
    assert "the lexicon" in german
    assert "needs " in german
    assert "more low reviews" in german


def test_a_location_that_is_not_there_is_a_mistake_of_the_command_line(tmp_path: Path) -> None:
    """The answer names the locations that are there."""
    done = reviewbot("model", "harbour", "-c", write_config(tmp_path))
    assert done.code == 2
    assert "linde/market" in done.err


async def _learn(folder: Path) -> None:
    store = open_store(folder / "data/reviewbot.sqlite3")
    async with store.read() as connection:
        there = {place.location_id: ReadAs(("es", "de")) for place in await locations.all_active(connection)}
    assert await learn(store, teach, there, now=NOW) == 1
    await store.close()
