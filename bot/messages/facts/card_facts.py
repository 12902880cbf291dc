"""Reads from the database what a message says, when it is sent and in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.messages.facts import duty_facts, hidden_words, text_analysis
from bot.messages.service.command_replies import IncidentRow
from bot.messages.text.formatting import Words
from bot.model.escalated import Escalated
from bot.model.incident import CardFacts, Incident, SourceDown, State, StateFacts, Transition
from bot.score.packs import USUAL_PACK, PackChoice, pack_of
from bot.score.themes.pack import ThemePack
from bot.stages.analyse import incident_texts
from bot.stages.analyse.incident_texts import IncidentTexts
from bot.stages.analyse.packs import Packs
from bot.store.db.engine import Connection
from bot.store.incidents import aftermath, escalations, incidents, memberships, note_files, timeline
from bot.store.ingest import sources
from bot.store.learning import detectors
from bot.store.people import chats, people
from bot.store.people import locations as places
from bot.store.people.chats import Chat
from bot.store.people.locations import Place
from bot.store.reviews import review_views


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a message is being delivered.

    Attributes:
        is_repeat: it may have arrived before.
        created_at: when it should have gone out.
        is_late: so much later that the message says so.
        has_failed: it was tried before, so Telegram was out of reach.
        packs: what the themes of each location are made of.
    """

    now: datetime
    is_repeat: bool = False
    created_at: datetime | None = None
    is_late: bool = False
    has_failed: bool = False
    packs: Packs = field(default_factory=dict)

    def choice(self, place: Place) -> PackChoice:
        """What the themes of a location are made of."""
        return self.packs.get((place.business_name, place.key), USUAL_PACK)

    def pack(self, place: Place) -> ThemePack:
        """The themes of a location."""
        return pack_of(self.choice(place))


async def words_of(connection: Connection, chat: Chat) -> Words:
    """The language of a chat, and the clock of its first location."""
    locations = await chats.linked_locations(connection, chat.chat_id)
    found = [await places.find(connection, location_id) for location_id in locations[:1]]
    zone = found[0].zone if found else (await _any_zone(connection))
    return Words(language=chat.language, zone=zone, is_shared=chat.kind != "private")


async def _any_zone(connection: Connection) -> ZoneInfo:
    every = await places.all_active(connection)
    return every[0].zone


async def card_facts(
    connection: Connection, incident: Incident, delivery: Delivery, *, texts: IncidentTexts | None = None
) -> CardFacts:
    """Everything a card says; `texts` is what its reviews say where the caller has looked that up."""
    place = await places.find(connection, incident.location_id)
    members = await review_views.members(connection, incident.incident_id)
    usual = await incidents.usual_per_day(connection, incident.incident_id)
    texts = texts or await incident_texts.of(connection, incident, delivery.choice(place))
    holder = await people.by_id(connection, incident.holder_id)
    mover = await people.by_id(connection, incident.moved_by_id)
    since = _counts_growth_from(incident)
    joined = await memberships.joined_since(connection, incident.incident_id, since)
    ended_at = incident.ended_at if incident.state.is_over else None
    late = set() if ended_at is None else await memberships.joined_since(connection, incident.incident_id, ended_at)
    facts = CardFacts(
        incident=incident,
        location_name=place.name,
        names_location=place.has_siblings,
        zone=place.zone,
        now=delivery.now,
        reviews=tuple(members),
        holder_name=holder.name if holder else "",
        moved_by_name=mover.name if mover else "",
        usual_per_day=usual,
        open_for=await timeline.open_for(connection, incident, now=delivery.now),
        has_relaxed=await detectors.is_relaxed_by(connection, incident.incident_id),
        grown_by=sum(1 for review in members if review.review_id in joined),
        grown_since=incident.opened_at,
        read_late=sum(1 for review in members if review.review_id in late),
        sources_down=tuple(
            SourceDown(name=row.name, since=row.failing_since)
            for row in await sources.of_location(connection, incident.location_id)
            if row.blind_told_at is not None and row.failing_since is not None
        ),
        is_repeat=delivery.is_repeat,
        delayed_from=delivery.created_at if delivery.is_late else None,
        delayed_until=delivery.now if delivery.is_late and delivery.has_failed else None,
        theme=text_analysis.theme_of(incident, members, texts, delivery.pack(place)),
        shared=text_analysis.shared_of(incident, members, delivery.pack(place)),
        smear=text_analysis.smear_of(texts),
        severe=text_analysis.severe_of(members, texts),
        escalated=await _escalated(connection, incident),
        aftermath=await aftermath.of_incident(connection, incident) if incident.state.is_over else None,
        files=len(await note_files.of_incident(connection, incident.incident_id)),
        duty=await duty_facts.now_at(connection, place, now=delivery.now) if incident.state is State.OPEN else None,
    )
    is_hidden = await hidden_words.are_hidden(connection, incident.location_id)
    return hidden_words.of_card(facts) if is_hidden else facts


async def state_facts(connection: Connection, incident: Incident, *, now: datetime) -> StateFacts:
    """What the answer to a press says of an incident: nothing that has to be read from its texts."""
    place = await places.find(connection, incident.location_id)
    holder = await people.by_id(connection, incident.holder_id)
    mover = await people.by_id(connection, incident.moved_by_id)
    marks = await review_views.member_marks(connection, incident.incident_id)
    joined = await memberships.joined_since(connection, incident.incident_id, _counts_growth_from(incident))
    return StateFacts(
        incident=incident,
        zone=place.zone,
        now=now,
        holder_name=holder.name if holder else "",
        moved_by_name=mover.name if mover else "",
        review_count=len(marks),
        is_severe=any(one.severe for one in marks),
        grown_by=sum(one.review_id in joined for one in marks),
        escalated=await _escalated(connection, incident),
    )


async def _escalated(connection: Connection, incident: Incident) -> Escalated | None:
    """The last step of an escalation, while nobody has the incident."""
    found = await escalations.find(connection, incident.incident_id) if incident.state is State.OPEN else None
    if found is None or found.told_at is None or found.told_whom is None:
        return None
    names = (*await first_names(connection, found.told_whom["people"]), *found.told_whom.get("routes", ()))
    return Escalated(found.told_at, incident.moved_at, found.told_whom["whom"], names)


async def first_names(connection: Connection, person_ids: Sequence[int]) -> tuple[str, ...]:
    """The first names of some people, as far as they are known."""
    found = [await people.by_id(connection, one) for one in person_ids]
    return tuple(one.name for one in found if one is not None)


def _counts_growth_from(incident: Incident) -> datetime:
    """A recurring incident counts what brought it back; an open one what came after its first card."""
    if incident.last_move is Transition.RECUR:
        return incident.moved_at
    return incident.opened_at + timedelta(microseconds=1)


async def incident_row(connection: Connection, incident: Incident) -> IncidentRow:
    """An incident for a list."""
    place = await places.find(connection, incident.location_id)
    holder = await people.by_id(connection, incident.holder_id)
    marks = await review_views.member_marks(connection, incident.incident_id)
    return IncidentRow(
        incident_id=incident.incident_id,
        state=incident.state,
        location_name=place.name,
        names_location=place.has_siblings,
        count=sum(one.is_low for one in marks),
        severe=sum(one.severe for one in marks),
        opened_at=incident.opened_at,
        holder_name=holder.name if holder else "",
        snoozed_until=incident.snoozed_until,
    )


async def places_of(connection: Connection, location_ids: Sequence[int]) -> list[Place]:
    """Several locations."""
    return [await places.find(connection, location_id) for location_id in location_ids]
