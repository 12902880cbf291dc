"""Reads from the database what messages say of the rota."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.core import get_global

from bot.choices import About, Choice
from bot.configured import public_holidays
from bot.messages.service.duty import NextDuty, Offered, OwnTurn, PlaceDuty
from bot.messages.service.menu.duty import MenuDuty, MenuShift
from bot.model.duty import AwayFacts, DutyFacts, Named
from bot.policy import rota as policy
from bot.stages.notify import on_duty
from bot.stages.notify.on_duty import Duty
from bot.store.db.engine import Connection
from bot.store.people import people, rota, settings
from bot.store.people.locations import Place

_OWN_WITHIN = timedelta(days=8)


async def place_duty(connection: Connection, place: Place, *, now: datetime, me: int | None = None) -> PlaceDuty:
    """Who is on duty at a place now and next, and the next turns of `me`."""
    duty = await on_duty.of(connection, place, now=now)
    if duty is None:
        return PlaceDuty(place.location_id, place.name, has_rota=False)
    following = policy.next_change(duty.rota, now)
    own = [] if me is None else policy.own_turns(duty.rota, me, now, now + _OWN_WITHIN)
    return PlaceDuty(
        place.location_id,
        place.name,
        duty=facts_of(duty, now),
        following=None
        if following is None
        else NextDuty(following.at, tuple(one.name for one in duty.named(following.on))),
        own=tuple(OwnTurn(one.shift.shift_id, one.begins, one.ends) for one in own),
    )


async def now_at(connection: Connection, place: Place, *, now: datetime) -> DutyFacts | None:
    """Who is on duty at a place; None where it has no rota."""
    duty = await on_duty.of(connection, place, now=now)
    return None if duty is None else facts_of(duty, now)


def facts_of(duty: Duty, now: datetime) -> DutyFacts:
    """Who is on duty now and who is away, by a rota."""
    seen = policy.watch(duty.rota, now)
    return DutyFacts(
        on=tuple(Named(one.telegram_id, one.name) for one in duty.named(seen.on)),
        away=tuple(AwayFacts(duty.people[one].name, duty.away_until(one, now)) for one in seen.away),
    )


async def menu_duty(
    connection: Connection, place: Place, *, now: datetime, me: int | None, is_owned: bool, is_only: bool
) -> MenuDuty:
    """The rota of a place for the menu."""
    team = await people.team(connection, business_id=place.business_id, location_id=place.location_id)
    names = {one.person.person_id: one.person.name for one in team}
    country = _country(place.zone)
    parts = public_holidays.parts_of(country) if is_owned and country else {}
    return MenuDuty(
        place=await place_duty(connection, place, now=now),
        shifts=tuple(
            MenuShift(
                one.shift_id,
                one.person_id,
                names[one.person_id],
                one.weekday,
                one.begins.isoformat("minutes"),
                one.ends.isoformat("minutes"),
            )
            for one in await rota.shifts_of(connection, place.location_id)
            if one.person_id in names
        ),
        team=tuple(names.items()),
        region=await settings.get(connection, About.LOCATION, place.location_id, Choice.REGION),
        holiday=await settings.get(connection, About.LOCATION, place.location_id, Choice.HOLIDAY),
        me=me,
        is_owned=is_owned,
        is_only=is_only,
        country=country,
        parts=tuple(
            (f"{country}-{code}", name) for code, name in parts.items() if code.isalnum() and code == code.upper()
        ),
    )


async def offered(connection: Connection, place: Place, swap_id: int) -> Offered | None:
    """A turn that is or was offered."""
    offer = await rota.find_offer(connection, swap_id)
    if offer is None:
        return None
    giver, taker = await people.by_id(connection, offer.from_id), await people.by_id(connection, offer.taker_id)
    return Offered(
        offer.swap_id,
        place.location_id,
        place.name if place.has_siblings else "",
        "" if giver is None else giver.name,
        offer.begins,
        offer.ends,
        taker_name="" if taker is None else taker.name,
        is_withdrawn=offer.withdrawn_at is not None,
    )


def _country(zone: ZoneInfo) -> str:
    found: str = get_global("zone_territories").get(zone.key, "")
    return found if len(found) == 2 and found.isalpha() else ""
