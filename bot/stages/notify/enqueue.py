"""Decides which chats get a message, and writes one outbox row for each, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.choices import About, Choice
from bot.model.incident import Incident, Severity
from bot.stages.notify import on_duty, several, sound
from bot.store.db.engine import Connection
from bot.store.delivery import outbox, sent_messages
from bot.store.delivery.outbox import Outgoing
from bot.store.incidents import incidents
from bot.store.people import chats as chat_rows
from bot.store.people import settings
from bot.store.people.chats import Chat

GROWTH_AT_MOST_EVERY = timedelta(seconds=30)


def card_key(incident_id: int) -> str:
    """The key of an incident's card: one card for each incident and chat."""
    return f"card:{incident_id}"


def evidence_key(incident_id: int) -> str:
    """The key of an incident's evidence: one message for each incident and chat that asked why."""
    return f"why:{incident_id}"


def playbook_key(incident_id: int) -> str:
    """The key of an incident's steps: one message for each incident and chat that asked for them."""
    return f"play:{incident_id}"


def pin_key(incident_id: int) -> str:
    """The key of what pins an incident's steps."""
    return f"pin:{incident_id}"


def first_reads_key(mark: int) -> str:
    """The key of the message about everything that was first read after one start; `mark` is its Unix time."""
    return f"reads:{mark}"


def source_down_key(source_id: int, notified_at: datetime) -> str:
    """The key of the message about one outage of a source.

    `notified_at` is stored, so that a kill between the recovery and the all-clear finds the same key.
    """
    return f"blind:{source_id}:{int(notified_at.timestamp())}"


async def chats_of(connection: Connection, location_id: int) -> list[Chat]:
    """The chats that get a location's messages."""
    return await chat_rows.of_location(connection, location_id)


async def card(
    connection: Connection, incident: Incident, *, now: datetime, buzzes: bool = False, is_growth: bool = False
) -> None:
    """Show an incident as it is now in all its chats: post the card where it is not yet, edit it where it is.

    The evidence is edited with it in the chats that asked for it.
    """
    key = card_key(incident.incident_id)
    message = Outgoing(kind="card", key=key, args={"incident_id": incident.incident_id}, is_silent=not buzzes)
    # An escalation may have shown it in a chat that gets no others of this location.
    asked_why = await chat_rows.showing(
        connection, incident.location_id, card=key, below=evidence_key(incident.incident_id)
    )
    chat_ids = list(asked_why)
    if buzzes:
        first = await _at_once(connection, incident, chat_ids, now=now)
        alone = await _called_together(connection, incident, first, now=now)
        await _put(connection, alone, message, incident.severity, now=now)
        if later := [one for one in chat_ids if one not in alone]:
            await outbox.put(connection, later, _silent(message), now=now)
        return
    for due, some in (await _by_growth_due(connection, chat_ids, key) if is_growth else {None: chat_ids}).items():
        await outbox.put(connection, some, message, now=now, not_before=due)
        if both := [chat_id for chat_id in some if asked_why[chat_id]]:
            await outbox.put(connection, both, _evidence(incident), now=now, not_before=due)


async def _at_once(
    connection: Connection, incident: Incident, chat_ids: Sequence[int], *, now: datetime
) -> Sequence[int]:
    """The chats in which an incident sounds at once: all, or where the owner wants that, those of who is on duty."""
    location_id = incident.location_id
    if incident.severity is Severity.CRITICAL:
        return chat_ids
    whom = await settings.get(connection, About.LOCATION, location_id, Choice.AT_ONCE)
    on = (await on_duty.watch(connection, location_id, now=now)).on if whom.value == "duty" else ()
    if not on:
        return chat_ids
    own = {one.chat_id for one in (await chat_rows.private_of(connection, on)).values()}
    groups = {one.chat_id for one in await chats_of(connection, location_id) if one.kind == "group"}
    reached = [one for one in chat_ids if one in own | groups]
    return reached or chat_ids


