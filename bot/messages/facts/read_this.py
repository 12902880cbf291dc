"""What the message about one review that people should read says."""

from __future__ import annotations

from bot.messages.facts import hidden_words
from bot.messages.incident.read_this import ReadThis
from bot.model.incident import SevereWords
from bot.score.packs import USUAL_PACK, events_of
from bot.score.reading import searched_text
from bot.score.severe.find import find_severe
from bot.stages.analyse.packs import Packs
from bot.store.db.engine import Connection
from bot.store.incidents import memberships
from bot.store.learning import not_severe
from bot.store.people import locations
from bot.store.reviews import review_views, text_results


async def read_this_of(connection: Connection, review_id: int, packs: Packs) -> ReadThis | None:
    """What the message about a review that people should read says; None where it is gone or not severe any more."""
    review = await review_views.one(connection, review_id)
    location_id = await review_views.location_of(connection, review_id)
    if review is None or location_id is None:
        return None
    read = (await text_results.of_reviews(connection, [review_id]))[review_id]
    place = await locations.find(connection, location_id)
    events = events_of(packs.get((place.business_name, place.key), USUAL_PACK))
    hits = find_severe(searched_text(read.text, str(read.details.get("translation", ""))), events=events)
    if not hits:
        return None
    forgiven = await not_severe.phrases(connection, location_id)
    facts = ReadThis(
        review=review,
        said=SevereWords(hits[0].kind, hits[0].quote, is_likely=True),
        location_name=place.name,
        names_location=place.has_siblings,
        incident_id=await memberships.incident_of_severe(connection, review_id),
        is_forgiven=all(hit.phrase in forgiven for hit in hits if hit.loudness != "vague"),
    )
    return hidden_words.of_read_this(facts) if await hidden_words.are_hidden(connection, location_id) else facts
