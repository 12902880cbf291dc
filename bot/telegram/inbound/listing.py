"""Pages of reviews: an incident's low ones, and a location's latest."""

from __future__ import annotations

from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.incident import review_pages
from bot.messages.incident.review_pages import ReviewPage
from bot.model.incident import Incident
from bot.stages.notify import enqueue
from bot.store.people import locations
from bot.store.people.locations import Place
from bot.store.reviews import review_views
from bot.telegram.inbound.actor import Caller

PER_PAGE = 5


async def show_incident(caller: Caller, incident: Incident, *, page: int, anew: bool = False) -> None:
    """The low reviews of an incident; `anew` posts the page again instead of editing an older one."""
    members = await review_views.members(caller.connection, incident.incident_id)
    place = await locations.find(caller.connection, incident.location_id)
    start = min(page - 1, max(0, (len(members) - 1) // PER_PAGE)) * PER_PAGE
    shown = review_pages.incident_reviews(
        ReviewPage(reviews=tuple(members[start : start + PER_PAGE]), first=start + 1, total=len(members)),
        caller.words.in_zone(place.zone),
        incident_id=incident.incident_id,
        location_name=place.name,
        names_location=place.has_siblings,
        now=caller.now,
    )
    key = f"rev:{incident.incident_id}"
    if anew:
        await _remove(caller, key)
    await caller.answer(shown, key=key, reply_to=enqueue.card_key(incident.incident_id))


async def show_location(caller: Caller, place: Place, *, shown: ReviewFilter, page: int, anew: bool = False) -> None:
    """A location's reviews, newest first."""
    found, total = await review_views.review_page(
        caller.connection,
        [place.location_id],
        only=shown.value,
        offset=(page - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    message = review_pages.location_reviews(
        ReviewPage(reviews=tuple(found), first=(page - 1) * PER_PAGE + 1, total=total),
        caller.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        shown=shown,
        now=caller.now,
    )
    key = f"list:{place.location_id}"
    if anew:
        await _remove(caller, key)
    await caller.answer(message, key=key)


async def _remove(caller: Caller, key: str) -> None:
    await enqueue.chats(caller.connection, [caller.chat.chat_id], "delete", now=caller.now, key=key)
