"""What belongs together is stored together: the database itself looks, by triggers that undo anything else."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.db.schema import outbox as outbox_table
from bot.store.db.schema import raw_items
from bot.store.delivery import outbox, sent_messages
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


_FULL = sa.exc.OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))


async def _states(house: House) -> set[str]:
    async with house.service.parts.store.read() as connection:
        return set(await connection.scalars(sa.select(outbox_table.c.state)))


async def test_a_card_whose_sending_cannot_be_noted_is_sent_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram has the card and the disk is full: the answer is kept until it can be noted, nothing is sent again."""
    await house.owner()
    real = outbox.mark_sent
    is_full = True

    async def mark_sent(*given: Any, **named: Any) -> None:
        if is_full:
            raise _FULL
        await real(*given, **named)

    monkeypatch.setattr(outbox, "mark_sent", mark_sent)
    await house.low(3)
    for _ in range(3):
        await house.step(seconds=10)
    assert len(house.cards(1001)) == 1
    assert "sending" in await _states(house)
    is_full = False
    for _ in range(3):
        await house.step(seconds=10)
    assert await _states(house) == {"sent"}
    assert len(house.cards(1001)) == 1
    assert "Possible repeat" not in house.card(1001).text


async def test_a_delivery_that_is_broken_off_is_taken_up_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database fails between the claim and the call: the row is not left as being sent for good."""
    await house.owner()
    real = sent_messages.find
    calls = 0

    async def find(connection: Any, chat_id: int, key: str) -> Any:
        nonlocal calls
        calls += key.startswith("card:")
        if calls <= 2 and calls and key.startswith("card:") and not house.cards(1001):
            raise _FULL
        return await real(connection, chat_id, key)

    monkeypatch.setattr("bot.telegram.outbound.sender.sent_messages.find", find)
    await house.low(3)
    for _ in range(3):
        await house.step(seconds=10)
    assert calls > 2
    assert await _states(house) == {"sent"}
    assert len(house.cards(1001)) == 1
