"""Buttons that belong to no incident: lists, offers, back-tests, languages, members. Checked at every press alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Payload, Verb
from bot.messages.incident import toasts
from bot.messages.service import pairing
from bot.settings import LANGUAGES
from bot.stages.notify import enqueue
from bot.stages.replay import backtest
from bot.stages.watch import severe
from bot.store.delivery import sent_messages
from bot.store.incidents import incidents
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import chats
from bot.store.reviews import review_views
from bot.telegram.inbound import alerting, chain, duty, menu, privacy, status, team, uploads
from bot.telegram.inbound.incidents import incident_actions, listing, offered
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people import membership
from bot.telegram.inbound.people.actor import Caller

Press = Callable[[Caller, Payload], Awaitable[Answer | None]]


async def _page(caller: Caller, what: Payload) -> Answer | None:
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


async def _filter(caller: Caller, what: Payload) -> Answer | None:
    if what.arg not in set(keyboards.ReviewFilter):
        return toasts.not_saved(caller.words)
    return await _list(caller, what.target_id, keyboards.ReviewFilter(what.arg), 1)


async def _list(caller: Caller, location_id: int, shown: keyboards.ReviewFilter, page: int) -> Answer | None:
    place = next((one for one in await caller.visible() if one.location_id == location_id), None)
    if place is None:
        return toasts.stranger(caller.words)
    await listing.show_location(caller, place, shown=shown, page=page)
    return None


async def close_list(caller: Caller, message_id: int | None) -> Answer | None:
    """Remove the list that the button stands under."""
    key = message_id and await sent_messages.key_of(caller.connection, caller.chat.chat_id, message_id)
    if key and key.partition(":")[0] in ("rev", "list", "offer", "group", menu.KEY):
        await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
    return None


async def _cancel(caller: Caller, what: Payload) -> Answer | None:
    if what.arg == "upload":
        return await uploads.press(caller, what)
    await enqueue.chats(
        caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=f"offer:{what.target_id}"
    )
    return None


async def _open_for_review(caller: Caller, what: Payload) -> Answer | None:
    """Under a review that people were asked to read: it is an incident."""
    location_id = await _location_of_review(caller, what.target_id)
    if location_id is None:
        return toasts.stranger(caller.words)
    await severe.open_for(caller.connection, what.target_id, now=caller.now)
    await _show_asked(caller, location_id, what.target_id)
    return None


async def _not_severe_review(caller: Caller, what: Payload) -> Answer | None:
    """Under a review that people were asked to read: it is none, and its words ask nobody here any more."""
    location_id = await _location_of_review(caller, what.target_id)
    if location_id is None or caller.person is None:
        return toasts.stranger(caller.words)
    await severe.mark_not_severe(
        caller.connection, what.target_id, caller.packs, now=caller.now, by_id=caller.person.person_id
    )
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


async def _try_now(caller: Caller, _what: Payload) -> Answer | None:
    for place in await caller.visible():
        await sources.poll_now(caller.connection, place.location_id)
    return toasts.polling(caller.words)


async def _first_reads(caller: Caller, what: Payload) -> Answer | None:
    """Another place's page of what was read for the first time after a start."""
    wanted = keyboards.page_of(what.arg)
    key = enqueue.first_reads_key(what.target_id)
    if wanted is None or await sent_messages.find(caller.connection, caller.chat.chat_id, key) is None:
        return toasts.not_saved(caller.words)
    args: dict[str, object] = {"since": datetime.fromtimestamp(what.target_id, UTC).isoformat(), "page": wanted[1]}
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "first_reads", now=caller.now, args=args, key=key)
    return None


async def _budget(caller: Caller, what: Payload) -> Answer | None:
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
    if what.arg == "show":
        await backtest.ask_for(caller.connection, place.location_id, now=caller.now)
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


async def _language(caller: Caller, what: Payload) -> Answer | None:
    if what.arg not in LANGUAGES:
        return toasts.not_saved(caller.words)
    if not caller.is_private and not any(caller.owns(place) for place in await caller.visible()):
        return toasts.role_too_low(caller.words)
    await chats.set_language(caller.connection, caller.chat.chat_id, what.arg)
    words = pairing.in_language(caller.words, what.arg)
    chat_id = caller.chat.chat_id
    if await sent_messages.find(caller.connection, chat_id, menu.KEY) is not None:
        await menu.draw(caller, "lang")
    await caller.answer(pairing.language_changed(words))
    for location_id in await chats.linked_locations(caller.connection, chat_id):
        incident = await incidents.current(caller.connection, location_id)
        if incident is not None:
            about = {"incident_id": incident.incident_id}
            key = enqueue.card_key(incident.incident_id)
            await enqueue.chats(caller.connection, [chat_id], "card", now=caller.now, args=dict(about), key=key)
    return None


async def _heard(caller: Caller, what: Payload) -> Answer | None:
    """The test alert is no alarm any more: it says who heard it, and loses its button."""
    chat_id, key = caller.chat.chat_id, enqueue.test_key(what.target_id)
    await chats.set_heard(caller.connection, chat_id, now=caller.now)
    if await sent_messages.find(caller.connection, chat_id, key) is not None:
        args: dict[str, object] = {"heard_by": caller.name}
        await enqueue.chats(caller.connection, [chat_id], "test_alert", now=caller.now, args=args, key=key)
    return toasts.saved(caller.words)


async def _test(caller: Caller, _what: Payload) -> Answer | None:
    await enqueue.test_alert(caller.connection, [caller.chat.chat_id], now=caller.now)
    return None


async def _people(caller: Caller, _what: Payload) -> Answer | None:
    await team.show(caller)
    return None


async def _files(caller: Caller, _what: Payload) -> Answer | None:
    await uploads.show_files(caller)
    return None


async def _status(caller: Caller, _what: Payload) -> Answer | None:
    await status.show(caller)
    return None


async def _test_route(caller: Caller, what: Payload) -> Answer | None:
    await alerting.test_route(caller, what.target_id)
    return toasts.polling(caller.words)


PRESSES: Final[Mapping[Verb, Press]] = MappingProxyType(
    {
        Verb.SHOW_PERSON: team.show_person,
        Verb.REMOVE_PERSON: team.remove,
        Verb.CHANGE_ROLE: team.change_role,
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
        Verb.FIRST_READS: _first_reads,
        Verb.HEARD_TEST: _heard,
        Verb.SEND_TEST: _test,
        Verb.TEST_ROUTE: _test_route,
        Verb.SWITCH_ROUTE: alerting.switch_route,
        Verb.SHOW_PEOPLE: _people,
        Verb.SHOW_FILES: _files,
        Verb.SHOW_STATUS: _status,
        Verb.SHOW_PRIVACY: privacy.show_page,
        Verb.ASK_TO_ERASE: privacy.ask,
        Verb.ERASE: privacy.erase,
        Verb.ROTA: duty.press,
        Verb.SET_CHAIN: chain.press,
        Verb.SHOW_ROUTES: chain.show_routes,
        Verb.MENU: menu.turn,
        Verb.MENU_PLACE: menu.turn_place,
        Verb.MENU_SOURCE: menu.turn_source,
        Verb.SET_CHAT: menu.set_chat,
        Verb.SET_PLACE: menu.set_place,
        Verb.SET_SOURCE: menu.set_source,
        Verb.INVITE_HERE: menu.invite_here,
        Verb.CONNECT_GROUP: menu.connect_group,
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
