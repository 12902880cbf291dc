"""Reviews as cards and pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.incident import CardReview
from bot.model.ingest import stub
from bot.model.platforms import name_of
from bot.model.review import MEDIA, REPLY_REFUSED, REPLY_URL, Rating
from bot.store.db.engine import Connection
from bot.store.db.schema import incident_reviews, review_versions, reviews, scores, sources
from bot.store.reviews.reviews import IS_REPLIED, rating_of
from bot.text.signature import unsigned

_Change = tuple[Rating, datetime]


async def members(connection: Connection, incident_id: int) -> list[CardReview]:
    """The incident's reviews that are low or severe now, newest first; one guest's copies appear once."""
    is_severe = sa.and_(incident_reviews.c.is_severe, scores.c.severe != "")
    rows = await connection.execute(
        _card_reviews()
        .add_columns(
            sa.case((is_severe, scores.c.severe), else_="").label("severe"),
            sa.and_(is_severe, scores.c.loudness == "silent").label("is_likely"),
        )
        .join(incident_reviews, incident_reviews.c.review_id == reviews.c.review_id)
        .where(incident_reviews.c.incident_id == incident_id, sa.or_(reviews.c.is_low, is_severe))
        .order_by(sa.func.coalesce(reviews.c.low_at, reviews.c.published_at).desc(), reviews.c.review_id.desc())
    )
    return await _card_reviews_of(connection, without_copies(rows.all()))


async def one(connection: Connection, review_id: int) -> CardReview | None:
    """A single review; None where it is not stored any more."""
    rows = await connection.execute(_card_reviews().where(reviews.c.review_id == review_id))
    return next(iter(await _card_reviews_of(connection, rows.all())), None)


async def location_of(connection: Connection, review_id: int) -> int | None:
    """Where a review was written."""
    found: int | None = await connection.scalar(
        sa.select(reviews.c.location_id).where(reviews.c.review_id == review_id)
    )
    return found


@dataclass(frozen=True, slots=True)
class MemberMark:
    """A review of an incident where only its number is wanted."""

    review_id: int
    is_low: bool
    severe: bool


async def member_marks(connection: Connection, incident_id: int) -> list[MemberMark]:
    """The reviews that `members` gives, in no order, without reading their texts."""
    is_severe = sa.and_(incident_reviews.c.is_severe, scores.c.severe != "")
    rows = await connection.execute(
        sa.select(reviews.c.review_id, reviews.c.is_low, reviews.c.twin_key, reviews.c.platform)
        .add_columns(sa.case((is_severe, True), else_=False).label("severe"))
        .join_from(incident_reviews, reviews, incident_reviews.c.review_id == reviews.c.review_id)
        .outerjoin(scores, scores.c.review_id == reviews.c.review_id)
        .where(incident_reviews.c.incident_id == incident_id, sa.or_(reviews.c.is_low, is_severe))
    )
    return [MemberMark(row.review_id, row.is_low, bool(row.severe)) for row in without_copies(rows.all())]


async def severe_kinds(connection: Connection, incident_id: int) -> set[str]:
    """What the severe reviews of an incident are severe for."""
    its = sa.and_(incident_reviews.c.incident_id == incident_id, incident_reviews.c.is_severe, scores.c.severe != "")
    query = sa.select(scores.c.severe).join(incident_reviews, incident_reviews.c.review_id == scores.c.review_id)
    return set(await connection.scalars(query.where(its).distinct()))


async def review_page(
    connection: Connection,
    location_ids: Sequence[int],
    *,
    only: str = "all",
    offset: int = 0,
    limit: int = 5,
) -> tuple[list[CardReview], int]:
    """A page of some locations' reviews, newest first, and how many there are.

    Args:
        connection: the caller's transaction.
        location_ids: of which locations.
        only: "all", "low" or "unanswered".
        offset: how many to pass over.
        limit: how many to give.
    """
    where: list[sa.ColumnElement[bool]] = [reviews.c.location_id.in_(location_ids)]
    if only == "low":
        where.append(reviews.c.is_low)
    elif only == "unanswered":
        where += [reviews.c.reply_text.is_not(None), sa.not_(IS_REPLIED)]
    total = await connection.scalar(sa.select(sa.func.count()).select_from(reviews).where(*where)) or 0
    rows = await connection.execute(
        _card_reviews()
        .where(*where)
        .order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc())
        .offset(offset)
        .limit(limit)
    )
    return await _card_reviews_of(connection, rows.all()), total


async def satisfied(
    connection: Connection, location_id: int, *, since: datetime | None, until: datetime, limit: int
) -> list[CardReview]:
    """A location's reviews that have text and a rating that is not low, newest first; a guest's copies appear once.

    Args:
        connection: the caller's transaction.
        location_id: of which location.
        since: published after this; None: from the first one on.
        until: published at this or before.
        limit: how many rows are read at most.
    """
    where = [
        reviews.c.location_id == location_id,
        reviews.c.rating_value.is_not(None),
        ~reviews.c.is_low,
        sa.or_(reviews.c.text != "", reviews.c.title != ""),
        reviews.c.published_at <= until,
    ]
    if since is not None:
        where.append(reviews.c.published_at > since)
    rows = await connection.execute(
        _card_reviews().where(*where).order_by(reviews.c.published_at.desc(), reviews.c.review_id.desc()).limit(limit)
    )
    return [_card_review(row, None) for row in without_copies(rows.all())]


def _card_reviews() -> sa.Select[Any]:
    return (
        sa.select(reviews, sources.c.name.label("source_name"), sources.c.platform.label("source_platform"))
        .add_columns(scores.c.disagrees)
        .join_from(reviews, sources, reviews.c.source_id == sources.c.source_id)
        .outerjoin(scores, scores.c.review_id == reviews.c.review_id)
    )


def without_copies(rows: Sequence[sa.Row[Any]]) -> list[sa.Row[Any]]:
    """Leave out one guest's same words on a second platform, as the detector does (`count_guests`)."""
    per_twin: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        if row.twin_key is not None:
            per_twin.setdefault(row.twin_key, {}).setdefault(row.platform, []).append(row.review_id)
    kept = {
        review_id
        for platforms in per_twin.values()
        for review_id in max(platforms.values(), key=lambda ids: (len(ids), -min(ids)))
    }
    return [row for row in rows if row.twin_key is None or row.review_id in kept]


