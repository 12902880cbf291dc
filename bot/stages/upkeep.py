"""Keeping the store small: what has been worked off is dropped after a while. Reviews and incidents stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.store import inbox, mails, outbox, sources
from bot.store.engine import Store

RAW_KEPT_FOR = timedelta(days=7)
MAIL_KEPT_FOR = timedelta(days=60)
DONE_KEPT_FOR = timedelta(days=30)


async def tidy(store: Store, *, now: datetime) -> None:
    """Drop what is old.

    Bytes of parsed raw items after a week and of mails after two months, sent messages and handled updates
    after a month.
    """
    async with store.write() as connection:
        await sources.forget_bodies(connection, before=now - RAW_KEPT_FOR)
        await mails.forget_bodies(connection, before=now - MAIL_KEPT_FOR)
        await outbox.forget_done(connection, before=now - DONE_KEPT_FOR)
        await inbox.forget_handled(connection, before=now - DONE_KEPT_FOR)
