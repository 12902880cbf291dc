"""Erasing reviews by their numbers: in one transaction nothing shows, quotes or learns from them any more.

What is left of a review is that there was one: its platform, its stars, and when, by the hour; so counts, incidents and
what is usual stay true. Copies of its words elsewhere are found by `bot.store.privacy.places` afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.model.ingest.upload import UploadState
from bot.store.db.engine import Connection, Row
from bot.store.db.schema import (
    incident_moves,
    incident_reviews,
    incident_texts,
    incidents,
    locations,
    messages,
    models,
    not_severe,
    outbox,
    review_versions,
    reviews,
    scores,
    uploads,
)
from bot.store.delivery.sent_messages import said_key
from bot.store.privacy import bars
from bot.text.needles import Needles

ERASED: Final = "erased:"
"""How the id of a review begins that was erased."""
_HARMLESS: Final = (
    *("severity_step", "reopened", "assigned", "snooze_over", "resolved", "ask_note", "card", "evidence"),
    *("playbook", "pin", "note_file"),
)
"""Kinds about an incident without quotes, or that are edited with the card."""
_LISTS: Final = ("rev", "list")


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of ours that may hold a guest's words."""

    chat_id: int
    key: str
    telegram_message_id: int
    sent_at: datetime


async def rows(connection: Connection, review_ids: Sequence[int]) -> list[Row]:
    """The reviews with all their columns, those left out that are not there or erased already."""
    found = await connection.execute(
        sa.select(reviews)
        .where(reviews.c.review_id.in_(review_ids), reviews.c.erased_at.is_(None))
        .order_by(reviews.c.review_id)
    )
    return list(found.all())


async def needles_of(connection: Connection, found: Sequence[Row]) -> Needles:
    """What the guests of some reviews are called and wrote, earlier versions and the owner's answers included."""
    ids = [row.review_id for row in found]
    earlier = await connection.execute(sa.select(review_versions).where(review_versions.c.review_id.in_(ids)))
    texts = [text for row in (*found, *earlier.all()) for text in (row.title, row.text)]
    texts += [row.reply_text or "" for row in found]
    details = [
        value for row in found for name, value in row.details.items() if isinstance(value, str) and name != "via"
    ]
    return Needles.of([row.author for row in found], [*texts, *(one for one in details if " " in one)])


async def erase(connection: Connection, found: Sequence[Row], *, erasure_id: int, now: datetime) -> dict[str, int]:
    """Erase reviews and whatever hangs on their numbers; gives how many rows of which table."""
    ids = [row.review_id for row in found]
    its_key = await bars.key(connection)
    await _keep_out(connection, found, lambda row: bars.tokens(its_key, row), erasure_id=erasure_id)
    await _leave_little(connection, found, its_key, now=now)
    await _forget_typed(connection, found)
    counts = {"reviews": len(ids)}
    for table in (review_versions, scores):
        gone = await connection.execute(sa.delete(table).where(table.c.review_id.in_(ids)))
        counts[table.name] = int(gone.rowcount)
    places = sorted({row.location_id for row in found})
    of_places = sa.select(incidents.c.incident_id).where(incidents.c.location_id.in_(places))
    gone = await connection.execute(sa.delete(incident_texts).where(incident_texts.c.incident_id.in_(of_places)))
    counts["incident_texts"] = int(gone.rowcount)
    its_incidents = await incidents_of(connection, ids)
    said = sa.and_(not_severe.c.incident_id.in_(its_incidents), not_severe.c.words != "")
    counts["not_severe"] = int((await connection.execute(sa.update(not_severe).where(said).values(words=""))).rowcount)
    await _unlearn(connection, places)
    return counts


async def old(connection: Connection, business_id: int, *, before: datetime, limit: int) -> list[Row]:
    """Reviews of a business that were published before a moment and still have their words, the oldest first."""
    of_business = sa.select(locations.c.location_id).where(locations.c.business_id == business_id)
    its_time = sa.and_(reviews.c.published_at < before, reviews.c.erased_at.is_(None))
    found = await connection.execute(
        sa.select(reviews)
        .where(reviews.c.location_id.in_(of_business), its_time)
        .order_by(reviews.c.published_at)
        .limit(limit)
    )
    return list(found.all())


async def old_of_source(connection: Connection, source_id: int, *, before: datetime, limit: int) -> list[Row]:
    """Reviews that a source gave before a moment and that still have their words, the oldest first."""
    its = sa.and_(reviews.c.source_id == source_id, reviews.c.discovered_at < before, reviews.c.erased_at.is_(None))
    found = await connection.execute(sa.select(reviews).where(its).order_by(reviews.c.review_id).limit(limit))
    return list(found.all())


