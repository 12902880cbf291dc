"""What a message says where guests' words are kept out of Telegram: counts, themes, and where to read.

The one place that takes them out; whoever looks up facts asks here.
"""

from __future__ import annotations

from dataclasses import replace

from bot.choices import About, Choice
from bot.incidents.statements import EmergingThemes
from bot.messages.incident.campaign_card import SmearCard
from bot.messages.incident.evidence import EvidenceFacts
from bot.messages.incident.read_this import ReadThis
from bot.model.incident import CardFacts, CardReview
from bot.store.db.engine import Connection
from bot.store.people import settings


async def are_hidden(connection: Connection, location_id: int) -> bool:
    """Whether guests' words of a location are kept out of Telegram."""
    return (await settings.get(connection, About.LOCATION, location_id, Choice.QUOTES)).value == "off"


def of_review(review: CardReview) -> CardReview:
    """A review without its words."""
    return replace(review, text="", hides_words=True)


def of_card(facts: CardFacts) -> CardFacts:
    """A card without words; a shared theme is a count, a shared word is the guests' own."""
    shared = facts.shared
    return replace(
        facts,
        reviews=tuple(of_review(one) for one in facts.reviews),
        severe=tuple(replace(one, quote="") for one in facts.severe),
        shared=shared if shared is not None and shared.label else None,
        hides_words=True,
    )


def of_evidence(facts: EvidenceFacts) -> EvidenceFacts:
    """The evidence without words; `facts.card` is without them already."""
    return replace(facts, shared=(), quotes=(), vague=tuple(replace(one, quote="") for one in facts.vague))


def of_campaign(card: SmearCard) -> SmearCard:
    """The evidence of a possible smear campaign without words."""
    return replace(card, quotes=())


def of_read_this(facts: ReadThis) -> ReadThis:
    """The message about one review without its words."""
    return replace(facts, review=of_review(facts.review), said=replace(facts.said, quote=""))


def of_emerging(heard: EmergingThemes) -> EmergingThemes:
    """Emerging themes without quotes, and without the phrases, which are the guests' own."""
    return replace(heard, themes=(), phrases=(), burn=replace(heard.burn, phrases=()))
