"""From an outbox row to the message: digests and trends, in the figures of their period as they are known now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.messages.facts import hidden_words
from bot.messages.facts.digest_facts import digest_of
from bot.messages.render.context import RenderContext, Renderer, moment
from bot.messages.service import digest as wording
from bot.messages.text.message import Attachment, Rendered
from bot.messages.text.serialization import attachment_in
from bot.model.digest import Sum
from bot.model.periods import Period
from bot.score.packs import pack_of
from bot.stages.analyse import emerging_themes
from bot.store.people import locations, people
from bot.store.people.locations import Place


async def _digest(context: RenderContext) -> Rendered | None:
    places = await _places(context)
    if not places:
        return None
    args, now = context.args, context.delivery.now
    period = Period(moment(args["start"]), moment(args["end"]), moment(args["before"]))
    facts = await digest_of(context.connection, places, period, every=args["every"], now=now)
    words = context.words.in_zone(places[0].zone)
    heard, labels = None, {}
    if len(places) == 1:
        choice = context.delivery.choice(places[0])
        labels = dict(pack_of(choice).labels)
        heard = await emerging_themes.find(context.connection, places[0].location_id, choice, now=period.end)
        if await hidden_words.are_hidden(context.connection, places[0].location_id):
            heard = hidden_words.of_emerging(heard)
    location_id = places[0].location_id if len(places) == 1 else None
    shown = wording.digest(facts, heard, words, labels=labels, now=now, location_id=location_id)
    return replace(shown, attachment=_picture(context, places))


async def _trend(context: RenderContext) -> Rendered | None:
    places = await _places(context)
    if not places:
        return None
    args = context.args
    words = context.words.in_zone(places[0].zone)
    if "count" not in args:
        return wording.nothing_to_draw(words)
    found = Sum(args["count"], args["rated"], args["stars"], args["low"])
    name = places[0].name if len(places) == 1 else places[0].business_name
    shown = wording.trend(
        name,
        found,
        words,
        start=moment(args["start"]),
        end=moment(args["end"]),
        is_weekly=args["is_weekly"],
    )
    return replace(shown, attachment=_picture(context, places))


def _picture(context: RenderContext, places: list[Place]) -> Attachment | None:
    """The picture shows every location of the row: not for whom one of them was taken from meanwhile."""
    return attachment_in(context.args) if len(places) == len(context.args["places"]) else None


async def _places(context: RenderContext) -> list[Place]:
    """The locations of the row that the chat's reader may still see."""
    wanted = set(context.args["places"])
    places = [one for one in await locations.all_active(context.connection) if one.location_id in wanted]
    if context.chat.kind != "private":
        return places
    person = await people.find(context.connection, context.chat.telegram_chat_id)
    grants = [] if person is None else await people.grants_of(context.connection, person.person_id)
    return [
        one
        for one in places
        if any(grant.covers(business_id=one.business_id, location_id=one.location_id) for grant in grants)
    ]


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"digest": _digest, "trend": _trend})
