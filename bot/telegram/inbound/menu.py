"""/menu and /settings, and what their buttons change: kept with who and when, and the page is drawn again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from bot.choices import ALLOWED, OF_DUTY, About, Choice, Chosen
from bot.configured import public_holidays
from bot.messages.buttons.menu_buttons import ANEW
from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.messages.service import pairing
from bot.messages.service.menu import front as menu
from bot.messages.service.menu import place as menu_place
from bot.messages.service.menu import quiet as menu_quiet
from bot.messages.text.message import Toast
from bot.model.people import Grant, Role
from bot.stages.notify import digests, enqueue, handover, quiet_hours
from bot.store.delivery import sent_messages
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import settings
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people import membership
from bot.telegram.inbound.people.actor import Caller

KEY: Final = "menu"
_OF_PLACE: Final = {
    "severe": Choice.SEVERE,
    "low": Choice.EACH_LOW,
    "quotes": Choice.QUOTES,
    "region": Choice.REGION,
    "holiday": Choice.HOLIDAY,
    "once": Choice.AT_ONCE,
}
_PAGES: Final = {Choice.REGION: "holiday", Choice.AT_ONCE: "chain"}
"""The page that follows a choice, where it is not the choice's own."""
_OF_CHAT: Final = {"digest": Choice.DIGEST, "day": Choice.DIGEST_DAY, "hour": Choice.DIGEST_HOUR}


async def show(caller: Caller, page: str = "root", **about: int) -> None:
    """/menu: the menu as a new message; an older one goes."""
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=KEY)
    await draw(caller, page, **about)


async def turn(caller: Caller, what: Payload) -> Answer | None:
    """`mnu`: another page."""
    if what.arg.startswith(ANEW):
        # From under another message, far below the menu.
        await show(caller, what.arg.removeprefix(ANEW))
    else:
        await draw(caller, what.arg)
    return None


async def turn_place(caller: Caller, what: Payload) -> Answer | None:
    """`mpl`: a page of one location."""
    if what.arg.startswith(ANEW):
        await show(caller, what.arg.removeprefix(ANEW), location_id=what.target_id)
    else:
        await draw(caller, what.arg, location_id=what.target_id)
    return None


async def turn_source(caller: Caller, what: Payload) -> Answer | None:
    """`msr`: a page of one source."""
    row = await sources.find(caller.connection, what.target_id)
    await draw(caller, what.arg, location_id=row.location_id, source_id=row.source_id)
    return None


async def set_chat(caller: Caller, what: Payload) -> Answer | None:
    """`stc`: when this chat gets its digest, and when it is not to be woken."""
    short, _, value = what.arg.partition("-")
    if short == "quiet":
        return await _set_quiet(caller, value)
    name = _OF_CHAT.get(short)
    if name is None or value not in ALLOWED[name]:
        return toasts.not_saved(caller.words)
    answer = await _choose(caller, About.CHAT, caller.chat.chat_id, name, value, seen=what.version)
    await digests.plan(caller.connection, caller.chat.chat_id, now=caller.now)
    await draw(caller, "digest")
    return answer


async def set_place(caller: Caller, what: Payload) -> Answer | None:
    """`stp`: what a location wants, how easily it alarms, or a pause."""
    short, _, value = what.arg.partition("-")
    location_id = what.target_id
    if short == "alarm":
        return await _set_alarm(caller, location_id, value)
    if short == "pause":
        rows = await sources.of_location(caller.connection, location_id)
        return await _pause(caller, value, location_id, [row.source_id for row in rows])
    name = _OF_PLACE.get(short)
    if name is Choice.REGION:
        value = value.upper().removeprefix("NONE")
    if name is None or not _is_possible(name, value):
        return toasts.not_saved(caller.words)
    if name in OF_DUTY:
        before = await handover.on_now(caller.connection, [location_id], now=caller.now)
    answer = await _choose(caller, About.LOCATION, location_id, name, value, seen=what.version)
    if name in OF_DUTY:
        await handover.changed(caller.connection, before, now=caller.now)
    if name is Choice.QUOTES:
        # What stands in the chats shows the words, or lacks them, at once.
        await enqueue.open_cards(caller.connection, [location_id], now=caller.now)
    page = _PAGES.get(name, short)
    if name is not Choice.HOLIDAY or await sent_messages.find(caller.connection, caller.chat.chat_id, KEY) is not None:
        await draw(caller, page, location_id=location_id)
    return answer


