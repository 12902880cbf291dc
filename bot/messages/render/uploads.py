"""From a file or a typed review, as far as it is, to the message about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from bot.i18n.speech import reason_text
from bot.messages.service.sent import typed_reviews
from bot.messages.service.sent import uploads as sent_files
from bot.messages.service.sent.imports import SkippedRow
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered
from bot.model.ingest.upload import Question, UploadState
from bot.model.review import Rating
from bot.reasons import restored
from bot.stages.ingest import typed, upload_actions
from bot.store.db.engine import Connection
from bot.store.ingest.uploads import Upload
from bot.store.people import locations


async def render(connection: Connection, upload: Upload, words: Words) -> Rendered:
    """The message about a file as it stands now."""
    place = None if upload.location_id is None else await locations.find(connection, upload.location_id)
    words = words if place is None else words.in_zone(place.zone)
    if typed.is_typed(upload):
        return await _typed(connection, upload, words, "" if place is None else place.name)
    file = sent_files.SentFile(upload.upload_id, upload.name, "" if place is None else place.name)
    facts = upload.facts
    match upload.state:
        case UploadState.ASKING:
            return await _question(connection, upload, file, words)
        case UploadState.DONE:
            return sent_files.imported(file, words, _brought(facts, words))
        case UploadState.UNDONE:
            return sent_files.undone(words, removed=facts["removed"], set_back=facts["set_back"])
        case UploadState.CANCELLED:
            return sent_files.cancelled(file, words)
        case UploadState.REFUSED if facts["reason"] == "unfetched":
            return sent_files.not_fetched(file, words)
        case UploadState.REFUSED:
            return sent_files.unreadable(file, words, reason=reason_of(facts, words, facts["says"]))
        case _:
            return sent_files.reading(file, words, done=facts.get("done"), rows=facts.get("rows"))


async def _typed(connection: Connection, upload: Upload, words: Words, place: str) -> Rendered:
    facts, number = upload.facts, upload.upload_id
    match upload.state, upload.question:
        case UploadState.DONE, _:
            return typed_reviews.added(
                number,
                words,
                place=place,
                rating=Rating(*facts["rating"]),
                platform=facts["platform"],
                is_new=bool(facts["new"]),
            )
        case UploadState.UNDONE, _:
            return typed_reviews.taken_back(words)
        case UploadState.ASKING, Question.LOCATION:
            choices = [(one.location_id, one.name) for one in await upload_actions.choices_of(connection, upload)]
            return typed_reviews.which_location(number, words, text=facts["typed"], places=choices)
        case UploadState.ASKING, Question.STARS:
            return typed_reviews.how_many_stars(number, words, text=facts["typed"], place=place)
        case UploadState.ASKING, _:
            assert upload.location_id is not None
            platforms = await typed.platforms_of(connection, upload.location_id)
            return typed_reviews.which_platform(number, words, text=facts["typed"], platforms=platforms)
        case _:
            return typed_reviews.cancelled(words)


async def _question(connection: Connection, upload: Upload, file: sent_files.SentFile, words: Words) -> Rendered:
    facts = upload.facts
    match upload.question:
        case Question.LOCATION:
            choices = [(one.location_id, one.name) for one in await upload_actions.choices_of(connection, upload)]
            return sent_files.which_location(file, words, rows=facts["rows"], places=choices)
        case _ if "ask" not in facts:
            return sent_files.cancelled(file, words)
        case _:
            question = _asked(facts["ask"], upload, file, words)
            waiting = facts["ask"]["facts"].get("meanwhile")
            return question if waiting is None else sent_files.meanwhile(question, words, waiting)


def _asked(ask: Mapping[str, Any], upload: Upload, file: sent_files.SentFile, words: Words) -> Rendered:
    about, rows = ask["facts"], ask["rows"]
    match upload.question:
        case Question.COLUMNS:
            return sent_files.which_columns(file, words, rows=rows, mapping=ask["mapping"], columns=about["columns"])
        case Question.SCALE:
            return sent_files.which_scale(file, words, rows=rows, facts=about)
        case Question.RECOMMENDED:
            return sent_files.which_recommended(file, words, rows=rows, facts=about)
        case _:
            return sent_files.which_day(
                file,
                words,
                rows=rows,
                example=about["example"],
                day_first=date.fromisoformat(about["day_first"]),
                month_first=date.fromisoformat(about["month_first"]),
            )


def reason_of(kept: Mapping[str, Any], words: Words, otherwise: str) -> str:
    """A reason in the language of the chat, where the catalogue of reasons has it."""
    found = restored(kept["why"]) if kept.get("why") else None
    return otherwise if found is None else reason_text(found, words.language, hides_cells=words.is_shared)


def _brought(facts: Mapping[str, Any], words: Words) -> sent_files.Brought:
    first, last = (facts[name] and datetime.fromisoformat(facts[name]) for name in ("first_at", "last_at"))
    return sent_files.Brought(
        kind=facts.get("kind", ""),
        new=facts["new"],
        changed=facts["changed"],
        known=facts["known"],
        first_at=first,
        last_at=last,
        skipped=[SkippedRow(line=one["line"], reason=reason_of(one, words, one["reason"])) for one in facts["lines"]],
        skipped_count=facts["skipped"],
        understood=facts.get("understood"),
        files=facts.get("files", 1),
    )
