"""From a row to what is told on a route."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.messages.facts.card_facts import Delivery, card_facts
from bot.messages.render.context import RenderContext, Renderer, moment
from bot.messages.service import second_way
from bot.messages.service.second_way import Told
from bot.messages.text.formatting import Words
from bot.messages.text.message import Rendered
from bot.model.incident import CardFacts, State
from bot.store.db.engine import Connection
from bot.store.delivery.routes import RouteRow, ToSend
from bot.store.incidents import incidents
from bot.store.people import locations

_UNTAKEN = (State.OPEN, State.ASSIGNED)


async def letter_of(connection: Connection, one: ToSend, row: RouteRow, *, now: datetime) -> Told | None:
    """What is told, in the business's language; None when there is nothing to tell any more."""
    zone = (await locations.all_active(connection))[0].zone
    words = Words(row.language, zone)
    told = await _told(connection, one, row, words, now=now)
    return second_way.repeated(told, words) if told is not None and one.is_repeat else told


async def _told(connection: Connection, one: ToSend, row: RouteRow, words: Words, *, now: datetime) -> Told | None:
    match one.kind:
        case "test":
            return second_way.test(words, name=row.name)
        case "account":
            return second_way.account(words)
    facts = await _facts(connection, one, now=now)
    if facts is None:
        return None
    state = facts.incident.state
    match one.kind:
        case "taken":
            return second_way.taken(facts, words) if state is State.ACKNOWLEDGED else None
        case _ if state not in _UNTAKEN:
            return None
        case "escalated":
            return second_way.escalated(facts, words)
        case "unreached":
            return second_way.unreached(facts, words)
    return second_way.undelivered(facts, words, since=moment(one.args["since"]), error=one.args["error"])


async def _facts(connection: Connection, one: ToSend, *, now: datetime) -> CardFacts | None:
    incident = await incidents.find(connection, one.args["incident_id"])
    return None if incident is None else await card_facts(connection, incident, Delivery(now=now))


async def _route_tested(context: RenderContext) -> Rendered | None:
    name, error = context.args["name"], context.args["error"]
    if error:
        return second_way.test_failed(context.words, name=name, error=error)
    return second_way.test_sent(context.words, name=name)


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType({"route_tested": _route_tested})
