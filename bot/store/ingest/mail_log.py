"""What became of each mail that a mailbox gave, and how long their bytes are kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.model.ingest.normal import clean
from bot.model.ingest.poll import Filed, Outcome
from bot.reasons import Reason, restored
from bot.store.db.engine import Connection
from bot.store.db.schema import mails, raw_items, sources
from bot.store.people import locations

KEPT_AT_MOST = 5000
"""Mails of one source whose bytes are kept, so that they can be read again under other rules."""


@dataclass(frozen=True, slots=True)
class MailRow:
    """A mail as it is filed."""

    raw_id: int
    source_id: int
    outcome: Outcome
    rule: str
    platform: str
    sender: str
    subject: str
    sent_at: datetime
    why: Reason | None
    filed_at: datetime


_COLUMNS = [mails.c["reason" if name == "why" else name] for name in MailRow.__slots__]


async def file(
    connection: Connection, source_id: int, found: Sequence[tuple[int, Filed]], *, now: datetime
) -> list[Filed]:
    """File mails by their raw ids; gives those that are news, not filed just so before, as when they are read again."""
    ids = [raw_id for raw_id, _ in found]
    rows = await connection.execute(
        sa.select(mails.c.raw_id, mails.c.outcome, mails.c.rule).where(mails.c.raw_id.in_(ids))
    )
    before = {row.raw_id: (row.outcome, row.rule) for row in rows}
    new: list[dict[str, Any]] = []
    news: list[Filed] = []
    for raw_id, filed in found:
        values = {
            "source_id": source_id,
            "outcome": filed.outcome.value,
            "rule": filed.rule,
            "platform": filed.platform,
            "sender": clean(filed.sender),
            "subject": clean(filed.subject),
            "sent_at": filed.sent_at,
            "reason": "" if filed.why is None else json.dumps(filed.why.stored()),
        }
        if raw_id not in before:
            new.append({"raw_id": raw_id, "filed_at": now, **values})
            news.append(filed)
            continue
        if before[raw_id] != (filed.outcome.value, filed.rule):
            values["filed_at"] = now
            news.append(filed)
        await connection.execute(sa.update(mails).where(mails.c.raw_id == raw_id).values(**values))
    if new:
        await connection.execute(sa.insert(mails), new)
    return news


async def listed(
    connection: Connection, source_ids: Collection[int], *, outcomes: Sequence[Outcome] = (), limit: int = 50
) -> list[MailRow]:
    """Mails of some sources, newest first; without `outcomes` all of them."""
    where: list[sa.ColumnElement[bool]] = [mails.c.source_id.in_(source_ids)]
    if outcomes:
        where.append(mails.c.outcome.in_([one.value for one in outcomes]))
    rows = await connection.execute(
        sa.select(*_COLUMNS).where(*where).order_by(mails.c.sent_at.desc(), mails.c.raw_id.desc()).limit(limit)
    )
    return [_mail(row) for row in rows]


async def counts(connection: Connection, source_id: int) -> dict[Outcome, int]:
    """How many mails of a source came to what."""
    rows = await connection.execute(
        sa.select(mails.c.outcome, sa.func.count()).where(mails.c.source_id == source_id).group_by(mails.c.outcome)
    )
    return {Outcome(outcome): number for outcome, number in rows}


async def of_rule(
    connection: Connection, source_id: int, rule: str, outcome: Outcome, *, since: datetime
) -> tuple[int, MailRow | None]:
    """How many mails about a rule came to that since a moment, and the newest of them."""
    is_it = (
        mails.c.source_id == source_id,
        mails.c.rule == rule,
        mails.c.outcome == outcome.value,
        mails.c.filed_at >= since,
    )
    number = await connection.scalar(sa.select(sa.func.count()).select_from(mails).where(*is_it)) or 0
    newest = (
        await connection.execute(sa.select(*_COLUMNS).where(*is_it).order_by(mails.c.sent_at.desc()).limit(1))
    ).first()
    return number, None if newest is None else _mail(newest)


async def sent_before(connection: Connection, location_id: int, at: datetime) -> datetime | None:
    """When the newest mail about a location's reviews was sent before a moment; None if there was none."""
    of_location = sa.select(sources.c.source_id).where(sources.c.location_id == location_id)
    found: datetime | None = await connection.scalar(
        sa.select(sa.func.max(mails.c.sent_at, type_=mails.c.sent_at.type)).where(
            mails.c.source_id.in_(of_location), mails.c.sent_at < at
        )
    )
    return found


async def body_of(connection: Connection, raw_id: int) -> tuple[str, bytes | None, str]:
    """Key, compressed bytes (None when they are dropped) and note of a mail."""
    row = (
        await connection.execute(
            sa.select(raw_items.c.key, raw_items.c.body, raw_items.c.note).where(raw_items.c.raw_id == raw_id)
        )
    ).one()
    return row.key, row.body, row.note


async def forget_bodies(connection: Connection, business_id: int, *, before: datetime) -> int:
    """Drop the bytes and subjects of a business's mails that came before a moment; gives how many bytes were dropped.

    Also the bytes of the oldest beyond 5,000 of a source.
    """
    its = locations.sources_of(business_id)
    kept = sa.and_(
        raw_items.c.source_id.in_(its),
        raw_items.c.kind == "mail",
        raw_items.c.body.is_not(None),
        raw_items.c.parsed_at.is_not(None),
    )
    old = sa.and_(mails.c.source_id.in_(its), mails.c.filed_at < before, mails.c.subject != "")
    await connection.execute(sa.update(mails).where(old).values(subject="", reason=""))
    result = await connection.execute(
        sa.update(raw_items).where(kept, raw_items.c.fetched_at < before).values(body=None)
    )
    dropped = int(result.rowcount)
    crowded = await connection.execute(
        sa.select(raw_items.c.source_id)
        .where(kept)
        .group_by(raw_items.c.source_id)
        .having(sa.func.count() > KEPT_AT_MOST)
    )
    for source_id in [row.source_id for row in crowded]:
        oldest_kept = (
            sa.select(raw_items.c.raw_id)
            .where(kept, raw_items.c.source_id == source_id)
            .order_by(raw_items.c.raw_id.desc())
            .offset(KEPT_AT_MOST - 1)
            .limit(1)
            .scalar_subquery()
        )
        result = await connection.execute(
            sa.update(raw_items)
            .where(kept, raw_items.c.source_id == source_id, raw_items.c.raw_id < oldest_kept)
            .values(body=None)
        )
        dropped += int(result.rowcount)
    return dropped


def _mail(row: sa.Row[Any]) -> MailRow:
    values = dict(row._mapping)
    kept = values.pop("reason")
    # Releases before this one kept an English sentence.
    why = restored(json.loads(kept)) if kept.startswith("{") else None
    return MailRow(**{**values, "outcome": Outcome(row.outcome), "why": why})