async def let_age(connection: Connection, found: Sequence[Row], *, now: datetime) -> None:
    """Take the words from reviews that have been kept long enough; what was read from them stays as figures."""
    ids = [row.review_id for row in found]
    its_key = await bars.key(connection)
    # Age is no reason to keep a guest's other reviews out: only this one does not come again, by the platform's id.
    await _keep_out(connection, found, lambda row: bars.tokens(its_key, row)[:1], erasure_id=None)
    await _leave_little(connection, found, its_key, now=now)
    await connection.execute(sa.delete(review_versions).where(review_versions.c.review_id.in_(ids)))
    its_incidents = await incidents_of(connection, ids)
    await connection.execute(sa.delete(incident_texts).where(incident_texts.c.incident_id.in_(its_incidents)))
    await connection.execute(sa.update(not_severe).where(not_severe.c.incident_id.in_(its_incidents)).values(words=""))


async def forget_notes(connection: Connection, location_ids: Sequence[int], *, before: datetime | None = None) -> None:
    """Empty the notes of the incidents of some places: of those that ended before a moment, or of all."""
    its_incidents = sa.select(incidents.c.incident_id).where(incidents.c.location_id.in_(location_ids))
    if before is not None:
        its_incidents = its_incidents.where(incidents.c.ended_at < before)
    its = incident_moves.c.incident_id.in_(its_incidents)
    await connection.execute(
        sa.update(incident_moves).where(its, incident_moves.c.detail["note"].as_string() != "").values(detail={})
    )
    await connection.execute(
        sa.update(incidents).where(incidents.c.incident_id.in_(its_incidents), incidents.c.note != "").values(note="")
    )


async def last_of(connection: Connection, location_ids: Sequence[int]) -> int | None:
    """The number of the newest review of some places that is not erased; None when there is none."""
    its = sa.and_(reviews.c.location_id.in_(location_ids), reviews.c.erased_at.is_(None))
    last: int | None = await connection.scalar(sa.select(sa.func.max(reviews.c.review_id)).where(its))
    return last


async def of_places(connection: Connection, location_ids: Sequence[int], *, up_to: int, limit: int) -> list[Row]:
    """Reviews of some places that are not erased, up to a number."""
    its = sa.and_(reviews.c.location_id.in_(location_ids), reviews.c.erased_at.is_(None))
    query = sa.select(reviews).where(its, reviews.c.review_id <= up_to).order_by(reviews.c.review_id).limit(limit)
    return list((await connection.execute(query)).all())


async def _keep_out(
    connection: Connection, found: Sequence[Row], tokens: Callable[[Row], list[str]], *, erasure_id: int | None
) -> None:
    by_place: dict[int, set[str]] = {}
    for row in found:
        by_place.setdefault(row.location_id, set()).update(tokens(row))
    for location_id, its in by_place.items():
        await bars.put(connection, location_id, its, erasure_id=erasure_id)


async def _leave_little(connection: Connection, found: Sequence[Row], its_key: bytes, *, now: datetime) -> None:
    left = [{"its": row.review_id, **_what_is_left(row, bars.tokens(its_key, row)[0], now)} for row in found]
    names = [name for name in left[0] if name != "its"]
    await connection.execute(
        sa.update(reviews)
        .where(reviews.c.review_id == sa.bindparam("its"))
        .values({name: sa.bindparam(name) for name in names}),
        left,
    )
    lows = [{"its": row.review_id, "was": row.low_at, "hour": _hour(row.low_at)} for row in found if row.low_at]
    if lows:
        same = sa.and_(
            incident_reviews.c.review_id == sa.bindparam("its"), incident_reviews.c.low_at == sa.bindparam("was")
        )
        await connection.execute(sa.update(incident_reviews).where(same).values(low_at=sa.bindparam("hour")), lows)


async def incidents_of(connection: Connection, review_ids: Sequence[int]) -> list[int]:
    """The incidents that some reviews belong to."""
    query = sa.select(incident_reviews.c.incident_id).where(incident_reviews.c.review_id.in_(review_ids)).distinct()
    return sorted(await connection.scalars(query))


