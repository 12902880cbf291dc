"""Applies a person's transition to an incident, stores it, and updates every chat that shows the incident."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.incidents.machine import ALLOWED_FROM, Refusal, RefusedError, Request, apply
from bot.messages.facts.card_facts import state_facts
from bot.messages.incident import toasts
from bot.messages.text.message import Toast
from bot.model.incident import SEVERE, Cause, Incident, State, Transition
from bot.stages.notify import aftermath, enqueue, escalate
from bot.stages.watch import severe
from bot.stages.watch.evaluate import EVALUATE_AGAIN
from bot.store.db.engine import Connection
from bot.store.delivery import timers
from bot.store.incidents import incidents, memberships
from bot.store.learning import detectors, not_severe
from bot.store.people import alert_rules, people
from bot.telegram.inbound.people.actor import Caller

NOTE_WITHIN = timedelta(minutes=10)


async def find_visible(caller: Caller, incident_id: int) -> Incident | None:
    """An incident that this person may see in this chat."""
    incident = await caller.incident(incident_id)
    if incident is None or incident.location_id not in {place.location_id for place in await caller.visible()}:
        return None
    return incident


Answer = Toast | Callable[[Connection], Awaitable[Toast]]
"""What a press is answered with; where it says how the incident stands, it is worded after the transaction."""


async def worded(answer: Answer, connection: Connection) -> Toast:
    """The answer in words, on any connection that sees what the press has changed."""
    return answer if isinstance(answer, Toast) else await answer(connection)


async def make(caller: Caller, incident: Incident, request: Request) -> Answer:
    """Make a move; gives the answer to the person. The caller has checked that the incident is visible."""
    try:
        done = await _make(caller, incident, request)
        if done is None:
            # It was changed between being looked up and the write lock; now nobody else can.
            newest = await incidents.find(caller.connection, incident.incident_id)
            done = None if newest is None else await _make(caller, newest, request)
    except RefusedError as refused:
        return await _refuse(caller, refused.incident, refused.refusal)
    return done or await out_of_date(caller, incident)


async def _make(caller: Caller, incident: Incident, request: Request) -> Answer | None:
    """Make a move; None when the incident does not stand as it was looked up any more.

    Raises:
        RefusedError: the move is not allowed.
    """
    connection, now = caller.connection, caller.now
    after = apply(incident, request, now=now)
    if request.move is Transition.NOTE:
        assert caller.person is not None
        by_id = caller.person.person_id
        await incidents.set_note(connection, after, request.note, by_id=by_id, now=now)
        await enqueue.card(connection, after, now=now)
        await has_moved(caller, after)
        return _done(caller, after, request.move)
    if request.move is Transition.STAY:
        assert request.by_id is not None
        await incidents.note_word(connection, after, request.move, by_id=request.by_id, now=now)
        await escalate.moved(connection, after, now=now)
        return _done(caller, after, request.move)
    if not await incidents.save(connection, incident, after):
        return None
    await enqueue.card(connection, after, now=now)
    picker = f"{caller.chat.chat_id}:{incident.incident_id}"
    was_escalating = await escalate.moved(connection, after, now=now, picker=picker)
    if incident.state.is_over is not after.state.is_over:
        await aftermath.moved(connection, after, now=now)
    await _follow(caller, incident, after, request)
    quiet_until = await _snooze_ends_quietly(caller, after)
    return _done(caller, after, request.move, quiet_until=quiet_until, stops_escalation=was_escalating)


async def _snooze_ends_quietly(caller: Caller, after: Incident) -> datetime | None:
    """The end of the chat's quiet hours, when a snooze ends inside them; else None."""
    if after.state is not State.SNOOZED or after.snoozed_until is None:
        return None
    hours = (await alert_rules.quiet_of(caller.connection, [caller.chat.chat_id])).get(caller.chat.chat_id)
    period = None if hours is None or not hours.keeps(after.severity) else hours.period(after.snoozed_until)
    return None if period is None else period[1]


async def has_moved(caller: Caller, incident: Incident) -> None:
    """Who has the incident has done something about it: the question whether they still do waits again."""
    assert caller.person is not None
    if incident.state is State.ACKNOWLEDGED and incident.holder_id == caller.person.person_id:
        await escalate.moved(caller.connection, incident, now=caller.now)


async def stop_asking(caller: Caller, incident: Incident) -> Answer:
    """The caller is not asked about an incident any more, and no step of an escalation tells them of it."""
    assert caller.person is not None
    await escalate.stop_asking(caller.connection, incident, caller.person.person_id, now=caller.now)
    return toasts.not_asked(incident.incident_id, caller.words)


def is_possible(incident: Incident, move: Transition) -> bool:
    """Whether the state allows a move at all."""
    return incident.state in ALLOWED_FROM[move]


async def out_of_date(caller: Caller, incident: Incident) -> Answer:
    """The card showed an older state: redraw it and answer with what changed."""
    await enqueue.card(caller.connection, incident, now=caller.now)
    now, words = caller.now, caller.words

    async def changed(connection: Connection) -> Toast:
        return toasts.changed(await state_facts(connection, incident, now=now), words)

    return changed


