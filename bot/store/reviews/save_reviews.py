"""Storing reviews: new ones are added, edited ones keep their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from bot.incidents.freshness import is_fresh, low_since
from bot.model.ingest import stub
from bot.model.ingest.normal import Review
from bot.model.review import BESIDE
from bot.store.db.bulk import insert_many
from bot.store.db.engine import Connection
from bot.store.db.schema import locations, review_versions, reviews
from bot.store.privacy import bars
from bot.store.reviews import notification_matching
from bot.store.reviews.reviews import rating_of

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Arrival:
    """How reviews reached us.

    Attributes:
        sweep: the number of the source's sweep.
        is_first_sweep: they came with the source's first complete sweep.
        marks_seen: the source lists everything, so that a review missing from it may be gone.
        reads_again: they were read before and did not change since: what differs was read wrongly.
        tells_removed: the platform says itself which reviews are removed, so that one it lists is not.
    """

    source_id: int
    location_id: int
    connected_at: datetime
    discovered_at: datetime
    sweep: int
    is_first_sweep: bool
    marks_seen: bool = False
    tells_removed: bool = False
    reads_again: bool = False


@dataclass(slots=True)
class Saved:
    """What storing changed.

    Attributes:
        low: those of `new` and `changed` that are low now and were not before.
        barred: those that were erased before and stay out.
        first_at, last_at: the span of everything that was given, known reviews included.
    """

    new: int = 0
    changed: int = 0
    known: int = 0
    low: int = 0
    barred: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    def span(self, batch: Sequence[Review]) -> None:
        """Note when the reviews of a batch were published."""
        if batch:
            self._widen(min(review.published_at for review in batch))
            self._widen(max(review.published_at for review in batch))

    def add(self, other: Saved) -> None:
        """Add up two."""
        self.new += other.new
        self.changed += other.changed
        self.known += other.known
        self.low += other.low
        self.barred += other.barred
        for at in (other.first_at, other.last_at):
            if at is not None:
                self._widen(at)

    def _widen(self, at: datetime) -> None:
        self.first_at = min(self.first_at or at, at)
        self.last_at = max(self.last_at or at, at)


async def save(connection: Connection, batch: Sequence[Review], arrival: Arrival) -> Saved:
    """Store reviews of one source: new ones are added, changed ones keep their history, known ones cost nothing.

    A key twice in one batch counts with its last appearance.
    """
    saved = Saved()
    saved.span(batch)
    erased = await bars.barred(connection, arrival.location_id, batch)
    if erased:
        saved.barred = len(erased)
        batch = [review for review in batch if review not in erased]
    latest = {(review.platform, review.external_id): review for review in batch}
    stored = await _stored(connection, arrival.location_id, latest.values())
    new: list[Review] = []
    unanswered: list[int] = []
    beside: list[tuple[sa.Row[Any], Review]] = []
    for key, review in latest.items():
        row = stored.get(key)
        if row is None:
            new.append(review)
        elif row.content_hash == review.content_hash or _is_stale(review, row) or _is_less(review, row):
            saved.known += 1
            if row.content_hash == review.content_hash and row.reply_text is None and review.reply is not None:
                unanswered.append(row.review_id)
            if row.content_hash == review.content_hash and _beside(review.details, row.details):
                beside.append((row, review))
        else:
            is_completed = row.is_stub and not notification_matching.is_stub(review)
            await (_complete if is_completed else _change)(connection, row, review, arrival)
            saved.changed += 1
            saved.low += review.is_low and not row.is_low
    if unanswered:
        # What gave them before could not tell of answers.
        await connection.execute(sa.update(reviews).where(reviews.c.review_id.in_(unanswered)).values(reply_text=""))
    for row, review in beside:
        its = reviews.c.review_id == row.review_id
        values = {
            "details": {**row.details, **_beside(review.details, row.details)},
            "changed_at": arrival.discovered_at,
        }
        await connection.execute(sa.update(reviews).where(its).values(**values))
    sorted_out = await notification_matching.sort_out(connection, arrival.location_id, new)
    for row, review in (*sorted_out.completing, *sorted_out.longer):
        saved.low += review.is_low and not row.is_low
        await _complete(connection, row, review, arrival)
    saved.changed += len(sorted_out.completing) + len(sorted_out.longer)
    saved.known += len(sorted_out.known)
    saved.new = len(sorted_out.new)
    saved.low += sum(review.is_low for review in sorted_out.new)
    await insert_many(connection, reviews, _COLUMNS, (_row(review, arrival) for review in sorted_out.new))
    is_back = await _mark_seen(connection, stored.values(), arrival)
    if saved.new or saved.changed or is_back:
        await connection.execute(
            sa.update(locations).where(locations.c.location_id == arrival.location_id).values(look_due=True)
        )
    return saved


async def _stored(
    connection: Connection, location_id: int, batch: Iterable[Review]
) -> dict[tuple[str, str], sa.Row[Any]]:
    by_platform: dict[str, list[str]] = {}
    for review in batch:
        by_platform.setdefault(review.platform, []).append(review.external_id)
    found: dict[tuple[str, str], sa.Row[Any]] = {}
    for platform, ids in by_platform.items():
        rows = await connection.execute(
            sa.select(reviews).where(
                reviews.c.location_id == location_id,
                reviews.c.platform == platform,
                reviews.c.external_id.in_(ids),
            )
        )
        found.update({(row.platform, row.external_id): row for row in rows})
    return found


def _details(row: sa.Row[Any], review: Review) -> dict[str, str]:
    """Another copy's details of a stored review: what is beside the guest's words stays where that lacks it."""
    return {**_beside(row.details, {}), **review.details}


def _beside(details: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """The details beside the guest's words that are not known yet."""
    if not details:
        return {}
    return {name: details[name] for name in BESIDE if name in details and details[name] != known.get(name)}


