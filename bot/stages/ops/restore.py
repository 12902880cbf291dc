"""Putting a backup in the place of the database: looked through first, and the present one backed up before."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.errors import DamagedDatabaseError
from bot.stages.notify import enqueue
from bot.stages.ops import backup, erase
from bot.stages.ops.backup import Opened, Plan, Why
from bot.store.db import copies, migrate, scrub
from bot.store.db.engine import Connection, DatabaseError, lock, open_store
from bot.store.people import chats, locations
from bot.store.privacy import carry, erasures, restored
from bot.store.privacy.carry import Barred


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        made_at: when the backup was made.
        before: the backup of what was there before; None when nothing was.
    """

    made_at: datetime
    before: Path | None


async def restore(path: Path, passphrase: str, *, database: Path, plan: Plan, now: datetime) -> Restored:
    """Put a backup in the place of the database.

    A kill leaves either the old database or the new one, whole.

    Args:
        path: the backup.
        passphrase: what it is encrypted to; empty for not.
        database: where the database lies, or will lie.
        plan: how what is there is backed up first.
        now: the time.

    Raises:
        SecondInstanceError: the service runs; nothing was changed.
        BadCopyError, SchemaError: the backup cannot be used; nothing was changed.
        BackupError: what is there cannot be backed up; nothing was changed.
    """
    holder = lock(database.with_name("reviewbot.lock"))
    try:
        with backup.opened(path, passphrase, within=database.parent) as found:
            await _prepare(found, await _barred(database), now=now)
            before = await asyncio.to_thread(_put, found.database, database, plan, passphrase, now)
            return Restored(found.made_at, before)
    finally:
        holder.close()


async def _barred(database: Path) -> Barred | None:
    """Whom the database that is to be replaced keeps out; None when it cannot be read, or is not there."""
    if not await asyncio.to_thread(database.exists):
        return None
    store = open_store(database)
    try:
        async with store.read() as connection:
            return await carry.known(connection)
    except (DatabaseError, DamagedDatabaseError):
        return None
    finally:
        await store.close()


async def _prepare(found: Opened, barred: Barred | None, *, now: datetime) -> None:
    store = open_store(found.database)
    try:
        await migrate.upgrade(store)
        async with store.write() as connection:
            await restored.settle(connection, now=now)
            again = [] if barred is None else await carry.apply(connection, barred)
            await enqueue.chats(
                connection, await _owners(connection), "restored", now=now, args={"made_at": found.made_at.isoformat()}
            )
        # Whoever was erased since the backup was made is erased from it; the service ends what is begun here.
        await erase.begin(store, again, by="restore", now=now)
        await erase.sweep(store)
        async with store.write() as connection:
            await erasures.forget_needles(connection)
    finally:
        await store.close()
    scrub.scrub(found.database)
    copies.fold_log_in(found.database)


async def _owners(connection: Connection) -> list[int]:
    businesses = {place.business_id for place in await locations.all_active(connection)}
    found = {
        chat.chat_id
        for business_id in businesses
        for chat in await chats.of_owners(connection, business_id=business_id)
    }
    return sorted(found)


def _put(new: Path, database: Path, plan: Plan, passphrase: str, now: datetime) -> Path | None:
    """Move the new database into its place; gives the backup of the one that was there."""
    before = None
    if database.exists() and database.stat().st_size:
        kept = replace(plan, passphrase=plan.passphrase or passphrase)
        before = backup.make(database, kept, Why.RESTORE, now=now)
        copies.fold_log_in(database)
    new.chmod(0o600)
    with new.open("rb") as handle:
        os.fsync(handle.fileno())
    backup.move(new, database)
    return before
