"""What belongs together is stored together: the database itself looks, by triggers that undo anything else."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.db.schema import raw_items
from tests.house import House


async def _run(house: House, statement: str) -> None:
    async with house.service.parts.store.write() as connection:
        await connection.exec_driver_sql(statement)


async def test_update_is_marked_handled_only_when_its_work_stands(house: House) -> None:
    """A kill between an earlier mark and the work would lose the press for good."""
    petra = await house.owner()
    await house.low(3)
    await _run(
        house,
        "CREATE TRIGGER too_early BEFORE UPDATE OF handled_at ON inbox WHEN NOT EXISTS "
        "(SELECT 1 FROM incident_moves WHERE move = 'acknowledge') BEGIN SELECT RAISE(ABORT, 'too early'); END",
    )
    answer = await house.press(petra, "Acknowledge")
    assert answer is not None
    assert answer.text == "You have #1."


async def test_what_a_source_gave_is_stored_with_how_far_it_was_read(house: House) -> None:
    """Items without the new state would be read again; a state without its items would lose them."""
    await house.owner()
    await house.step(minutes=16)
    await _run(
        house,
        "CREATE TRIGGER no_state BEFORE UPDATE OF state ON sources WHEN NEW.state <> OLD.state "
        "BEGIN SELECT RAISE(ABORT, 'no state'); END",
    )
    house.put(house.rows(3))
    for _ in range(3):
        await house.step(minutes=6)
    async with house.service.parts.store.read() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(raw_items)) == 0
    await _run(house, "DROP TRIGGER no_state")
    for _ in range(8):
        await house.step(minutes=10)
    async with house.service.parts.store.read() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(raw_items)) == 1
