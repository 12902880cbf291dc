"""From an outbox row to the message: a page of the menu, as everything stands when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.choices import OF_CHAT, OF_LOCATION, About, Choice
from bot.messages.facts import duty_facts
from bot.messages.render.context import RenderContext, Renderer, may_be_owners
from bot.messages.service.menu import chain as menu_chain
from bot.messages.service.menu import digest as menu_digest
from bot.messages.service.menu import duty as menu_duty
from bot.messages.service.menu import front as menu
from bot.messages.service.menu import place as menu_place
from bot.messages.service.menu import quiet as menu_quiet
from bot.messages.service.menu.facts import MenuChat, MenuPlace, MenuSource
from bot.messages.text.message import Rendered
from bot.model.people import Grant, Role
from bot.store.delivery import routes
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import alert_rules, chats, locations, people, settings
from bot.store.people.locations import Place

_CHOICES: Final = {
    "severe": Choice.SEVERE,
    "low": Choice.EACH_LOW,
    "quotes": Choice.QUOTES,
    "once": Choice.AT_ONCE,
}


async def _menu(context: RenderContext) -> Rendered | None:
    seen = await _seen(context)
    if not seen:
        return None
    name, _, number = str(context.args["page"]).partition("-")
    place = next((one for one in seen if one.location_id == context.args.get("location_id")), None)
    only = seen[0] if len(seen) == 1 else None
    now = context.delivery.now
    if place is not None:
        return await _place_page(context, place, name, number, is_only=only is not None)
    words = context.words.in_zone(seen[0].zone)
    chat = await _chat(context, seen)
    match name:
        case "places":
            return menu.places(chat, words, page=_page(number))
        case "invite":
            return menu.invite(chat, words, page=_page(number))
        case "digest":
            return menu_digest.digest(chat, words, now=now)
        case "day":
            return menu_digest.digest_day(chat, words)
        case "hour":
            return menu_digest.digest_hour(chat, words)
        case "quiet":
            return menu_quiet.page(chat, words, now=now)
        case "lang":
            return menu.language(words)
        case _:
            shown = None if only is None else await _place(context, only)
            return menu.root(chat, shown, words, now=now)


async def _place_page(context: RenderContext, place: Place, name: str, number: str, *, is_only: bool) -> Rendered:
    words, now = context.words.in_zone(place.zone), context.delivery.now
    if name in ("duty", "day", "hours", "region", "holiday"):
        return await _duty_page(context, place, name, number, is_only=is_only)
    if name in ("chain", "step"):
        return await _chain_page(context, place, name, number, is_only=is_only)
    shown = await _place(context, place)
    if name in _CHOICES:
        return menu_place.choose(shown, _CHOICES[name], words, now=now, is_only=is_only)
    if name == "alarm":
        return menu_place.alarm_level(shown, words, is_only=is_only)
    if name == "pause":
        source = next((one for one in shown.sources if one.source_id == context.args.get("source_id")), None)
        return menu_place.pause(shown, words, now=now, is_only=is_only, source=source)
    return menu_place.one_place(shown, words, now=now)


async def _chain_page(context: RenderContext, place: Place, name: str, number: str, *, is_only: bool) -> Rendered:
    words, now = context.words.in_zone(place.zone), context.delivery.now
    connection, location_id = context.connection, place.location_id
    team = await people.team(connection, business_id=place.business_id, location_id=location_id)
    names = {one.person.person_id: one.person.name for one in team}
    facts = menu_chain.MenuChain(
        location_id,
        place.name,
        tuple(
            menu_chain.ChainStep(one.after, one.whom.value, one.person_id, names.get(one.person_id or 0, ""))
            for one in await alert_rules.steps_of(connection, location_id)
        ),
        chosen=await alert_rules.chosen_steps(connection, location_id),
        at_once=await settings.get(connection, About.LOCATION, location_id, Choice.AT_ONCE),
        team=tuple(names.items()),
        has_routes=any(one.business_id == place.business_id for one in await routes.every(connection)),
        is_owned=await may_be_owners(context, place),
        is_only=is_only,
    )
    if name == "step" and number.isdecimal() and int(number) < len(facts.steps):
        return menu_chain.step(facts, int(number), words)
    return menu_chain.chain(facts, words, now=now)


async def _duty_page(context: RenderContext, place: Place, name: str, number: str, *, is_only: bool) -> Rendered:
    words, now = context.words.in_zone(place.zone), context.delivery.now
    reader = await people.find(context.connection, context.chat.telegram_chat_id)
    facts = await duty_facts.menu_duty(
        context.connection,
        place,
        now=now,
        me=None if reader is None else reader.person_id,
        is_owned=await may_be_owners(context, place),
        is_only=is_only,
    )
    numbers = [int(one) for one in number.split("-") if one.isdecimal()]
    match name, numbers:
        case "day", [weekday] if weekday < 7:
            return menu_duty.day(facts, weekday, words)
        case "hours", [weekday, person_id] if weekday < 7:
            return menu_duty.hours(facts, weekday, person_id, words)
        case "region", _:
            return menu_duty.region(facts, words, now=now, page=numbers[0] if numbers else 1)
        case "holiday", _:
            return menu_duty.holiday(facts, words, now=now)
    return menu_duty.week(facts, words, now=now)


async def _seen(context: RenderContext) -> list[Place]:
    """The locations that the chat's reader may see: a person's own, a group's connected ones."""
    active = await locations.all_active(context.connection)
    if context.chat.kind == "private":
        grants = await _grants(context)
        return [
            one
            for one in active
            if any(grant.covers(business_id=one.business_id, location_id=one.location_id) for grant in grants)
        ]
    # A topic that is not connected itself is one more room of its group.
    every = await chats.at(context.connection, context.chat.telegram_chat_id)
    for chat in (context.chat, *every[:1]):
        linked = set(await chats.linked_locations(context.connection, chat.chat_id))
        if linked:
            return [one for one in active if one.location_id in linked]
    return []


