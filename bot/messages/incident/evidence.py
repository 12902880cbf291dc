"""The evidence card, the answer to "why?": what the reviews mention against what is usual here, and quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from math import ceil
from typing import Final

from bot.incidents.cause import UNUSUAL, Cause, SharedWord, ThemeCount
from bot.incidents.circumstances import Circumstances
from bot.messages.buttons import keyboards
from bot.messages.incident.campaign_card import against_line, signs_line
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, capital, fitting, joined
from bot.messages.text.fragments import incident_name
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import quote, safe
from bot.model.campaign import SmearFacts
from bot.model.incident import CardFacts, CardReview, SevereWords
from bot.text.rounding import rounded

BUDGET: Final = 1500
TOO_FEW: Final = 5
"""Reviews with text below which an unclear cause needs no table."""

_NAMED_AT_ZERO: Final = ("food", "service", "waiting", "price", "cleanliness")
_MOST_THEMES: Final = 5
_MOST_SHARED: Final = 3
_SHORTEST_HINT: Final = 40
_SIZES: Final = ((3, 120), (3, 80), (2, 80), (1, 80), (0, 0))


@dataclass(frozen=True, slots=True)
class ThemeQuote:
    """Where a review mentions the leading theme, in the guest's words."""

    quote: str
    review: CardReview


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """Everything an evidence card says, already looked up.

    Attributes:
        card: what the incident's card says.
        cause: the themes against what is usual; None until the reviews have been read.
        labels: each theme's name in each language.
        shared: words that the reviews share and others do not.
        around: what else they have in common.
        vague: what may hint at something severe, in the guests' words, newest first.
        quotes: the leading theme in the guests' words, newest first.
        smear: the signs of a smear campaign; None where they were not looked for.
        sources: what people call each platform.
    """

    card: CardFacts
    cause: Cause | None = None
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shared: tuple[SharedWord, ...] = ()
    around: Circumstances = field(default_factory=Circumstances)
    vague: tuple[SevereWords, ...] = ()
    quotes: tuple[ThemeQuote, ...] = ()
    smear: SmearFacts | None = None
    sources: Mapping[str, str] = field(default_factory=dict)


def evidence(facts: EvidenceFacts, words: Words) -> Rendered:
    """What stands out in an incident's reviews, at most 1,500 UTF-16 units of shown text."""
    words = words.in_zone(facts.card.zone)
    rows = keyboards.under_evidence(facts.card.incident, len(facts.card.reviews), words)
    if facts.cause is None:
        return Rendered(words.say("evidence.unread", subject=_subject(facts.card)), rows)
    cause = facts.cause
    return Rendered(fitting(lambda size: _text(facts, cause, words, size), _SIZES, BUDGET), rows)


def _text(facts: EvidenceFacts, cause: Cause, words: Words, size: tuple[int, int]) -> Html:
    is_clear = bool(cause.named)
    is_thin = not is_clear and cause.reviews < TOO_FEW
    lines = [
        _headline(facts, cause, words),
        *(_few(facts, cause, words) if is_thin else _table(facts, cause, words)),
        _shared(facts.shared, cause.reviews, words),
        *_around(facts, words),
        _vague(facts.vague, words, size[1]),
        *_smear(facts, words),
    ]
    lines.append(fragments.hidden_words(facts.card.reviews, words))
    if is_clear:
        lines += [_quotes(facts.quotes, facts.card.now, words, size), words.say("evidence.from_words")]
    else:
        lines.append(_helps(facts, cause, words))
    return joined(lines, NEWLINE)


def _subject(card: CardFacts) -> Html:
    return incident_name(card.incident.incident_id, card.location_name, card.names_location)


def _headline(facts: EvidenceFacts, cause: Cause, words: Words) -> Html:
    subject = _subject(facts.card)
    if not cause.named:
        return words.say("evidence.unclear", subject=subject)
    label = theme_labels([facts.labels[theme] for theme in cause.named], words)
    return words.say("evidence.clear", subject=subject, theme=label, count=cause.count, of=cause.reviews)


def _label(facts: EvidenceFacts, theme: str, words: Words) -> Html:
    return theme_label(facts.labels[theme], words)


def theme_label(labels: Mapping[str, str], words: Words) -> Html:
    """A theme's name in the chat's language, as it stands inside a sentence."""
    return safe(labels.get(words.language) or next(iter(labels.values())))


def theme_labels(labels: Sequence[Mapping[str, str]], words: Words) -> Html:
    """The name of a theme, or of two."""
    if len(labels) == 1:
        return theme_label(labels[0], words)
    return words.say("theme.pair", one=theme_label(labels[0], words), other=theme_label(labels[1], words))


def _table(facts: EvidenceFacts, cause: Cause, words: Words) -> list[Html]:
    some = [line for line in cause.table if line.count][:_MOST_THEMES]
    lines = [_line(line, cause, capital(_label(facts, line.theme, words)), words) for line in some]
    none = [
        words.say("evidence.theme", theme=_label(facts, line.theme, words), count=0)
        for line in cause.table
        if not line.count and line.theme in _NAMED_AT_ZERO
    ]
    lines.append(capital(joined([*none, _no_reason(facts, cause, words)])))
    return lines


def _line(line: ThemeCount, cause: Cause, label: Html, words: Words) -> Html:
    first = words.say("evidence.theme_of", theme=label, count=line.count, of=cause.reviews)
    text = joined((first, usual_share(line.usual, cause.earlier, words, among=cause.reviews)))
    return words.say("evidence.stands_out", line=text) if line.signed_g2 >= UNUSUAL else text


