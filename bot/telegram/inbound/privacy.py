"""/privacy and its buttons: an owner finds what is held of a guest, and erases it after being asked once more."""

from __future__ import annotations

from typing import Final

from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.messages.service import privacy
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import escape
from bot.stages.notify import enqueue
from bot.stages.ops import erase as erasing
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller

KEY: Final = "privacy"


async def show(caller: Caller, wanted: str = "") -> None:
    """/privacy: how it works and the last receipts; with a name or words, the reviews that have them."""
    if not caller.is_private:
        await caller.answer(privacy.not_here(caller.words))
    elif not any(caller.owns(place) for place in await caller.visible()):
        await caller.answer(Rendered(escape(toasts.role_too_low(caller.words).text)))
    else:
        await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=KEY)
        await _draw(caller, wanted=wanted.strip())


async def show_page(caller: Caller, _what: Payload) -> Answer | None:
    """`prv`: the same by a button."""
    await show(caller)
    return None


async def ask(caller: Caller, what: Payload) -> Answer | None:
    """`era`: whether a review is to be erased for good."""
    if not caller.is_private:
        return toasts.role_too_low(caller.words)
    await _draw(caller, review_id=what.target_id)
    return None


async def erase(caller: Caller, what: Payload) -> Answer | None:
    """`ers`: it is erased; the running service does what takes longer, and the page shows the receipt."""
    if not caller.is_private:
        return toasts.role_too_low(caller.words)
    by = "" if caller.person is None else caller.person.name
    number = await erasing.begin_within(caller.connection, [what.target_id], by=by, now=caller.now)
    if number is None:
        return toasts.not_saved(caller.words)
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=KEY)
    await caller.answer(privacy.erased(number, caller.words))
    return toasts.saved(caller.words)


async def _draw(caller: Caller, **about: object) -> None:
    """Looked up when it is sent: looking through every review would hold up the transaction of the command."""
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "privacy", now=caller.now, args=dict(about), key=KEY)
