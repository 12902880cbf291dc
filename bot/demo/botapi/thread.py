"""The server in a thread of its own, for tests that drive real processes from code without an event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from bot.demo.botapi.server import GIVE_UP_S, BotApiServer

T = TypeVar("T")


class BotApiThread:
    """`with BotApiThread(token="123:abc") as telegram:` serves until the block ends.

    Args:
        options: Those of `BotApiServer`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: BotApiServer | None = None
        self._stop: asyncio.Event | None = None
        self._started: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="botapi", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.result(timeout=GIVE_UP_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(timeout=GIVE_UP_S)

    @property
    def base_url(self) -> str:
        """What the bot puts before its token to call a method."""
        return self._running().base_url

    @property
    def base_file_url(self) -> str:
        """What the bot puts before its token to download a file."""
        return self._running().base_file_url

    def call(self, function: Callable[[BotApiServer], T]) -> T:
        """Run `function(server)` in the server's event loop and return what it returns.

        Raises:
            Exception: whatever the function raised.
        """

        async def inside() -> T:
            return function(self._running())

        return self._await(inside())

    def wait_for(self, predicate: Callable[[BotApiServer], T], *, timeout: float = GIVE_UP_S) -> T:
        """Block until `predicate(server)` is true, see `BotApiServer.wait_for`.

        Raises:
            TimeoutError: after `timeout` seconds.
        """
        server = self._running()
        return self._await(server.wait_for(lambda: predicate(server), timeout=timeout))

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            raise RuntimeError("enter the context first")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _running(self) -> BotApiServer:
        if self._server is None:
            raise RuntimeError("enter the context first")
        return self._server

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            async with BotApiServer(**self._options) as server:
                self._server = server
                self._started.set_result(None)
                await self._stop.wait()
        except OSError as error:
            self._started.set_exception(error)
