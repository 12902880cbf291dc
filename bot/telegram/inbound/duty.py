"""/duty, /away and /region, and the buttons of the rota: owners change everything, managers what is theirs."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.choices import About, Choice
from bot.configured import public_holidays
from bot.messages.buttons.payload import Payload
from bot.messages.facts import duty_facts
from bot.messages.incident import toasts
from bot.messages.service import duty
from bot.messages.text.message import Rendered, Toast
from bot.messages.text.sanitize import escape
from bot.model.people import Person
from bot.policy import rota as policy
from bot.stages.notify import enqueue, handover, on_duty
from bot.store.delivery import sent_messages
from bot.store.people import locations, people, rota, settings
from bot.store.people.locations import Place
from bot.telegram.inbound import menu
from bot.telegram.inbound.arguments import TypedShift, shift_of, until_of
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller

LONGEST_ABSENCE: Final = timedelta(days=366)
_OFF: Final = frozenset({"off", "back", "aus", "zurück", "zurueck", "ende", "end"})
_NUMBERS: Final = 5


async def show_or_change(caller: Caller, text: str) -> None:
    """`/duty`: who is on now and next; `/duty Mon-Fri 10-18 Ben`: a shift of every week, `/duty Sun off`: none."""
    places = await caller.visible()
    named = next((one for one in places if text.casefold().startswith(f"{one.name.casefold()} ")), None)
    typed = shift_of(text if named is None else text[len(named.name) :])
    if (
        text
        and typed is None
        and not (is_name := [one for one in places if one.name.casefold().startswith(text.casefold())])
    ):
        await caller.answer(duty.how_to_write(caller.words, text=text))
        return
    if text and typed is not None:
        if named is None and len(places) > 1:
            await caller.answer(duty.which_place(caller.words, [one.name for one in places]))
            return
        await _type(caller, named or places[0], typed)
        return
    shown = is_name if text else places
    await caller.answer(
        duty.now_and_next(
            [await _place_duty(caller, one) for one in shown[:6]], caller.words.in_zone(shown[0].zone), now=caller.now
        )
    )


async def _place_duty(caller: Caller, place: Place) -> duty.PlaceDuty:
    me = None if caller.person is None else caller.person.person_id
    return await duty_facts.place_duty(caller.connection, place, now=caller.now, me=me)


async def _type(caller: Caller, place: Place, typed: TypedShift) -> None:
    if typed.hours is None:
        shifts = await rota.shifts_of(caller.connection, place.location_id)
        wanted = [one for one in shifts if one.weekday in typed.weekdays]
        if not all(_may_change(caller, place, one.person_id) for one in wanted):
            await caller.answer(_said(duty.only_own(caller.words)))
            return
        before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
        ids = [one.shift_id for one in wanted]
        await rota.remove_shifts(caller.connection, place.location_id, ids, by_id=_my_id(caller), now=caller.now)
    else:
        found = await _member(caller, place, typed.name)
        if found is None:
            await caller.answer(duty.how_to_write(caller.words, text=typed.name))
            return
        if not _may_change(caller, place, found.person_id):
            await caller.answer(_said(duty.only_own(caller.words)))
            return
        before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
        for weekday in typed.weekdays:
            await rota.add_shift(
                caller.connection,
                place.location_id,
                found.person_id,
                weekday,
                typed.hours,
                by_id=_my_id(caller),
                now=caller.now,
            )
    await handover.changed(caller.connection, before, now=caller.now)
    await menu.show(caller, "duty", location_id=place.location_id)


async def press(caller: Caller, what: Payload) -> Answer | None:
    """`rta`: a shift is added or taken out, a turn is offered, taken or kept."""
    place = await caller.place(what.target_id)
    name, *rest = what.arg.split("-")
    numbers = [int(one) for one in rest if one.isdecimal()]
    if len(numbers) != len(rest) or len(numbers) > _NUMBERS:
        return toasts.not_saved(caller.words)
    match name, numbers:
        case "add", [weekday, person_id, begins, ends] if max(begins, ends) < 24 and weekday < 7:
            return await _add(caller, place, weekday, person_id, (time(begins), time(ends)))
        case "del", [shift_id, weekday] if weekday < 7:
            return await _remove(caller, place, shift_id, weekday)
        case "off", [shift_id, begins]:
            return await _offer(caller, place, shift_id, datetime.fromtimestamp(begins, UTC))
        case "take", [swap_id]:
            return await _take(caller, place, swap_id)
        case "back", [swap_id]:
            return await _keep(caller, place, swap_id)
    return toasts.not_saved(caller.words)


async def _add(caller: Caller, place: Place, weekday: int, person_id: int, hours: tuple[time, time]) -> Toast:
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    if person_id not in {one.person.person_id for one in team}:
        return toasts.not_saved(caller.words)
    if not _may_change(caller, place, person_id):
        return duty.only_own(caller.words)
    before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
    await rota.add_shift(
        caller.connection, place.location_id, person_id, weekday, hours, by_id=_my_id(caller), now=caller.now
    )
    await handover.changed(caller.connection, before, now=caller.now)
    await menu.draw(caller, f"day-{weekday}", location_id=place.location_id)
    return toasts.saved(caller.words)


async def _remove(caller: Caller, place: Place, shift_id: int, weekday: int) -> Toast:
    shifts = {one.shift_id: one for one in await rota.shifts_of(caller.connection, place.location_id)}
    await menu.draw(caller, f"day-{weekday}", location_id=place.location_id)
    if shift_id not in shifts:
        return duty.shift_gone(caller.words)
    if not _may_change(caller, place, shifts[shift_id].person_id):
        return duty.only_own(caller.words)
    before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
    await rota.remove_shifts(caller.connection, place.location_id, [shift_id], by_id=_my_id(caller), now=caller.now)
    await handover.changed(caller.connection, before, now=caller.now)
    return toasts.saved(caller.words)


async def _offer(caller: Caller, place: Place, shift_id: int, begins: datetime) -> Toast:
    """A person's own turn, also one taken from somebody, is offered to the others."""
    found = await on_duty.of(caller.connection, place, now=caller.now)
    me = _my_id(caller)
    if found is None or me is None:
        return duty.shift_gone(caller.words)
    own = policy.own_turns(found.rota, me, caller.now, begins + timedelta(days=1))
    turn = next((one for one in own if one.begins == begins and one.shift.shift_id == shift_id), None)
    if turn is None or turn.ends <= caller.now:
        return duty.shift_gone(caller.words)
    swap_id = await rota.offer(caller.connection, place.location_id, me, turn.begins, turn.ends, now=caller.now)
    here = await enqueue.chats_of(caller.connection, place.location_id)
    groups = [one.chat_id for one in here if one.kind == "group"]
    others = [one.chat_id for one in here if one.telegram_chat_id != caller.telegram_id]
    chat_ids = {*(groups or others), caller.chat.chat_id}
    args: dict[str, object] = {"swap_id": swap_id, "location_id": place.location_id}
    await enqueue.chats(
        caller.connection, sorted(chat_ids), "shift_offered", now=caller.now, args=args, key=_swap_key(swap_id)
    )
    return duty.offer_made(caller.words)


