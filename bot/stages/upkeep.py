"""Keeping the store small: what has been worked off is dropped after a while. Reviews and incidents stay."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.store import inbox, outbox, sources
from bot.store.engine import Store
from bot.store.outgoing import OutgoingFiles

RAW_KEPT_FOR = timedelta(days=7)
DONE_KEPT_FOR = timedelta(days=30)


async def tidy(store: Store, files: OutgoingFiles, *, now: datetime) -> None:
    """Drop the bytes of parsed raw items after a week, sent messages and handled updates after a month.

    Also the files that a kill left between writing them and the message they were for.
    """
    async with store.write() as connection:
        await sources.forget_bodies(connection, before=now - RAW_KEPT_FOR)
        await outbox.forget_done(connection, before=now - DONE_KEPT_FOR)
        await inbox.forget_handled(connection, before=now - DONE_KEPT_FOR)
    if older := await asyncio.to_thread(files.older, now=now):
        async with store.read() as connection:
            wanted = await outbox.wanted_files(connection)
        await asyncio.to_thread(files.sweep, older, wanted=wanted)
