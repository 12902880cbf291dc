"""Pages of reviews, read when they are sent: a press that asks for one waits for no text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.facts import hidden_words
from bot.messages.incident import review_pages
from bot.messages.incident.review_pages import PAGE_SIZE, ReviewPage
from bot.messages.render.context import RenderContext, Renderer
from bot.messages.text.message import Rendered
from bot.store.incidents import incidents
from bot.store.people import locations
from bot.store.reviews import review_views


async def _incident_reviews(context: RenderContext) -> Rendered | None:
    incident = await incidents.find(context.connection, context.args["incident_id"])
    if incident is None:
        return None
    members = await review_views.members(context.connection, incident.incident_id)
    place = await locations.find(context.connection, incident.location_id)
    if await hidden_words.are_hidden(context.connection, place.location_id):
        members = [hidden_words.of_review(one) for one in members]
    start = min(context.args["page"] - 1, max(0, (len(members) - 1) // PAGE_SIZE)) * PAGE_SIZE
    return review_pages.incident_reviews(
        ReviewPage(reviews=tuple(members[start : start + PAGE_SIZE]), first=start + 1, total=len(members)),
        context.words.in_zone(place.zone),
        incident_id=incident.incident_id,
        location_name=place.name,
        names_location=place.has_siblings,
        now=context.delivery.now,
    )


async def _location_reviews(context: RenderContext) -> Rendered | None:
    """A location's reviews, newest first."""
    place = await locations.find(context.connection, context.args["location_id"])
    shown, start = ReviewFilter(context.args["shown"]), (context.args["page"] - 1) * PAGE_SIZE
    found, total = await review_views.review_page(
        context.connection, [place.location_id], only=shown.value, offset=start, limit=PAGE_SIZE
    )
    if await hidden_words.are_hidden(context.connection, place.location_id):
        found = [hidden_words.of_review(one) for one in found]
    return review_pages.location_reviews(
        ReviewPage(reviews=tuple(found), first=start + 1, total=total),
        context.words.in_zone(place.zone),
        location_id=place.location_id,
        location_name=place.name,
        shown=shown,
        now=context.delivery.now,
    )


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {"incident_reviews": _incident_reviews, "location_reviews": _location_reviews}
)
