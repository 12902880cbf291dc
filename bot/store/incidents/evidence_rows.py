"""An incident's reviews with everything that is kept of them, for its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.model.platforms import name_of
from bot.model.review import REPLY_URL, Rating
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, review_versions, reviews, scores, sources
from bot.store.reviews.reviews import rating_of


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """What a review said before an edit was seen."""

    until: datetime
    rating: Rating | None
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review of an incident, in full.

    Attributes:
        key: the platform's own id, or the key that stands in for it.
        source: what people call the platform.
        low_at: when it counts.
        joined_at: when it became part of the incident.
        first_seen_at: when the program read it first.
        reply_url: where the business answers it; empty where the source does not say.
        gone_at: since when the platform does not show it.
        versions: earlier ones, oldest first.
    """

    review_id: int
    key: str
    platform: str
    source: str
    rating: Rating | None
    title: str
    text: str
    language: str
    url: str
    reply_url: str
    published_at: datetime
    is_date_only: bool
    low_at: datetime
    joined_at: datetime
    edited_at: datetime | None
    first_seen_at: datetime
    gone_at: datetime | None
    reply_text: str
    reply_at: datetime | None
    changed_at: datetime
    versions: tuple[EarlierVersion, ...]


async def kept_reviews(connection: Connection, incident_id: int) -> list[KeptReview]:
    """Every review that is or was part of an incident, one guest's copies included, in the order they count."""
    rows = (
        await connection.execute(
            sa.select(
                reviews,
                sources.c.name.label("source_name"),
                scores.c.language.label("found_language"),
                incident_reviews.c.joined_at,
                incident_reviews.c.low_at.label("counted_at"),
            )
            .join_from(incident_reviews, reviews, incident_reviews.c.review_id == reviews.c.review_id)
            .join(sources, reviews.c.source_id == sources.c.source_id)
            .outerjoin(scores, scores.c.review_id == reviews.c.review_id)
            .where(incident_reviews.c.incident_id == incident_id)
            .order_by(incident_reviews.c.low_at, reviews.c.review_id)
        )
    ).all()
    versions = await _versions(connection, [row.review_id for row in rows])
    return [
        KeptReview(
            review_id=row.review_id,
            key=row.external_id,
            platform=row.platform,
            source=name_of(row.platform, source_name=row.source_name),
            rating=rating_of(row),
            title=row.title,
            text=row.text,
            language=row.language or row.found_language or "",
            url=row.url,
            reply_url=str(row.details.get(REPLY_URL, "")),
            published_at=row.published_at,
            is_date_only=row.is_date_only,
            low_at=row.counted_at,
            joined_at=row.joined_at,
            edited_at=row.edited_at,
            first_seen_at=row.discovered_at,
            gone_at=row.gone_at,
            reply_text=row.reply_text or "",
            reply_at=row.reply_at,
            changed_at=row.changed_at,
            versions=tuple(versions.get(row.review_id, ())),
        )
        for row in rows
    ]


async def _versions(connection: Connection, review_ids: list[int]) -> dict[int, list[EarlierVersion]]:
    rows = await connection.execute(
        sa.select(review_versions)
        .where(review_versions.c.review_id.in_(review_ids))
        .order_by(review_versions.c.version_id)
    )
    found: dict[int, list[EarlierVersion]] = {}
    for row in rows:
        version = EarlierVersion(until=row.replaced_at, rating=rating_of(row), title=row.title, text=row.text)
        found.setdefault(row.review_id, []).append(version)
    return found
