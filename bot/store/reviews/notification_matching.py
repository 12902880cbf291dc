"""Notifications and the reviews they are about: a stub is completed by the full review, and never doubles it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.model.ingest import stub
from bot.model.ingest.normal import Review
from bot.model.ingest.notification_match import (
    AFTER,
    BEFORE,
    BEGINNING,
    TWO_STUBS_WITHIN,
    Candidates,
    Side,
    first_name,
    pairs,
)
from bot.model.review import Rating
from bot.store.db.engine import Connection
from bot.store.db.schema import reviews

_REACH = max(BEFORE, AFTER, TWO_STUBS_WITHIN) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What becomes of reviews whose ids are not stored yet.

    Attributes:
        new: they are new.
        completing: the stored stub that each of these is the full review of.
        known: stubs of reviews that are stored already.
        longer: as `known`, but the stored one is a stub that shows less of the text.
    """

    new: list[Review]
    completing: list[tuple[sa.Row[Any], Review]]
    known: list[Review]
    longer: list[tuple[sa.Row[Any], Review]]


def is_stub(review: Review) -> bool:
    """Whether a review is only a notification or was typed in."""
    return stub.VIA in review.details


async def sort_out(connection: Connection, location_id: int, arriving: Sequence[Review]) -> Sorted:
    """Separate new reviews from those that are stored already, as a notification or in full."""
    stubs = [review for review in arriving if is_stub(review)]
    full = [review for review in arriving if not is_stub(review)]
    sorted_ = Sorted([], [], [], [])
    left = await _complete(connection, location_id, full, sorted_)
    sorted_.new.extend(left)
    sorted_.new.extend(await _are_known(connection, location_id, stubs, sorted_))
    return sorted_


def complete(row: sa.Row[Any], review: Review) -> dict[str, Any]:
    """What a completed stub takes over besides the full review's content; the stub's own notes are kept.

    Its place in time stays where the day is all that the full review knows.
    """
    kept = {f"stub_{name}": row.details[name] for name in stub.KEPT if name in row.details}
    values: dict[str, Any] = {
        "external_id": review.external_id,
        "details": {**review.details, **kept},
        "is_stub": False,
    }
    if not review.is_date_only:
        values |= {"published_at": review.published_at, "is_date_only": False}
    return values


async def _complete(connection: Connection, location_id: int, full: Sequence[Review], sorted_: Sorted) -> list[Review]:
    if not full:
        return []
    rows = await _rows(connection, location_id, full, reviews.c.is_stub)
    if not rows:
        return list(full)
    done = set()
    for platform in {review.platform for review in full}:
        here = [(number, review) for number, review in enumerate(full) if review.platform == platform]
        found = pairs(
            [_stored_side(row) for row in rows if row.platform == platform],
            [_side(number, review) for number, review in here],
        )
        by_id = {row.review_id: row for row in rows}
        for mine, other in found:
            sorted_.completing.append((by_id[mine.key], full[other.key]))
            done.add(other.key)
    return [review for number, review in enumerate(full) if number not in done]


async def _are_known(
    connection: Connection, location_id: int, stubs: Sequence[Review], sorted_: Sorted
) -> list[Review]:
    if not stubs:
        return []
    rows = await _rows(connection, location_id, stubs, sa.or_(sa.not_(reviews.c.is_stub), *map(_alike, stubs)))
    by_id = {row.review_id: row for row in rows}
    known = Candidates((row.platform, _stored_side(row)) for row in rows)
    new: dict[int, Review] = {}
    # One after the other: a mail of its own and the digest of the same day may come with one poll.
    for number, review in enumerate(stubs):
        side = _side(-number - 1, review)
        found = pairs([side], known.of(review.platform, side))
        if not found:
            new[side.key] = review
            known.add(review.platform, side)
            continue
        key = found[0][1].key
        if key < 0:
            new[key] = max(new[key], review, key=lambda one: len(one.text))
            sorted_.known.append(review)
        elif by_id[key].is_stub and len(review.text) > len(by_id[key].text):
            sorted_.longer.append((by_id[key], review))
        else:
            sorted_.known.append(review)
    return list(new.values())


def _alike(review: Review) -> sa.ColumnElement[bool]:
    """Stored stubs that a new one may repeat; `pairs` looks at them closely."""
    if not review.text:
        return sa.and_(reviews.c.text == "", reviews.c.author.istartswith(first_name(review.author), autoescape=True))
    begins = reviews.c.text.istartswith(review.text[:BEGINNING], autoescape=True)
    return begins if len(review.text) >= BEGINNING else reviews.c.text == review.text


async def _rows(
    connection: Connection, location_id: int, near: Iterable[Review], only: sa.ColumnElement[bool]
) -> Sequence[sa.Row[Any]]:
    times = [review.published_at for review in near]
    platforms = {review.platform for review in near}
    rows = await connection.execute(
        sa.select(reviews).where(
            reviews.c.location_id == location_id,
            only,
            reviews.c.platform.in_(platforms),
            reviews.c.published_at >= min(times) - _REACH,
            reviews.c.published_at <= max(times) + _REACH,
        )
    )
    return rows.all()


def _side(number: int, review: Review) -> Side:
    return Side(
        key=number,
        at=review.published_at,
        rating=review.rating,
        text=review.text or review.title,
        name=review.author,
        **_marks(review.details),
    )


def _stored_side(row: sa.Row[Any]) -> Side:
    rating = None if row.rating_value is None else Rating(row.rating_value, row.rating_worst, row.rating_best)
    return Side(
        key=row.review_id,
        at=row.published_at,
        rating=rating,
        text=row.text or row.title,
        name=row.author,
        **_marks(row.details),
    )


def _marks(details: dict[str, str]) -> dict[str, Any]:
    via = details.get(stub.VIA)
    return {
        "is_stub": via is not None,
        "is_cut": stub.EXCERPT in details,
        "is_typed": via == stub.TYPED,
        "mail": details.get(stub.MESSAGE_ID, ""),
    }
