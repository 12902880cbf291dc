"""Handles errors of the running program: logs each kind once a minute, suspends what fails, lets the rest go on."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from bot.clock import Clock
from bot.store.db import failures
from bot.store.db.engine import Store
from bot.store.db.failures import Verdict
from bot.store.delivery import service_status

T = TypeVar("T")

log = structlog.get_logger(__name__)

LOGGED_EVERY_S = 60.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 60.0, 3600.0
_KINDS_KEPT = 200


@dataclass(slots=True)
class _Aside:
    what: str
    tries: int
    until: float


class Trouble:
    """Counts what failed; for use from one event loop."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Nothing has failed yet."""
        self._store = store
        self._clock = clock
        self._logged: dict[str, tuple[float, int]] = {}
        self._aside: dict[str, _Aside] = {}
        self._is_noted = False

    def failed(self, error: BaseException) -> None:
        """Log an error after which the same is tried again: the first, then one line a minute with their number."""
        kind = f"{type(error).__name__}: {str(error)[:80]}"
        now = self._clock.steady()
        at, count = self._logged.get(kind, (now - LOGGED_EVERY_S, 0))
        if now - at < LOGGED_EVERY_S:
            self._logged[kind] = (at, count + 1)
            return
        if len(self._logged) >= _KINDS_KEPT:
            self._logged.clear()
        self._logged[kind] = (now, 0)
        if failures.sort(error) is Verdict.LATER:
            log.error("something failed and is tried again", reason=kind, times_since_last_line=count)
        else:
            log.error("something failed and is tried again", times_since_last_line=count, exc_info=error)

    def is_aside(self, item: str) -> bool:
        """Whether an item is suspended for now."""
        found = self._aside.get(item)
        return found is not None and self._clock.steady() < found.until

    async def attempt(self, item: str, what: str, work: Awaitable[T]) -> T | None:
        """Work on one of several items; one that fails for a reason of its own is put aside, up to an hour at a time.

        Args:
            item: which, to know it again.
            what: the same for people, such as "looking at Marktplatz".
            work: what to do.

        Returns:
            What the work gave; None when it failed.

        Raises:
            StopError: nothing can go on.
            Exception: what is over by itself, such as a locked database; then the others would fail too.
        """
        try:
            result = await work
        except Exception as error:
            if failures.sort(error) is not Verdict.ASIDE:
                raise
            before = self._aside.get(item)
            tries = 1 if before is None else before.tries + 1
            wait = min(_FIRST_WAIT_S * 2 ** min(tries - 1, 10), _LONGEST_WAIT_S)
            self._aside[item] = _Aside(f"{what} fails ({type(error).__name__})", tries, self._clock.steady() + wait)
            self._is_noted = False
            log.exception("one thing is put aside and tried again later", what=what, wait_s=wait)
            return None
        if self._aside.pop(item, None) is not None:
            self._is_noted = False
        return result

    async def note(self) -> None:
        """Let the health check know what is put aside; call it now and then."""
        if not self._is_noted:
            self._is_noted = True
            text = "; ".join(sorted(one.what for one in self._aside.values()))
            async with self._store.write() as connection:
                at = self._clock.now() if text else None
                await service_status.update(connection, put_aside=text, put_aside_at=at)
