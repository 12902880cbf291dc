"""Nobody takes an incident, or whoever took it goes quiet: who is told when, and that no kill loses or doubles it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.errors import ReviewBotError
from bot.stages.notify import escalate
from bot.stages.ops import timers
from bot.store.db.schema import deadlines, outbox
from bot.store.delivery import timers as rows
from tests.house import House
from tests.integration.chat.test_moves import plain, state

TEAM_THEN_OWNERS = {
    "alerts": {"escalation": [{"after_minutes": 20, "to": "team"}, {"after_minutes": 30, "to": "owners"}]}
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The team is told after 20 minutes, the owners 30 minutes later."""
    async with House.open(tmp_path, location=TEAM_THEN_OWNERS) as opened:
        yield opened


async def test_untaken_incident_goes_through_the_chain(house: House) -> None:
    """With sound, in reply to the card, with the next step's time and name; the card says whom it was passed on to."""
    await house.owner()
    await house.join("Ben", 1002)
    await house.low(4)
    await house.step(minutes=19)
    assert house.seen(1002, "nobody has it") == house.cards(1002)
    await house.step(minutes=2)
    (told,) = house.seen(1002, "open for 2")
    assert plain(told.text).startswith("🔴 Marktplatz: #1 open for 21 min, nobody has it\nNext step at 19:")
    assert plain(told.text).endswith(": Petra.")
    assert told.is_silent is False
    assert told.reply_to == house.card(1002).message_id
    assert len(house.seen(1001, "open for 2")) == 1 + house.card(1001).text.count("open for 2")
    assert plain(state(house, 1002)).startswith("Open for 21 min – passed on to the whole team at 18:")
    await house.step(minutes=30)
    assert plain(house.last(1001).text) == "🔴 Marktplatz: #1 open for 51 min, nobody has it"
    assert plain(house.last(1002).text) == plain(told.text), "the last step is for owners"
    assert plain(state(house, 1002)).startswith("Open for 51 min – passed on to Petra at 19:")
    await house.step(hours=5)
    assert len(house.seen(1001, "nobody has it")) == 2, "the chain has an end"


async def test_acknowledging_ends_the_chain_and_tells_those_who_were_told(house: House) -> None:
    """N3 comes without sound; no further step; nobody is told who had not been told."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.step(minutes=21)
    answer = await house.press(ben, "Acknowledge")
    assert answer is not None
    assert answer.text == "You have #1. Escalation is stopped."
    for chat in (1001, 1002):
        taken = house.last(chat)
        assert plain(taken.text).startswith("🔵 Ben has #1 Marktplatz since 18:")
        assert taken.is_silent
    await house.step(minutes=90)
    assert not house.seen(1001, "open for 51")
    await house.press(petra, "Give back")
    await house.step(minutes=21)
    assert [one for one in house.said(1002) if "open for 21 min" in one.text or "open for 2" in one.text]


async def test_incident_given_back_begins_the_chain_anew(house: House) -> None:
    """And one that is taken before the first step leaves nobody told."""
    petra = await house.owner()
    await house.low(4)
    await house.step(minutes=15)
    await house.press(petra, "Acknowledge")
    await house.step(minutes=15)
    assert not house.seen(1001, "open for")
    await house.press(petra, "Give back")
    await house.step(minutes=19)
    assert not house.seen(1001, "nobody has it\nNext")
    await house.step(minutes=2)
    assert house.seen(1001, "nobody has it\nNext")


async def test_holder_is_asked_after_four_hours_and_the_incident_expires(house: House) -> None:
    """Without an answer within the hour it is open again, says so on the card, and the chain begins anew."""
    await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.press(ben, "Acknowledge")
    await house.step(hours=3, minutes=59)
    assert not house.seen(1002, "still on #1")
    await house.step(minutes=2)
    (asked,) = house.seen(1002, "still on #1")
    assert asked.is_silent is False
    assert asked.labels() == [["Still on it", "Give back"], ["Resolve", "Stop asking me"]]
    assert not house.seen(1001, "still on #1"), "nobody but the holder is asked"
    await house.step(hours=1)
    assert plain(state(house, 1001)).startswith("Open again – acknowledgement expired at 2")
    await house.step(minutes=21)
    assert house.seen(1001, "nobody has it\nNext")


async def test_answer_to_the_question_keeps_the_incident(house: House) -> None:
    """Asked again four hours later; another person's press is refused; a note of the holder counts as an answer."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    await house.press(ben, "Acknowledge")
    await house.step(hours=4, minutes=1)
    (asked,) = house.seen(1002, "still on #1")
    (refused,) = await house.say(petra, "/still 1")
    assert plain(refused.text) == "Only Ben can answer this. Nothing was changed."
    answer = await house.press(ben, "Still on it", on=asked)
    assert answer is not None
    assert answer.text == "#1 stays with you."
    await house.step(hours=3, minutes=58)
    assert plain(state(house, 1002)).startswith("Acknowledged by Ben")
    await house.step(minutes=2)
    assert len(house.seen(1002, "still on #1")) == 1, "the answered question is gone, a new one came"
    await house.say(ben, "/note 1 the cook is back")
    await house.step(hours=2)
    assert plain(state(house, 1002)).startswith("Acknowledged by Ben")
    assert not house.seen(1002, "still on #1")


