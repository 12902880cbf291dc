"""Everything that an evidence file says, looked up in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.messages.facts.card_facts import Delivery
from bot.messages.facts.playbook_facts import playbook_of
from bot.messages.incident.playbook import PlaybookFacts
from bot.model.campaign import SmearFacts
from bot.model.incident import Incident
from bot.score.packs import PackChoice
from bot.stages.analyse import incident_texts
from bot.store.db.engine import Connection
from bot.store.incidents import evidence_rows, incidents, timeline
from bot.store.incidents.evidence_rows import KeptReview
from bot.store.incidents.timeline import Moved
from bot.store.people import locations
from bot.store.people.locations import Place


@dataclass(frozen=True, slots=True)
class PackFacts:
    """An incident with its reviews, its moves and the signs of a smear campaign.

    Attributes:
        shown: for each sign, the ids of the reviews that show it.
        steps: what was to be done, by whom it was done and when.
    """

    incident: Incident
    place: Place
    reviews: tuple[KeptReview, ...]
    moves: tuple[Moved, ...]
    usual_per_day: float | None
    smear: SmearFacts
    shown: dict[str, tuple[int, ...]]
    steps: PlaybookFacts

    @property
    def newest(self) -> datetime:
        """The newest change of what the file says; there is no other time in it, so the same state gives one file."""
        times = [self.incident.moved_at, *(move.moved_at for move in self.moves)]
        times += [step.at for step in self.steps.steps if step.at is not None]
        times += [max(review.changed_at, review.joined_at) for review in self.reviews]
        return max(times)


async def pack_facts(connection: Connection, incident: Incident, choice: PackChoice) -> PackFacts:
    """Look up what the evidence of an incident says; `choice` is what its location's themes are made of."""
    texts = await incident_texts.of(connection, incident, choice)
    campaign = texts.campaign
    place = await locations.find(connection, incident.location_id)
    how = Delivery(now=incident.moved_at, packs={(place.business_name, place.key): choice})
    return PackFacts(
        incident=incident,
        place=place,
        reviews=tuple(await evidence_rows.kept_reviews(connection, incident.incident_id)),
        moves=tuple(await timeline.history(connection, incident.incident_id)),
        usual_per_day=await incidents.usual_per_day(connection, incident.incident_id),
        smear=campaign,
        shown={sign.id: tuple(texts.review_ids[place] for place in sorted(sign.members)) for sign in campaign.signs},
        steps=await playbook_of(connection, incident, how),
    )
