"""Buttons. A payload proves nothing: person, role, location, chat and state are checked here at every press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.messages.buttons import keyboards, payload
from bot.messages.buttons.keyboards import PersonChoice
from bot.messages.buttons.payload import Payload, Verb
from bot.messages.incident import notes, toasts
from bot.messages.text.message import Rows
from bot.model.incident import Cause, Incident, Transition
from bot.stages.notify import enqueue
from bot.store.delivery import sent_messages, timers
from bot.store.people import chats, locations, people
from bot.telegram.inbound import general_callbacks, rights
from bot.telegram.inbound.incidents import incident_actions, listing, playbook
from bot.telegram.inbound.incidents.evidence_file import send_pack
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller

PICKER_OPEN_FOR = timedelta(minutes=2)


IncidentPress = Callable[[Caller, Incident, Payload], Awaitable[Answer | None]]


@dataclass(frozen=True, slots=True)
class Press:
    """A press and what it is about, as it can be looked up before the write lock is taken.

    Attributes:
        caller: who presses, and where.
        what: what the button says; None for a text that no button of ours has.
        message_id: the message under which it stands, in Telegram's numbers.
        is_copy: the button stands under a second copy of an incident's card.
    """

    caller: Caller
    what: Payload | None
    message_id: int
    is_copy: bool

    @property
    def is_about_incident(self) -> bool:
        """Whether it moves or shows an incident: a handful of rows."""
        return self.what is not None and self.what.verb in _ON_INCIDENT


async def look_up(caller: Caller, data: str, message_id: int) -> Press:
    """Read what a press takes; nothing is changed."""
    what = payload.parse(data)
    await caller.visible()
    if what is None or what.verb not in _ON_INCIDENT:
        return Press(caller, what, message_id, is_copy=False)
    incident = await caller.incident(what.target_id)
    is_copy = incident is not None and await _is_copy(caller, incident, message_id)
    return Press(caller, what, message_id, is_copy=is_copy)


async def press(pressed: Press) -> Answer | None:
    """Do what a button says; gives the answer to the person."""
    caller, what, message_id = pressed.caller, pressed.what, pressed.message_id
    if what is None:
        return toasts.not_saved(caller.words)
    refused = await rights.refusal(caller, what, message_id=message_id)
    if refused is not None:
        return refused
    if not caller.is_private and caller.person is not None:
        await chats.note_seen(caller.connection, caller.chat.chat_id, caller.person.person_id, now=caller.now)
    if what.verb == Verb.CLOSE:
        return await general_callbacks.close_list(caller, message_id)
    if what.verb in general_callbacks.PRESSES:
        return await general_callbacks.PRESSES[what.verb](caller, what)
    if what.verb not in _ON_INCIDENT:
        return toasts.not_saved(caller.words)
    incident = await incident_actions.find_visible(caller, what.target_id)
    if incident is None:
        return toasts.stranger(caller.words)
    if pressed.is_copy:
        # It takes the press, and loses its buttons.
        args: dict[str, object] = {"telegram_message_id": message_id}
        await enqueue.chats(caller.connection, [caller.chat.chat_id], "retire", now=caller.now, args=args)
    return await _ON_INCIDENT[what.verb](caller, incident, what)


async def _is_copy(caller: Caller, incident: Incident, message_id: int) -> bool:
    """Whether this is a card beside the one that we edit: it arrived though its answer was lost."""
    chat_id = caller.chat.chat_id
    if await sent_messages.key_of(caller.connection, chat_id, message_id) is not None:
        return False
    return await sent_messages.find(caller.connection, chat_id, enqueue.card_key(incident.incident_id)) is not None


def _move(move: Transition) -> IncidentPress:
    async def make(caller: Caller, incident: Incident, _what: Payload) -> Answer:
        return await incident_actions.make(caller, incident, await incident_actions.request_of(caller, incident, move))

    return make


async def _assign(caller: Caller, incident: Incident, what: Payload) -> Answer:
    place = await locations.find(caller.connection, incident.location_id)
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    chosen = payload.person_id(what.arg)
    if chosen not in {member.person.person_id for member in team}:
        return toasts.stranger(caller.words)
    if what.version != incident.version and incident.holder_id is not None:
        # Somebody else took or assigned it while the names were shown: that person stands.
        return await incident_actions.out_of_date(caller, incident)
    request = await incident_actions.request_of(caller, incident, Transition.ASSIGN, assignee_id=chosen)
    return await incident_actions.make(caller, incident, request)


async def _snooze(caller: Caller, incident: Incident, what: Payload) -> Answer:
    until = payload.snooze_until(what.arg, caller.now)
    if until is None:
        return toasts.not_saved(caller.words)
    return await incident_actions.make(
        caller, incident, await incident_actions.request_of(caller, incident, Transition.SNOOZE, until=until)
    )


async def _resolve(caller: Caller, incident: Incident, what: Payload) -> Answer:
    cause = payload.cause(what.arg)
    if cause is None:
        return toasts.not_saved(caller.words)
    return await incident_actions.make(
        caller, incident, await incident_actions.request_of(caller, incident, Transition.RESOLVE, cause=cause)
    )


async def _pick_person(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    place = await locations.find(caller.connection, incident.location_id)
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    choices = [PersonChoice(person_id=member.person.person_id, name=member.person.name) for member in team]
    return await _show_picker(
        caller, incident, Transition.ASSIGN, keyboards.assign_picker(incident, choices, caller.words)
    )


async def _pick_time(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    place = await locations.find(caller.connection, incident.location_id)
    rows = keyboards.snooze_picker(incident, now=caller.now, words=caller.words.in_zone(place.zone))
    return await _show_picker(caller, incident, Transition.SNOOZE, rows)


async def _pick_cause(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    return await _show_picker(caller, incident, Transition.RESOLVE, keyboards.resolve_picker(incident, caller.words))


async def _show_picker(caller: Caller, incident: Incident, move: Transition, rows: Rows) -> Answer | None:
    """Swap the card's buttons for a choice; they come back after two minutes by themselves."""
    if not incident_actions.is_possible(incident, move):
        return await incident_actions.out_of_date(caller, incident)
    key = enqueue.card_key(incident.incident_id)
    await enqueue.chats(
        caller.connection,
        [caller.chat.chat_id],
        "keyboard",
        now=caller.now,
        key=key,
        args={"rows": [[asdict(button) for button in row] for row in rows]},
    )
    await timers.put(
        caller.connection,
        "picker",
        f"{caller.chat.chat_id}:{incident.incident_id}",
        due_at=caller.now + PICKER_OPEN_FOR,
    )
    return None


