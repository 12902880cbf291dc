"""What was wrong with the files and mails of each source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.model.ingest.normal import clean
from bot.model.ingest.poll import Problem
from bot.reasons import restored
from bot.store.db.engine import Connection
from bot.store.db.schema import problems
from bot.store.people import locations

PROBLEMS_KEPT = 1000


async def save(connection: Connection, source_id: int, name: str, found: Sequence[Problem], *, now: datetime) -> bool:
    """Replace what is known to be wrong with one file; False when just that was known already.

    Of a hopeless file the first thousand lines are enough.
    """
    name = clean(name)
    is_it = sa.and_(problems.c.source_id == source_id, problems.c.name == name)
    known = await connection.execute(sa.select(problems.c.line, problems.c.reason).where(is_it))
    wrong = [(problem.line, clean(problem.reason)) for problem in found[:PROBLEMS_KEPT]]
    if {(row.line, row.reason) for row in known} == set(wrong):
        return False
    await connection.execute(sa.delete(problems).where(is_it))
    if wrong:
        rows = [
            {
                "source_id": source_id,
                "name": name,
                "line": line,
                "reason": reason,
                "why": None if problem.why is None else problem.why.stored(),
                "found_at": now,
            }
            for (line, reason), problem in zip(wrong, found, strict=False)
        ]
        await connection.execute(sa.insert(problems), rows)
    return True


async def of_file(connection: Connection, source_id: int, name: str) -> list[Problem]:
    """What is known to be wrong with one file, in the order of its lines."""
    rows = await connection.execute(
        sa.select(problems)
        .where(problems.c.source_id == source_id, problems.c.name == clean(name))
        .order_by(problems.c.line, problems.c.problem_id)
    )
    return [Problem(row.name, row.line, row.reason, restored(row.why) if row.why else None) for row in rows]


async def unread_files(connection: Connection, source_ids: Sequence[int]) -> dict[int, list[str]]:
    """The files of some sources that could not be read at all."""
    rows = await connection.execute(
        sa.select(problems.c.source_id, problems.c.name)
        .where(problems.c.source_id.in_(source_ids), problems.c.line.is_(None))
        .distinct()
        .order_by(problems.c.source_id, problems.c.name)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.source_id, []).append(row.name)
    return found


async def count(connection: Connection, source_id: int) -> int:
    """How many rows and files of a source are known to be wrong."""
    query = sa.select(sa.func.count()).select_from(problems).where(problems.c.source_id == source_id)
    return await connection.scalar(query) or 0


async def forget(connection: Connection, business_id: int, *, before: datetime) -> None:
    """Drop what was found wrong with a business's files and mails before a moment."""
    its = sa.and_(problems.c.source_id.in_(locations.sources_of(business_id)), problems.c.found_at < before)
    await connection.execute(sa.delete(problems).where(its))
