"""Records what became of each mail, and reports those whose review does not count, once a rule and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from bot.model.ingest.poll import Filed, Outcome
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.delivery import outbox
from bot.store.delivery.outbox import Outgoing
from bot.store.ingest import mail_log
from bot.store.ingest.raw_items import StoredRaw
from bot.store.ingest.sources import SourceRow
from bot.store.people import locations

TOLD = (Outcome.UNREAD, Outcome.UNVERIFIED)
"""What the chats hear of. Forged mail is not among them: it would let a stranger write to the chat."""
MORE_AT_MOST_EVERY = timedelta(minutes=15)


async def file(
    connection: Connection, row: SourceRow, found: Sequence[tuple[StoredRaw, Filed]], *, now: datetime
) -> None:
    """File mails and tell of them; several of one rule and day are one message, edited.

    What a first look finds in the mailbox is history and is only filed.
    """
    pairs = [(raw.raw_id, filed) for raw, filed in found]
    news = await mail_log.file(connection, row.source_id, pairs, now=now)
    if found[0][0].is_first_sweep:
        return
    for rule, outcome in dict.fromkeys((one.rule, one.outcome) for one in news if one.outcome in TOLD):
        await _tell(connection, row, rule, outcome, now=now)


async def _tell(connection: Connection, row: SourceRow, rule: str, outcome: Outcome, *, now: datetime) -> None:
    place = await locations.find(connection, row.location_id)
    day = now.astimezone(place.zone).date()
    since = datetime.combine(day, time(), place.zone).astimezone(now.tzinfo)
    key = f"mail:{row.source_id}:{rule}:{outcome}:{day.isoformat()}"
    for chat in await enqueue.chats_of(connection, row.location_id):
        is_first = not await outbox.was_put(connection, chat.chat_id, key)
        await outbox.put(
            connection,
            [chat.chat_id],
            Outgoing(
                kind="mail_unread",
                key=key,
                args={
                    "source_id": row.source_id,
                    "rule": rule,
                    "outcome": outcome.value,
                    "since": since.isoformat(),
                },
            ),
            now=now,
            not_before=now if is_first else now + MORE_AT_MOST_EVERY,
        )
