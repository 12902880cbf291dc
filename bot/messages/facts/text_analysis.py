"""What the texts of an incident say, looked up when a card or its evidence is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.incidents.cause import Cause, find_cause, shared_words
from bot.incidents.circumstances import Told, circumstances
from bot.messages.incident.campaign_card import SmearCard
from bot.messages.incident.evidence import EvidenceFacts, ThemeQuote
from bot.messages.incident.read_this import ReadThis
from bot.model.incident import SEVERE, CardFacts, CardReview, Incident, MentionedTheme, SevereWords
from bot.score.reading import searched_text
from bot.score.severe import find_severe
from bot.score.themes import ThemePack
from bot.stages.watch.campaign import IncidentSmear, smear_of, verdict_of
from bot.store.db.engine import Connection
from bot.store.incidents import campaign_inputs, memberships
from bot.store.learning import not_severe
from bot.store.people import locations
from bot.store.reviews import review_views, text_results
from bot.store.reviews.text_results import ReadReview

WORDS_FROM = 2_000
"""Earlier texts that shared words are compared with, the newest: reading 50,000 would be felt by the chat."""


async def theme_of(
    connection: Connection, incident: Incident, members: Sequence[CardReview], *, pack: ThemePack
) -> MentionedTheme | None:
    """The theme line of a card; None until all its reviews have been read, and for a severe review alone."""
    if incident.reason == SEVERE and all(one.severe for one in members):
        return None
    read = await _read(connection, members)
    if read is None:
        return None
    cause = await _cause(connection, incident, members, read, pack)
    labels = tuple(pack.labels[theme] for theme in cause.named)
    return MentionedTheme(labels, count=cause.count, of=cause.reviews)


async def past_alarm_of(
    connection: Connection, location_id: int, review_ids: Sequence[int], *, pack: ThemePack
) -> tuple[Mapping[str, str] | None, bool]:
    """The theme of an alarm that a history would have raised, by the card's rule, and whether it may be a smear.

    None and False where its texts have not been read, or show nothing.
    """
    read = await text_results.of_reviews(connection, review_ids)
    if not read or any(one.complaints is None for one in read.values()):
        return None, False
    ids, members = await campaign_inputs.of_reviews(connection, review_ids)
    if not ids:
        return None, False
    begin = datetime.fromtimestamp(min(one.at for one in members), UTC)
    history = await text_results.earlier_complaints(connection, location_id, before=begin, without=ids)
    its = [one.complaints or frozenset() for one in read.values() if one.text]
    cause = find_cause(its, history, themes=tuple(pack.labels))
    is_smear = await verdict_of(connection, location_id, ids) == "possible"
    return None if cause.theme is None else pack.labels[cause.theme], is_smear


async def severe_of(connection: Connection, members: Sequence[CardReview]) -> tuple[SevereWords, ...]:
    """What the severe reviews of an incident say, newest first."""
    severe = [one for one in members if one.severe]
    if not severe:
        return ()
    read = await text_results.of_reviews(connection, [one.review_id for one in severe])
    return tuple(SevereWords(one.severe, _severe_quote(one, read[one.review_id]), one.is_likely) for one in severe)


async def read_this_of(connection: Connection, review_id: int) -> ReadThis | None:
    """What the message about a review that people should read says; None where it is gone or not severe any more."""
    review = await review_views.one(connection, review_id)
    location_id = await review_views.location_of(connection, review_id)
    if review is None or location_id is None:
        return None
    read = (await text_results.of_reviews(connection, [review_id]))[review_id]
    hits = find_severe(searched_text(read.text, str(read.details.get("translation", ""))))
    if not hits:
        return None
    place = await locations.find(connection, location_id)
    forgiven = await not_severe.phrases(connection, location_id)
    return ReadThis(
        review=review,
        said=SevereWords(hits[0].kind, hits[0].quote, is_likely=True),
        location_name=place.name,
        names_location=place.has_siblings,
        incident_id=await memberships.incident_of_severe(connection, review_id),
        is_forgiven=all(hit.phrase in forgiven for hit in hits if hit.loudness != "vague"),
    )


async def evidence_of(connection: Connection, incident: Incident, card: CardFacts, *, pack: ThemePack) -> EvidenceFacts:
    """Everything that an incident's evidence says; `card` is what its card says."""
    members = card.reviews
    read = await _read(connection, members)
    if read is None:
        return EvidenceFacts(card=card)
    cause = await _cause(connection, incident, members, read, pack)
    texts = [read[one.review_id].text for one in members if read[one.review_id].text]
    earlier = await text_results.earlier_texts(
        connection, incident.location_id, before=_begin(members), without=list(read), limit=WORDS_FROM
    )
    found = await smear_of(connection, incident)
    return EvidenceFacts(
        card=card,
        cause=cause,
        labels=pack.labels,
        shared=shared_words(texts, earlier, known=frozenset(card.location_name.lower().split())),
        around=circumstances([_told(one, read[one.review_id]) for one in members]),
        quotes=_quotes(members, read, pack, cause),
        smear=found.facts,
        sources=_source_names(found, members),
    )


