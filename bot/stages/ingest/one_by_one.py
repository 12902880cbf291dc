"""Asks a platform for single reviews of incidents that are over, so that a removal shows soon.

A list is read whole once a week only; a review asked for by itself is known to be gone after three days.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import OwnerActionError, RetryError
from bot.sources.contract.source import AskedOneByOne, RawItem
from bot.stages.notify import enqueue
from bot.stages.notify.aftermath import ASK
from bot.store.db.engine import Store
from bot.store.delivery import timers
from bot.store.incidents import incidents
from bot.store.ingest import raw_items, sources
from bot.store.reviews import removals
from bot.store.reviews.removals import Followed

log = structlog.get_logger(__name__)

AGAIN_IN: Final = timedelta(hours=1)
_LONGEST: Final = timedelta(hours=20)
"""The next day asks anyway."""


async def ask_waiting(store: Store, source_of: Callable[[int], object], *, now: datetime) -> tuple[set[int], set[int]]:
    """Ask for the reviews of every incident whose turn it is.

    Args:
        store: the database.
        source_of: a source by its id; None where it is not configured any more.
        now: the time.

    Returns:
        The sources that gave something to parse, and the incidents that were asked about.
    """
    async with store.read() as connection:
        waiting = [one for one in await timers.due(connection, now=now) if one.kind == ASK]
    given: set[int] = set()
    about: set[int] = set()
    for one in waiting:
        incident_id = int(one.subject)
        async with store.read() as connection:
            followed = await removals.followed(connection, incident_id)
        by_source: dict[int, list[Followed]] = {}
        for review in followed:
            by_source.setdefault(review.source_id, []).append(review)
        is_later = False
        for source_id, its in by_source.items():
            source = source_of(source_id)
            if isinstance(source, AskedOneByOne):
                found = await _ask(store, source_id, source, its, now=now)
                given |= {source_id} if found else set()
                is_later = is_later or found is None
        about.add(incident_id)
        async with store.write() as connection:
            await timers.clear(connection, ASK, one.subject)
            if is_later and now - one.due_at < _LONGEST:
                await timers.put(connection, ASK, one.subject, due_at=now + AGAIN_IN)
    return given, about


async def _ask(
    store: Store, source_id: int, source: AskedOneByOne, its: Collection[Followed], *, now: datetime
) -> bool | None:
    """Whether the source gave something; None when it cannot be asked now."""
    items: list[RawItem] = []
    missing: list[int] = []
    async with store.read() as connection:
        row = await sources.find(connection, source_id)
    if row.failing_since is not None:
        # A listing that cannot be read has lost none of its reviews by that.
        return None
    try:
        for review in its:
            item = await source.ask_for(review.external_id, now)
            if item is None:
                missing.append(review.review_id)
            else:
                items.append(item)
    except (RetryError, OwnerActionError) as error:
        log.warning("reviews of an incident cannot be asked for now", source=row.name, says=str(error)[:200])
        return None
    async with store.write() as connection:
        await raw_items.save(connection, source_id, items, sweep=row.sweep, is_first=False, now=now)
        await removals.miss_some(connection, row.location_id, missing, now=now)
    return bool(items)


async def show(store: Store, incident_ids: Collection[int], *, now: datetime) -> None:
    """Draw the cards of incidents that were asked about."""
    async with store.write() as connection:
        for incident_id in incident_ids:
            incident = await incidents.find(connection, incident_id)
            if incident is not None:
                await enqueue.card(connection, incident, now=now)