def _done(
    caller: Caller,
    after: Incident,
    move: Transition,
    *,
    quiet_until: datetime | None = None,
    stops_escalation: bool = False,
) -> Answer:
    now, words = caller.now, caller.words

    async def done(connection: Connection) -> Toast:
        facts = await state_facts(connection, after, now=now)
        return toasts.done(facts, words, move=move, quiet_until=quiet_until, stops_escalation=stops_escalation)

    return done


async def request_of(caller: Caller, incident: Incident, move: Transition, **needs: object) -> Request:
    """A request in this person's name."""
    place = await caller.place(incident.location_id)
    assert caller.person is not None
    return Request(
        move=move,
        by_id=caller.person.person_id,
        by_name=caller.person.name,
        is_owner=caller.owns(place),
        **needs,  # type: ignore[arg-type]  # the callers pass Request's own fields
    )


async def _refuse(caller: Caller, incident: Incident, refusal: Refusal) -> Answer:
    words = caller.words
    match refusal:
        case Refusal.TAKEN:
            holder = await people.by_id(caller.connection, incident.holder_id)
            return toasts.taken(words, by=holder.name if holder else "", at=incident.moved_at, now=caller.now)
        case Refusal.ALREADY_YOURS:
            return toasts.already_yours(incident.incident_id, words)
        case Refusal.ROLE_TOO_LOW:
            return toasts.role_too_low(words)
        case Refusal.NOT_YOURS:
            return toasts.not_yours(await state_facts(caller.connection, incident, now=caller.now), words)
        case Refusal.OUT_OF_DATE:
            return await out_of_date(caller, incident)


async def _follow(caller: Caller, before: Incident, after: Incident, request: Request) -> None:
    """What else a move brings about."""
    connection, now, number = caller.connection, caller.now, str(after.incident_id)
    if before.snoozed_until is not None and after.snoozed_until is None:
        await timers.clear(connection, "snooze", number)
    match request.move:
        case Transition.SNOOZE:
            assert after.snoozed_until is not None
            await timers.put(connection, "snooze", number, due_at=after.snoozed_until)
        case Transition.ASSIGN if after.holder_id != request.by_id:
            await _tell_assignee(caller, after)
        case Transition.RESOLVE:
            if request.cause is Cause.FALSE and after.reason == SEVERE:
                # The words were taken wrongly, not the count: the detector has nothing to learn from it.
                await _mark_not_severe(caller, after)
            elif request.cause is Cause.FALSE:
                await detectors.relax(
                    connection, after.location_id, now=now, incident_id=after.incident_id, by_id=request.by_id
                )
            await enqueue.about_incident(connection, after, "resolved", now=now, buzzes=False)
            await enqueue.playbook_anew(connection, after, now=now)
            await _ask_for_note(caller, after)
        case Transition.REOPEN:
            await detectors.take_back(
                connection, after.location_id, now=now, incident_id=after.incident_id, by_id=request.by_id
            )
            await not_severe.take_back(connection, after.location_id, now=now, incident_id=after.incident_id)
            await timers.put(connection, "look", str(after.location_id), due_at=now + EVALUATE_AGAIN)
            await enqueue.about_incident(
                connection,
                after,
                "reopened",
                now=now,
                buzzes=False,
                args={
                    "count": 0,
                    "ended_as": before.state.value,
                    "ended_at": (before.ended_at or now).isoformat(),
                    "cause": before.cause and before.cause.value,
                },
            )


async def _mark_not_severe(caller: Caller, incident: Incident) -> None:
    """Remember what the incident's severe reviews were found by."""
    assert caller.person is not None
    for review_id in await memberships.severe_ids(caller.connection, incident.incident_id):
        await severe.mark_not_severe(
            caller.connection,
            review_id,
            caller.packs,
            now=caller.now,
            by_id=caller.person.person_id,
            incident_id=incident.incident_id,
        )


async def _tell_assignee(caller: Caller, incident: Incident) -> None:
    """In the groups that show the incident, and in the person's own chat."""
    assert incident.holder_id is not None
    chats = await escalate.chats_of_person(caller.connection, incident, incident.holder_id)
    await enqueue.missing_cards(caller.connection, incident, chats, now=caller.now)
    await enqueue.below_card(caller.connection, incident, chats, "assigned", now=caller.now, buzzes=True)


async def _ask_for_note(caller: Caller, incident: Incident) -> None:
    key = f"ask:{incident.incident_id}"
    # A message that asks for a typed answer cannot be edited, so an earlier question goes.
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
    await enqueue.chats(
        caller.connection,
        [caller.chat.chat_id],
        "ask_note",
        now=caller.now,
        args={"incident_id": incident.incident_id, "telegram_id": caller.telegram_id},
        key=key,
        reply_to=enqueue.card_key(incident.incident_id),
    )
    await timers.put(caller.connection, "unask", f"{caller.chat.chat_id}:{key}", due_at=caller.now + NOTE_WITHIN)