async def test_stop_asking_holds_for_one_person_and_incident(house: House) -> None:
    """The holder keeps it unasked; an owner who does not want to hear of it is passed over by the chain."""
    petra = await house.owner()
    ben = await house.join("Ben", 1002)
    await house.low(4)
    (answer,) = await house.say(petra, "/stopasking 1")
    assert answer.text == "You are not asked about #1 any more."
    await house.step(minutes=21)
    assert not house.seen(1001, "nobody has it\n"), "the step was for the team, without her"
    (told,) = house.seen(1002, "open for 2")
    assert "Next step" not in told.text, "she is the only owner"
    await house.press(ben, "Acknowledge")
    await house.step(hours=4, minutes=1)
    (asked,) = house.seen(1002, "still on #1")
    pressed = await house.press(ben, "Stop asking me", on=asked)
    assert pressed is not None
    assert pressed.text == "You are not asked about #1 any more."
    await house.step(hours=9)
    assert plain(state(house, 1002)).startswith("Acknowledged by Ben")
    assert not house.seen(1002, "still on #1")


async def test_assigned_person_who_does_not_accept_is_escalated(house: House) -> None:
    """The step says whose it is; the assignee has the time of a first step, counted from the assignment."""
    petra = await house.owner()
    await house.join("Ben", 1002)
    await house.low(4)
    await house.step(minutes=15)
    await house.press(petra, "Assign")
    await house.press(petra, "Ben")
    await house.step(minutes=19)
    assert not house.seen(1001, "Next step")
    await house.step(minutes=2)
    (told,) = house.seen(1001, "Next step")
    assert "assigned to Ben, not accepted yet" in plain(told.text)


async def test_deadlines_survive_a_restart_and_come_once(house: House) -> None:
    """The program was away when the step was due: it comes at the start, once; the next one counts from then."""
    await house.owner()
    await house.low(4)
    await house.restart(minutes=45)
    await house.step(minutes=1)
    assert len(house.seen(1001, "nobody has it\nNext")) == 1
    await house.restart(minutes=1)
    await house.step(minutes=1)
    assert len(house.seen(1001, "nobody has it\nNext")) == 1
    await house.step(minutes=30)
    assert plain(house.last(1001).text).startswith("🔴 Marktplatz: #1 open for 1 h, nobody has it")


class KilledError(ReviewBotError):
    """The process ends here."""


@pytest.mark.parametrize("where", ["escalations.put_clock", "escalations.tell", "enqueue.card", "enqueue.below_card"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_kill_within_a_step_loses_and_doubles_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, where: str, when: str
) -> None:
    """Whatever was written before the kill goes with it: deadline, clock and message stand or fall together."""
    await house.owner()
    await house.low(4)
    module, _, name = where.partition(".")
    real = getattr(getattr(escalate, module), name)

    async def killed(*given: Any, **named: Any) -> None:
        if when == "after":
            await real(*given, **named)
        raise KilledError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(getattr(escalate, module), name, killed)
        async with house.service.parts.store.read() as connection:
            before = set((await connection.execute(sa.select(deadlines.c.kind, deadlines.c.due_at))).all())
        with pytest.raises(KilledError):
            await _fire_all(house, minutes=21)
        async with house.service.parts.store.read() as connection:
            after = set((await connection.execute(sa.select(deadlines.c.kind, deadlines.c.due_at))).all())
            kinds = set(await connection.scalars(sa.select(outbox.c.kind)))
        assert after == before
        assert "escalated" not in kinds
    await house.restart()
    await house.step(minutes=1)
    assert len(house.seen(1001, "nobody has it\nNext")) == 1


async def _fire_all(house: House, *, minutes: float) -> None:
    """Carry out the step as the tick does, with the error that a kill stands for coming through."""
    house.clock.advance(timedelta(minutes=minutes))
    store, now = house.service.parts.store, house.clock.now()
    async with store.read() as connection:
        due = [one for one in await rows.due(connection, now=now) if one.kind == escalate.ESCALATE]
    for deadline in due:
        await timers._fire(store, deadline, now=now)


async def test_second_tick_at_once_does_not_repeat_a_step(house: House) -> None:
    """Two looks at the same due deadline: the second finds it taken."""
    await house.owner()
    await house.low(4)
    house.clock.advance(timedelta(minutes=21))
    store, now = house.service.parts.store, house.clock.now()
    await asyncio.gather(timers.fire_due(store, now=now), timers.fire_due(store, now=now))
    await house.step(seconds=5)
    assert len(house.seen(1001, "nobody has it\nNext")) == 1


async def test_no_step_without_anybody_to_tell(tmp_path: Path) -> None:
    """With the default chain a place without owners' chats and routes keeps its card and sets no deadline."""
    async with House.open(tmp_path, location={}) as house:
        await house.join("Ben", 1002)
        await house.low(4)
        async with house.service.parts.store.read() as connection:
            kinds = set(await connection.scalars(sa.select(deadlines.c.kind)))
        assert "escalate" not in kinds
        await house.step(hours=2)
        assert state(house, 1002) == "Open – nobody has it yet"


async def test_default_chain_tells_the_owner_again_after_twenty_minutes(tmp_path: Path) -> None:
    """With sound, in the owner's own chat; the group's card says so."""
    async with House.open(tmp_path, location={}) as house:
        petra = await house.owner()
        group = await house.group(petra)
        await house.low(4)
        await house.step(minutes=21)
        told = house.last(1001)
        assert plain(told.text) == "🔴 Marktplatz: #1 open for 21 min, nobody has it"
        assert told.is_silent is False
        assert plain(state(house, group)).startswith("Open for 21 min – passed on to Petra at 18:")
        assert not house.seen(group, "open for 21")
