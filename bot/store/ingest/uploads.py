"""Files from the chat, a folder or the terminal: what became of each, and what people have answered about tables."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from bot.model.ingest.normal import clean
from bot.model.ingest.upload import Question, UploadState
from bot.store.db.engine import Connection
from bot.store.db.schema import column_maps, uploads

_NEWEST: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as far as it has come.

    Attributes:
        chat_id, person_id: who sent it where; None for a file that nobody has sent.
        file_id: Telegram's name for it; empty for a file that nobody has sent.
        way: how it came: "chat", "folder", "import" or "setup".
        mapping: what was answered about its tables: the key of the columns -> the keys of a source's `mapping`.
        facts: what is to be shown: the columns and dates that are asked about, or what the import brought.
    """

    upload_id: int
    chat_id: int | None
    person_id: int | None
    file_id: str
    name: str
    way: str
    state: UploadState
    question: Question | None
    location_id: int | None
    mapping: Mapping[str, Any]
    facts: Mapping[str, Any]
    attempts: int
    created_at: datetime
    imported_at: datetime | None


async def add(connection: Connection, *, chat_id: int, person_id: int, file_id: str, name: str, now: datetime) -> int:
    """Note that somebody sent a file; gives its number."""
    result = await connection.execute(
        sa.insert(uploads)
        .values(
            chat_id=chat_id,
            person_id=person_id,
            file_id=file_id,
            name=clean(name),
            state=UploadState.SENT.value,
            mapping={},
            facts={},
            created_at=now,
            not_before=now,
        )
        .returning(uploads.c.upload_id)
    )
    return int(result.scalar_one())


async def record(
    connection: Connection,
    *,
    way: str,
    name: str,
    location_id: int,
    state: UploadState,
    question: str = "",
    facts: Mapping[str, Any],
    now: datetime,
) -> int:
    """Note a file that nobody has sent to the chat, as far as it is; gives its number."""
    is_over = state is UploadState.DONE
    result = await connection.execute(
        sa.insert(uploads)
        .values(
            way=way,
            file_id="",
            name=clean(name),
            state=state.value,
            question=question,
            location_id=location_id,
            mapping={},
            facts=dict(facts),
            created_at=now,
            not_before=now,
            imported_at=now,
            ended_at=now if is_over else None,
        )
        .returning(uploads.c.upload_id)
    )
    return int(result.scalar_one())


async def of_raw(connection: Connection, location_id: int, raw_id: int) -> Upload | None:
    """The newest note about a folder's raw item."""
    rows = await connection.execute(
        _plain()
        .where(uploads.c.location_id == location_id, uploads.c.way == "folder")
        .order_by(uploads.c.upload_id.desc())
        .limit(_NEWEST)
    )
    return next((one for one in map(_upload, rows) if one.facts.get("raw_id") == raw_id), None)


async def noted(connection: Connection, location_id: int) -> set[int]:
    """The raw items of a location's folders that have a note of their own among the newest."""
    rows = await connection.execute(
        sa.select(uploads.c.facts["raw_id"].as_integer())
        .where(uploads.c.location_id == location_id, uploads.c.way == "folder")
        .order_by(uploads.c.upload_id.desc())
        .limit(_NEWEST)
    )
    return {raw_id for (raw_id,) in rows if raw_id is not None}


async def latest(connection: Connection, location_ids: Sequence[int], *, limit: int) -> list[Upload]:
    """The newest files of some locations, typed reviews left out."""
    rows = await connection.execute(
        _plain()
        .where(uploads.c.location_id.in_(location_ids), uploads.c.name != "")
        .order_by(uploads.c.upload_id.desc())
        .limit(limit)
    )
    return [_upload(row) for row in rows]


async def find(connection: Connection, upload_id: int) -> Upload | None:
    """A file by its number."""
    row = (await connection.execute(_plain().where(uploads.c.upload_id == upload_id))).one_or_none()
    return None if row is None else _upload(row)


async def to_do(connection: Connection, *, now: datetime) -> list[Upload]:
    """Files that the program has to go on with, oldest first."""
    going_on = [state.value for state in UploadState if state.is_to_do]
    rows = await connection.execute(
        _plain().where(uploads.c.state.in_(going_on), uploads.c.not_before <= now).order_by(uploads.c.upload_id)
    )
    return [_upload(row) for row in rows]