async def _called_together(
    connection: Connection, incident: Incident, chat_ids: Sequence[int], *, now: datetime
) -> list[int]:
    """Call the chats in which several incidents open at once, once for all of them; gives the other chats."""
    alone = []
    for chat_id in chat_ids:
        call = await several.together(connection, incident, chat_id, now=now)
        if call is None:
            alone.append(chat_id)
        elif call.key is not None and await outbox.was_put(connection, chat_id, call.key):
            await outbox.put(connection, [chat_id], _silent(call), now=now)
        else:
            await outbox.silence(connection, chat_id, [card_key(one) for one in call.args["incidents"]])
            await _put(connection, [chat_id], call, incident.severity, now=now)
    return alone


def _silent(message: Outgoing) -> Outgoing:
    return replace(message, is_silent=True)


async def missing_cards(connection: Connection, incident: Incident, chat_ids: Sequence[int], *, now: datetime) -> None:
    """Post the card, without sound, in those of some chats in which it does not stand."""
    key = card_key(incident.incident_id)
    there = await sent_messages.chats_with(connection, chat_ids, key)
    there |= {chat.chat_id for chat in await chats_of(connection, incident.location_id)}
    await chats(
        connection,
        [chat_id for chat_id in chat_ids if chat_id not in there],
        "card",
        now=now,
        args={"incident_id": incident.incident_id},
        key=key,
    )


async def _put(
    connection: Connection, chat_ids: Sequence[int], message: Outgoing, severity: Severity | None, *, now: datetime
) -> None:
    """Write a message; what is to sound does so where it is not night, or where it may wake somebody."""
    if message.is_silent:
        await outbox.put(connection, chat_ids, message, now=now)
        return
    subject = sound.subject_of(message.kind, message.args.get("incident_id"))
    loud = await sound.loud(connection, chat_ids, message.kind, severity, subject, now=now)
    quiet = [chat_id for chat_id in chat_ids if chat_id not in loud]
    await outbox.put(connection, [chat_id for chat_id in chat_ids if chat_id in loud], message, now=now)
    if quiet:
        await outbox.put(connection, quiet, _silent(message), now=now)


async def evidence(connection: Connection, incident: Incident, chat_id: int, *, now: datetime) -> None:
    """Answer "why" in a chat: post the evidence below the card, anew where it stood already."""
    await chats(connection, [chat_id], "delete", now=now, key=evidence_key(incident.incident_id))
    await outbox.put(connection, [chat_id], _evidence(incident), now=now)


async def playbook(
    connection: Connection, incident: Incident, chat_ids: Sequence[int], *, now: datetime, is_pinned: bool = False
) -> None:
    """Show the steps of an incident in some chats: below the card, or drawn anew where they stand."""
    key, about = playbook_key(incident.incident_id), {"incident_id": incident.incident_id}
    steps = Outgoing(kind="playbook", key=key, args=about, reply_to=card_key(incident.incident_id))
    await outbox.put(connection, chat_ids, steps, now=now)
    if is_pinned:
        pin = Outgoing(kind="pin", key=pin_key(incident.incident_id), args=about, reply_to=key)
        await outbox.put(connection, chat_ids, pin, now=now)


async def playbook_anew(connection: Connection, incident: Incident, *, now: datetime) -> None:
    """Draw the steps of an incident anew wherever they stand."""
    standing = await sent_messages.chats_at(connection, playbook_key(incident.incident_id))
    await playbook(connection, incident, sorted(standing), now=now)


def _evidence(incident: Incident) -> Outgoing:
    return Outgoing(
        kind="evidence",
        key=evidence_key(incident.incident_id),
        args={"incident_id": incident.incident_id},
        reply_to=card_key(incident.incident_id),
    )