def _is_stale(review: Review, row: sa.Row[Any]) -> bool:
    """An older copy (an old export, a Takeout from last month) does not undo a newer edit."""
    return row.edited_at is not None and (review.edited_at or review.published_at) < row.edited_at


def _is_less(review: Review, row: sa.Row[Any]) -> bool:
    """A mail about a review, which may lack its rating or half of its text, takes nothing from the review itself."""
    return stub.VIA in review.details and stub.VIA not in row.details


_NOT_NEW = (
    *("review_id", "is_observed", "missed_sweeps", "missing_since", "gone_at"),
    *("severe_at", "low_told_at", "erased_at"),
)


_COLUMNS = tuple(column.name for column in reviews.c if column.name not in _NOT_NEW)


_in_order = itemgetter(*_COLUMNS)


def _row(review: Review, arrival: Arrival) -> tuple[Any, ...]:
    is_news = _is_news(review.published_at, arrival, is_edit=False)
    values = {
        **_content(review),
        "location_id": arrival.location_id,
        "source_id": arrival.source_id,
        "platform": review.platform,
        "external_id": review.external_id,
        "low_at": review.published_at if review.is_low else None,
        "is_fresh": is_news and review.is_low,
        "is_news": is_news,
        "published_at": review.published_at,
        "is_date_only": review.is_date_only,
        "discovered_at": arrival.discovered_at,
        "changed_at": arrival.discovered_at,
        "seen_sweep": arrival.sweep,
        "is_stub": notification_matching.is_stub(review),
    }
    return tuple(_in_order(values))


def _content(review: Review) -> dict[str, Any]:
    rating = review.rating
    return {
        "rating_value": None if rating is None else rating.value,
        "rating_worst": None if rating is None else rating.worst,
        "rating_best": None if rating is None else rating.best,
        "is_low": review.is_low,
        "title": review.title,
        "text": review.text,
        "author": review.author,
        "language": review.language,
        "url": review.url,
        "edited_at": review.edited_at,
        "reply_text": None if review.reply is None else review.reply.text,
        "reply_at": None if review.reply is None else review.reply.at,
        "details": review.details,
        "twin_key": review.twin_key,
        "content_hash": review.content_hash,
    }


