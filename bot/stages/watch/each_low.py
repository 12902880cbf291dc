"""Tells each low review by itself where the owner wants that; what belongs to an incident stands on its card."""

from __future__ import annotations

from datetime import datetime

from bot.choices import About, Choice
from bot.incidents.freshness import OLD_NEWS
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.people import settings
from bot.store.reviews import untold


async def tell(connection: Connection, location_id: int, *, now: datetime) -> None:
    """Write one message about the low reviews that nobody has been told of, in the caller's transaction.

    Whoever turns it on hears of what comes from then on, not of the days before.
    """
    wish = await settings.get(connection, About.LOCATION, location_id, Choice.EACH_LOW)
    if wish.value == "off":
        return
    since = max(now - OLD_NEWS, wish.set_at or now - OLD_NEWS)
    review_ids = await untold.low(connection, location_id, since=since)
    if not review_ids:
        return
    await untold.mark_told(connection, review_ids, now=now)
    await enqueue.location(
        connection,
        location_id,
        "low_reviews",
        now=now,
        args={"location_id": location_id, "review_ids": review_ids},
        buzzes=wish.value == "sound",
    )
