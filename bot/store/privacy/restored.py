"""What a database is told that was put back from a backup, before the service opens it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import installation, outbox, sources
from bot.store.delivery.outbox import DROPPED, SENDING, WAITING

_LATER_BY_ITSELF = ("card", "evidence")
"""Kinds that show the state of the moment in which they are sent."""


async def settle(connection: Connection, *, now: datetime) -> int:
    """Make sure that nothing is told a second time; gives how many messages were dropped.

    What waited when the backup was made has most likely been delivered since, so only the cards are kept, which are
    edited where they stand and say that they may be a repeat where they do not. What was published before now is no
    news any more: it is told silently, as what is found too late, not by an alarm that the team may have had.
    """
    waiting = outbox.c.state.in_([WAITING, SENDING])
    is_card = outbox.c.kind.in_(_LATER_BY_ITSELF)
    dropped = await connection.execute(
        sa.update(outbox).where(waiting, sa.not_(is_card)).values(state=DROPPED, done_at=now, error="restored")
    )
    await connection.execute(
        sa.update(outbox).where(waiting, is_card).values(state=WAITING, claimed_at=None, is_repeat=True, is_silent=True)
    )
    await connection.execute(sa.update(sources).where(sources.c.connected_at.is_not(None)).values(connected_at=now))
    await connection.execute(sa.update(installation).values(backed_up_at=now, backup_error=""))
    return int(dropped.rowcount)
