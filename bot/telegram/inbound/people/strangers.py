"""Keeps people who are not on the team from jamming the bot: one refusal an hour each, then silence.

Anybody who finds the bot can write to it, as often as Telegram lets them. What would only be refused again is not even
stored: it costs no write, no answer and no place in any queue. An invitation that is good is always let in, and so is
what Telegram itself tells (the bot removed from a group, a group with a new number).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.store.db.engine import Connection
from bot.store.people import invitations, people

REFUSED_EVERY: Final = timedelta(hours=1)
REFUSALS_A_MINUTE: Final = 20
"""Over all strangers: Telegram allows a bot about 30 messages a second, and the team's come first."""

_START: Final = "/start"
_LONGEST_CODE: Final = 64
Raw = tuple[int, Mapping[str, Any]]


class Strangers:
    """Remembers for an hour who was refused; a restart forgets it."""

    def __init__(self) -> None:
        self._refused: dict[tuple[int, str], datetime] = {}

    async def without_floods(self, connection: Connection, updates: Sequence[Raw], *, now: datetime) -> list[Raw]:
        """The updates that are to be handled: all of the team, of each stranger one message and one press an hour.

        Args:
            connection: a transaction.
            updates: numbers and bodies, as Telegram gave them.
            now: the time.
        """
        team = await people.telegram_ids(connection)
        self._refused = {who: at for who, at in self._refused.items() if timedelta(0) <= now - at < REFUSED_EVERY}
        return [one for one in updates if await self._is_kept(connection, one[1], team, now)]

    async def _is_kept(self, connection: Connection, body: Mapping[str, Any], team: set[int], now: datetime) -> bool:
        kind = "press" if "callback_query" in body else "message"
        content = body.get("callback_query") or body.get("message")
        if not isinstance(content, dict) or not isinstance(sender := content.get("from"), dict):
            return True
        number = sender.get("id")
        if not isinstance(number, int) or number in team or "migrate_to_chat_id" in content:
            return True
        if kind == "message" and await _is_invited(connection, content.get("text"), now):
            return True
        is_silent = (number, kind) in self._refused
        lately = sum(1 for at in self._refused.values() if now - at < timedelta(minutes=1))
        if is_silent or lately >= REFUSALS_A_MINUTE:
            return False
        self._refused[number, kind] = now
        return True


async def _is_invited(connection: Connection, text: object, now: datetime) -> bool:
    if not isinstance(text, str) or not text.startswith(_START):
        return False
    code = text.partition(" ")[2].strip()
    if not 0 < len(code) <= _LONGEST_CODE:
        return False
    invitation = await invitations.find(connection, code, now=now)
    return invitation is not None and invitation.is_valid