async def is_importing(connection: Connection, location_id: int) -> bool:
    """Whether a file for a location is being imported."""
    query = sa.select(uploads.c.upload_id).where(
        uploads.c.location_id == location_id, uploads.c.state == UploadState.READY.value
    )
    return await connection.scalar(query.limit(1)) is not None


async def lists_wanted(connection: Connection) -> list[Upload]:
    """Imports whose skipped rows somebody wants as a file."""
    rows = await connection.execute(_plain().where(uploads.c.list_wanted).order_by(uploads.c.upload_id))
    return [_upload(row) for row in rows]


async def update(connection: Connection, upload_id: int, **values: Any) -> None:
    """Change what is known of a file; states and questions as they are in the program."""
    values = {name: getattr(value, "value", value) for name, value in values.items()}
    await connection.execute(sa.update(uploads).where(uploads.c.upload_id == upload_id).values(**values))


async def keep_body(connection: Connection, upload_id: int, body: bytes) -> None:
    """Keep the file's bytes until it has ended."""
    await update(connection, upload_id, body=zlib.compress(body, 1), state=UploadState.FETCHED)


async def body(connection: Connection, upload_id: int) -> bytes:
    """The file's bytes."""
    kept = await connection.scalar(sa.select(uploads.c.body).where(uploads.c.upload_id == upload_id))
    return b"" if kept is None else zlib.decompress(kept)


async def forget(connection: Connection, location_ids: Collection[int] | None, *, before: datetime) -> None:
    """Drop the bytes of files that nobody has answered about, and what was typed; the rest of the row stays.

    Args:
        connection: the caller's transaction.
        location_ids: of these places; None: of files whose place nobody has named.
        before: of files that came before this moment.
    """
    its = uploads.c.location_id.is_(None) if location_ids is None else uploads.c.location_id.in_(location_ids)
    old = sa.and_(its, uploads.c.created_at < before)
    await connection.execute(
        sa.update(uploads).where(old, uploads.c.body.is_not(None)).values(body=None, state=UploadState.CANCELLED.value)
    )
    typed = uploads.c.facts["typed"].as_string()
    for row in (
        await connection.execute(sa.select(uploads.c.upload_id, uploads.c.facts).where(old, typed != ""))
    ).all():
        facts = {**row.facts, "typed": ""}
        await connection.execute(sa.update(uploads).where(uploads.c.upload_id == row.upload_id).values(facts=facts))


async def keep_map(
    connection: Connection, business_id: int, columns_key: str, mapping: Mapping[str, Any], *, now: datetime
) -> None:
    """Remember how a table with these columns is read, and the scale of its platform where that was answered."""
    if mapping.get("scale_of") and "rating_range" in mapping:
        its = {name: mapping[name] for name in ("rating_range", "lowest_is_best") if name in mapping}
        await keep_map(connection, business_id, f"platform:{mapping['scale_of']}", its, now=now)
    is_it = sa.and_(column_maps.c.business_id == business_id, column_maps.c.columns_key == columns_key)
    await connection.execute(sa.delete(column_maps).where(is_it))
    await connection.execute(
        sa.insert(column_maps).values(
            business_id=business_id, columns_key=columns_key, mapping=dict(mapping), kept_at=now
        )
    )


async def forget_map(connection: Connection, business_id: int, columns_key: str, *, scale_of: str = "") -> None:
    """Forget how a table with these columns is read, and the scale of a platform."""
    keys = [columns_key, *([f"platform:{scale_of}"] if scale_of else [])]
    is_it = sa.and_(column_maps.c.business_id == business_id, column_maps.c.columns_key.in_(keys))
    await connection.execute(sa.delete(column_maps).where(is_it))


async def maps(connection: Connection, business_id: int) -> dict[str, Mapping[str, Any]]:
    """The remembered mappings of a business, by the key of the columns."""
    rows = await connection.execute(sa.select(column_maps).where(column_maps.c.business_id == business_id))
    return {row.columns_key: row.mapping for row in rows}


def _plain() -> sa.Select[Any]:
    return sa.select(*(column for column in uploads.c if column.name != "body"))


def _upload(row: sa.Row[Any]) -> Upload:
    return Upload(
        upload_id=row.upload_id,
        chat_id=row.chat_id,
        person_id=row.person_id,
        file_id=row.file_id,
        way=row.way,
        name=row.name,
        state=UploadState(row.state),
        question=Question(row.question) if row.question else None,
        location_id=row.location_id,
        mapping=row.mapping,
        facts=row.facts,
        attempts=row.attempts,
        created_at=row.created_at,
        imported_at=row.imported_at,
    )