async def standing(
    connection: Connection, review_ids: Sequence[int], needles: Needles
) -> tuple[list[Standing], list[int]]:
    """The messages that may hold the words of some reviews, and the outbox rows that wait with them.

    Cards and evidence are not among them: they are edited. Messages that were said more than a month ago and are not
    about an incident are not known any more.
    """
    its_incidents = await incidents_of(connection, review_ids)
    places = sorted(
        set(await connection.scalars(sa.select(reviews.c.location_id).where(reviews.c.review_id.in_(review_ids))))
    )
    keys: set[tuple[int, str]] = set()
    waiting: list[int] = []
    harmless: set[int] = set()
    for row in (await connection.execute(sa.select(outbox).where(outbox.c.kind != "unsay"))).all():
        if _holds(row, review_ids, its_incidents, places, needles):
            keys.add((row.chat_id, row.key or _key_of(row)))
            if row.state == "waiting" and row.kind not in ("card", "evidence"):
                waiting.append(row.outbox_id)
        elif row.kind in _HARMLESS:
            harmless.add(row.outbox_id)
    keys |= await _asking(connection, needles)
    found = []
    for row in (await connection.execute(sa.select(messages))).all():
        kind, _, rest = row.key.partition(":")
        numbers = [int(part) for part in rest.split(":") if part.isdecimal()]
        is_note = kind == "note" and numbers[:1] and numbers[0] in its_incidents and numbers[-1] not in harmless
        is_list = kind in _LISTS and numbers[:1] and numbers[0] in (its_incidents if kind == "rev" else places)
        if (row.chat_id, row.key) in keys or is_note or is_list:
            found.append(Standing(row.chat_id, row.key, row.telegram_message_id, row.sent_at))
    return found, waiting


async def _asking(connection: Connection, needles: Needles) -> set[tuple[int, str]]:
    """The questions about files and typed reviews that show the words; they are withdrawn."""
    keys = set()
    for row in (await connection.execute(sa.select(uploads).where(uploads.c.ended_at.is_(None)))).all():
        if needles.are_in([row.facts, row.mapping]):
            if row.chat_id is not None:
                keys.add((row.chat_id, f"upload:{row.upload_id}"))
            cancelled = {"state": UploadState.CANCELLED.value, "body": None, "facts": needles.blanked(row.facts)}
            await connection.execute(sa.update(uploads).where(uploads.c.upload_id == row.upload_id).values(**cancelled))
    return keys


async def _forget_typed(connection: Connection, found: Sequence[Row]) -> None:
    """What a person of the team has typed is kept as it was typed, however short it is."""
    for row in found:
        notes = [row.external_id, *(value for value in row.details.values() if isinstance(value, str))]
        numbers = {note.removeprefix("typed:") for note in notes if note.startswith("typed:")}
        for number in (int(one) for one in numbers if one.isdecimal()):
            its = uploads.c.upload_id == number
            facts = await connection.scalar(sa.select(uploads.c.facts).where(its))
            if facts:
                await connection.execute(sa.update(uploads).where(its).values(facts={**facts, "typed": ""}))


def _holds(
    row: Row, review_ids: Sequence[int], its_incidents: Sequence[int], places: Sequence[int], needles: Needles
) -> bool:
    if row.kind in _HARMLESS:
        return False
    if row.args.get("review_id") in review_ids or needles.are_in(row.args):
        return True
    # Both quote guests, in a file or in words that are only made when they are sent.
    is_file = "file" in row.args and row.args.get("incident_id") in its_incidents
    return is_file or (row.kind in ("themes", "severe_review") and _is_about(row.args, its_incidents, places))


def _is_about(args: dict[str, Any], its_incidents: Sequence[int], places: Sequence[int]) -> bool:
    return args.get("incident_id") in its_incidents or args.get("location_id") in places


def _key_of(row: Row) -> str:
    if "incident_id" in row.args:
        return f"note:{row.args['incident_id']}:{row.outbox_id}"
    return said_key(row.outbox_id)


async def drop_waiting(connection: Connection, outbox_ids: Sequence[int]) -> None:
    """Take messages back that were not sent yet."""
    await connection.execute(sa.delete(outbox).where(outbox.c.outbox_id.in_(outbox_ids), outbox.c.state == "waiting"))


def _what_is_left(row: Row, token: str, now: datetime) -> dict[str, Any]:
    return {
        "external_id": f"{ERASED}{token}:{row.review_id}",
        "title": "",
        "text": "",
        "author": "",
        "language": None,
        "url": "",
        "published_at": _hour(row.published_at),
        "low_at": None if row.low_at is None else _hour(row.low_at),
        "edited_at": None,
        "reply_text": None,
        "reply_at": None,
        "details": {},
        "twin_key": None,
        "content_hash": f"erased:{row.review_id}",
        "is_stub": False,
        "is_news": False,
        "gone_at": None,
        "missing_since": None,
        "changed_at": now,
        "erased_at": now,
    }


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


async def _unlearn(connection: Connection, location_ids: Sequence[int]) -> None:
    """What was learned from them goes; the tick `learn` learns anew without them."""
    businesses = sa.select(locations.c.business_id).where(locations.c.location_id.in_(location_ids))
    await connection.execute(sa.delete(models).where(models.c.business_id.in_(businesses)))
