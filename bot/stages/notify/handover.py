"""Duty is handed over: one silent line in the groups of a place, and one deadline for its next change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.choices import About, Choice, Origin
from bot.policy import rota
from bot.stages.notify import enqueue, on_duty
from bot.stages.notify.on_duty import Duty
from bot.store.db.engine import Connection
from bot.store.delivery import timers
from bot.store.people import chats, locations, settings

HANDOVER: Final = "duty"
"""The kind of the deadline at a place's next change of duty."""
_BEFORE: Final = timedelta(microseconds=1)


async def on_now(connection: Connection, location_ids: Iterable[int], *, now: datetime) -> dict[int, tuple[int, ...]]:
    """Who is on duty at some places: call it before a change of their rotas, and `changed` after."""
    return {one: (await on_duty.watch(connection, one, now=now)).on for one in location_ids}


async def changed(connection: Connection, before: Mapping[int, tuple[int, ...]], *, now: datetime) -> None:
    """The rotas of some places are others now: who has duty is told where that changed, and the next change planned."""
    for location_id, were_on in before.items():
        duty = await on_duty.of(connection, await locations.find(connection, location_id), now=now)
        now_on = () if duty is None else rota.watch(duty.rota, now).on
        if set(now_on) != set(were_on):
            await _tell(connection, location_id, now=now)
        await _plan(connection, location_id, duty, now=now)
        await _ask_about_holidays(connection, location_id, duty, now=now)


async def begin(connection: Connection, location_ids: Iterable[int], *, now: datetime) -> None:
    """At a start: the configuration may name other zones and regions; a handover that was missed still comes."""
    for location_id in location_ids:
        due = await timers.find(connection, HANDOVER, str(location_id))
        if due is None or due > now:
            duty = await on_duty.of(connection, await locations.find(connection, location_id), now=now)
            await _plan(connection, location_id, duty, now=now)
            await _ask_about_holidays(connection, location_id, duty, now=now)


async def hand_over(connection: Connection, location_id: int, *, due_at: datetime, now: datetime) -> None:
    """A change of duty has come: one silent line in the groups, and the next is planned."""
    place = await locations.find(connection, location_id)
    duty = await on_duty.of(connection, place, now=due_at)
    if duty is not None and set(rota.watch(duty.rota, due_at - _BEFORE).on) != set(rota.watch(duty.rota, now).on):
        await _tell(connection, location_id, now=now)
    await _plan(connection, location_id, await on_duty.of(connection, place, now=now), now=now)


async def _tell(connection: Connection, location_id: int, *, now: datetime) -> None:
    """One silent line in the groups; the cards of open incidents name who is on duty, so they are drawn anew."""
    groups = [one.chat_id for one in await enqueue.chats_of(connection, location_id) if one.kind == "group"]
    args: dict[str, object] = {"location_id": location_id, "at": now.isoformat()}
    await enqueue.chats(connection, groups, "handed_over", now=now, args=args)
    await enqueue.open_cards(connection, [location_id], now=now)


async def _plan(connection: Connection, location_id: int, duty: Duty | None, *, now: datetime) -> None:
    following = None if duty is None else rota.next_change(duty.rota, now)
    if following is not None:
        await timers.put(connection, HANDOVER, str(location_id), due_at=following.at)
    elif duty is not None and duty.rota.shifts:
        # Everybody is away for long: look again when that may be over.
        await timers.put(connection, HANDOVER, str(location_id), due_at=now + rota.AHEAD)
    else:
        await timers.clear(connection, HANDOVER, str(location_id))


async def _ask_about_holidays(connection: Connection, location_id: int, duty: Duty | None, *, now: datetime) -> None:
    """Ask the owners once what a holiday counts as, where there is a rota and a region and nobody has said so."""
    if duty is None or not duty.rota.holidays:
        return
    rule = await settings.get(connection, About.LOCATION, location_id, Choice.HOLIDAY)
    if rule.origin is not Origin.DEFAULT:
        return
    if await locations.ask_about_holidays(connection, location_id, now=now):
        place = await locations.find(connection, location_id)
        owners = [one.chat_id for one in await chats.of_owners(connection, business_id=place.business_id)]
        await enqueue.chats(connection, owners, "ask_holidays", now=now, args={"location_id": location_id})
