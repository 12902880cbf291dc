"""Threads of their own, for what waits on the network without an end in sight.

The threads that a loop shares are few, files and detectors need one, and the program's end waits for each of them. What
runs here takes none of those, and is left alone at the end.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


async def in_own_thread(work: Callable[[], T]) -> T:
    """Call `work` in a new thread and wait for what it gives or raises.

    A thread cannot be stopped: where the caller is cancelled, it goes on until it ends by itself, or with the program.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(give: Callable[[Any], None], value: Any) -> None:
        if not done.done():
            give(value)

    def run() -> None:
        give: Callable[[Any], None] = done.set_result
        value: Any
        try:
            value = work()
        except Exception as error:  # noqa: BLE001 -- raised again where it is waited for
            give, value = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, give, value)

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    return await done


def look_names_up_apart() -> None:
    """Let the running loop look up names in threads of their own: one without an answer keeps its thread for a minute.

    httpx looks names up by the loop's `getaddrinfo`, which takes a shared thread.
    """

    async def getaddrinfo(
        host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> Any:
        return await in_own_thread(lambda: socket.getaddrinfo(host, port, family, type, proto, flags))

    asyncio.get_running_loop().getaddrinfo = getaddrinfo  # type: ignore[method-assign]
