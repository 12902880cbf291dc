"""Presses under what is offered to be opened as an incident: by a first import, or found too late to alarm."""

from __future__ import annotations

from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.stages.notify import enqueue
from bot.stages.watch import evaluate, late
from bot.store.incidents import incidents, offers
from bot.store.incidents.offers import Offer
from bot.store.people.locations import Place
from bot.telegram.inbound.incidents import incident_actions
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller


async def open_recent(caller: Caller, what: Payload) -> Answer | None:
    """Open what was offered after a first import."""
    place = await _place(caller, what)
    if place is None:
        return toasts.stranger(caller.words)
    refused = await _open(caller, place, await offers.find(caller.connection, place.location_id))
    if await incidents.current(caller.connection, place.location_id) is None or refused is None:
        await offers.take(caller.connection, place.location_id)
        # The question is answered in every chat that it was asked in.
        key = f"offer:{place.location_id}"
        await enqueue.location(caller.connection, place.location_id, "delete", now=caller.now, key=key, args={})
    return refused


async def open_late(caller: Caller, what: Payload) -> Answer | None:
    """Open a cluster that was found too late to alarm."""
    place = await _place(caller, what)
    if place is None or not what.arg.isdecimal():
        return toasts.stranger(caller.words)
    offer = await offers.find_late(caller.connection, place.location_id, what.mark, int(what.arg))
    refused = await _open(caller, place, offer)
    if await incidents.current(caller.connection, place.location_id) is None or refused is None:
        await late.close(caller.connection, place.location_id, what.mark, now=caller.now)
    return refused


async def leave_late(caller: Caller, what: Payload) -> Answer | None:
    """Leave what was found too late as it is: the text stays, the buttons go."""
    place = await _place(caller, what)
    if place is None:
        return toasts.stranger(caller.words)
    await late.close(caller.connection, place.location_id, what.mark, now=caller.now)
    return toasts.saved(caller.words)


async def _place(caller: Caller, what: Payload) -> Place | None:
    return next((one for one in await caller.visible() if one.location_id == what.target_id), None)


async def _open(caller: Caller, place: Place, offer: Offer | None) -> Answer | None:
    """Open an incident; gives the answer where that cannot be."""
    current = await incidents.current(caller.connection, place.location_id)
    if current is not None:
        return await incident_actions.out_of_date(caller, current)
    assert caller.person is not None
    opened = offer and await evaluate.open_by_hand(
        caller.connection,
        place.location_id,
        offer.review_ids,
        by_id=caller.person.person_id,
        now=caller.now,
        evidence=offer.evidence,
    )
    return None if opened else toasts.offer_gone(caller.words)
