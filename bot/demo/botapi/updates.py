"""The queue of updates and its long polling.

Source: core.telegram.org/bots/api#getting-updates and tdlib/telegram-bot-api Client::do_get_updates: an update is
confirmed by a greater offset, kept for 24 hours (a callback query for 150 seconds at the real server, 24 hours here, so
that a stepped clock loses none), and not even queued when `allowed_updates` leaves its kind out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.demo.botapi.rules.refusals import conflict

KEPT_FOR = timedelta(hours=24)
LONGEST_POLL_SECONDS = 50
# Source: reference, getUpdates.allowed_updates: an empty list means all but these.
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")


@dataclass(frozen=True, slots=True)
class _Queued:
    update_id: int
    kind: str
    payload: dict[str, Any]
    at: datetime


class UpdateQueue:
    """Updates that wait for getUpdates. Lives in one event loop."""

    def __init__(
        self, now: Callable[[], datetime], *, on_waiting: Callable[[], None], first_update_id: int = 870_000_001
    ) -> None:
        self._now = now
        self._on_waiting = on_waiting
        self._next_id = first_update_id
        self._queued: list[_Queued] = []
        self._allowed: tuple[str, ...] = ()
        self._waiting: asyncio.Future[None] | None = None

    @property
    def pending(self) -> int:
        """How many updates are not confirmed yet."""
        self._drop_expired()
        return len(self._queued)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The kinds last asked for; empty means the default set."""
        return self._allowed

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates waits right now."""
        return self._waiting is not None

    def add(self, kind: str, payload: dict[str, Any]) -> int | None:
        """Queue one update; its id, or None when this kind is not asked for."""
        if (kind not in self._allowed) if self._allowed else (kind in NOT_BY_DEFAULT):
            return None
        update_id = self._next_id
        self._next_id += 1
        self._queued.append(_Queued(update_id, kind, payload, self._now()))
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        return update_id

    async def poll(self, *, offset: int, limit: int, seconds: int, allowed: list[str] | None) -> list[dict[str, Any]]:
        """getUpdates; waits up to `seconds` for the first update.

        Raises:
            RefusedError: another poll began while this one waited (409).
        """
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(conflict())
        self._waiting = None
        if allowed is not None:
            self._allowed = tuple(allowed)
        self._confirm(offset)
        batch = self._batch(limit)
        if batch or seconds <= 0:
            return batch
        waiting = asyncio.get_running_loop().create_future()
        self._waiting = waiting
        self._on_waiting()
        try:
            await asyncio.wait_for(waiting, min(seconds, LONGEST_POLL_SECONDS))
        except TimeoutError:
            return []
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return self._batch(limit)

    def drop_all(self) -> None:
        """Forget everything (deleteWebhook with `drop_pending_updates`)."""
        self._queued.clear()

    def _confirm(self, offset: int) -> None:
        self._drop_expired()
        if offset < 0:
            # A negative offset keeps that many of the newest and forgets the others.
            self._queued = self._queued[offset:]
        elif offset > 0:
            self._queued = [one for one in self._queued if one.update_id >= offset]

    def _drop_expired(self) -> None:
        oldest = self._now() - KEPT_FOR
        self._queued = [one for one in self._queued if one.at > oldest]

    def _batch(self, limit: int) -> list[dict[str, Any]]:
        self._drop_expired()
        count = max(1, min(limit, 100))
        return [{"update_id": one.update_id, one.kind: one.payload} for one in self._queued[:count]]
