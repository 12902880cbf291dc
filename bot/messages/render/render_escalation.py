"""From an outbox row to what is said so that somebody takes an incident."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.messages.facts.card_facts import card_facts, first_names, incident_row
from bot.messages.incident import escalation
from bot.messages.incident.escalation import NextStep
from bot.messages.render.context import RenderContext, Renderer, moment
from bot.messages.text.message import Rendered
from bot.model.duty import AwayFacts, DutyFacts, Named
from bot.model.incident import Incident, State
from bot.store.incidents import incidents, memberships
from bot.store.people import people


async def _escalated(context: RenderContext) -> Rendered | None:
    incident = await _as_it_was(context)
    if incident is None or incident.state not in (State.OPEN, State.ASSIGNED):
        return None
    facts = await card_facts(context.connection, incident, context.delivery)
    following = await _following(context)
    return escalation.escalated(facts, context.words, following=following, duty=await _duty(context))


async def _duty(context: RenderContext) -> DutyFacts:
    """Who was on duty and who was away at the step."""
    on = [await people.by_id(context.connection, one) for one in context.args.get("duty", ())]
    away = [(await people.by_id(context.connection, one), until) for one, until in context.args.get("away", ())]
    return DutyFacts(
        on=tuple(Named(one.telegram_id, one.name) for one in on if one is not None),
        away=tuple(AwayFacts(one.name, moment(until)) for one, until in away if one is not None),
    )


async def _following(context: RenderContext) -> NextStep | None:
    args = context.args
    if "next_at" not in args or moment(args["next_at"]) <= context.delivery.now:
        return None
    names = (*await first_names(context.connection, args["next_people"]), *args.get("next_routes", ()))
    return NextStep(moment(args["next_at"]), args["next_whom"], names)


async def _taken(context: RenderContext) -> Rendered | None:
    incident = await incidents.find(context.connection, context.args["incident_id"])
    if incident is None or incident.state is not State.ACKNOWLEDGED:
        return None
    return escalation.taken(await card_facts(context.connection, incident, context.delivery), context.words)


async def _still(context: RenderContext) -> Rendered | None:
    incident = await _as_it_was(context)
    holder = None if incident is None else await people.by_id(context.connection, incident.holder_id)
    if incident is None or holder is None or incident.state is not State.ACKNOWLEDGED:
        return None
    return escalation.still(
        await card_facts(context.connection, incident, context.delivery),
        context.words,
        holder_telegram_id=holder.telegram_id,
        until=moment(context.args["until"]),
    )


async def _morning(context: RenderContext) -> Rendered | None:
    found = [await incidents.find(context.connection, number) for number in context.args["incidents"]]
    rows = [await incident_row(context.connection, one) for one in found if one is not None and not one.state.is_over]
    if not rows and not context.args["others"]:
        return None
    return escalation.morning(rows, context.words, now=context.delivery.now, others=context.args["others"])


async def _several(context: RenderContext) -> Rendered | None:
    found = [await incidents.find(context.connection, number) for number in context.args["incidents"]]
    rows = [await incident_row(context.connection, one) for one in found if one is not None]
    first = [await memberships.first_low_at(context.connection, row.incident_id) for row in rows]
    now = context.delivery.now
    since = min((one for one in first if one is not None), default=now)
    return escalation.several(rows, context.words, since=since, now=now) if rows else None


async def _as_it_was(context: RenderContext) -> Incident | None:
    """The incident, unless somebody has moved it since the row was written."""
    incident = await incidents.find(context.connection, context.args["incident_id"])
    return None if incident is None or incident.version != context.args["version"] else incident


RENDERERS: Final[Mapping[str, Renderer]] = MappingProxyType(
    {"escalated": _escalated, "taken": _taken, "still": _still, "morning": _morning, "several_at_once": _several}
)