async def _complete(connection: Connection, row: sa.Row[Any], review: Review, arrival: Arrival) -> None:
    """The full review has come, or a stub that shows more: the same row, which counts when it has counted before."""
    values = {**_content(review), "details": _details(row, review), "changed_at": arrival.discovered_at}
    if not notification_matching.is_stub(review):
        values |= notification_matching.complete(row, review) | {
            "source_id": arrival.source_id,
            "seen_sweep": arrival.sweep,
        }
    if review.is_low and not row.is_low:
        # The notice did not say how many stars it were; that is news now.
        is_news = _is_news(review.published_at, arrival, is_edit=False)
        values |= {"low_at": review.published_at, "is_fresh": is_news, "is_observed": False}
    elif row.is_low and review.rating is None:
        for name in ("rating_value", "rating_worst", "rating_best", "is_low"):
            values.pop(name)
    await connection.execute(sa.update(reviews).where(reviews.c.review_id == row.review_id).values(**values))


def _is_news(at: datetime, arrival: Arrival, *, is_edit: bool) -> bool:
    return is_fresh(
        low_at=at,
        discovered_at=arrival.discovered_at,
        connected_at=arrival.connected_at,
        is_first_sweep=arrival.is_first_sweep,
        is_edit=is_edit,
    )


async def _change(connection: Connection, row: sa.Row[Any], review: Review, arrival: Arrival) -> None:
    old_rating = rating_of(row)
    values = {**_content(review), "details": _details(row, review), "changed_at": arrival.discovered_at}
    if (old_rating, row.title, row.text) != (review.rating, review.title, review.text):
        await connection.execute(
            sa.insert(review_versions).values(
                review_id=row.review_id,
                replaced_at=arrival.discovered_at,
                rating_value=row.rating_value,
                rating_worst=row.rating_worst,
                rating_best=row.rating_best,
                title=row.title,
                text=row.text,
                edited_at=row.edited_at,
            )
        )
    edit_at = low_since(
        published_at=review.published_at,
        edited_at=review.edited_at,
        discovered_at=arrival.discovered_at,
        # What was read wrongly counts from when the guest wrote it, not from when that was put right.
        was_known_not_low=not arrival.reads_again,
    )
    is_news = _is_news(edit_at, arrival, is_edit=not arrival.reads_again)
    if (row.title, row.text) != (review.title, review.text):
        values["is_news"] = is_news
    if review.is_low and not row.is_low:
        values |= {"low_at": edit_at, "is_fresh": is_news, "is_observed": False}
    elif not review.is_low:
        values |= {"low_at": None, "is_fresh": False}
    await connection.execute(sa.update(reviews).where(reviews.c.review_id == row.review_id).values(**values))


async def _mark_seen(connection: Connection, rows: Iterable[sa.Row[Any]], arrival: Arrival) -> bool:
    """Note that the platform still shows these reviews; True when one of them had been taken for gone."""
    # Sweeps are counted for each source: another source's count says nothing about this review.
    own = [row for row in rows if arrival.marks_seen and row.source_id == arrival.source_id]
    back = [row for row in rows if row.gone_at is not None and (arrival.tells_removed or row in own)]
    for seen, sweep in ((own, arrival.sweep), ([row for row in back if row not in own], reviews.c.seen_sweep)):
        if seen:
            await connection.execute(
                sa.update(reviews)
                .where(reviews.c.review_id.in_([row.review_id for row in seen]))
                .values(seen_sweep=sweep, missed_sweeps=0, missing_since=None, gone_at=None)
            )
    return bool(back)
