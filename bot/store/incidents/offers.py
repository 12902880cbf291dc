"""What a location's chats were offered to open as an incident, after a first import or because it came too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.incident import Evidence, Rule, Shared
from bot.store.db.engine import Connection
from bot.store.db.schema import late_offers, offers

LATE_KEPT = timedelta(days=90)
"""How long a press under what came too late still opens it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Reviews that were offered to be opened as an incident, and what the detector would have said of them."""

    review_ids: tuple[int, ...]
    evidence: Evidence | None


async def put(
    connection: Connection,
    location_id: int,
    review_ids: Sequence[int],
    *,
    evidence: Evidence | None,
    now: datetime,
) -> None:
    """Keep an offer until it is taken up; it takes the place of an older one of its location."""
    await take(connection, location_id)
    await connection.execute(
        sa.insert(offers).values(
            location_id=location_id,
            review_ids=list(review_ids),
            evidence=None if evidence is None else asdict(evidence),
            offered_at=now,
        )
    )


async def find(connection: Connection, location_id: int) -> Offer | None:
    """What is offered at a location; None when nothing is."""
    row = (await connection.execute(sa.select(offers).where(offers.c.location_id == location_id))).first()
    if row is None:
        return None
    return _offer(row.review_ids, row.evidence)


async def take(connection: Connection, location_id: int) -> None:
    """The offer is answered, or there is a newer one."""
    await connection.execute(sa.delete(offers).where(offers.c.location_id == location_id))


async def put_late(
    connection: Connection, location_id: int, mark: int, found: Sequence[Offer], *, now: datetime
) -> None:
    """Keep the clusters of one message about what came too late; `mark` names the message."""
    await connection.execute(sa.delete(late_offers).where(late_offers.c.offered_at < now - LATE_KEPT))
    rows = [
        {
            "location_id": location_id,
            "mark": mark,
            "number": number,
            "review_ids": list(offer.review_ids),
            "evidence": None if offer.evidence is None else asdict(offer.evidence),
            "offered_at": now,
        }
        for number, offer in enumerate(found)
    ]
    await connection.execute(sa.insert(late_offers), rows)


async def find_late(connection: Connection, location_id: int, mark: int, number: int) -> Offer | None:
    """One cluster of such a message; None where it is not kept any more."""
    row = (
        await connection.execute(
            sa.select(late_offers).where(
                late_offers.c.location_id == location_id, late_offers.c.mark == mark, late_offers.c.number == number
            )
        )
    ).first()
    return None if row is None else _offer(row.review_ids, row.evidence)


async def offered_ids(connection: Connection, location_id: int) -> set[int]:
    """The reviews of a location that have been offered, one way or the other."""
    found: set[int] = set()
    for table in (offers, late_offers):
        for review_ids in await connection.scalars(
            sa.select(table.c.review_ids).where(table.c.location_id == location_id)
        ):
            found.update(review_ids)
    return found


def _offer(review_ids: Sequence[int], told: dict[str, Any] | None) -> Offer:
    if told is None:
        return Offer(tuple(review_ids), None)
    shared = told.get("shared") and Shared(**told["shared"])
    evidence = Evidence(**{**told, "by_rule": told["by_rule"] and Rule(told["by_rule"]), "shared": shared})
    return Offer(tuple(review_ids), evidence)
