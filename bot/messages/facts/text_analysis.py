"""What the texts of an incident say, as the card and its evidence show it. Nothing is worked out here."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages.facts import hidden_words
from bot.messages.incident.campaign_card import SmearCard
from bot.messages.incident.evidence import EvidenceFacts, ThemeQuote
from bot.model.card_lines import MentionedTheme, SharedFact, SmearCount
from bot.model.incident import SEVERE, CardFacts, CardReview, Incident, SevereWords
from bot.score.themes.pack import ThemePack
from bot.score.words import words_of
from bot.stages.analyse.incident_texts import IncidentTexts


def theme_of(
    incident: Incident, members: Sequence[CardReview], texts: IncidentTexts, pack: ThemePack
) -> MentionedTheme | None:
    """The theme line of a card; None until all its reviews have been read, and for a severe review alone."""
    cause = texts.cause
    if cause is None or (incident.reason == SEVERE and all(one.severe for one in members)):
        return None
    labels = tuple(pack.labels[theme] for theme in cause.named if theme in pack.labels)
    return MentionedTheme(labels, count=cause.count, of=cause.reviews)


def shared_of(incident: Incident, members: Sequence[CardReview], pack: ThemePack) -> SharedFact | None:
    """What was part of the reason for the alarm; a word stands as the newest review that holds it wrote it."""
    shared = incident.evidence and incident.evidence.shared
    if not shared or (shared.theme and shared.theme not in pack.labels):
        return None
    return SharedFact(
        label=pack.labels[shared.theme] if shared.theme else {},
        word=next((found for one in members if (found := _written(shared.word, one.text))), shared.word),
        count=shared.count,
        of=shared.of,
        usual=shared.usual,
        usual_of=shared.usual_of,
    )


def _written(word: str, text: str) -> str:
    words = words_of(text)
    if not word or word not in words.folded:
        return ""
    place = words.folded.index(word)
    return words.text[words.start(place) : words.end(place)]


def smear_of(texts: IncidentTexts) -> SmearCount:
    """How many signs of a smear campaign stand out."""
    found = texts.campaign
    return SmearCount(
        found.verdict == "possible", found.standing_out, len(found.signs), found.copies, found.copies_minutes
    )


def severe_of(members: Sequence[CardReview], texts: IncidentTexts) -> tuple[SevereWords, ...]:
    """What the severe reviews of an incident say, newest first."""
    quotes = {one.review_id: one.text for one in texts.severe}
    return tuple(
        SevereWords(one.severe, quotes.get(one.review_id, one.text), one.is_likely) for one in members if one.severe
    )


def evidence_of(card: CardFacts, texts: IncidentTexts, pack: ThemePack, *, tells_severe: bool = True) -> EvidenceFacts:
    """Everything that an incident's evidence says; `card` is its card; `tells_severe` is what its place wants."""
    if texts.cause is None:
        return EvidenceFacts(card=card)
    by_id = {one.review_id: one for one in card.reviews}
    found = EvidenceFacts(
        card=card,
        cause=texts.cause,
        labels=pack.labels,
        shared=texts.shared,
        around=texts.around,
        vague=tuple(SevereWords(one.kind, one.text) for one in texts.vague if tells_severe and one.review_id in by_id),
        quotes=tuple(ThemeQuote(one.text, by_id[one.review_id]) for one in texts.quotes if one.review_id in by_id),
        smear=texts.campaign,
        sources=_source_names(texts, card.reviews),
    )
    return hidden_words.of_evidence(found) if card.hides_words else found


def smear_evidence_of(card: CardFacts, texts: IncidentTexts) -> SmearCard:
    """Everything that the evidence of a possible smear campaign says."""
    by_id = {one.review_id: one for one in card.reviews}
    quoted = [by_id.get(texts.review_ids[place]) for place in texts.campaign.quotes]
    found = SmearCard(
        card=card,
        facts=texts.campaign,
        quotes=tuple(one for one in quoted if one is not None),
        sources=_source_names(texts, card.reviews),
        platforms=texts.platforms,
    )
    return hidden_words.of_campaign(found) if card.hides_words else found


def _source_names(texts: IncidentTexts, members: Sequence[CardReview]) -> dict[str, str]:
    by_id = {one.review_id: one for one in members}
    named = zip(texts.review_ids, texts.sources, strict=True)
    return {source: by_id[review_id].source_name for review_id, source in named if review_id in by_id}
