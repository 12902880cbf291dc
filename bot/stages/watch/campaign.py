"""The signs of a smear campaign in a stored incident, looked up when they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.incidents.campaign import MOST_EARLIER, find_smear
from bot.model.campaign import SmearFacts, SmearReview, Verdict
from bot.model.incident import Incident
from bot.store.db.engine import Connection
from bot.store.incidents import campaign_inputs


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
    ids, members = await campaign_inputs.of_incident(connection, incident.incident_id)
    return IncidentSmear(
        facts=await _facts(connection, incident.location_id, ids, members, begin=incident.opened_at.timestamp()),
        review_ids=tuple(ids),
        sources=tuple(review.source for review in members),
    )


async def verdict_of(connection: Connection, location_id: int, review_ids: Sequence[int]) -> Verdict:
    """What the signs say of some low reviews of a place, as if they were an incident."""
    ids, members = await campaign_inputs.of_reviews(connection, review_ids)
    return (await _facts(connection, location_id, ids, members, begin=0.0)).verdict


async def _facts(
    connection: Connection, location_id: int, ids: Sequence[int], members: Sequence[SmearReview], *, begin: float
) -> SmearFacts:
    begin = min((review.at for review in members), default=begin)
    history = await campaign_inputs.before(connection, location_id, until=begin, without=ids, limit=MOST_EARLIER)
    return find_smear(members, history)
