"""What every route keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.errors import RetryError

TIMEOUT_S = 30.0
"""Seconds that one attempt may take; what hangs longer may have arrived."""


class NotSentError(RetryError):
    """The route has refused or was not reached: nothing has arrived, so it is tried again."""


class MayHaveArrivedError(RetryError):
    """Nobody knows whether it has arrived: the next attempt says that it may be a repeat."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told on a route, as plain text.

    Attributes:
        subject: one line.
        text: the rest.
        number: of the outbox row; the same for each attempt, so that a mail program shows a repeat once.
        is_urgent: somebody has to act.
    """

    subject: str
    text: str
    number: str
    is_urgent: bool


class Route(Protocol):
    """Sends letters."""

    async def send(self, letter: Letter) -> None:
        """Send one.

        Raises:
            NotSentError: nothing has arrived.
            MayHaveArrivedError: nobody knows.
        """
