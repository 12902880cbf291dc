"""Files that people sent as notes: the rows; the bytes lie in a folder beside the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.note_file import FileState
from bot.store.db.engine import Connection
from bot.store.db.schema import incidents, note_files, people


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A file of an incident.

    Attributes:
        telegram_file: Telegram's name for it.
        stored: its name in the folder; empty until it is kept.
        type: the ending of its name, by its first bytes.
        by: the first name of who sent it, as it is now.
    """

    file_id: int
    incident_id: int
    chat_id: int
    telegram_file: str
    caption: str
    state: FileState
    sent_at: datetime
    attempts: int
    stored: str
    type: str
    bytes: int
    sha256: str
    by: str


async def add(
    connection: Connection,
    *,
    incident_id: int,
    person_id: int,
    chat_id: int,
    telegram_file: str,
    caption: str,
    now: datetime,
) -> None:
    """Somebody sent a file that is still to be fetched."""
    await connection.execute(
        sa.insert(note_files).values(
            incident_id=incident_id,
            person_id=person_id,
            chat_id=chat_id,
            telegram_file=telegram_file,
            caption=caption,
            state=FileState.SENT.value,
            sent_at=now,
            not_before=now,
        )
    )


async def find(connection: Connection, file_id: int) -> NoteFile | None:
    """One file; None where it was erased."""
    row = (await connection.execute(_query().where(note_files.c.file_id == file_id))).first()
    return None if row is None else _file(row)


async def waiting(connection: Connection, *, now: datetime) -> list[NoteFile]:
    """The files that are to be fetched, oldest first."""
    its = sa.and_(note_files.c.state == FileState.SENT.value, note_files.c.not_before <= now)
    rows = await connection.execute(_query().where(its).order_by(note_files.c.file_id))
    return [_file(row) for row in rows]


async def of_incident(connection: Connection, incident_id: int) -> list[NoteFile]:
    """The files that are kept of an incident, in the order they were sent."""
    its = sa.and_(note_files.c.incident_id == incident_id, note_files.c.state == FileState.KEPT.value)
    rows = await connection.execute(_query().where(its).order_by(note_files.c.file_id))
    return [_file(row) for row in rows]


async def count(connection: Connection, incident_id: int) -> int:
    """How many files an incident has or waits for."""
    wanted = [FileState.SENT.value, FileState.KEPT.value]
    its = sa.and_(note_files.c.incident_id == incident_id, note_files.c.state.in_(wanted))
    return await connection.scalar(sa.select(sa.func.count()).select_from(note_files).where(its)) or 0


async def update(connection: Connection, file_id: int, **values: Any) -> bool:
    """Change a row; False where it was erased meanwhile."""
    result = await connection.execute(sa.update(note_files).where(note_files.c.file_id == file_id).values(**values))
    return result.rowcount > 0


async def stored(connection: Connection) -> set[str]:
    """The names of all files that are kept."""
    return set(await connection.scalars(sa.select(note_files.c.stored).where(note_files.c.stored != "")))


async def forget(connection: Connection, incident_ids: Sequence[int]) -> int:
    """Forget the files of some incidents; gives how many. What lies in the folder without a row is swept up."""
    result = await connection.execute(sa.delete(note_files).where(note_files.c.incident_id.in_(incident_ids)))
    return int(result.rowcount)


async def forget_of_places(
    connection: Connection, location_ids: Sequence[int], *, before: datetime | None = None
) -> None:
    """Forget the files of the incidents of some places: of those that ended before a moment, or of all."""
    its = sa.select(incidents.c.incident_id).where(incidents.c.location_id.in_(location_ids))
    if before is not None:
        its = its.where(incidents.c.ended_at < before)
    await connection.execute(sa.delete(note_files).where(note_files.c.incident_id.in_(its)))


def _query() -> sa.Select[Any]:
    return sa.select(note_files, people.c.name).join_from(note_files, people)


def _file(row: sa.Row[Any]) -> NoteFile:
    return NoteFile(
        file_id=row.file_id,
        incident_id=row.incident_id,
        chat_id=row.chat_id,
        telegram_file=row.telegram_file,
        caption=row.caption,
        state=FileState(row.state),
        sent_at=row.sent_at,
        attempts=row.attempts,
        stored=row.stored,
        type=row.type,
        bytes=row.bytes,
        sha256=row.sha256,
        by=row.name,
    )