async def _card_reviews_of(connection: Connection, rows: Sequence[sa.Row[Any]]) -> list[CardReview]:
    changes = await _rating_changes(connection, rows)
    return [_card_review(row, changes.get(row.review_id)) for row in rows]


def _card_review(row: sa.Row[Any], change: _Change | None) -> CardReview:
    was, changed_at = change or (None, None)
    return CardReview(
        review_id=row.review_id,
        rating=rating_of(row),
        text=unsigned(words_of(row.title, row.text), row.author),
        low_at=row.low_at or row.published_at,
        is_date_only=row.is_date_only and (row.low_at or row.published_at) == row.published_at,
        source_name=name_of(row.platform, source_name=row.source_name),
        url=row.url,
        was_rating=was,
        edited_at=changed_at,
        is_replied=bool(row.reply_text) or row.reply_at is not None,
        tells_replies=row.reply_text is not None,
        reply_url=str(row.details.get(REPLY_URL, "")),
        media=_number(row.details.get(MEDIA, "")),
        reply_refused=bool(row.details.get(REPLY_REFUSED)),
        gone_at=row.gone_at,
        disagrees=bool(row.disagrees),
        is_excerpt=stub.EXCERPT in row.details,
        is_low=row.is_low,
        severe=getattr(row, "severe", ""),
        is_likely=bool(getattr(row, "is_likely", False)),
    )


def _number(text: object) -> int:
    digits = str(text)
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else 0


def words_of(title: str, text: str) -> str:
    """A review's title and text as one, so that the title does not run into the first sentence."""
    if not title or not text:
        return title or text
    return f"{title} {text}" if title.rstrip().endswith((".", "!", "?", "…", ":")) else f"{title}: {text}"


async def _rating_changes(connection: Connection, rows: Sequence[sa.Row[Any]]) -> dict[int, _Change]:
    """The last change of each review's rating: what it was, and when it changed."""
    by_id = {row.review_id: row for row in rows}
    versions = await connection.execute(
        sa.select(review_versions)
        .where(review_versions.c.review_id.in_(list(by_id)))
        .order_by(review_versions.c.version_id.desc())
    )
    found: dict[int, _Change] = {}
    for version in versions:
        row, was = by_id[version.review_id], rating_of(version)
        if version.review_id not in found and was is not None and was != rating_of(row):
            found[version.review_id] = (was, row.edited_at or version.replaced_at)
    return found
