"""What a location's chats were offered to open as an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.model.incident import Evidence, Rule
from bot.store.db.engine import Connection
from bot.store.db.schema import offers


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
    told = row.evidence
    if told is not None:
        told = Evidence(**{**told, "by_rule": told["by_rule"] and Rule(told["by_rule"])})
    return Offer(tuple(row.review_ids), told)


async def take(connection: Connection, location_id: int) -> None:
    """The offer is answered, or there is a newer one."""
    await connection.execute(sa.delete(offers).where(offers.c.location_id == location_id))
