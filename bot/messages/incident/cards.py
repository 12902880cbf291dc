"""The incident card: one message for an incident's whole life, drawn anew from its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.answer_links import answer_links
from bot.messages.incident.campaign_card import time_span
from bot.messages.incident.escalation import would_be
from bot.messages.incident.evidence import theme_label, theme_labels, usual_share
from bot.messages.service.delivery_notices import remarks
from bot.messages.text import fragments
from bot.messages.text.aftermath_line import aftermath_line
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined, number_sign
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import link, mention, quote, safe
from bot.messages.text.state_line import mark, state_line
from bot.model.incident import CardFacts, CardReview

BUDGET: Final = 1200
_MOST_SOURCES: Final = 3
_MOST_SOURCES_DOWN: Final = 3
_MOST_SEVERE: Final = 2


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of the data a card shows."""

    quotes: int
    quote_limit: int = 80
    sources: int | None = None
    note_limit: int = 500
    severe_limit: int = 120


_SIZES: Final = (
    *(_Size(quotes, limit) for quotes in (3, 2, 1) for limit in (160, 80)),
    _Size(0),
    _Size(0, sources=_MOST_SOURCES),
    _Size(0, sources=_MOST_SOURCES, note_limit=120),
    _Size(0, sources=_MOST_SOURCES, note_limit=120, severe_limit=0),
)


def card(facts: CardFacts, words: Words) -> Rendered:
    """The card for these facts, at most 1,200 UTF-16 units of shown text.

    What is too long is shortened in this order: fewer and shorter quotes, then sources beyond three, then the note,
    then the words of severe reviews. Headline, state line and buttons are never cut.
    """
    words = words.in_zone(facts.zone)
    html = fitting(lambda size: _text(facts, words, size), _SIZES, BUDGET)
    rows = keyboards.for_incident(facts.incident, len(facts.reviews), now=facts.now, words=words)
    links = answer_links(facts.reviews, words) if rows else ()
    return Rendered(html, (*rows, *links))


def _text(facts: CardFacts, words: Words, size: _Size) -> Html:
    lines = (
        _headline(facts, words),
        state_line(facts, words),
        _read_late(facts, words),
        _note(facts, words, size.note_limit),
        aftermath_line(facts.aftermath, words) if facts.aftermath is not None else Html(""),
        words.say("card.files", facts.files) if facts.files else Html(""),
        _duty(facts, words),
        _quiet(facts, words),
        *_sources_down(facts, words),
        fragments.sources_line(facts.reviews, words, at_most=size.sources),
        _rhythm(facts, words),
        _odds(facts, words),
        _shared(facts, words),
        *_severe(facts, words, size),
        _copies(facts, words),
        _theme(facts, words),
        _quotes(facts, words, size),
        fragments.hidden_words(facts.reviews, words),
        _last_line(facts, words),
        *remarks(
            words,
            now=facts.now,
            is_repeat=facts.is_repeat,
            delayed_from=facts.delayed_from,
            delayed_until=facts.delayed_until,
        ),
    )
    return joined(lines, NEWLINE)


def _headline(facts: CardFacts, words: Words) -> Html:
    where = fragments.place_prefix(facts.location_name, facts.names_location)
    count = fragments.count_of(facts.reviews, words)
    span = fragments.span(facts.reviews, words)
    sign = Html(mark(facts.incident))
    if not span:
        return words.say("card.headline_plain", mark=sign, where=where, count=count)
    return words.say("card.headline", mark=sign, where=where, count=count, span=span)


def _read_late(facts: CardFacts, words: Words) -> Html:
    return words.say("card.read_late", facts.read_late) if facts.read_late else Html("")


def _note(facts: CardFacts, words: Words, limit: int) -> Html:
    if not facts.incident.note.strip():
        return Html("")
    note = safe(facts.incident.note.replace("\n", " · "), limit)
    return words.say("card.note", note=note) if note else Html("")


def _duty(facts: CardFacts, words: Words) -> Html:
    duty = facts.duty
    if duty is None or not (duty.on or duty.away):
        return Html("")
    who = joined([mention(one.telegram_id, one.name) for one in duty.on], COMMA) or words.say("duty.nobody")
    return joined([words.say("duty.card", who=who), *would_be(duty, words, facts.now)])


def _quiet(facts: CardFacts, words: Words) -> Html:
    if facts.quiet_until is None:
        return Html("")
    return words.say("card.quiet", until=words.moment(facts.quiet_until, facts.now))


