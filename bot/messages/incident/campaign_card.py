"""The evidence card of a possible smear campaign: its signs with their numbers, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import quote, safe
from bot.model.campaign import Against, Sign, SmearFacts
from bot.model.incident import CardFacts, CardReview
from bot.model.platforms import name_of, reportable

BUDGET: Final = 1500
_SEMICOLON: Final = Html("; ")
_HOURS_FROM: Final = 120
_SIZES: Final = ((2, 160, True), (2, 80, True), (2, 80, False), (1, 80, False), (0, 0, False))


@dataclass(frozen=True, slots=True)
class SmearCard:
    """Everything that the card says, already looked up.

    Attributes:
        card: what the incident's card says.
        quotes: reviews that show the sign, the most telling first.
        sources: what people call each platform.
        platforms: whose ways to report are told.
    """

    card: CardFacts
    facts: SmearFacts
    quotes: tuple[CardReview, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()


def smear_card(shown: SmearCard, words: Words) -> Rendered:
    """The evidence card of a possible smear campaign, at most 1,500 UTF-16 units of shown text."""
    words = words.in_zone(shown.card.zone)
    html = fitting(lambda size: _text(shown, words, size), _SIZES, BUDGET)
    return Rendered(html, keyboards.under_evidence(shown.card.incident, len(shown.card.reviews), words))


def against_line(facts: SmearFacts, words: Words) -> Html:
    """What speaks against it, in one line; empty where nothing does."""
    parts = [_against(one, words) for one in facts.against]
    return words.say("smear.against", what=joined(parts, _SEMICOLON)) if parts else Html("")


def _text(shown: SmearCard, words: Words, size: tuple[int, int, bool]) -> Html:
    card, facts = shown.card, shown.facts
    most, limit, tells_paths = size
    subject = incident_name(card.incident.incident_id, card.location_name, card.names_location)
    lines = (
        words.say("smear.title", subject=subject, count=facts.standing_out, of=len(facts.signs)),
        *(_line(sign, shown.sources, words) for sign in facts.signs),
        against_line(facts, words),
        _quotes(shown.quotes[:most], words, limit, card.now),
        fragments.hidden_words(card.reviews, words),
        *(_paths(shown.platforms, words) if tells_paths else ()),
        words.say("smear.hint"),
    )
    return joined(lines, NEWLINE)


def sign_text(sign: Sign, sources: Mapping[str, str], words: Words) -> Html:
    """What a sign is and how many reviews show it."""
    said = words.say(f"smear.sign.{sign.id}", span=time_span(sign.minutes, words), count=sign.count, of=sign.of)
    if sign.id == "sources":
        return _several(sign, said, sources, words)
    return words.say("smear.as_usual", sign=said) if sign.id == "no_text" and not sign.stands_out else said


def _line(sign: Sign, sources: Mapping[str, str], words: Words) -> Html:
    return words.say("smear.yes" if sign.stands_out else "smear.no", sign=sign_text(sign, sources, words))


def signs_line(facts: SmearFacts, sources: Mapping[str, str], words: Words) -> Html:
    """The signs that stand out, in words, or that none does."""
    found = [sign_text(sign, sources, words) for sign in facts.signs if sign.stands_out]
    return words.say("smear.signs", what=joined(found, _SEMICOLON)) if found else words.say("smear.none")


def time_span(minutes: int, words: Words) -> Html:
    """So many minutes, or hours."""
    if minutes > _HOURS_FROM:
        return words.say("smear.hours", -(-minutes // 60))
    return words.say("smear.minutes", max(1, minutes))


def _several(sign: Sign, said: Html, sources: Mapping[str, str], words: Words) -> Html:
    names = [safe(sources.get(name, name_of(name))) for name in sign.names]
    if len(names) == 1:
        return words.say("smear.only", sign=said, source=names[0])
    text = words.say("smear.named", sign=said, sources=joined(names[:3], COMMA))
    return text if sign.stands_out else words.say("smear.as_usual", sign=text)


def _against(one: Against, words: Words) -> Html:
    if one.id == "detail" and one.count == 1 and one.day is not None:
        noon = datetime.combine(one.day, time(12), tzinfo=words.zone)
        return words.say("smear.contra.detail_day", day=words.dated(noon, "visit_day"))
    return words.say(f"smear.contra.{one.id}", one.count, span=words.say("unit.minutes", minutes=one.minutes))


def _quotes(reviews: Sequence[CardReview], words: Words, limit: int, now: datetime) -> Html:
    lines = []
    for review in reviews:
        rating = words.rating(review.rating) if review.rating is not None else Html("")
        when = words.day if review.is_date_only else words.moment
        where = joined((rating, when(review.low_at, now)), COMMA)
        lines.append(words.say("evidence.quote", quote=quote(review.text, limit), where=where))
    return Html(f"<blockquote expandable>{joined(lines, NEWLINE)}</blockquote>") if lines else Html("")


def _paths(platforms: Sequence[str], words: Words) -> list[Html]:
    return [
        words.say("smear.report", source=safe(path.name), path=safe(path.told(words.language)[0]))
        for path in reportable(platforms)
    ]
