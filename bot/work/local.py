"""Runs the program's ticks, short jobs that look for work at an interval, in one process.

What is due is always a row compared with the clock; the ticks only make somebody look. So a missed tick costs
nothing, a restart forgets nothing, and a stepped clock drives the whole program by running the ticks at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock

log = structlog.get_logger(__name__)

CLOCK_COMPARED_EVERY_S = 5.0
CLOCK_MAY_STRAY_S = 1.0
SELDOM_S = 60.0
"""Ticks that come no more often than this run in a `step` only when their time has come."""

Nudge = Callable[[str], None]
"""Called with the name of a tick that has something to do."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A job that runs every `every_s` seconds, or later where a run gives the seconds until the next."""

    run: Callable[[], Awaitable[float | None]]
    every_s: float


class LocalWork:
    """Runs ticks at their intervals, on a nudge, or all at once; no tick runs twice at a time.

    APScheduler reckons by the machine's clock: set back by a day, it would run nothing for a day. So the clock is
    compared with the loop's own seconds every few of them, and when it was set, every tick is scheduled anew.
    """

    def __init__(self, ticks: Mapping[str, Tick], clock: Clock, *, failed: Callable[[BaseException], None]) -> None:
        """`failed` is told of an error that a tick did not handle itself; the next tick comes all the same."""
        self._ticks = ticks
        self._failed = failed
        self._locks = {name: asyncio.Lock() for name in ticks}
        self._again: set[str] = set()
        self._due_at: dict[str, datetime] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._is_stopped = False
        self._clock = clock
        self._offset_s = 0.0
        self._comparing: asyncio.TimerHandle | None = None
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def start(self) -> None:
        """Let the scheduler run the ticks."""
        for name, tick in self._ticks.items():
            self._scheduler.add_job(self._scheduled, "interval", seconds=tick.every_s, args=[name], id=name)
        self._scheduler.start()
        self._offset_s = self._offset()
        self._comparing = asyncio.get_running_loop().call_later(CLOCK_COMPARED_EVERY_S, self._compare_clocks)

    def _offset(self) -> float:
        """Seconds between the wall clock and the one that nobody sets."""
        return self._clock.now().timestamp() - self._clock.steady()

    def _compare_clocks(self) -> None:
        offset_s = self._offset()
        if abs(offset_s - self._offset_s) > CLOCK_MAY_STRAY_S:
            for name, tick in self._ticks.items():
                self._schedule(name, tick.every_s)
        self._offset_s = offset_s
        self._comparing = asyncio.get_running_loop().call_later(CLOCK_COMPARED_EVERY_S, self._compare_clocks)

    def _schedule(self, name: str, every_s: float) -> None:
        self._scheduler.reschedule_job(name, trigger="interval", seconds=every_s)

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
        """Run every tick, in order, and what they nudged, until nothing is left; `but` may go on beside it.

        Of those that come once a minute or more seldom, only what is due by the clock.
        """
        for name in self._ticks:
            if self._is_due(name):
                self.nudge(name)
                await self.settle(but=but)

    def _is_due(self, name: str) -> bool:
        due_at = self._due_at.get(name)
        return due_at is None or self._ticks[name].every_s < SELDOM_S or due_at <= self._clock.now()

    async def settle(self, *, but: Collection[str] = ()) -> None:
        """Wait until no tick runs, or only those named in `but`."""
        while waiting := {task for task in self._running if task.get_name() not in but}:
            await asyncio.wait(waiting)

    async def stop(self, *, within_s: float) -> None:
        """Start nothing new, and let what runs come to its end, but no longer than `within_s` seconds."""
        self._is_stopped = True
        if self._comparing is not None:
            self._comparing.cancel()
        # shutdown() cancels running coroutines whatever it is told, so the ticks run in tasks of our own.
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=within_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("stopped before everything had ended", ticks=len(late))
                await asyncio.wait(late)

    async def _scheduled(self, name: str) -> None:
        # A coroutine, because APScheduler runs plain functions in threads, away from the loop.
        self.nudge(name)

    async def _once(self, name: str) -> None:
        async with self._locks[name]:
            self._again.discard(name)
            begun, tick = self._clock.now(), self._ticks[name]
            wait = await tick.run()
        every_s = max(wait or 0.0, tick.every_s)
        self._due_at[name] = begun + timedelta(seconds=every_s)
        if wait is not None and self._scheduler.running and not self._is_stopped:
            self._schedule(name, every_s)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 -- handed on; a tick that fails once must come again
            self._failed(error)
