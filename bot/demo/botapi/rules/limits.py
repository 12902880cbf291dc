"""Telegram's flood limits, off unless asked for.

Source of the figures: core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this (20 messages a minute in
one group, about 30 a second over all chats; bursts in one private chat are let through). Edits count like messages, as
they do in practice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from bot.demo.botapi.rules.refusals import too_many_requests

_COUNTED = (
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "editMessageText",
    "editMessageCaption",
    "editMessageMedia",
    "editMessageReplyMarkup",
)


@dataclass(frozen=True, slots=True)
class FloodLimits:
    """How many messages pass: in one group within `group_seconds`, and over all chats within one second."""

    per_group: int = 20
    group_seconds: float = 60.0
    per_second: int = 30


class FloodGate:
    """Counts messages by the real clock."""

    def __init__(self, limits: FloodLimits, real_seconds: Callable[[], float]) -> None:
        self._limits = limits
        self._real_seconds = real_seconds
        self._all: deque[float] = deque()
        self._groups: dict[str, deque[float]] = {}

    def pass_or_refuse(self, method: str, chat_id: object) -> None:
        """Count one call.

        Raises:
            RefusedError: 429 with the seconds until the next one passes.
        """
        if method not in _COUNTED:
            return
        now = self._real_seconds()
        windows = [(self._all, self._limits.per_second, 1.0)]
        if str(chat_id).startswith(("-", "@")):
            group = self._groups.setdefault(str(chat_id), deque())
            windows.append((group, self._limits.per_group, self._limits.group_seconds))
        for sent, most, seconds in windows:
            while sent and sent[0] <= now - seconds:
                sent.popleft()
            if len(sent) >= most:
                raise too_many_requests(max(1, ceil(sent[0] + seconds - now)))
        for sent, _, _ in windows:
            sent.append(now)
