"""The state of the running service (starts, passes, errors), as the health check reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.db.engine import Connection
from bot.store.db.schema import installation

_ONE = 1


@dataclass(frozen=True, slots=True)
class Installation:
    """The installation's one row.

    Attributes:
        started_at, stopped_at: of the service.
        passed_at: when the last full pass over all due sources ended.
        pass_every_s: seconds in which every source should have had its turn.
        telegram_error: why Telegram refuses the bot; empty when it does not.
        scored_at: when reviews were last scored, or nothing was left to score.
        scoring_error: why scoring fails; empty when it does not.
        put_aside: what failed for a reason of its own and is tried again now and then; empty when nothing did.
        backed_up_at: when the last daily backup was made, or the first was put off to the next night.
        backup_error: why the daily backup fails; empty when it does not.
    """

    started_at: datetime | None
    stopped_at: datetime | None
    passed_at: datetime | None
    pass_every_s: float
    bot_username: str
    telegram_error: str
    telegram_error_at: datetime | None
    scored_at: datetime | None = None
    scoring_error: str = ""
    put_aside: str = ""
    put_aside_at: datetime | None = None
    backed_up_at: datetime | None = None
    backup_error: str = ""


async def read(connection: Connection) -> Installation:
    """The row; before the first start all is empty."""
    row = (await connection.execute(sa.select(*(installation.c[name] for name in Installation.__slots__)))).first()
    if row is None:
        return Installation(None, None, None, 900.0, "", "", None)
    return Installation(**row._mapping)


async def update(connection: Connection, **values: Any) -> None:
    """Change some of the row's columns."""
    result = await connection.execute(sa.update(installation).values(**values))
    if result.rowcount == 0:
        await connection.execute(sa.insert(installation).values(installation_id=_ONE, **values))
