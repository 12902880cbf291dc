"""From an outbox row to what is said of the rota."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.facts import duty_facts
from bot.messages.render.context import RenderContext, Renderer
from bot.messages.service import duty
from bot.messages.text.message import Rendered
from bot.store.people import locations


async def _handed_over(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    facts = await duty_facts.place_duty(context.connection, place, now=context.delivery.now)
    if not facts.has_rota:
        return None
    words = context.words.in_zone(place.zone)
    return duty.handed_over(facts, words, now=context.delivery.now, names_place=place.has_siblings)


async def _offered(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    offer = await duty_facts.offered(context.connection, place, context.args["swap_id"])
    words = context.words.in_zone(place.zone)
    return None if offer is None else duty.offered(offer, words, now=context.delivery.now)


async def _ask_holidays(context: RenderContext) -> Rendered | None:
    place = await locations.find(context.connection, context.args["location_id"])
    return duty.ask_holidays(place.location_id, place.name, context.words)


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {"handed_over": _handed_over, "shift_offered": _offered, "ask_holidays": _ask_holidays}
)
