"""Deletes raw items, updates and sent messages some time after they were handled. Reviews and incidents stay."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.store.db.engine import Store
from bot.store.delivery import inbox, outbox
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.ingest import mail_log, raw_items, uploads

RAW_KEPT_FOR = timedelta(days=7)
MAIL_KEPT_FOR = timedelta(days=60)
DONE_KEPT_FOR = timedelta(days=30)
ASKED_FOR = timedelta(days=7)
"""How long a question about a file that was sent to the chat waits for its answer."""


async def remove_old(store: Store, files: OutgoingFiles, *, now: datetime) -> None:
    """Drop what is old.

    Bytes of parsed raw items after a week and of mails after two months, sent messages and handled updates
    after a month. Also the files that a kill left between writing them and the message they were for.
    """
    async with store.write() as connection:
        await raw_items.forget_bodies(connection, before=now - RAW_KEPT_FOR)
        await mail_log.forget_bodies(connection, before=now - MAIL_KEPT_FOR)
        await outbox.forget_done(connection, before=now - DONE_KEPT_FOR)
        await inbox.forget_handled(connection, before=now - DONE_KEPT_FOR)
        await uploads.forget(connection, before=now - ASKED_FOR)
    if older := await asyncio.to_thread(files.older, now=now):
        async with store.read() as connection:
            wanted = await outbox.wanted_files(connection)
        await asyncio.to_thread(files.sweep, older, wanted=wanted)