async def _grants(context: RenderContext) -> list[Grant]:
    person = await people.find(context.connection, context.chat.telegram_chat_id)
    return [] if person is None else await people.grants_of(context.connection, person.person_id)


async def _chat(context: RenderContext, seen: list[Place]) -> MenuChat:
    is_private = context.chat.kind == "private"
    whole = {
        grant.business_id
        for grant in (await _grants(context) if is_private else ())
        if grant.role is Role.OWNER and grant.location_id is None
    }
    names = {place.business_id: place.business_name for place in seen}
    return MenuChat(
        digest={
            name: await settings.get(context.connection, About.CHAT, context.chat.chat_id, name) for name in OF_CHAT
        },
        places=tuple((one.location_id, one.name) for one in seen),
        businesses=tuple((one, name) for one, name in names.items() if one in whole),
        is_owner=any([await may_be_owners(context, one) for one in seen]),
        is_private=is_private,
        quiet_chosen=await alert_rules.quiet_chosen(context.connection, context.chat.chat_id),
        quiet=(await alert_rules.quiet_of(context.connection, [context.chat.chat_id])).get(context.chat.chat_id),
    )


async def _place(context: RenderContext, place: Place) -> MenuPlace:
    connection, now = context.connection, context.delivery.now
    return MenuPlace(
        location_id=place.location_id,
        name=place.name,
        chosen={
            name: await settings.get(connection, About.LOCATION, place.location_id, name)
            for name in (*OF_LOCATION, Choice.AT_ONCE)
        },
        relaxed=await detectors.relaxed(connection, place.location_id),
        sources=tuple(
            MenuSource(row.source_id, row.name, row.paused_until if row.is_paused(now) else None)
            for row in await sources.of_location(connection, place.location_id)
        ),
        is_owned=await may_be_owners(context, place),
    )


def _page(number: str) -> int:
    return int(number) if number.isdecimal() else 1


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"menu": _menu})
