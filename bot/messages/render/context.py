"""One message to render."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages.facts.card_facts import Delivery
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered
from bot.model.people import Role
from bot.store.db.engine import Connection
from bot.store.people import people
from bot.store.people.chats import Chat
from bot.store.people.locations import Place


@dataclass(frozen=True, slots=True)
class RenderContext:
    """One message to render: for which chat, with which arguments."""

    connection: Connection
    chat: Chat
    words: Words
    args: Mapping[str, Any]
    delivery: Delivery


async def may_be_owners(context: RenderContext, place: Place) -> bool:
    """Whether buttons that only a place's owners may press have a use in this chat: not in a manager's own.

    In a group everybody sees the same buttons, so they stand there, and who may not press them is told so.
    """
    if context.chat.kind != "private":
        return True
    person = await people.find(context.connection, context.chat.telegram_chat_id)
    grants = [] if person is None else await people.grants_of(context.connection, person.person_id)
    return any(
        grant.role is Role.OWNER and grant.covers(business_id=place.business_id, location_id=place.location_id)
        for grant in grants
    )


def moment(text: str) -> datetime:
    """A time in a row's arguments."""
    return datetime.fromisoformat(text)


Renderer = Callable[[RenderContext], Awaitable[Rendered | None]]
"""Makes a message; None when there is nothing to say any more."""
