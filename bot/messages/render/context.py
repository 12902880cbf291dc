"""One message to render."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages.facts.card_facts import Delivery
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered
from bot.store.db.engine import Connection
from bot.store.people.chats import Chat


@dataclass(frozen=True, slots=True)
class RenderContext:
    """One message to render: for which chat, with which arguments."""

    connection: Connection
    chat: Chat
    words: Words
    args: Mapping[str, Any]
    delivery: Delivery


def moment(text: str) -> datetime:
    """A time in a row's arguments."""
    return datetime.fromisoformat(text)


Renderer = Callable[[RenderContext], Awaitable[Rendered | None]]
"""Makes a message; None when there is nothing to say any more."""
