"""Nobody jams the bot: strangers are refused once and not heard again, and incidents overtake what piles up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.telegram.inbound.people.strangers import REFUSALS_A_MINUTE, Strangers
from tests.house import GROUP, House

MANY = 300


async def test_stranger_is_refused_once_an_hour(house: House) -> None:
    """Hundreds of messages and presses: one refusal and one answer, nothing stored, no backlog; an hour later one."""
    await house.owner()
    zoe = house.server.world.add_user(1005, "Zoe", language_code="en")
    for number in range(MANY):
        house.server.people.start(zoe, f"x{number}")
    await house.step(seconds=7)
    await house.step(minutes=1)
    assert len(house.said(1005)) == 1
    await house.step(minutes=61)
    (again,) = await house.say(zoe, "/start")
    assert again.text.startswith("This bot is private.")


async def test_invitation_opens_the_door_after_any_number_of_refusals(house: House) -> None:
    """Somebody who tried wrong codes first still gets in with the right one."""
    await house.owner()
    ben = house.server.world.add_user(1002, "Ben", language_code="en")
    for number in range(5):
        house.server.people.start(ben, f"wrong{number}")
    await house.step(seconds=7)
    await house.join("Ben", 1002)
    assert house.last(1002).text.startswith("You are a manager for Café Linde now.")


async def test_many_strangers_cost_twenty_refusals_a_minute_and_no_card(house: House) -> None:
    """Strangers by the hundred: the card is out in the step of its reviews, an Acknowledge answered in its own."""
    petra = await house.owner()
    for number in range(MANY):
        house.server.people.start(house.server.world.add_user(50_000 + number, "Zoe", language_code="en"), "x")
    await house.low(4)
    assert len(house.cards(1001)) == 1
    assert sum(len(house.said(50_000 + number)) for number in range(MANY)) <= 2 * 20
    for number in range(MANY):
        house.server.people.say(house.server.world.add_user(60_000 + number, "Zoe"), 60_000 + number, "/help")
    answer = await house.press(petra, "Acknowledge")
    assert answer is not None
    assert answer.text == "You have #1."


async def test_of_hundreds_of_strangers_twenty_a_minute_are_refused(house: House) -> None:
    """The others are not even stored; a minute later it is the turn of twenty more."""
    door = Strangers()
    updates = [_update(number, "hi") for number in range(MANY)]
    taken = [await _let_in(house, door, updates, seconds=seconds) for seconds in (0, 59, 60)]
    assert taken == [
        list(range(REFUSALS_A_MINUTE)),
        [],
        list(range(REFUSALS_A_MINUTE, 2 * REFUSALS_A_MINUTE)),
    ]


async def test_a_code_that_was_used_opens_no_door(house: House) -> None:
    """Somebody with a code that was good once is refused once and then not heard, like everybody else."""
    await house.owner()
    door = Strangers()
    updates = [_update(number, "/start invitation-1", sender=1005) for number in range(3)]
    assert await _let_in(house, door, updates) == [0]


def _update(number: int, text: str, *, sender: int | None = None) -> tuple[int, dict[str, Any]]:
    return number, {"message": {"from": {"id": sender or 50_000 + number}, "text": text}}


async def _let_in(
    house: House, door: Strangers, updates: list[tuple[int, dict[str, Any]]], *, seconds: float = 0
) -> list[int]:
    now = house.clock.now() + timedelta(seconds=seconds)
    async with house.service.parts.store.read() as connection:
        return [number for number, _ in await door.without_floods(connection, updates, now=now)]


async def test_card_overtakes_a_pile_of_answers_in_its_group(house: House) -> None:
    """A member asks for help a hundred times in the group: the card is the next message, not the hundred and first."""
    petra = await house.owner()
    anna = await house.join("Anna", 1002)
    chat = await house.group(petra, anna)
    for _ in range(100):
        house.server.people.say(anna, GROUP, "/help")
    await house.fetched()
    said = len(house.said(chat))
    await house.low(4)
    for _ in range(3):
        await house.step(seconds=4)
    texts = house.texts(chat)
    assert house.cards(chat)
    assert texts.index(house.card(chat).text) <= said + 6
