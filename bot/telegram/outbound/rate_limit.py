"""How fast messages may follow each other.

Telegram allows about one message a second in a chat, 20 a minute in a group and 30 a second in all (Bots FAQ; not part
of the reference). Buckets allow short bursts: what a bucket holds and what flows in during the period stay below the
limit together. Whatever has to wait stays in the outbox, nothing is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class _Bucket:
    size: float
    per_second: float
    level: float
    at: datetime

    def take(self, now: datetime) -> bool:
        elapsed = max((now - self.at).total_seconds(), 0.0)
        self.level = min(self.size, self.level + elapsed * self.per_second)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


class RateLimit:
    """Token buckets for each chat and for the whole bot."""

    def __init__(self) -> None:
        self._all: _Bucket | None = None
        self._chats: dict[int, _Bucket] = {}

    def may_send(self, telegram_chat_id: int, now: datetime) -> bool:
        """Take one message out of the chat's allowance and the whole bot's."""
        if self._all is None:
            self._all = _Bucket(size=15, per_second=15, level=15, at=now)
        chat = self._chats.get(telegram_chat_id)
        if chat is None:
            # Groups and supergroups have negative ids.
            per_second = 10 / 60 if telegram_chat_id < 0 else 1.0
            chat = self._chats[telegram_chat_id] = _Bucket(size=10, per_second=per_second, level=10, at=now)
        if not chat.take(now):
            return False
        if not self._all.take(now):
            chat.level += 1
            return False
        return True
