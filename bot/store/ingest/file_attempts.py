"""How often the reading of a file was begun and did not come to an end: counted before the file is opened."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import file_attempts

MOST: Final = 2


async def begin(connection: Connection, sha256: str, *, now: datetime) -> bool:
    """Count one more attempt at a file; False for one that has had all its attempts and is never opened again."""
    is_it = file_attempts.c.sha256 == sha256
    before = await connection.scalar(sa.select(file_attempts.c.attempts).where(is_it))
    if before is None:
        values = {"sha256": sha256, "attempts": 1, "tried_at": now}
        await connection.execute(sa.insert(file_attempts).values(**values))
        return True
    if before >= MOST:
        return False
    await connection.execute(sa.update(file_attempts).where(is_it).values(attempts=before + 1, tried_at=now))
    return True


async def is_aside(connection: Connection, sha256: str) -> bool:
    """Whether a file has had all its attempts."""
    attempts = sa.select(file_attempts.c.attempts).where(file_attempts.c.sha256 == sha256)
    return (await connection.scalar(attempts) or 0) >= MOST


async def end(connection: Connection, sha256: str) -> None:
    """The file was read, or refused in good order: its attempts do not count any more."""
    await connection.execute(sa.delete(file_attempts).where(file_attempts.c.sha256 == sha256))
