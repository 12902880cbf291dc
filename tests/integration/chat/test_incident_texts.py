"""What the texts of an incident say is worked out once, kept, and never under the write lock."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.score.packs import USUAL_PACK
from bot.stages.analyse import incident_texts
from bot.store.db.schema import incident_texts as table
from bot.store.incidents import incidents
from tests.house import House
from tests.store_cases import rows_of


async def kept(house: House) -> list[dict[str, Any]]:
    """The rows that are kept."""
    return await rows_of(house.service.parts.store, "incident_texts")


async def test_it_is_worked_out_when_the_reviews_have_been_read_and_not_again(house: House) -> None:
    """A press and a later good review leave it as it is; another low review makes it anew."""
    anna = await house.join("Anna", 1002)
    await house.low(4)
    await house.step(minutes=1)
    (first,) = await kept(house)
    await house.press(anna, "Acknowledge")
    house.put(house.rows(1, rating=5))
    await house.step(minutes=16)
    await house.step(minutes=1)
    assert await kept(house) == [first]
    await house.low(1)
    await house.step(minutes=1)
    (second,) = await kept(house)
    assert second["version"] != first["version"]
    assert second["made_at"] > first["made_at"]


async def test_what_is_kept_is_what_would_be_worked_out(house: House) -> None:
    """Read back from the table it is the same, and a version that nobody knows is worked out anew."""
    await house.join("Anna", 1002)
    await house.low(5, text="Cold soup, and we waited an hour for it.")
    await house.step(minutes=1)
    store, now = house.service.parts.store, house.clock.now()
    packs = house.service.parts.packs
    async with store.read() as connection:
        incident = await incidents.find(connection, 1)
        assert incident is not None
        read_back = await incident_texts.of(connection, incident, USUAL_PACK)
    assert read_back.cause is not None
    assert not await incident_texts.refresh(store, 1, packs, now=now)
    async with store.write() as connection:
        await connection.execute(sa.update(table).values(version="another"))
    async with store.read() as connection:
        assert await incident_texts.of(connection, incident, USUAL_PACK) == read_back
    assert await incident_texts.refresh(store, 1, packs, now=now)
    async with store.write() as connection:
        await connection.execute(sa.update(table).values(found="{}"))
    assert await incident_texts.refresh(store, 1, packs, now=now), "another release kept another form"


async def test_a_press_asks_the_database_as_much_with_many_reviews_as_with_few(house: House) -> None:
    """Under the write lock nothing grows with the incident, and the texts are not touched."""
    anna = await house.join("Anna", 1002)
    await house.low(3)
    await house.step(minutes=1)
    few = await statements(house, lambda: house.press(anna, "Acknowledge"))
    await house.press(anna, "Give back")
    await house.low(40)
    await house.step(minutes=1)
    many = await statements(house, lambda: house.press(anna, "Acknowledge"))
    assert len(many) == len(few) <= 13
    assert not [one for one in many if "scores" in one or "reviews.text" in one or "incident_texts" in one]


async def statements(house: House, act: Any) -> list[str]:
    """What is asked of the database under the write lock in the transaction of a press."""
    engine = house.service.parts.store.engine.sync_engine
    found: list[list[str]] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement == "BEGIN IMMEDIATE" or statement == "BEGIN":
            found.append([])
        elif found:
            found[-1].append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        await act()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    asked = [(one, "\n".join(one)) for one in found]
    (press,) = [one for one, text in asked if "UPDATE incidents" in text and "UPDATE inbox" in text]
    return press
