"""Who runs what when, in one process: a few short ticks.

What is due is always a row compared with the clock; the ticks only make somebody look. So a missed tick costs
nothing, a restart forgets nothing, and a stepped clock drives the whole program by running the ticks at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger(__name__)


Nudge = Callable[[str], None]
"""Called with the name of a tick that has something to do."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to be looked after every `every_s` seconds, or later where a run says in how many seconds."""

    run: Callable[[], Awaitable[float | None]]
    every_s: float


class LocalWork:
    """Runs ticks by the loop's own timers, on a nudge, or all at once; each never beside itself.

    The loop counts seconds that no setting of the machine's clock changes, so a clock that is set back stops nothing.
    """

    def __init__(self, ticks: Mapping[str, Tick], *, failed: Callable[[BaseException], None]) -> None:
        """`failed` is told of an error that a tick did not handle itself; the next tick comes all the same."""
        self._ticks = ticks
        self._failed = failed
        self._locks = {name: asyncio.Lock() for name in ticks}
        self._again: set[str] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._is_stopped = False
        self._timers: dict[str, asyncio.TimerHandle] = {}

    def start(self) -> None:
        """Let the timers run the ticks."""
        for name in self._ticks:
            self._arm(name, self._ticks[name].every_s)

    def _arm(self, name: str, wait_s: float) -> None:
        before = self._timers.get(name)
        if before is not None:
            before.cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(wait_s, self._fire, name)

    def _fire(self, name: str) -> None:
        self._arm(name, self._ticks[name].every_s)
        self.nudge(name)

    def report(self, error: BaseException) -> None:
        """An error that somebody beside the ticks could not handle."""
        self._failed(error)

    def nudge(self, name: str) -> None:
        """Run a tick soon; several nudges while it runs make one more run."""
        if name in self._again:
            return
        self._again.add(name)
        self.spawn(self._once(name), name=name)

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str | None = None) -> None:
        """Run something once, beside the ticks; after `stop` nothing any more."""
        if self._is_stopped:
            # What ends now nudges others, which nobody would wait for: they would use the store while it closes.
            work.close()
            return
        task = asyncio.get_running_loop().create_task(self._guarded(work), name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def step(self, *, but: Collection[str] = ()) -> None:
        """Run every tick, in order, and what they nudged, until nothing is left; `but` may go on beside it."""
        for name in self._ticks:
            self.nudge(name)
            await self.settle(but=but)

    async def settle(self, *, but: Collection[str] = ()) -> None:
        """Wait until no tick runs, or only those named in `but`."""
        while waiting := {task for task in self._running if task.get_name() not in but}:
            await asyncio.wait(waiting)

    async def stop(self, *, within_s: float) -> None:
        """Start nothing new, and let what runs come to its end, but no longer than `within_s` seconds."""
        self._is_stopped = True
        for timer in self._timers.values():
            timer.cancel()
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=within_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("stopped before everything had ended", ticks=len(late))
                await asyncio.wait(late)

    async def _once(self, name: str) -> None:
        async with self._locks[name]:
            self._again.discard(name)
            wait = await self._ticks[name].run()
        if wait is not None and name in self._timers and not self._is_stopped:
            self._arm(name, max(wait, self._ticks[name].every_s))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 -- handed on; a tick that fails once must come again
            self._failed(error)
