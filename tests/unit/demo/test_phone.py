"""The terminal as the phones of the people in the demo."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from rich.console import Console

from bot.demo.botapi import User
from bot.demo.botapi.world import World
from bot.demo.evening import ZONE
from bot.demo.phone import Phone
from bot.i18n.speech import Plain
from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb

NOW = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)


def keyboard(*data: str) -> tuple[tuple[dict[str, str], ...], ...]:
    return (tuple({"text": one, "callback_data": one} for one in data),)


def test_an_old_number_presses_the_card_that_was_drawn_anew() -> None:
    """A number of a message that is gone is that of the same button under the newest one; of nothing else."""
    bot = User(100, "Bot", is_bot=True)
    world = World(bot=bot, now=lambda: NOW)
    anna = world.add_user(1, "Anna")
    chat = world.chats[anna.user_id]
    phone = Phone(Console(file=io.StringIO()), Plain("en", ZONE), world, numbers=True)
    take, other = payload.build(Verb.ACKNOWLEDGE, 7, 1), payload.build(Verb.ACKNOWLEDGE, 8, 1)
    old = world.post(chat, bot, text="A card", keyboard=keyboard(take, payload.build(Verb.WHY, 7)))
    world.post(chat, bot, text="Another card", keyboard=keyboard(other))
    phone.flush()
    found = phone.button(1)
    assert found is not None
    assert (found.message_id, found.data) == (old.message_id, take)
    world.delete(old)
    taken_now = payload.build(Verb.ACKNOWLEDGE, 7, 2)
    new = world.post(chat, bot, text="The card, drawn anew", keyboard=keyboard(taken_now))
    phone.flush()
    found = phone.button(1)
    assert found is not None
    assert (found.message_id, found.data) == (new.message_id, taken_now)
    assert phone.button(2) is None, "nothing shows that button any more"
    assert phone.button(9) is None