async def open_cards(
    connection: Connection, location_ids: Iterable[int], *, now: datetime, is_growth: bool = False
) -> None:
    """Show every unresolved incident of some locations, oldest first."""
    for incident in reversed(await incidents.unresolved(connection, location_ids)):
        await card(connection, incident, now=now, is_growth=is_growth)


async def _by_growth_due(connection: Connection, chat_ids: Iterable[int], key: str) -> dict[datetime | None, list[int]]:
    """When each chat may show that an incident has grown; None: at once."""
    found: dict[datetime | None, list[int]] = {}
    for chat_id in chat_ids:
        changed = await sent_messages.changed_at(connection, chat_id, key)
        due = None
        if changed is not None:
            # A change that is just being sent was made from what was known before this one.
            under_way = await outbox.being_sent_since(connection, chat_id, key)
            due = max(changed, under_way or changed) + GROWTH_AT_MOST_EVERY
        found.setdefault(due, []).append(chat_id)
    return found


async def about_incident(
    connection: Connection,
    incident: Incident,
    kind: str,
    *,
    now: datetime,
    buzzes: bool,
    args: dict[str, object] | None = None,
    key: str | None = None,
) -> None:
    """A short message under the card, in all its chats."""
    chat_ids = [chat.chat_id for chat in await chats_of(connection, incident.location_id)]
    await below_card(connection, incident, chat_ids, kind, now=now, buzzes=buzzes, args=args, key=key)


async def below_card(
    connection: Connection,
    incident: Incident,
    chat_ids: Sequence[int],
    kind: str,
    *,
    now: datetime,
    buzzes: bool,
    args: dict[str, object] | None = None,
    key: str | None = None,
) -> None:
    """A short message under the card, in some chats."""
    message = Outgoing(
        kind=kind,
        key=key,
        args={"incident_id": incident.incident_id, **(args or {})},
        reply_to=card_key(incident.incident_id),
        is_silent=not buzzes,
    )
    await _put(connection, chat_ids, message, incident.severity, now=now)


async def location(
    connection: Connection,
    location_id: int,
    kind: str,
    *,
    now: datetime,
    args: dict[str, object],
    key: str | None = None,
    reply_to: str | None = None,
    buzzes: bool = False,
) -> None:
    """A message to all chats of a location."""
    chat_ids = [chat.chat_id for chat in await chats_of(connection, location_id)]
    message = Outgoing(kind=kind, key=key, args=args, reply_to=reply_to, is_silent=not buzzes)
    await _put(connection, chat_ids, message, None, now=now)


async def test_alert(connection: Connection, chat_ids: Sequence[int], *, now: datetime) -> None:
    """Ring in chats as an incident would."""
    mark = int(now.timestamp())
    args: dict[str, object] = {"mark": mark}
    await chats(connection, chat_ids, "test_alert", now=now, args=args, key=test_key(mark), buzzes=True)


def test_key(mark: int) -> str:
    """The key of the test alert of one moment."""
    return f"test:{mark}"


async def first_reads(connection: Connection, location_id: int, *, since: datetime, now: datetime) -> None:
    """Tell a location's chats what was read for the first time since a start: one message, edited now and then."""
    mark = int(since.timestamp())
    key = first_reads_key(mark)
    message = Outgoing(kind="first_reads", key=key, args={"since": since.isoformat(), "page": 1})
    chat_ids = [chat.chat_id for chat in await chats_of(connection, location_id)]
    for due, some in (await _by_growth_due(connection, chat_ids, key)).items():
        await outbox.put(connection, some, message, now=now, not_before=due)


async def chats(
    connection: Connection,
    chat_ids: Iterable[int],
    kind: str,
    *,
    now: datetime,
    args: dict[str, object] | None = None,
    key: str | None = None,
    reply_to: str | None = None,
    buzzes: bool = False,
) -> None:
    """A message to some chats."""
    message = Outgoing(kind=kind, key=key, args=args or {}, reply_to=reply_to, is_silent=not buzzes)
    await _put(connection, list(chat_ids), message, None, now=now)
