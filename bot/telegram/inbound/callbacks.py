"""Buttons. A payload proves nothing: person, role, location, chat and state are checked here at every press."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.messages.buttons import keyboards, payload
from bot.messages.buttons.keyboards import PersonChoice
from bot.messages.buttons.payload import Payload, Verb
from bot.messages.incident import notes, toasts
from bot.messages.service import pairing
from bot.messages.text.message import Rows, Toast
from bot.model.incident import Cause, Incident, Transition
from bot.settings import LANGUAGES
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.stages.watch import severe
from bot.store.delivery import sent_messages, timers
from bot.store.incidents import incidents
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import chats, locations, people
from bot.store.reviews import review_views
from bot.telegram.inbound import incident_actions, listing, membership, offered, uploads
from bot.telegram.inbound.actor import Caller
from bot.telegram.inbound.evidence_file import send_pack

PICKER_OPEN_FOR = timedelta(minutes=2)

Press = Callable[[Caller, Payload], Awaitable[Toast | None]]
IncidentPress = Callable[[Caller, Incident, Payload], Awaitable[Toast | None]]


async def press(caller: Caller, data: str, *, message_id: int | None) -> Toast | None:
    """Do what a button says; gives the answer to the person."""
    what = payload.parse(data)
    if what is None:
        return toasts.not_saved(caller.words)
    if caller.person is None or not caller.grants:
        return toasts.stranger(caller.words)
    if what.verb == Verb.CLOSE:
        return await _close_list(caller, message_id)
    if what.verb in _GENERAL:
        return await _GENERAL[what.verb](caller, what)
    if what.verb not in _ON_INCIDENT:
        return toasts.not_saved(caller.words)
    incident = await incident_actions.find_visible(caller, what.target_id)
    if incident is None:
        return toasts.stranger(caller.words)
    await _retire_copy(caller, incident, message_id)
    return await _ON_INCIDENT[what.verb](caller, incident, what)


async def _retire_copy(caller: Caller, incident: Incident, message_id: int | None) -> None:
    """Take the buttons off a card that is not the one we edit: a copy that arrived though its answer was lost."""
    chat_id = caller.chat.chat_id
    if message_id is None or await sent_messages.key_of(caller.connection, chat_id, message_id) is not None:
        return
    if await sent_messages.find(caller.connection, chat_id, enqueue.card_key(incident.incident_id)) is not None:
        args: dict[str, object] = {"telegram_message_id": message_id}
        await enqueue.chats(caller.connection, [chat_id], "retire", now=caller.now, args=args)


def _move(move: Transition) -> IncidentPress:
    async def make(caller: Caller, incident: Incident, _what: Payload) -> Toast:
        return await incident_actions.make(caller, incident, await incident_actions.request_of(caller, incident, move))

    return make


async def _assign(caller: Caller, incident: Incident, what: Payload) -> Toast:
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


async def _snooze(caller: Caller, incident: Incident, what: Payload) -> Toast:
    until = payload.snooze_until(what.arg, caller.now)
    if until is None:
        return toasts.not_saved(caller.words)
    return await incident_actions.make(
        caller, incident, await incident_actions.request_of(caller, incident, Transition.SNOOZE, until=until)
    )


async def _resolve(caller: Caller, incident: Incident, what: Payload) -> Toast:
    cause = payload.cause(what.arg)
    if cause is None:
        return toasts.not_saved(caller.words)
    return await incident_actions.make(
        caller, incident, await incident_actions.request_of(caller, incident, Transition.RESOLVE, cause=cause)
    )


async def _pick_person(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    place = await locations.find(caller.connection, incident.location_id)
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    choices = [PersonChoice(person_id=member.person.person_id, name=member.person.name) for member in team]
    return await _show_picker(
        caller, incident, Transition.ASSIGN, keyboards.assign_picker(incident, choices, caller.words)
    )


async def _pick_time(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    place = await locations.find(caller.connection, incident.location_id)
    rows = keyboards.snooze_picker(incident, now=caller.now, words=caller.words.in_zone(place.zone))
    return await _show_picker(caller, incident, Transition.SNOOZE, rows)


async def _pick_cause(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    return await _show_picker(caller, incident, Transition.RESOLVE, keyboards.resolve_picker(incident, caller.words))


async def _show_picker(caller: Caller, incident: Incident, move: Transition, rows: Rows) -> Toast | None:
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


async def _back(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    await timers.clear(caller.connection, "picker", f"{caller.chat.chat_id}:{incident.incident_id}")
    await enqueue.card(caller.connection, incident, now=caller.now)
    return None


async def _reviews(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    await listing.show_incident(caller, incident, page=1, anew=True)
    return None


async def _why(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    await enqueue.evidence(caller.connection, incident, caller.chat.chat_id, now=caller.now)
    return None


async def _save_evidence(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    return await send_pack(caller, incident)


async def _page(caller: Caller, what: Payload) -> Toast | None:
    wanted = keyboards.page_of(what.arg)
    if wanted is None:
        return toasts.not_saved(caller.words)
    shown, page = wanted
    if shown is not None:
        return await _list(caller, what.target_id, shown, page)
    incident = await incident_actions.find_visible(caller, what.target_id)
    if incident is None:
        return toasts.stranger(caller.words)
    await listing.show_incident(caller, incident, page=page)
    return None


async def _filter(caller: Caller, what: Payload) -> Toast | None:
    if what.arg not in set(keyboards.ReviewFilter):
        return toasts.not_saved(caller.words)
    return await _list(caller, what.target_id, keyboards.ReviewFilter(what.arg), 1)


async def _list(caller: Caller, location_id: int, shown: keyboards.ReviewFilter, page: int) -> Toast | None:
    place = next((one for one in await caller.visible() if one.location_id == location_id), None)
    if place is None:
        return toasts.stranger(caller.words)
    await listing.show_location(caller, place, shown=shown, page=page)
    return None


async def _point_to_card(caller: Caller, incident: Incident, _what: Payload) -> Toast | None:
    key = enqueue.card_key(incident.incident_id)
    if await sent_messages.find(caller.connection, caller.chat.chat_id, key) is None:
        await enqueue.card(caller.connection, incident, now=caller.now)
    await caller.answer(notes.card_is_here(incident.incident_id, caller.words), reply_to=key)
    return None


async def _close_list(caller: Caller, message_id: int | None) -> Toast | None:
    key = message_id and await sent_messages.key_of(caller.connection, caller.chat.chat_id, message_id)
    if key and key.partition(":")[0] in ("rev", "list", "offer", "group"):
        await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
    return None


async def _cancel(caller: Caller, what: Payload) -> Toast | None:
    if what.arg == "upload":
        return await uploads.press(caller, what)
    await enqueue.chats(
        caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=f"offer:{what.target_id}"
    )
    return None


async def _not_severe(caller: Caller, incident: Incident, _what: Payload) -> Toast:
    """The words of a severe review were taken wrongly: the incident ends, and they wake nobody here any more."""
    request = await incident_actions.request_of(caller, incident, Transition.RESOLVE, cause=Cause.FALSE)
    return await incident_actions.make(caller, incident, request)


async def _open_for_review(caller: Caller, what: Payload) -> Toast | None:
    """Under a review that people were asked to read: it is an incident."""
    location_id = await _location_of_review(caller, what.target_id)
    if location_id is None:
        return toasts.stranger(caller.words)
    await severe.open_for(caller.connection, what.target_id, now=caller.now)
    await _show_asked(caller, location_id, what.target_id)
    return None


async def _not_severe_review(caller: Caller, what: Payload) -> Toast | None:
    """Under a review that people were asked to read: it is none, and its words ask nobody here any more."""
    location_id = await _location_of_review(caller, what.target_id)
    if location_id is None or caller.person is None:
        return toasts.stranger(caller.words)
    await severe.forgive(caller.connection, what.target_id, now=caller.now, by_id=caller.person.person_id)
    await _show_asked(caller, location_id, what.target_id)
    return toasts.saved(caller.words)


async def _location_of_review(caller: Caller, review_id: int) -> int | None:
    """Where a review was written, if this person may see it in this chat."""
    location_id = await review_views.location_of(caller.connection, review_id)
    return location_id if location_id in {place.location_id for place in await caller.visible()} else None


async def _show_asked(caller: Caller, location_id: int, review_id: int) -> None:
    args: dict[str, object] = {"review_id": review_id, "location_id": location_id}
    key = severe.ask_key(review_id)
    await enqueue.location(caller.connection, location_id, "read_this", now=caller.now, args=args, key=key)


async def _try_now(caller: Caller, _what: Payload) -> Toast | None:
    for place in await caller.visible():
        await sources.poll_now(caller.connection, place.location_id)
    return toasts.polling(caller.words)


async def _budget(caller: Caller, what: Payload) -> Toast | None:
    """Under a back-test: how easily the location alarms. The picture is drawn anew."""
    place = next((one for one in await caller.visible() if one.location_id == what.target_id), None)
    if place is None:
        return toasts.stranger(caller.words)
    if not caller.owns(place) or caller.person is None:
        return toasts.role_too_low(caller.words)
    wanted = backtest.Wanted(place.location_id, what.mark)
    by_id = caller.person.person_id
    if what.arg == "keep":
        no_rows: dict[str, object] = {"rows": []}
        chat_ids = [caller.chat.chat_id]
        await enqueue.chats(caller.connection, chat_ids, "keyboard", now=caller.now, key=wanted.key, args=no_rows)
        return toasts.saved(caller.words)
    if what.arg == "less":
        done = await detectors.relax(caller.connection, place.location_id, now=caller.now, by_id=by_id)
    elif what.arg == "more":
        done = await detectors.take_back(caller.connection, place.location_id, now=caller.now, by_id=by_id)
    else:
        return toasts.not_saved(caller.words)
    if not done:
        return toasts.not_saved(caller.words)
    await backtest.ask_for(caller.connection, place.location_id, now=caller.now, mark=wanted.mark)
    return toasts.saved(caller.words)


async def _language(caller: Caller, what: Payload) -> Toast | None:
    if what.arg not in LANGUAGES:
        return toasts.not_saved(caller.words)
    if not caller.is_private and not any(caller.owns(place) for place in await caller.visible()):
        return toasts.role_too_low(caller.words)
    await chats.set_language(caller.connection, caller.chat.chat_id, what.arg)
    words = pairing.in_language(caller.words, what.arg)
    await caller.answer(pairing.language_changed(words))
    chat_id = caller.chat.chat_id
    for location_id in await chats.linked_locations(caller.connection, chat_id):
        incident = await incidents.current(caller.connection, location_id)
        if incident is not None:
            about = {"incident_id": incident.incident_id}
            key = enqueue.card_key(incident.incident_id)
            await enqueue.chats(caller.connection, [chat_id], "card", now=caller.now, args=dict(about), key=key)
    return None


async def _heard(caller: Caller, _what: Payload) -> Toast | None:
    await chats.set_heard(caller.connection, caller.chat.chat_id, now=caller.now)
    return toasts.saved(caller.words)


async def _test(caller: Caller, _what: Payload) -> Toast | None:
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "test_alert", now=caller.now, buzzes=True)
    return None


_ON_INCIDENT: Final[Mapping[Verb, IncidentPress]] = MappingProxyType(
    {
        Verb.ACKNOWLEDGE: _move(Transition.ACKNOWLEDGE),
        Verb.GIVE_BACK: _move(Transition.GIVE_BACK),
        Verb.END_SNOOZE: _move(Transition.END_SNOOZE),
        Verb.REOPEN: _move(Transition.REOPEN),
        Verb.ACCEPT: _move(Transition.ACCEPT),
        Verb.NOT_SEVERE: _not_severe,
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
    }
)
_GENERAL: Final[Mapping[Verb, Press]] = MappingProxyType(
    {
        Verb.TURN_PAGE: _page,
        Verb.FILTER: _filter,
        Verb.OPEN_INCIDENT: offered.open_recent,
        Verb.OPEN_LATE: offered.open_late,
        Verb.LEAVE_LATE: offered.leave_late,
        Verb.OPEN_FOR_REVIEW: _open_for_review,
        Verb.NOT_SEVERE_REVIEW: _not_severe_review,
        Verb.CANCEL: _cancel,
        Verb.TRY_NOW: _try_now,
        Verb.LANGUAGE: _language,
        Verb.BUDGET: _budget,
        Verb.HEARD_TEST: _heard,
        Verb.SEND_TEST: _test,
        Verb.INVITE: membership.invite,
        Verb.USE_GROUP: membership.use_group,
        Verb.USE_TOPIC: membership.use_topic,
        Verb.LEAVE_GROUP_ALONE: membership.leave_group_alone,
        **dict.fromkeys(
            (
                Verb.LOCATION,
                Verb.COLUMNS_RIGHT,
                Verb.CHANGE_COLUMN,
                Verb.CHOOSE_COLUMN,
                Verb.DAY_FIRST,
                Verb.MONTH_FIRST,
                Verb.UNDO,
                Verb.SKIPPED_ROWS,
                Verb.CHANGE_READING,
                Verb.SHOW_FILE,
                Verb.SCALE,
                Verb.COUNTS,
                Verb.COUNTS_NOT,
                Verb.STARS,
                Verb.PLATFORM,
            ),
            uploads.press,
        ),
    }
)
