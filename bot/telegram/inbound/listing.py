"""Asks for pages of reviews: an incident's low ones, and a location's latest."""

from __future__ import annotations

from bot.messages.buttons.keyboards import ReviewFilter
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.people.locations import Place
from bot.telegram.inbound.actor import Caller


async def show_incident(caller: Caller, incident: Incident, *, page: int, anew: bool = False) -> None:
    """The low reviews of an incident; `anew` posts the page again instead of editing an older one."""
    number = incident.incident_id
    args: dict[str, object] = {"incident_id": number, "page": page}
    await _show(caller, "incident_reviews", args, key=f"rev:{number}", reply_to=enqueue.card_key(number), anew=anew)


async def show_location(caller: Caller, place: Place, *, shown: ReviewFilter, page: int, anew: bool = False) -> None:
    """A location's reviews, newest first."""
    args: dict[str, object] = {"location_id": place.location_id, "shown": shown.value, "page": page}
    await _show(caller, "location_reviews", args, key=f"list:{place.location_id}", anew=anew)


async def _show(
    caller: Caller, kind: str, args: dict[str, object], *, key: str, reply_to: str | None = None, anew: bool
) -> None:
    chat_ids = [caller.chat.chat_id]
    if anew:
        await enqueue.chats(caller.connection, chat_ids, "delete", now=caller.now, key=key)
    await enqueue.chats(caller.connection, chat_ids, kind, now=caller.now, args=args, key=key, reply_to=reply_to)
