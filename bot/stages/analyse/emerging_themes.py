"""Compares what guests with 3-5 stars said lately with what they said before; computed when somebody asks."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.incidents.statements import EmergingThemes, find_emerging
from bot.score.packs import PackChoice, pack_of
from bot.store.db.engine import Connection
from bot.store.reviews import review_views

WEEKS = 6
"""The last weeks that are compared with what was before, unless somebody asks for others."""

MOST_LATEST = 800
MOST_EARLIER = 1200
"""Reviews that are read at most, the newest: about a second's work."""


async def find(
    connection: Connection, location_id: int, choice: PackChoice, *, now: datetime, weeks: int = WEEKS
) -> EmergingThemes:
    """Compare a location's 3-5 star reviews of the last weeks with the earlier ones.

    Args:
        connection: a transaction that reads.
        location_id: whose reviews.
        choice: what the location's themes are made of.
        now: the present.
        weeks: how many weeks are the last ones.
    """
    since = now - timedelta(weeks=weeks)
    latest = await review_views.satisfied(connection, location_id, since=since, until=now, limit=MOST_LATEST)
    earlier = await review_views.satisfied(connection, location_id, since=None, until=since, limit=MOST_EARLIER)
    # In a thread, as the event loop has to answer presses meanwhile.
    return await asyncio.to_thread(find_emerging, latest, earlier, pack_of(choice), now=now, weeks=weeks)
