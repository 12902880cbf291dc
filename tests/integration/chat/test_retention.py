"""What is kept no longer than the owner has set: words go, stars and what was learned from them stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import settings
from bot.configured.keeping import Terms
from bot.settings import SourceSettings
from bot.sources import registry
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


class LimitedHouse(House):
    """Words of Bahnhof's source go after ten days; those of Marktplatz' like everything."""

    def settings(self) -> settings.Settings:
        """The configuration."""
        whole = super().settings()
        limited = whole.businesses[0].locations[1].sources[0].model_copy(update={"keep_days": 10})
        place = whole.businesses[0].locations[1].model_copy(update={"sources": (limited,)})
        business = whole.businesses[0].model_copy(update={"locations": (whole.businesses[0].locations[0], place)})
        return whole.model_copy(update={"businesses": (business, whole.businesses[1])})


async def test_a_sources_own_limit_ends_its_words_and_nobody_elses(tmp_path: Path) -> None:
    """Counted from when they were read, not from when they were published; its stars stay, and so do others' words."""
    async with LimitedHouse.open(tmp_path) as house:
        store = house.service.parts.store
        for source in ("bahnhof", "marktplatz"):
            house.put(house.rows(2, rating=4, text=f"Kept in {source}", at=house.clock.now()), source=source)
        await house.step(minutes=1)

        async def kept() -> list[tuple[str, float]]:
            async with store.read() as connection:
                rows = await connection.execute(sa.select(reviews.c.text, reviews.c.rating_value))
                return sorted((row.text, row.rating_value) for row in rows)

        await house.step(days=9)
        await house.step(hours=1)
        assert [text for text, _ in await kept()] == ["Kept in bahnhof"] * 2 + ["Kept in marktplatz"] * 2
        await house.step(days=1)
        await house.step(hours=1)
        assert await kept() == [("", 4.0)] * 2 + [("Kept in marktplatz", 4.0)] * 2


def test_every_kind_of_source_names_its_terms() -> None:
    """A kind that reads a platform's API says where its terms stand; none forbids to store what is needed."""
    for name, its in registry.SETTINGS.items():
        assert its.terms.says, name
        assert its.terms.days is None or its.terms.days > 0, f"{name} may not store what it has to"
    assert registry.SETTINGS["google"].terms.reference.startswith("https://developers.google.com/")


@pytest.mark.parametrize(
    ("own", "terms", "kept"), [(None, None, None), (5, None, 5), (None, 30, 30), (5, 30, 5), (60, 30, 30)]
)
def test_the_shorter_of_the_owners_and_the_terms_days_holds(
    own: int | None, terms: int | None, kept: int | None
) -> None:
    """Whatever the owner writes, the platform's terms hold."""

    limited = type("Limited", (SourceSettings,), {"terms": Terms("so", days=terms)})
    assert limited(id="a", type="b", keep_days=own).kept_at_most == kept
