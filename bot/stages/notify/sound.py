"""May it sound? In a chat's quiet hours most messages come without sound, and the morning tells of them once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.model.incident import Severity
from bot.policy import quiet
from bot.policy.quiet import Ear, Quiet
from bot.store.db.engine import Connection, Store
from bot.store.delivery import night, timers
from bot.store.delivery.outbox import Claimed
from bot.store.incidents import incidents
from bot.store.people import alert_rules, chats
from bot.store.people.chats import Chat

MORNING = "morning"
"""The kind of the deadline at the end of a chat's quiet hours."""
ALWAYS = frozenset({"assigned", "test_alert", "morning", "all_blind"})
"""Kinds that sound in quiet hours: a person asked for them, or nothing is watched any more."""
_RINGS_KEPT = timedelta(days=2)


def subject_of(kind: str, incident_id: int | None) -> str:
    """What the morning tells of a message: its incident, or just that there was one of this kind."""
    return kind if incident_id is None else f"incident:{incident_id}"


async def loud(
    connection: Connection,
    chat_ids: Sequence[int],
    kind: str,
    severity: Severity | None,
    subject: str,
    *,
    now: datetime,
) -> set[int]:
    """The chats in which a message that is written now may sound; the others get it without, and hear of it later.

    Args:
        connection: the caller's transaction.
        chat_ids: the chats it goes to.
        kind: of the outbox row.
        severity: of the incident it is about; None where it is about none.
        subject: see `subject_of`.
        now: the time.
    """
    hours = await alert_rules.quiet_of(connection, chat_ids)
    periods = {chat_id: found for chat_id, one in hours.items() if (found := one.period(now)) is not None}
    if not periods:
        return set(chat_ids)
    may_wake = [one for one in periods if _breaks(hours[one], kind, severity)]
    awake = set(chat_ids) - set(periods)
    if may_wake:
        people = await night.ears(connection, may_wake)
        groups = {one for one in may_wake if (await chats.get(connection, one)).kind == "group"}
        by_person, by_chat = await night.rung(connection, {one: periods[one][0] for one in may_wake})
        rings = quiet.woken([Ear(one, one in groups, people[one]) for one in may_wake], by_person, by_chat)
        await night.forget(connection, before=now - _RINGS_KEPT)
        await night.note_rings(connection, rings, now=now)
        awake |= rings
    await _hush(connection, {one: periods[one][1] for one in periods if one not in awake}, subject, now=now)
    return awake


async def comes_too_late(store: Store, chat: Chat, row: Claimed, *, now: datetime) -> bool:
    """Whether a delayed message that was to sound falls into quiet hours that had not begun when it was written.

    It goes out without sound then, and the morning tells of it.
    """
    if row.is_silent or row.created_at == now:
        return False
    incident_id = row.args.get("incident_id")
    async with store.read() as connection:
        hours = (await alert_rules.quiet_of(connection, [chat.chat_id])).get(chat.chat_id)
        period = None if hours is None else hours.period(now)
        if hours is None or period is None or row.created_at >= period[0]:
            return False
        incident = None if incident_id is None else await incidents.find(connection, incident_id)
    if _breaks(hours, row.kind, None if incident is None else incident.severity):
        return False
    async with store.write() as connection:
        await _hush(connection, {chat.chat_id: period[1]}, subject_of(row.kind, incident_id), now=now)
    return True


async def quiet_until(connection: Connection, chat_id: int, subject: str, *, now: datetime) -> datetime | None:
    """Until when a chat is quiet that was told of something without sound; None where that is not so."""
    if subject not in await night.silent_in(connection, chat_id):
        return None
    hours = (await alert_rules.quiet_of(connection, [chat_id])).get(chat_id)
    period = None if hours is None else hours.period(now)
    return None if period is None else period[1]


def _breaks(hours: Quiet, kind: str, severity: Severity | None) -> bool:
    return kind in ALWAYS or (severity is not None and not hours.keeps(severity))


async def _hush(connection: Connection, until: dict[int, datetime], subject: str, *, now: datetime) -> None:
    if until:
        await night.note_silent(connection, until, subject, now=now)
    for chat_id, ends in until.items():
        await timers.put(connection, MORNING, str(chat_id), due_at=ends)


async def awake_again(connection: Connection, chat_ids: Collection[int], *, now: datetime) -> None:
    """Quiet hours have become others: what waits for the morning waits for their end now."""
    hours = await alert_rules.quiet_of(connection, chat_ids)
    for chat_id in chat_ids:
        if await night.silent_in(connection, chat_id):
            period = hours[chat_id].period(now) if chat_id in hours else None
            await timers.put(connection, MORNING, str(chat_id), due_at=now if period is None else period[1])
