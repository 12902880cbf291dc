"""Records what became of a file from a folder, the terminal or setup, reports it once and asks about it in the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from bot.model.ingest.poll import Parsed, Problem
from bot.model.ingest.understanding import Understood
from bot.model.ingest.upload import Question, UploadState
from bot.stages.notify import enqueue
from bot.store.db.engine import Connection
from bot.store.ingest import uploads
from bot.store.ingest.raw_items import StoredRaw
from bot.store.ingest.sources import SourceRow
from bot.store.ingest.uploads import Upload
from bot.store.people import locations
from bot.store.reviews.save_reviews import Saved

ROWS_SHOWN: Final = 3


def key(upload_id: int) -> str:
    """The key of the one message about a file."""
    return f"upload:{upload_id}"


async def show(connection: Connection, upload: Upload, *, now: datetime) -> None:
    """Show a file where it was sent, or to all chats of its location, as it stands when the message is rendered."""
    about: dict[str, object] = {"upload_id": upload.upload_id}
    if upload.chat_id is not None:
        await enqueue.chats(connection, [upload.chat_id], "upload", now=now, args=about, key=key(upload.upload_id))
    elif upload.location_id is not None:
        await enqueue.location(connection, upload.location_id, "upload", now=now, args=about, key=key(upload.upload_id))


def facts_of(saved: Saved, problems: Sequence[Problem], understood: Understood | None) -> dict[str, Any]:
    """Counts, period, the first skipped rows and what was understood, in values that JSON can hold."""
    return {
        "new": saved.new,
        "changed": saved.changed,
        "known": saved.known,
        "low": saved.low,
        "first_at": saved.first_at and saved.first_at.isoformat(),
        "last_at": saved.last_at and saved.last_at.isoformat(),
        "skipped": len(problems),
        "lines": [line_of(one) for one in problems[:ROWS_SHOWN]],
        "understood": None if understood is None else understood.stored(),
    }


def line_of(one: Problem) -> dict[str, Any]:
    """A skipped row in values that JSON can hold."""
    return {"line": one.line, "reason": one.reason, "why": None if one.why is None else one.why.stored()}


async def note(
    connection: Connection,
    row: SourceRow,
    raw: StoredRaw,
    parsed: Parsed,
    saved: Saved,
    *,
    now: datetime,
    is_news: bool,
    files: int = 1,
) -> None:
    """Note what became of a folder's file, and show it: a question always, an import where something in it is new.

    Several `files` that were stored together are one note, under the name of the first, and none of them is asked
    about again by itself.
    """
    before = await uploads.of_raw(connection, row.location_id, raw.raw_id) if files == 1 else None
    its = {"raw_id": raw.raw_id} if files == 1 else {"files": files}
    facts: dict[str, Any] = {"source_id": row.source_id, **its}
    if parsed.asks:
        ask = parsed.asks[0]
        facts |= {"ask": ask.stored(), "rows": ask.rows}
        state, question = UploadState.ASKING, ask.kind.value
    else:
        facts |= {**facts_of(saved, parsed.problems, parsed.understood), "kind": parsed.kind}
        state, question = UploadState.DONE, ""
    if before is None:
        is_told = not parsed.asks and await _is_told(connection, row, parsed.understood)
        number = await uploads.record(
            connection,
            way="folder",
            name=raw.item.name,
            location_id=row.location_id,
            state=state,
            question=question,
            facts=facts,
            now=now,
        )
    else:
        number = before.upload_id
        is_told = False
        if not parsed.asks and not (saved.new or saved.changed or saved.known):
            # An answer by which nothing is read is a wrong one, and is not remembered.
            place = await locations.find(connection, row.location_id)
            for columns_key in before.mapping:
                await uploads.forget_map(connection, place.business_id, columns_key)
        await uploads.update(
            connection,
            number,
            state=state,
            question=Question(question) if question else "",
            facts=facts,
            imported_at=now,
        )
    upload = await uploads.find(connection, number)
    assert upload is not None
    # What a source's first import brings is said in one message for all its files, see `first_import`.
    if row.reported_at is None and row.connected_at is not None and saved.first_at is not None:
        is_told = is_told or (saved.first_at < row.connected_at and before is None and not parsed.asks)
    # A file that was dropped again changes nothing, and is no news.
    brings_nothing = bool(saved.known) and not (saved.new or saved.changed or parsed.problems or parsed.asks)
    was_asked = before is not None and before.state is UploadState.ASKING
    is_told = is_told or (brings_nothing and not was_asked)
    if not is_told or (parsed.problems and is_news):
        await show(connection, upload, now=now)


async def _is_told(connection: Connection, row: SourceRow, understood: Understood | None) -> bool:
    """Whether the chats know already how tables with these columns are read, and nothing was left out."""
    if understood is None or understood.left_out:
        return False
    keys = {table.key for table in understood.tables}
    for other in await uploads.latest(connection, [row.location_id], limit=_LOOKED_AT):
        tables = (other.facts.get("understood") or {}).get("tables", [])
        keys -= {table["key"] for table in tables}
    return not keys


_LOOKED_AT: Final = 50


async def understood_of(connection: Connection, row: SourceRow) -> dict[str, Any]:
    """How the files of a source were read, each kind of table once, as `Understood.stored` gives it."""
    tables: dict[str, Any] = {}
    left_out: list[Any] = []
    for one in await uploads.latest(connection, [row.location_id], limit=_LOOKED_AT):
        if one.facts.get("source_id") != row.source_id:
            continue
        understood = one.facts.get("understood") or {}
        left_out += understood.get("left_out", [])
        for table in understood.get("tables", []):
            known = tables.setdefault(table["key"], {**table, "reviews": 0, "low": 0, "without_rating": 0})
            for name in ("reviews", "low", "without_rating"):
                known[name] += table[name]
    return {"tables": list(tables.values()), "left_out": left_out}


async def note_by_hand(
    connection: Connection,
    *,
    way: str,
    name: str,
    location_id: int,
    source_id: int,
    saved: Saved,
    problems: Sequence[Problem],
    understood: Understood | None,
    kind: str,
    now: datetime,
) -> None:
    """Note a file that was imported in the terminal, so that /files shows it and it can be taken back."""
    facts = {"source_id": source_id, "kind": kind, **facts_of(saved, problems, understood)}
    await uploads.record(
        connection, way=way, name=name, location_id=location_id, state=UploadState.DONE, facts=facts, now=now
    )
