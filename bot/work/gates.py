"""How many sources are asked at once: so many of each host, and as many hosts and folders as there are."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, nullcontext

AT_ONCE = 4


class Gates:
    """A gate for each host; whatever is on this machine waits for nobody."""

    def __init__(self) -> None:
        """No host has been asked yet."""
        self._gates: dict[str, asyncio.Semaphore] = {}

    def of(self, hosts: Collection[str]) -> AbstractAsyncContextManager[None]:
        """The gate of a source that asks these hosts."""
        if not hosts:
            return nullcontext()
        return self._gates.setdefault(",".join(sorted(hosts)), asyncio.Semaphore(AT_ONCE))
