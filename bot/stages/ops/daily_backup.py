"""The backups that nobody has to think of: one each night, and one before the database is brought to a new schema."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.errors import BackupError, BadCopyError
from bot.stages.ops import backup
from bot.stages.ops.backup import Plan, Why
from bot.store.db.engine import Store
from bot.store.delivery import service_status

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Backups:
    """Makes the backups of one installation.

    Attributes:
        zone: whose night it is.
        configuration: goes into each backup, without secrets.
    """

    store: Store
    clock: Clock
    database: Path
    plan: Plan
    zone: ZoneInfo
    configuration: str = ""

    async def make(self, why: Why, to: Path | None = None) -> Path:
        """Make a backup now; gives its path. The loop and other writers go on meanwhile.

        Raises:
            BackupError: it cannot be written.
            BadCopyError: the database is damaged.
        """
        work = partial(backup.make, now=self.clock.now(), configuration=self.configuration, to=to)
        return await asyncio.to_thread(work, self.database, self.plan, why)

    async def before_upgrade(self) -> None:
        """Make the backup without which no schema is changed.

        Raises:
            BackupError: it cannot be written; then the schema stays as it is.
        """
        path = await self.make(Why.UPGRADE)
        log.info("the database is backed up before it is brought to this release's schema", path=str(path))

    async def nightly(self) -> None:
        """Make the daily backup when a night has begun since the last; what fails is noted, and tried again."""
        if not self.plan.keep:
            return
        now = self.clock.now()
        async with self.store.read() as connection:
            last = (await service_status.read(connection)).backed_up_at
        if last is not None and not backup.due(last, now=now, zone=self.zone):
            return
        error = ""
        # A new installation has nothing yet that would be lost.
        if last is not None:
            error = await self._try(now)
        async with self.store.write() as connection:
            values = {"backup_error": error} if error else {"backup_error": "", "backed_up_at": now}
            await service_status.update(connection, **values)

    async def _try(self, now: datetime) -> str:
        try:
            await self.make(Why.DAILY)
        except (BackupError, BadCopyError) as error:
            log.error("the daily backup failed and is tried again", says=str(error), at=now.isoformat())
            return str(error)
        return ""
