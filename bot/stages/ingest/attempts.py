"""Reads a foreign file apart from this process; what ends its reader twice is put aside and never opened again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

import structlog

from bot.errors import UnreadableFileError, UnsafeFileError
from bot.reasons import reason
from bot.sources.files import sandbox
from bot.store.db.engine import Store
from bot.store.ingest import file_attempts

log = structlog.get_logger(__name__)

T = TypeVar("T")


async def counted(
    store: Store,
    body: bytes,
    read: Callable[[], T],
    *,
    now: datetime,
    turn: Callable[[Callable[[], T]], Awaitable[T]] = sandbox.in_turn,
    is_mail: bool = False,
) -> T:
    """What `read` makes of a file or a mail, tried once more where the reading process has ended.

    Each attempt is in the database before the file is opened, so that one that ends the whole service counts as well.
    Small plain text needs no count, see `bot.sources.files.sandbox`. The first attempt at a mail is counted when it has
    failed: there are thousands, each count waits for the disk, and at most 512 kB cannot end more than their reader.

    Args:
        store: where attempts are counted.
        body: the file's bytes, by which it is known again under whatever name.
        read: reads it; blocks.
        now: the time.
        turn: calls `read` in a thread.
        is_mail: it is a mail.

    Raises:
        UnreadableFileError: as `read`, or the file is put aside.
    """
    if not (is_mail or sandbox.needs_worker(body)):
        return read()
    digest = await asyncio.to_thread(lambda: sha256(body).hexdigest())
    if is_mail:
        async with store.read() as connection:
            is_aside = await file_attempts.is_aside(connection, digest)
        try:
            if not is_aside:
                return await turn(read)
        except UnsafeFileError:
            async with store.write() as connection:
                await file_attempts.begin(connection, digest, now=now)
    while True:
        async with store.write() as connection:
            may = await file_attempts.begin(connection, digest, now=now)
        if not may:
            log.warning("a file is put aside: reading it has failed twice", sha256=digest)
            raise UnreadableFileError(reason("file_aside"))
        try:
            found = await turn(read)
        except UnsafeFileError:
            continue
        except UnreadableFileError:
            await _end(store, digest)
            raise
        except asyncio.CancelledError:
            await _end(store, digest)  # an orderly end of the service is not the file's doing
            raise
        await _end(store, digest)
        return found


async def _end(store: Store, digest: str) -> None:
    async with store.write() as connection:
        await file_attempts.end(connection, digest)