async def _back(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    await timers.clear(caller.connection, "picker", f"{caller.chat.chat_id}:{incident.incident_id}")
    await enqueue.card(caller.connection, incident, now=caller.now)
    return None


async def _reviews(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    await listing.show_incident(caller, incident, page=1, anew=True)
    return None


async def _why(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    await enqueue.evidence(caller.connection, incident, caller.chat.chat_id, now=caller.now)
    return None


async def _save_evidence(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    return await send_pack(caller, incident)


async def _point_to_card(caller: Caller, incident: Incident, _what: Payload) -> Answer | None:
    key = enqueue.card_key(incident.incident_id)
    if await sent_messages.find(caller.connection, caller.chat.chat_id, key) is None:
        await enqueue.card(caller.connection, incident, now=caller.now)
    await caller.answer(notes.card_is_here(incident.incident_id, caller.words), reply_to=key)
    return None


async def _not_severe(caller: Caller, incident: Incident, _what: Payload) -> Answer:
    """The words of a severe review were taken wrongly: the incident ends, and they wake nobody here any more."""
    request = await incident_actions.request_of(caller, incident, Transition.RESOLVE, cause=Cause.FALSE)
    return await incident_actions.make(caller, incident, request)


async def _stop_asking(caller: Caller, incident: Incident, _what: Payload) -> Answer:
    return await incident_actions.stop_asking(caller, incident)


_ON_INCIDENT: Final[Mapping[Verb, IncidentPress]] = MappingProxyType(
    {
        Verb.ACKNOWLEDGE: _move(Transition.ACKNOWLEDGE),
        Verb.GIVE_BACK: _move(Transition.GIVE_BACK),
        Verb.END_SNOOZE: _move(Transition.END_SNOOZE),
        Verb.REOPEN: _move(Transition.REOPEN),
        Verb.ACCEPT: _move(Transition.ACCEPT),
        Verb.NOT_SEVERE: _not_severe,
        Verb.STILL: _move(Transition.STAY),
        Verb.STOP_ASKING: _stop_asking,
        Verb.ASSIGN: _assign,
        Verb.SNOOZE: _snooze,
        Verb.RESOLVE: _resolve,
        Verb.PICK_PERSON: _pick_person,
        Verb.PICK_TIME: _pick_time,
        Verb.PICK_CAUSE: _pick_cause,
        Verb.BACK: _back,
        Verb.WHY: _why,
        Verb.SAVE_EVIDENCE: _save_evidence,
        Verb.REVIEWS: _reviews,
        Verb.SHOW_CARD: _point_to_card,
        Verb.PLAYBOOK: playbook.show,
        Verb.TICK: playbook.tick,
    }
)