def _is_possible(name: Choice, value: str) -> bool:
    return not value or public_holidays.is_known(value) if name is Choice.REGION else value in ALLOWED[name]


async def set_source(caller: Caller, what: Payload) -> Answer | None:
    """`sts`: a pause of one source."""
    short, _, value = what.arg.partition("-")
    row = await sources.find(caller.connection, what.target_id)
    if short != "pause":
        return toasts.not_saved(caller.words)
    return await _pause(caller, value, row.location_id, [row.source_id], source_id=row.source_id)


async def invite_here(caller: Caller, what: Payload) -> Answer | None:
    """`ivh`: a link for one manager of one location."""
    place = await caller.place(what.target_id)
    grant = Grant(Role.MANAGER, place.business_id, place.location_id)
    url = await membership.link(caller, kind="person", parameter="start", grant=grant)
    await caller.answer(pairing.invitation(caller.words, url=url))
    return None


async def connect_group(caller: Caller, what: Payload) -> Answer | None:
    """`cgr`: a link that opens Telegram's list of groups."""
    url = await membership.link(caller, kind="group", parameter="startgroup", grant=Grant(Role.OWNER, what.target_id))
    await caller.answer(menu.connect_group(caller.words, url=url))
    return None


async def _choose(caller: Caller, about: About, about_id: int, name: Choice, value: str, *, seen: int) -> Toast:
    """Keep a choice; whoever chose after the page was drawn is named, with what it was."""
    before = await settings.get(caller.connection, about, about_id, name)
    if before.value != value:
        by_id = None if caller.person is None else caller.person.person_id
        await settings.choose(caller.connection, about, about_id, name, value, now=caller.now, by_id=by_id)
    return _saved(caller, name, before, seen=seen)


def _saved(caller: Caller, name: Choice, before: Chosen, *, seen: int) -> Toast:
    if before.number == seen or before.set_at is None:
        return toasts.saved(caller.words)
    return menu.saved_over(caller.words, name=name, chosen=before, now=caller.now)


async def _set_quiet(caller: Caller, value: str) -> Toast:
    if value != menu_quiet.OFF and value not in menu_quiet.OFFERED:
        return toasts.not_saved(caller.words)
    by_id = None if caller.person is None else caller.person.person_id
    hours = menu_quiet.OFFERED.get(value)
    await quiet_hours.choose(caller.connection, caller.chat.chat_id, hours, by_id=by_id, now=caller.now)
    await draw(caller, "quiet")
    return toasts.saved(caller.words)


async def _set_alarm(caller: Caller, location_id: int, value: str) -> Toast:
    by_id = None if caller.person is None else caller.person.person_id
    change = {"less": detectors.relax, "more": detectors.take_back}.get(value)
    done = change is not None and await change(caller.connection, location_id, now=caller.now, by_id=by_id)
    await draw(caller, "alarm", location_id=location_id)
    return toasts.saved(caller.words) if done else toasts.not_saved(caller.words)


async def _pause(
    caller: Caller, value: str, location_id: int, source_ids: list[int], *, source_id: int | None = None
) -> Toast:
    until = datetime.fromtimestamp(int(value), UTC) if value.isdecimal() and int(value) else None
    is_possible = until is None or caller.now < until <= caller.now + menu_place.LONGEST_PAUSE
    if not (value.isdecimal() and source_ids and is_possible):
        return toasts.not_saved(caller.words)
    about, about_id = (About.LOCATION, location_id) if source_id is None else (About.SOURCE, source_id)
    text = "" if until is None else until.isoformat()
    by_id = None if caller.person is None else caller.person.person_id
    await settings.choose(caller.connection, about, about_id, Choice.PAUSED, text, now=caller.now, by_id=by_id)
    await sources.pause(caller.connection, source_ids, until=until)
    args = {"location_id": location_id} | ({} if source_id is None else {"source_id": source_id})
    await draw(caller, "pause", **args)
    return toasts.saved(caller.words)


async def draw(caller: Caller, page: str, **about: int) -> None:
    """Draw a page of the menu where it stands."""
    args: dict[str, object] = {"page": page, **about}
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "menu", now=caller.now, args=args, key=KEY)