def usual_share(count: int, of: int, words: Words, *, among: int) -> Html:
    """How many of so many reviews usually have something: usual 1 of 7; empty where there are no earlier ones.

    Args:
        count: earlier reviews that have it.
        of: all earlier ones.
        words: the language.
        among: the reviews it is compared with, so that both are said of the same number.
    """
    if not of:
        return Html("")
    if not count:
        return words.say("evidence.usual_none")
    expected = int(rounded(among * count / of))
    return words.say("evidence.usual" if expected else "evidence.usual_less", count=expected or 1, of=among)


def _no_reason(facts: EvidenceFacts, cause: Cause, words: Words) -> Html:
    count = cause.silent + len(facts.card.reviews) - cause.reviews
    return words.say("evidence.no_reason", count=count) if count else Html("")


def _few(facts: EvidenceFacts, cause: Cause, words: Words) -> list[Html]:
    parts = [
        words.say("evidence.theme", theme=_label(facts, line.theme, words), count=line.count)
        for line in cause.table
        if line.count
    ]
    text = capital(joined([*parts[:_MOST_THEMES], _no_reason(facts, cause, words)]))
    return [words.say("evidence.too_few", line=text)]


def _shared(shared: Sequence[SharedWord], of: int, words: Words) -> Html:
    parts = [words.say("evidence.word", word=safe(one.word), count=one.count, of=of) for one in shared[:_MOST_SHARED]]
    return words.say("evidence.words", words=joined(parts, COMMA)) if parts else Html("")


def _around(facts: EvidenceFacts, words: Words) -> list[Html]:
    around, lines = facts.around, []
    if around.visit is not None:
        day, share = around.visit
        noon = datetime.combine(day, time(12), tzinfo=words.zone)
        shown = words.weekday_and_day(noon, facts.card.now)
        lines.append(words.say("evidence.visit", day=shown, count=share.count, of=share.of))
    if around.weekday is not None:
        weekday, share = around.weekday
        lines.append(words.say("evidence.weekday", day=words.weekday_name(weekday), count=share.count, of=share.of))
    for key, found in (("product", around.product), ("version", around.version)):
        if found is not None:
            name, share = found
            lines.append(words.say(f"evidence.{key}", name=safe(name, 40), count=share.count, of=share.of))
    if around.staff:
        parts = [
            words.say("evidence.theme", theme=words.say(f"evidence.staff.{role}"), count=count)
            for role, count in around.staff[:_MOST_SHARED]
        ]
        lines.append(words.say("evidence.people", people=joined(parts, COMMA)))
    is_smear = facts.card.smear is not None and facts.card.smear.is_possible
    if around.burst is not None and not is_smear:
        count, took = around.burst
        minutes = max(1, ceil(took / timedelta(minutes=1)))
        lines.append(words.say("evidence.burst", count=count, span=words.say("unit.minutes", minutes=minutes)))
    return lines


def _vague(found: Sequence[SevereWords], words: Words, limit: int) -> Html:
    """One line, whatever the number: the newest find in full, how many more there are."""
    if not found:
        return Html("")
    newest, more = found[0], len(found) - 1
    what = words.say(f"severe.kind.{newest.kind}")
    said = quote(newest.quote, max(limit, _SHORTEST_HINT))
    line = words.say("evidence.vague", what=what, quote=said) if said else words.say("evidence.vague_plain", what=what)
    return words.say("evidence.vague_more", more, line=line) if more else line


def _smear(facts: EvidenceFacts, words: Words) -> list[Html]:
    if facts.smear is None:
        return []
    return [signs_line(facts.smear, facts.sources, words), against_line(facts.smear, words)]


def _quotes(found: Sequence[ThemeQuote], now: datetime, words: Words, size: tuple[int, int]) -> Html:
    most, limit = size
    lines = [
        words.say("evidence.quote", quote=quote(one.quote, limit), where=_where(one.review, now, words))
        for one in found[:most]
    ]
    return Html(f"<blockquote expandable>{joined(lines, NEWLINE)}</blockquote>") if lines else Html("")


def _where(review: CardReview, now: datetime, words: Words) -> Html:
    rating = words.rating(review.rating) if review.rating is not None else Html("")
    when = words.day if review.is_date_only else words.moment
    return joined((joined((rating, fragments.source(review.source_name)), Html(" ")), when(review.low_at, now)), COMMA)


def _helps(facts: EvidenceFacts, cause: Cause, words: Words) -> Html:
    day = _day_to_ask_about(facts)
    if not cause.reviews:
        return words.say("evidence.ask", day=words.dated(day, "shift_day")) if day else Html("")
    if day is None:
        return words.say("evidence.read", cause.reviews)
    return words.say("evidence.read_and_ask", cause.reviews, day=words.dated(day, "shift_day"))


def _day_to_ask_about(facts: EvidenceFacts) -> datetime | None:
    """The day of the visits; where no source says it, the day on which more than half of the reviews came."""
    zone = facts.card.zone
    if facts.around.visit is not None:
        return datetime.combine(facts.around.visit[0], time(12), tzinfo=zone)
    days = [one.low_at.astimezone(zone).date() for one in facts.card.reviews]
    common = max(set(days), key=days.count, default=None)
    if common is None or 2 * days.count(common) <= len(days):
        return None
    return datetime.combine(common, time(12), tzinfo=zone)