async def _take(caller: Caller, place: Place, swap_id: int) -> Toast:
    offer = await rota.find_offer(caller.connection, swap_id)
    me = _my_id(caller)
    if offer is None or offer.location_id != place.location_id or me is None or me == offer.from_id:
        return duty.not_offered(caller.words)
    before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
    is_taken = await rota.take(caller.connection, swap_id, me, now=caller.now)
    await _show_swap(caller, place, swap_id)
    if not is_taken:
        taker = await people.by_id(caller.connection, offer.taker_id)
        return duty.not_offered(caller.words, taker="" if taker is None else taker.name)
    await handover.changed(caller.connection, before, now=caller.now)
    return duty.you_took(caller.words)


async def _keep(caller: Caller, place: Place, swap_id: int) -> Toast:
    offer = await rota.find_offer(caller.connection, swap_id)
    if offer is None or offer.location_id != place.location_id:
        return duty.not_offered(caller.words)
    if not _may_change(caller, place, offer.from_id):
        return duty.only_own(caller.words)
    is_kept = await rota.withdraw(caller.connection, swap_id, now=caller.now)
    await _show_swap(caller, place, swap_id)
    return toasts.saved(caller.words) if is_kept else duty.not_offered(caller.words)


async def _show_swap(caller: Caller, place: Place, swap_id: int) -> None:
    key = _swap_key(swap_id)
    where = await sent_messages.chats_at(caller.connection, key)
    args: dict[str, object] = {"swap_id": swap_id, "location_id": place.location_id}
    await enqueue.chats(caller.connection, sorted(where), "shift_offered", now=caller.now, args=args, key=key)


