"""Offers, without sound, what was found too late to alarm, and the first low reviews of a new place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import isinf
from typing import Final

from bot.detect.adapter import last_moment
from bot.detect.fixed_rule import count_guests
from bot.detect.late import LateCluster
from bot.detect.types import LATE_AT_MOST, years_of
from bot.model.incident import Evidence, Rule
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.incidents import offers
from bot.store.incidents.offers import Offer
from bot.store.ingest import raw_items, uploads
from bot.store.people import locations
from bot.store.reviews import reviews

_LEAST: Final = 3


def key(location_id: int, mark: int) -> str:
    """The key of one message; `mark` is when it was made, in seconds since 1970."""
    return f"late:{location_id}:{mark}"


async def may_tell(connection: Connection, location_id: int) -> bool:
    """Whether there is a chat to tell it to, and all that was delivered has been read: one message for a file."""
    if not await enqueue.chats_of(connection, location_id):
        return False
    return not (
        await uploads.is_importing(connection, location_id) or await raw_items.has_unparsed(connection, location_id)
    )


async def tell(
    connection: Connection,
    location_id: int,
    found: Sequence[LateCluster],
    *,
    now: datetime,
) -> None:
    """One silent message about clusters, each with a button; what an incident holds is left out.

    Args:
        connection: within a transaction.
        location_id: where.
        found: the clusters.
        now: the time.
    """
    zone = (await locations.find(connection, location_id)).zone
    oldest = datetime.fromtimestamp(min([now.timestamp() - LATE_AT_MOST, *(one.since for one in found)]), UTC)
    told = await offers.offered_ids(connection, location_id)
    lows = await reviews.lows(connection, location_id, since=oldest)
    free = [low for low in lows if low.incident_id is None and low.review_id not in told]
    clusters: list[dict[str, object]] = []
    kept: list[Offer] = []
    for cluster in found:
        since, until = (datetime.fromtimestamp(at, UTC) for at in (cluster.since, cluster.until))
        members = [low for low in free if last_moment(low, zone) >= since and low.at <= until]
        if count_guests(members) < _LEAST:
            continue
        clusters.append(
            {
                "since": members[0].at.isoformat(),
                "until": members[-1].at.isoformat(),
                "count": count_guests(members),
                "usual_per_day": cluster.usual_per_day,
                "first_reviews": cluster.first_reviews,
                "reason": cluster.reason,
            }
        )
        kept.append(Offer(tuple(low.review_id for low in members), _evidence(cluster)))
    if not clusters:
        return
    mark = int(now.timestamp())
    await offers.put_late(connection, location_id, mark, kept, now=now)
    args: dict[str, object] = {"location_id": location_id, "mark": mark, "clusters": clusters}
    await enqueue.location(connection, location_id, "late_clusters", now=now, args=args, key=key(location_id, mark))


def _evidence(cluster: LateCluster) -> Evidence | None:
    """What the card says if it is opened; of the first reviews of a place there are no odds to be said."""
    if cluster.first_reviews:
        return None
    return Evidence(
        n=cluster.n,
        window_h=cluster.window_h,
        expected=cluster.expected,
        recurrence_years=years_of(cluster.odds),
        by_rule=Rule.OWNER if isinf(cluster.odds) else None,
        is_new_place=False,
    )


async def close(connection: Connection, location_id: int, mark: int, *, now: datetime) -> None:
    """The question is answered in every chat that it was asked in: the text stays, the buttons go."""
    args: dict[str, object] = {"rows": []}
    await enqueue.location(connection, location_id, "keyboard", now=now, args=args, key=key(location_id, mark))
