"""Asks for pages of reviews: an incident's low ones, and a location's latest."""

from __future__ import annotations

from bot.messages.buttons.keyboards import ReviewFilter
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.people.locations import Place
from bot.telegram.inbound.people.actor import Caller


async def show_incident(caller: Caller, incident: Incident, *, page: int, anew: bool = False) -> None:
    """The low reviews of an incident; `anew` posts the page again instead of editing an older one."""
    key = f"rev:{incident.incident_id}"
    if anew:
        await _remove(caller, key)
    await enqueue.chats(
        caller.connection,
        [caller.chat.chat_id],
        "incident_reviews",
        now=caller.now,
        args={"incident_id": incident.incident_id, "page": page},
        key=key,
        reply_to=enqueue.card_key(incident.incident_id),
    )


async def show_location(caller: Caller, place: Place, *, shown: ReviewFilter, page: int, anew: bool = False) -> None:
    """A location's reviews, newest first."""
    key = f"list:{place.location_id}"
    if anew:
        await _remove(caller, key)
    await enqueue.chats(
        caller.connection,
        [caller.chat.chat_id],
        "location_reviews",
        now=caller.now,
        args={"location_id": place.location_id, "shown": shown.value, "page": page},
        key=key,
    )


async def _remove(caller: Caller, key: str) -> None:
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