async def smear_evidence_of(connection: Connection, incident: Incident, card: CardFacts) -> SmearCard:
    """Everything that the evidence of a possible smear campaign says."""
    found = await smear_of(connection, incident)
    by_id = {one.review_id: one for one in card.reviews}
    quoted = [by_id.get(found.review_ids[place]) for place in found.facts.quotes]
    return SmearCard(
        card=card,
        facts=found.facts,
        quotes=tuple(one for one in quoted if one is not None),
        sources=_source_names(found, card.reviews),
        platforms=found.platforms,
    )


def _source_names(found: IncidentSmear, members: Sequence[CardReview]) -> dict[str, str]:
    by_id = {one.review_id: one for one in members}
    named = zip(found.review_ids, found.sources, strict=True)
    return {source: by_id[review_id].source_name for review_id, source in named if review_id in by_id}


async def _read(connection: Connection, members: Sequence[CardReview]) -> dict[int, ReadReview] | None:
    read = await text_results.of_reviews(connection, [one.review_id for one in members])
    return None if not read or any(one.complaints is None for one in read.values()) else read


async def _cause(
    connection: Connection,
    incident: Incident,
    members: Sequence[CardReview],
    read: dict[int, ReadReview],
    pack: ThemePack,
) -> Cause:
    history = await text_results.earlier_complaints(
        connection, incident.location_id, before=_begin(members), without=list(read)
    )
    its = [one.complaints or frozenset() for one in read.values() if one.text]
    return find_cause(its, history, themes=tuple(pack.labels))


def _begin(members: Sequence[CardReview]) -> datetime:
    return min(one.low_at for one in members)


def _told(review: CardReview, read: ReadReview) -> Told:
    visited, product, version = (str(read.details.get(key, "")) for key in ("visited", "product", "version"))
    return Told(
        text=read.text,
        at=review.low_at,
        is_date_only=review.is_date_only,
        visited=visited,
        product=product,
        version=version,
    )


def _quotes(
    members: Sequence[CardReview], read: dict[int, ReadReview], pack: ThemePack, cause: Cause
) -> tuple[ThemeQuote, ...]:
    found = []
    for one in members:
        its = read[one.review_id]
        hits = pack.find_complaints(searched_text(its.text, str(its.details.get("translation", ""))), is_low=one.is_low)
        found += [ThemeQuote(hit.quote, one) for hit in hits if hit.theme in cause.named][:1]
    return tuple(found)


def _severe_quote(review: CardReview, read: ReadReview) -> str:
    hits = find_severe(searched_text(read.text, str(read.details.get("translation", ""))))
    # Newer rules may not find it any more: then its beginning stands for it.
    return next((hit.quote for hit in hits if hit.kind == review.severe), review.text)
