"""Learning by the stage: from stored reviews to scores by what was learned, and again when more reviews come."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot.score.learned.lessons import Taught
from bot.score.learned.model_format import MODEL_FORMAT
from bot.score.reading import Reading, read_many
from bot.score.score import ScoreJob
from bot.score.teaching import learn_reviews
from bot.stages.analyse.learn import FIRST_AT, learn
from bot.stages.analyse.score import ReadAs, waiting
from bot.stages.analyse.score import score as score_reviews
from bot.store.db.engine import Store
from bot.store.learning import models
from bot.store.people import locations
from tests import fresh
from tests.benchmarks.understanding.corpora import starred_reviews
from tests.house import House, Row
from tests.store_cases import DAY, NOW, Shop, make_shop, parsed, ready, rows_of, save


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await fresh.opened(tmp_path / "x.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture
async def shop(store: Store) -> Shop:
    return await make_shop(store)


async def score(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes]) -> list[Reading]:
    return read_many(jobs, saved)


async def teach(jobs: Sequence[ScoreJob]) -> list[Taught]:
    return learn_reviews(jobs)


async def put(store: Store, shop: Shop, count: int, *, first: int = 0, language: str = "es") -> None:
    """Store reviews of a grammar, one an hour."""
    made = starred_reviews(language, first + count, low=0.3, seed=6)[first:]
    found = [
        parsed(f"{language}{number}", one.stars, text=one.text, at=NOW - timedelta(hours=5_000 - number))
        for number, one in enumerate(made, first)
    ]
    await save(store, shop, ready(*found))
    await score_reviews(store, score, languages(shop))


def languages(shop: Shop) -> dict[int, ReadAs]:
    return {shop.location_id: ReadAs(("es", "de"))}


async def business_of(store: Store, shop: Shop) -> int:
    async with store.read() as connection:
        return (await locations.find(connection, shop.location_id)).business_id


async def stored(store: Store, shop: Shop) -> list[models.Stored]:
    async with store.read() as connection:
        return await models.of_business(connection, await business_of(store, shop))


async def test_what_was_learned_scores_old_and_new_reviews(store: Store, shop: Shop) -> None:
    """Spanish is unknown before; afterwards its reviews have held-out scores, and a new one is scored by the model."""
    await put(store, shop, 220)
    assert {row["source"] for row in await rows_of(store, "scores") if row["language"] == "es"} == {"unknown"}
    assert await learn(store, teach, languages(shop), now=NOW) == 1
    (row,) = await stored(store, shop)
    assert (row.language, row.is_used, row.since) == ("es", True, NOW)
    assert row.facts["low"] + row.facts["high"] <= row.facts["reviews"] == 220
    assert row.facts["learned"] > 0.75
    learned = [row for row in await rows_of(store, "scores") if row["source"] == "learned"]
    assert len(learned) > 200
    await save(store, shop, ready(parsed("new", 1, text="La sopa estaba frío y el baño estaba sucio. No vuelvo más.")))
    await score_reviews(store, score, languages(shop))
    newest = (await rows_of(store, "scores"))[-1]
    assert (newest["source"], newest["language"]) == ("learned", "es")
    assert newest["compound"] < 0
    assert await waiting(store, languages(shop)) == 0


async def test_reviews_that_taught_nothing_are_scored_again(store: Store, shop: Shop) -> None:
    """A review with three stars gets its learned score at the next pass of the scoring."""
    await put(store, shop, 220)
    await save(
        store, shop, ready(parsed("three", 3, text="La sopa estaba frío y el baño estaba sucio, no vuelvo más."))
    )
    await score_reviews(store, score, languages(shop))
    assert (await rows_of(store, "scores"))[-1]["source"] == "unknown"
    await learn(store, teach, languages(shop), now=NOW)
    assert await waiting(store, languages(shop)) >= 1
    await score_reviews(store, score, languages(shop))
    assert (await rows_of(store, "scores"))[-1]["source"] == "learned"


async def test_it_is_learned_again_when_enough_is_new(store: Store, shop: Shop) -> None:
    """Not at every pass; with a fifth more reviews at once, and with one more after a week. The beginning stays."""
    await put(store, shop, 200)
    assert await learn(store, teach, languages(shop), now=NOW) == 1
    assert await learn(store, teach, languages(shop), now=NOW + 30 * DAY) == 0
    await put(store, shop, 10, first=200)
    assert await learn(store, teach, languages(shop), now=NOW + DAY) == 0
    first = (await rows_of(store, "models"))[0]["model_id"]
    assert await learn(store, teach, languages(shop), now=NOW + 7 * DAY) == 1
    await put(store, shop, 60, first=210)
    assert await learn(store, teach, languages(shop), now=NOW + 8 * DAY) == 1
    (row,) = await stored(store, shop)
    assert (row.since, row.made_at) == (NOW, NOW + 8 * DAY)
    assert (await rows_of(store, "models"))[0]["model_id"] > first


async def test_too_little_says_what_is_missing_and_is_not_tried_again(store: Store, shop: Shop) -> None:
    """A handful of reviews starts nothing; a few German ones leave a row that says how many low ones are missing."""
    await put(store, shop, FIRST_AT - 1, language="de")
    assert await learn(store, teach, languages(shop), now=NOW) == 0
    await put(store, shop, 5, first=FIRST_AT - 1, language="de")
    assert await learn(store, teach, languages(shop), now=NOW) == 1
    row = (await stored(store, shop))[0]
    assert (row.language, row.is_used, row.since) == ("de", False, None)
    assert row.facts["missing_low"] == 15 - row.facts["low"] > 0
    assert await learn(store, teach, languages(shop), now=NOW + DAY) == 0


async def test_reviews_without_a_language_are_not_tried_at_every_pass(store: Store, shop: Shop) -> None:
    """Thirty reviews of emoji teach nothing, once."""
    await save(store, shop, ready(*(parsed(f"e{number}", 1, text="😡") for number in range(30))))
    assert await learn(store, teach, languages(shop), now=NOW) == 1
    assert await learn(store, teach, languages(shop), now=NOW + DAY) == 0


async def test_a_model_of_another_format_is_not_used(store: Store, shop: Shop) -> None:
    """After a release with other numbers the old weights are left alone and learned anew."""
    await put(store, shop, 200)
    await learn(store, teach, languages(shop), now=NOW)
    async with store.write() as connection:
        assert await models.in_use(connection, format=MODEL_FORMAT) != {}
        await connection.exec_driver_sql("UPDATE models SET format = format - 1")
        assert await models.in_use(connection, format=MODEL_FORMAT) == {}
    assert await learn(store, teach, languages(shop), now=NOW) == 1


async def test_the_service_learns_at_its_own_time(tmp_path: Path) -> None:
    """Reviews from a file are learned from by a tick of the service, each business for itself."""
    async with House.open(tmp_path) as house:
        start = house.clock.now() - 400 * DAY
        made = starred_reviews("es", 200, low=0.3, seed=6)
        rows = [Row(start + timedelta(hours=at), one.stars, one.text, f"Guest {at}") for at, one in enumerate(made)]
        house.put(rows, source="hafen")
        await house.step(minutes=20)
        await house.step(minutes=20)
        (row,) = await rows_of(house.service.parts.store, "models")
        assert (row["language"], row["facts"]["reviews"]) == ("es", 200)
        scores = await rows_of(house.service.parts.store, "scores")
        assert sum(score["source"] == "learned" for score in scores) > 150
