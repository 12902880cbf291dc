"""Stores reviews that people type in the chat, asks for what is missing, and lets the full review replace them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from bot.model.ingest import stub
from bot.model.ingest.normal import normalise
from bot.model.ingest.upload import Question, UploadState
from bot.model.review import ParsedReview, Rating
from bot.stages.ingest import folder_files, upload_actions
from bot.store.db.engine import Connection
from bot.store.ingest import sources, uploads
from bot.store.ingest.uploads import Upload
from bot.store.people import locations
from bot.store.reviews import reviews, save_reviews
from bot.store.reviews.save_reviews import Arrival

_USUAL: Final = ("google", "tripadvisor")
_MOST_PLATFORMS: Final = 8
_NO_PLATFORM: Final = ("source:", "import")


def is_typed(upload: Upload) -> bool:
    """Whether it is a typed review and not a file."""
    return "typed" in upload.facts


async def begin(
    connection: Connection,
    *,
    chat_id: int,
    person_id: int,
    rating: Rating | None,
    platform: str,
    text: str,
    now: datetime,
) -> Upload:
    """Take in what somebody typed, as far as it goes without another question; gives how far it is."""
    upload_id = await uploads.add(connection, chat_id=chat_id, person_id=person_id, file_id="", name="", now=now)
    facts: dict[str, Any] = {"typed": text, "platform": platform, "rating": None}
    if rating is not None:
        facts["rating"] = [rating.value, rating.worst, rating.best]
    await uploads.update(connection, upload_id, facts=facts, state=UploadState.ASKING)
    upload = await uploads.find(connection, upload_id)
    assert upload is not None
    return await ask_or_store(connection, upload, now=now)


async def answer(connection: Connection, upload: Upload, *, now: datetime, **facts: Any) -> Upload:
    """One of its questions is answered; `location_id` or one of the facts."""
    location_id = facts.pop("location_id", upload.location_id)
    after = replace(upload, facts={**upload.facts, **facts}, location_id=location_id)
    await uploads.update(connection, upload.upload_id, facts=dict(after.facts), location_id=location_id)
    return await ask_or_store(connection, after, now=now)


async def ask_or_store(connection: Connection, upload: Upload, *, now: datetime) -> Upload:
    """Ask what is still missing, or store the review."""
    choices = await upload_actions.choices_of(connection, upload)
    if upload.location_id is None and len(choices) == 1:
        upload = replace(upload, location_id=choices[0].location_id)
    question = None
    if upload.location_id is None:
        question = Question.LOCATION
    elif upload.facts["rating"] is None:
        question = Question.STARS
    elif not upload.facts["platform"]:
        question = Question.PLATFORM
    if question is None:
        upload = await _store(connection, upload, now=now)
    else:
        upload = replace(upload, question=question)
        await uploads.update(
            connection, upload.upload_id, question=question, location_id=upload.location_id, facts=dict(upload.facts)
        )
    await folder_files.show(connection, upload, now=now)
    return upload


async def platforms_of(connection: Connection, location_id: int) -> list[str]:
    """The platforms a review of a location may be from: its own, most used first, and the two that everybody has."""
    written = await reviews.platforms(connection, location_id)
    configured = [row.platform for row in await sources.of_location(connection, location_id)]
    found = written + configured + list(_USUAL)
    return [name for name in dict.fromkeys(found) if name and not name.startswith(_NO_PLATFORM)][:_MOST_PLATFORMS]


async def _store(connection: Connection, upload: Upload, *, now: datetime) -> Upload:
    assert upload.location_id is not None
    facts = upload.facts
    source_id = await locations.put_import(connection, upload.location_id)
    row = await sources.find(connection, source_id)
    parsed = ParsedReview(
        rating=Rating(*facts["rating"]),
        text=facts["typed"],
        published_at=now,
        external_id=f"typed:{upload.upload_id}",
        platform=facts["platform"],
        details={stub.VIA: stub.TYPED, stub.MESSAGE_ID: f"typed:{upload.upload_id}", stub.NOTIFIED_AT: now.isoformat()},
    )
    arrival = Arrival(
        source_id=source_id,
        location_id=upload.location_id,
        connected_at=row.connected_at or now,
        discovered_at=now,
        sweep=row.sweep,
        is_first_sweep=False,
    )
    saved = await save_reviews.save(
        connection, normalise([parsed], platform=facts["platform"], low_at_most=None), arrival
    )
    after = {**facts, "source_id": source_id, "new": saved.new, "skipped": 0}
    ended = replace(upload, state=UploadState.DONE, question=None, facts=after, imported_at=now)
    await uploads.update(
        connection,
        upload.upload_id,
        state=UploadState.DONE,
        question="",
        location_id=upload.location_id,
        facts=after,
        imported_at=now,
        ended_at=now,
    )
    return ended
