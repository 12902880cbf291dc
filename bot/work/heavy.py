"""The worker processes for what would hold up the event loop: bulk scoring, models, pictures.

Their libraries weigh 30 to 90 MB each, so the processes start when first needed and end when there is nothing to do.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any, TypeVar

from bot.errors import WorkerDiedError, WorkerError

T = TypeVar("T")

_PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that the kernel sends to a process whose parent ends."""


def _prepare(parent: int, initializer: Callable[..., object] | None, initargs: tuple[object, ...]) -> None:
    """Make a new worker safe: runs in the worker before its first call."""
    # Ctrl+C reaches the whole process group; the parent decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel was asked
            os._exit(1)
    if initializer is not None:
        initializer(*initargs)


class HeavyWorkers:
    """Runs functions in worker processes; for use from one event loop.

    On Linux a worker is killed with the thread that started it, so the loop must run in a thread that lasts as long
    as the process, as the main thread does. A process that uses this must guard its main module with
    `if __name__ == "__main__"`, as workers import it.
    """

    def __init__(
        self,
        *,
        max_workers: int | None = None,
        idle_after: timedelta = timedelta(seconds=60),
        initializer: Callable[..., object] | None = None,
        initargs: tuple[object, ...] = (),
    ) -> None:
        """Set up without starting a process.

        Args:
            max_workers: Processes at most, by default one for each core.
            idle_after: How long without a call until `rest` ends the processes.
            initializer: Called in each new worker before anything else; a function of a module.
            initargs: Its arguments.
        """
        self._max_workers = max_workers or os.cpu_count() or 1
        self._idle_after = idle_after
        self._initializer = initializer
        self._initargs = initargs
        self._pool: ProcessPoolExecutor | None = None
        self._alone: ProcessPoolExecutor | None = None
        self._second_chance = asyncio.Lock()
        self._calls: set[Future[Any]] = set()
        self._was_busy = False
        self._quiet_at: datetime | None = None
        self._is_closed = False

    @property
    def is_started(self) -> bool:
        """Whether worker processes may be there at the moment."""
        return self._pool is not None

    async def run(self, fn: Callable[..., T], *args: object) -> T:
        """Run a function in a worker and wait for its result.

        A worker that dies takes all calls of the pool with it. Each of them is then repeated once in a process of
        its own, one after the other, so that only the call that kills its worker fails. A call may therefore run
        twice and must do no harm by it.

        Args:
            fn: A function of a module (it is sent by name).
            *args: Its arguments, which must be picklable.

        Returns:
            What the function returned.

        Raises:
            WorkerDiedError: The worker ended twice during this call.
            WorkerError: The workers are closed.
            Exception: Whatever the function itself raised.
        """
        self._refuse_if_closed(fn)
        pool = self._pool = self._pool or self._new_pool(self._max_workers)
        try:
            return await self._call(pool, fn, args)
        except BrokenProcessPool:
            # Only the one who takes a pool out of its place shuts it down: two at once disturb each other.
            if self._pool is pool:
                self._pool = None
                await asyncio.to_thread(pool.shutdown)
        async with self._second_chance:
            self._refuse_if_closed(fn)
            alone = self._alone = self._new_pool(1)
            try:
                return await self._call(alone, fn, args)
            except BrokenProcessPool as error:
                self._refuse_if_closed(fn)
                raise WorkerDiedError(
                    f"The worker process ended twice while it ran {_name(fn)}. It may have run out of memory "
                    "(look for 'Out of memory' in the system log), or failed to start (see the lines before this one)."
                ) from error
            finally:
                if self._alone is alone:
                    self._alone = None
                    await asyncio.to_thread(alone.shutdown)

    async def _call(self, pool: ProcessPoolExecutor, fn: Callable[..., T], args: tuple[object, ...]) -> T:
        self._was_busy = True
        future = pool.submit(fn, *args)
        self._calls.add(future)
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or not task.cancelling():  # nobody cancelled the caller: the call was given up by close()
                self._refuse_if_closed(fn)
            raise

    def _refuse_if_closed(self, fn: Callable[..., object]) -> None:
        if self._is_closed:
            raise WorkerError(
                f"The worker processes are shutting down, {_name(fn)} was not finished; run it after the next start."
            )

    async def rest(self, now: datetime) -> None:
        """End the processes if there was no call for `idle_after`; call it at each tick of the upkeep.

        Args:
            now: The time of the tick, aware UTC. Quiet is counted from the first tick without a call since the one
                before.
        """
        # A call whose caller was cancelled still runs in its worker, so the calls are asked, not the callers.
        self._calls = {call for call in self._calls if not call.done()}
        if self._calls or self._was_busy or self._quiet_at is None:
            self._was_busy = False
            self._quiet_at = now
        elif self._pool is not None and now - self._quiet_at >= self._idle_after:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown)

    async def close(self, *, within: timedelta = timedelta(seconds=10)) -> None:
        """End the processes; calls that wait are given up, and calls that run have a while to finish.

        Args:
            within: How long running calls may take before their processes are killed.
        """
        self._is_closed = True
        pools = [pool for pool in (self._pool, self._alone) if pool is not None]
        self._pool = self._alone = None
        await asyncio.gather(*(_shut_down(pool, within=within) for pool in pools))

    def _new_pool(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=workers,
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(os.getpid(), self._initializer, self._initargs),
        )


async def _shut_down(pool: ProcessPoolExecutor, *, within: timedelta) -> None:
    # There is no public way to the processes before Python 3.14, and shutdown() forgets them.
    processes = list((pool._processes or {}).values())
    ending = asyncio.create_task(asyncio.to_thread(pool.shutdown, cancel_futures=True))
    await asyncio.wait({ending}, timeout=within.total_seconds())
    if not ending.done():
        for process in processes:
            process.kill()
    await ending


def _name(fn: Callable[..., object]) -> str:
    return getattr(fn, "__qualname__", repr(fn))
