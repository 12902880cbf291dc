"""A restored bot goes on where the backup was made: the same cards, no alarm twice, and it says so once."""

from __future__ import annotations

import asyncio

from bot.app import backup_plan
from bot.stages.ops import backup
from bot.stages.ops.backup import Why
from bot.stages.ops.restore import restore
from tests.house import House


async def test_a_restored_bot_edits_its_cards_and_repeats_no_alarm(house: House) -> None:
    """What was alarmed after the backup is told silently; a press on the old card counts; it is said once."""
    petra = await house.owner()
    await house.low(5)
    card = house.card(1001)
    path = await house.service.parts.premises.backups.make(Why.ASKED)
    await house.low(3, source="bahnhof", minutes=30)
    assert len(house.cards(1001)) == 2
    await house.stop()
    settings = house.settings()
    await restore(path, "", database=settings.database, plan=backup_plan(settings), now=house.clock.now())
    before = {one.message_id for one in house.said(1001)}
    await house.restart(minutes=20)
    for _ in range(3):
        await house.step(minutes=1)
    new = [one for one in house.said(1001) if one.message_id not in before]
    assert len([one for one in new if "Restored from a backup" in one.text]) == 1
    assert not [one.text for one in new if not one.is_silent and "Restored" not in one.text]
    assert len(house.cards(1001)) == 2
    assert [one for one in new if "3 low reviews" in one.text], "what happened since is told, silently"
    await house.press(petra, "Acknowledge", on=card)
    assert "Acknowledged by Petra" in next(one for one in house.cards(1001) if one.message_id == card.message_id).text


async def test_backups_are_made_by_night_while_people_press(house: House) -> None:
    """A day brings one backup without anybody asking, and a failing one is told by the health check."""
    await house.owner()
    await house.step(hours=12)
    folder = house.settings().backups
    (first,) = await asyncio.to_thread(backup.found, folder)
    assert first.why is Why.DAILY
    await house.step(hours=1)
    assert await asyncio.to_thread(backup.found, folder) == [first]