def _sources_down(facts: CardFacts, words: Words) -> list[Html]:
    shown = facts.sources_down[:_MOST_SOURCES_DOWN]
    lines = [
        words.say("card.blind", source=fragments.source(one.name), since=words.moment(one.since, facts.now))
        for one in shown
    ]
    if len(shown) < len(facts.sources_down):
        lines.append(words.say("card.more_blind", len(facts.sources_down) - len(shown)))
    return lines


def _rhythm(facts: CardFacts, words: Words) -> Html:
    parts = [_period(facts, words)]
    if facts.usual_per_day is not None:
        parts.append(words.say("card.usual", usual=words.usual(facts.usual_per_day)))
    return joined(parts)


def _odds(facts: CardFacts, words: Words) -> Html:
    evidence = facts.incident.evidence
    return Html("") if evidence is None else fragments.odds(evidence, words)


def _shared(facts: CardFacts, words: Words) -> Html:
    shared = facts.shared
    if shared is None:
        return Html("")
    what = theme_label(shared.label, words) if shared.label else safe(shared.word, 40)
    said = words.say(
        "theme.shared" if shared.label else "theme.shared_word", count=shared.count, of=shared.of, what=what
    )
    return joined((said, usual_share(shared.usual, shared.usual_of, words, among=shared.of)))


def _severe(facts: CardFacts, words: Words, size: _Size) -> list[Html]:
    lines = [fragments.severe_line(one, words, limit=size.severe_limit) for one in facts.severe[:_MOST_SEVERE]]
    if len(facts.severe) > _MOST_SEVERE:
        lines.append(words.say("count.more", len(facts.severe) - _MOST_SEVERE))
    return lines


def _copies(facts: CardFacts, words: Words) -> Html:
    if facts.smear is None or not facts.smear.copies:
        return Html("")
    span = time_span(facts.smear.copies_minutes, words)
    return words.say("smear.identical", facts.smear.copies, span=span)


def _theme(facts: CardFacts, words: Words) -> Html:
    if facts.smear is not None and facts.smear.is_possible:
        return words.say("theme.smear", count=facts.smear.count, of=facts.smear.of)
    if facts.theme is None:
        return Html("")
    if not facts.theme.labels:
        return words.say("theme.unclear")
    label = theme_labels(facts.theme.labels, words)
    return words.say("theme.mentioned", theme=label, count=facts.theme.count, of=facts.theme.of)


def _period(facts: CardFacts, words: Words) -> Html:
    if not facts.reviews:
        return Html("")
    first = min(facts.reviews, key=lambda review: review.low_at)
    last = max(facts.reviews, key=lambda review: review.low_at)
    is_one_day = words.days_between(first.low_at, last.low_at) == 1
    first_day, last_day = (words.weekday_and_day(one.low_at, facts.now) for one in (first, last))
    if is_one_day:
        timed = [one.low_at for one in facts.reviews if not one.is_date_only]
        if not timed:
            return first_day
        start, end = min(timed), max(timed)
        if start == end:
            return joined((first_day, words.clock(end)), COMMA)
        return joined((first_day, words.clocks(start, end)), COMMA)
    ends = [
        day if one.is_date_only else joined((day, words.clock(one.low_at)), COMMA)
        for one, day in ((first, first_day), (last, last_day))
    ]
    return joined(ends, Html(" – "))


def _quotes(facts: CardFacts, words: Words, size: _Size) -> Html:
    quotes: list[Html] = []
    for review in facts.reviews:
        if len(quotes) == size.quotes:
            break
        text = quote(review.text, size.quote_limit)
        if text:
            mark = f" ({words.say('page.excerpt')})" if review.is_excerpt else ""
            quotes.append(Html(f"{quote_head(review, facts, words)}: {text}{mark}"))
    if not quotes:
        return Html("")
    return Html(f"<blockquote expandable>{joined(quotes, NEWLINE)}</blockquote>")


def quote_head(review: CardReview, facts: CardFacts, words: Words) -> Html:
    """1★ Google, 18:50: who said it is never named, where and when is."""
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    name = link(review.url, fragments.source(review.source_name))
    when = words.day if review.is_date_only else words.moment
    return joined((joined((rating, name), Html(" ")), when(review.low_at, facts.now)), COMMA)


def _last_line(facts: CardFacts, words: Words) -> Html:
    return words.say("card.number", incident=number_sign(facts.incident.incident_id), clock=words.clock(facts.now))
