"""Undoes an import: removes the reviews it brought, and restores those it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import (
    detector_states,
    incident_reviews,
    locations,
    raw_items,
    review_versions,
    reviews,
    scores,
    sources,
)
from bot.store.reviews.reviews import rating_of


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What an undo did.

    Attributes:
        removed: reviews that only this import had brought.
        set_back: reviews that it had changed and that say again what they said before.
        incident_ids: incidents that lost reviews by it.
    """

    removed: int
    set_back: int
    incident_ids: tuple[int, ...]


async def take_back(connection: Connection, *, source_id: int, imported_at: datetime) -> TakenBack:
    """Undo the import that ran at `imported_at`; every review it stored carries that moment.

    A review that another source has changed since is left as it is. What the location's detector had learned of the
    import is in its figures and cannot be told from the rest, so that it learns anew from the reviews that are left.
    """
    location_id = await connection.scalar(sa.select(sources.c.location_id).where(sources.c.source_id == source_id))
    brought = sa.select(reviews.c.review_id).where(
        reviews.c.source_id == source_id, reviews.c.discovered_at == imported_at, reviews.c.changed_at == imported_at
    )
    touched = await connection.execute(
        sa.select(incident_reviews.c.incident_id).where(incident_reviews.c.review_id.in_(brought)).distinct()
    )
    incident_ids = tuple(row.incident_id for row in touched)
    for table in (scores, incident_reviews, review_versions):
        await connection.execute(sa.delete(table).where(table.c.review_id.in_(brought)))
    removed = await connection.execute(sa.delete(reviews).where(reviews.c.review_id.in_(brought)))
    set_back = await _set_back(connection, location_id, imported_at)
    # The same file sent again is to be read again.
    await connection.execute(
        sa.delete(raw_items).where(raw_items.c.source_id == source_id, raw_items.c.parsed_at == imported_at)
    )
    await connection.execute(sa.delete(detector_states).where(detector_states.c.location_id == location_id))
    await connection.execute(sa.update(reviews).where(reviews.c.location_id == location_id).values(is_observed=False))
    await connection.execute(sa.update(locations).where(locations.c.location_id == location_id).values(look_due=True))
    return TakenBack(int(removed.rowcount), set_back, incident_ids)


async def _set_back(connection: Connection, location_id: int | None, imported_at: datetime) -> int:
    versions = await connection.execute(
        sa.select(review_versions, reviews.c.published_at)
        .join(reviews, reviews.c.review_id == review_versions.c.review_id)
        .where(
            reviews.c.location_id == location_id,
            reviews.c.changed_at == imported_at,
            review_versions.c.replaced_at == imported_at,
        )
    )
    count = 0
    for row in versions.all():
        rating = rating_of(row)
        is_low = rating is not None and rating.is_low(None)
        await connection.execute(
            sa.update(reviews)
            .where(reviews.c.review_id == row.review_id)
            .values(
                rating_value=row.rating_value,
                rating_worst=row.rating_worst,
                rating_best=row.rating_best,
                title=row.title,
                text=row.text,
                edited_at=row.edited_at,
                is_low=is_low,
                low_at=row.published_at if is_low else None,
                is_fresh=False,
                # Whatever brings this review next is compared anew, and its words are scored anew.
                content_hash=f"undone:{row.version_id}",
            )
        )
        await connection.execute(sa.delete(review_versions).where(review_versions.c.version_id == row.version_id))
        count += 1
    return count