def _swap_key(swap_id: int) -> str:
    return f"swap:{swap_id}"


async def away(caller: Caller, text: str) -> None:
    """`/away until Monday`, `/away off`; an owner names somebody else first."""
    assert caller.person is not None
    person, wanted = await _whose(caller, text.strip())
    is_self = person.person_id == caller.person.person_id
    its = await _places_of(caller, person)
    if wanted.casefold().rstrip(".!") in _OFF:
        before = await handover.on_now(caller.connection, its, now=caller.now)
        was_away = await rota.come_back(caller.connection, person.person_id, now=caller.now)
        await handover.changed(caller.connection, before, now=caller.now)
        await caller.answer(duty.back(person.name, caller.words, was_away=was_away, is_self=is_self))
        return
    zone = caller.words.zone
    until = until_of(wanted, now=caller.now, zone=zone, longest=LONGEST_ABSENCE, day_begins=time(0))
    if until is None and wanted:
        await caller.answer(duty.away_when(caller.words, text=wanted))
        return
    if until is None:
        known = await rota.absences_of(caller.connection, [person.person_id], now=caller.now)
        until = max((one.ends for one in known), default=None)
        if until is None:
            await caller.answer(duty.away_when(caller.words))
            return
    else:
        before = await handover.on_now(caller.connection, its, now=caller.now)
        await rota.go_away(caller.connection, person.person_id, until=until, by_id=_my_id(caller), now=caller.now)
        await handover.changed(caller.connection, before, now=caller.now)
    own = sum([await _own_turns(caller, one, person, until) for one in its])
    await caller.answer(duty.away_until(person.name, until, caller.words, now=caller.now, own=own, is_self=is_self))


async def region(caller: Caller, text: str) -> None:
    """`/region DE-BW`: whose public holidays hold at the caller's places; an owner's matter."""
    owned = [place for place in await caller.visible() if caller.owns(place)]
    if not owned:
        await caller.answer(_said(toasts.role_too_low(caller.words)))
        return
    wanted = text.strip().upper()
    if wanted and not public_holidays.is_known(wanted):
        await caller.answer(duty.no_region(caller.words, text=text))
        return
    for place in owned if wanted else ():
        before = await handover.on_now(caller.connection, [place.location_id], now=caller.now)
        await settings.choose(
            caller.connection,
            About.LOCATION,
            place.location_id,
            Choice.REGION,
            wanted,
            now=caller.now,
            by_id=_my_id(caller),
        )
        await handover.changed(caller.connection, before, now=caller.now)
    await menu.show(caller, "region-1", location_id=owned[0].location_id)


async def _whose(caller: Caller, text: str) -> tuple[Person, str]:
    """Whom an absence is of, and the rest of the text: an owner may name anybody of the team first."""
    assert caller.person is not None
    first, _, rest = text.partition(" ")
    for place in await caller.visible():
        if first and caller.owns(place):
            found = await _member(caller, place, first)
            if found is not None:
                return found, rest.strip()
    return caller.person, text


async def _member(caller: Caller, place: Place, name: str) -> Person | None:
    """Somebody of a place's team by name, or its only beginning."""
    team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
    wanted = name.lstrip("@").casefold().strip()
    begins = [one.person for one in team if wanted and one.person.name.casefold().startswith(wanted)]
    found = [one for one in begins if one.name.casefold() == wanted] or begins
    return found[0] if len(found) == 1 else None


async def _places_of(caller: Caller, person: Person) -> list[int]:
    grants = await people.grants_of(caller.connection, person.person_id)
    return [
        one.location_id
        for one in await locations.all_active(caller.connection)
        if any(grant.covers(business_id=one.business_id, location_id=one.location_id) for grant in grants)
    ]


async def _own_turns(caller: Caller, location_id: int, person: Person, until: datetime) -> int:
    found = await on_duty.of(caller.connection, await caller.place(location_id), now=caller.now)
    end = min(until, caller.now + timedelta(days=31))
    return 0 if found is None else len(policy.own_turns(found.rota, person.person_id, caller.now, end))


def _may_change(caller: Caller, place: Place, person_id: int) -> bool:
    return caller.owns(place) or person_id == _my_id(caller)


def _said(toast: Toast) -> Rendered:
    return Rendered(escape(toast.text))


def _my_id(caller: Caller) -> int | None:
    return None if caller.person is None else caller.person.person_id
