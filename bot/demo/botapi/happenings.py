"""What the server reports to its observers, and the error for a call that cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.demo.botapi.model import Message

HappeningKind = Literal["sent", "edited", "deleted", "answered", "action", "commands", "left", "polling"]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something a person could see: told to the observers in order.

    Attributes:
        kind: "sent", "edited" and "deleted" concern `message`; "answered" is the bot's answer to a press,
            "polling" the beginning of a wait for updates.
        chat_id: Where, or 0.
        message: The message as it is now.
        text: The answer's text, or the chat action.
        query_id: Which press was answered, see `People.presses`.
    """

    kind: HappeningKind
    chat_id: int = 0
    message: Message | None = None
    text: str = ""
    query_id: str = ""


class WorldError(Exception):
    """Something was asked for that cannot happen in Telegram, such as pressing a button that is not there."""
