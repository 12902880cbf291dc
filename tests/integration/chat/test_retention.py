"""What is kept no longer than the owner has set: words go, stars and what was learned from them stay."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.store.db.schema import detector_states, inbox, raw_items, reviews, scores
from tests.house import House
from tests.traces import traces

_WORDS = "The zirkumflor goulash was as good as ever thank you"


async def test_words_go_after_three_years_and_figures_stay(house: House) -> None:
    """Reading the same export again brings no words back; the detector's memory is what it was."""
    await house.owner()
    store = house.service.parts.store
    at = house.clock.now()
    old = [
        f"old{n},{at - timedelta(days=1096 + n):%Y-%m-%dT%H:%M:%SZ},{n % 5 + 1},{_WORDS},Quellenbrunn {n}"
        for n in range(30)
    ]
    new = [f"new,{at - timedelta(days=1000):%Y-%m-%dT%H:%M:%SZ},5,Still here,Nele"]
    export = "id,date,rating,text,author\n" + "".join(f"{row}\n" for row in (*old, *new))
    (house.folder / "marktplatz" / "one.csv").write_text(export, encoding="utf-8")
    await house.step(minutes=1)

    async def figures() -> list[tuple[object, ...]]:
        async with store.read() as connection:
            rows = await connection.execute(
                sa.select(reviews.c.rating_value, reviews.c.is_low, scores.c.compound, scores.c.themes)
                .outerjoin_from(reviews, scores, scores.c.review_id == reviews.c.review_id)
                .order_by(reviews.c.review_id)
            )
            return [tuple(row) for row in rows]

    async def words() -> list[str]:
        async with store.read() as connection:
            return list(await connection.scalars(sa.select(reviews.c.text).order_by(reviews.c.review_id)))

    async with store.read() as connection:
        learned = await connection.scalar(sa.select(detector_states.c.state))
    assert len(await figures()) == 31
    await house.step(hours=1)
    assert await words() == [""] * 30 + ["Still here"]
    before = await figures()
    (house.folder / "marktplatz" / "two.csv").write_text(export + f"more,{at:%Y-%m-%d},5,More,Ole\n", encoding="utf-8")
    await house.step(minutes=2)
    await house.step(hours=1)
    assert await words() == [""] * 30 + ["Still here", "More"]
    assert (await figures())[:31] == before
    async with store.read() as connection:
        after = await connection.scalar(sa.select(detector_states.c.state))
    assert learned is not None
    assert after is not None
    assert after.keys() == learned.keys()
    await house.step(days=8)
    async with store.read() as connection:
        assert not list(await connection.scalars(sa.select(raw_items.c.body).where(raw_items.c.body.is_not(None))))
        waits = inbox.c.handled_at < house.clock.now() - timedelta(days=7)
        assert await connection.scalar(sa.select(sa.func.count()).where(waits)) == 0
    await house.stop()
    assert not [one for one in traces(house.folder / "data", "zirkumflor") if one.startswith("reviewbot.sqlite3 ")]
