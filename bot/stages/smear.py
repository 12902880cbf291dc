"""The signs of a smear campaign in a stored incident, looked up when they are shown."""

from __future__ import annotations

from dataclasses import dataclass

from bot.incidents.smear import MOST_EARLIER, find_smear
from bot.model.incident import Incident
from bot.model.smear import SmearFacts
from bot.store import smear_inputs
from bot.store.engine import Connection


@dataclass(frozen=True, slots=True)
class IncidentSmear:
    """What was found.

    Attributes:
        review_ids: the reviews that the facts' places count from.
        sources: the platform of each of them.
    """

    facts: SmearFacts
    review_ids: tuple[int, ...]
    sources: tuple[str, ...]

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where the reviews were written, the most frequent first."""
        return tuple(sorted(set(self.sources), key=lambda name: (-self.sources.count(name), name)))


async def smear_of(connection: Connection, incident: Incident) -> IncidentSmear:
    """Look for the signs; what is usual comes from the `MOST_EARLIER` newest reviews before the incident.

    What a text tells is remembered by the text, so that drawing a card again takes a few milliseconds.
    """
    ids, members = await smear_inputs.of_incident(connection, incident.incident_id)
    begin = min((review.at for review in members), default=incident.opened_at.timestamp())
    history = await smear_inputs.before(connection, incident.location_id, until=begin, without=ids, limit=MOST_EARLIER)
    return IncidentSmear(
        facts=find_smear(members, history),
        review_ids=tuple(ids),
        sources=tuple(review.source for review in members),
    )
