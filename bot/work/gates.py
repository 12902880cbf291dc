"""Limits how many sources of one host are polled at once; folders are not limited."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, nullcontext

AT_ONCE = 4


class Gates:
    """One semaphore for each host; sources on this machine have none."""

    def __init__(self) -> None:
        """Semaphores are made as hosts are first asked."""
        self._gates: dict[str, asyncio.Semaphore] = {}

    def of(self, hosts: Collection[str]) -> AbstractAsyncContextManager[None]:
        """What to enter before a source that asks these hosts is polled."""
        if not hosts:
            return nullcontext()
        return self._gates.setdefault(",".join(sorted(hosts)), asyncio.Semaphore(AT_ONCE))
