"""Looks up the steps of an incident's cause and what of them is done."""

from __future__ import annotations

from bot.incidents import playbook
from bot.messages.facts.card_facts import Delivery
from bot.messages.incident.playbook import PlaybookFacts, Step
from bot.model.incident import Incident
from bot.stages.analyse import incident_texts
from bot.store.db.engine import Connection
from bot.store.incidents import playbooks
from bot.store.people import locations
from bot.store.reviews import review_views


async def playbook_of(connection: Connection, incident: Incident, delivery: Delivery) -> PlaybookFacts:
    """The steps of an incident, by what its reviews say or what a person has said it was."""
    place = await locations.find(connection, incident.location_id)
    texts = await incident_texts.of(connection, incident, delivery.choice(place))
    members = await review_views.members(connection, incident.incident_id)
    cause = playbook.cause_of(
        incident.cause,
        () if texts.cause is None else texts.cause.named,
        is_smear=texts.campaign.verdict == "possible",
        kinds={one.severe for one in members},
        low=sum(one.is_low for one in members),
    )
    known = await playbooks.of_business(connection, place.business_id)
    done = {one.step: one for one in await playbooks.ticks(connection, incident.incident_id)}
    steps = [*known.of(cause), *(step for step in done if step not in known.of(cause) and step in known.steps)]
    return PlaybookFacts(
        incident=incident,
        location_name=place.name,
        names_location=place.has_siblings,
        zone=place.zone,
        now=delivery.now,
        cause=cause,
        steps=tuple(
            Step(
                step,
                dict(known.words.get(step, {})),
                by=done[step].by if step in done else None,
                at=done[step].at if step in done else None,
            )
            for step in steps
        ),
        label=dict(delivery.pack(place).labels.get(cause, {})),
    )
