"""Mails: each is filed, and the owner hears of those whose review does not count, once a rule and day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.model.poll import Filed, Outcome
from bot.stages import tell
from bot.store import mails, outbox, places
from bot.store.engine import Connection
from bot.store.outbox import Outgoing
from bot.store.sources import SourceRow, StoredRaw

TOLD = (Outcome.UNREAD, Outcome.UNVERIFIED)
"""What the chats hear of. Forged mail is not among them: it would let a stranger write to the chat."""
MORE_AT_MOST_EVERY = timedelta(minutes=15)


async def file(
    connection: Connection, row: SourceRow, raw: StoredRaw, filed: Filed, *, now: datetime, tells: bool = True
) -> None:
    """File a mail and tell of it; several of one rule and day are one message, edited.

    What a first look finds in the mailbox is history and is only filed.
    """
    is_news = await mails.file(connection, raw.raw_id, row.source_id, filed, now=now)
    if not (is_news and tells) or filed.outcome not in TOLD or raw.is_first_sweep:
        return
    place = await places.find(connection, row.location_id)
    day = now.astimezone(place.zone).date()
    since = datetime.combine(day, time(), place.zone).astimezone(now.tzinfo)
    number, _ = await mails.of_rule(connection, row.source_id, filed.rule, filed.outcome, since=since)
    await outbox.put(
        connection,
        [chat.chat_id for chat in await tell.chats_of(connection, row.location_id)],
        Outgoing(
            kind="mail_unread",
            key=f"mail:{row.source_id}:{filed.rule}:{filed.outcome}:{day.isoformat()}",
            args={
                "source_id": row.source_id,
                "rule": filed.rule,
                "outcome": filed.outcome.value,
                "since": since.isoformat(),
            },
        ),
        now=now,
        not_before=now if number == 1 else now + MORE_AT_MOST_EVERY,
    )
