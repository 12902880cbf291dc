"""From an outbox row to the message: low reviews that are no incident."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.facts import hidden_words
from bot.messages.incident.low_reviews import low_reviews
from bot.messages.render.context import RenderContext, Renderer
from bot.messages.text.message import Rendered
from bot.store.people import locations
from bot.store.reviews import review_views


async def _low_reviews(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    every = [await review_views.one(context.connection, one) for one in context.args["review_ids"]]
    found = [one for one in every if one is not None and one.is_low]
    if not found:
        return None
    if await hidden_words.are_hidden(context.connection, place.location_id):
        found = [hidden_words.of_review(one) for one in found]
    return low_reviews(
        found,
        context.words.in_zone(place.zone),
        location_name=place.name,
        names_location=place.has_siblings,
        now=context.delivery.now,
    )


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"low_reviews": _low_reviews})
