"""Phrases that several messages share: spans, the usual rhythm, what the sources and ratings add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from bot.detect.types import FLOOR
from bot.i18n.speech import Said, Speech
from bot.messages.text.formatting import COMMA, DOT, Words, joined, number_sign
from bot.messages.text.message import Html
from bot.messages.text.sanitize import LOCATION_LIMIT, PERSON_LIMIT, link, quote, safe
from bot.model.incident import CardReview, Evidence, Rule, SevereWords
from bot.model.review import Rating

_MOST_RATINGS: Final = 4
_MOST_LINKS: Final = 4


def place_prefix(location_name: str, names_location: bool) -> Html:
    """ "Marktplatz: " where the business has more than one location."""
    return Html(f"{place(location_name)}: ") if names_location else Html("")


def place_suffix(location_name: str, names_location: bool) -> Html:
    """ " (Marktplatz)" where the business has more than one location."""
    return Html(f" ({place(location_name)})") if names_location else Html("")


def place(location_name: str) -> Html:
    """A location's name, shortened for a headline."""
    return safe(location_name, LOCATION_LIMIT)


def source(name: str) -> Html:
    """A source's name, shortened."""
    return safe(name, PERSON_LIMIT)


def incident_name(incident_id: int, location_name: str, names_location: bool) -> Html:
    """#12 Marktplatz, or #12."""
    sign = number_sign(incident_id)
    return Html(f"{sign} {place(location_name)}") if names_location else sign


def low_reviews(n: int, words: Words) -> Html:
    """7 low reviews."""
    return words.say("count.low_reviews", n)


def count_of(reviews: Sequence[CardReview], words: Words, *, low: int | None = None) -> Html:
    """7 low reviews; with a severe one among them 1 severe, 7 low reviews; 1 severe review where that is all.

    Args:
        reviews: those of the incident.
        words: the language.
        low: how many low ones to say; those of the incident where that is not given.
    """
    severe = sum(bool(one.severe) for one in reviews)
    if severe and severe == len(reviews):
        return words.say("severe.reviews", severe)
    text = low_reviews(sum(one.is_low for one in reviews) if low is None else low, words)
    return joined((words.say("severe.few", severe), text), COMMA) if severe else text


def severe_line(severe: SevereWords, words: Words, *, limit: int = 120) -> Html:
    """Severe: food poisoning – “…”, in the guest's words; Read this: ... where it is only likely."""
    what = words.say(f"severe.kind.{severe.kind}")
    text = quote(severe.quote, limit) if limit else Html("")
    key = "severe.likely" if severe.is_likely else "severe.line"
    return words.say(key, what=what, quote=text) if text else words.say(f"{key}_plain", what=what)


def span(reviews: Sequence[CardReview], words: Words) -> Html:
    """How long the reviews took to arrive, 6 h; empty for one review or one moment."""
    if len(reviews) < 2:
        return Html("")
    first = min(reviews, key=lambda review: review.low_at)
    last = max(reviews, key=lambda review: review.low_at)
    if first.is_date_only or last.is_date_only:
        return words.days(words.days_between(first.low_at, last.low_at), dative=True)
    took = last.low_at - first.low_at
    return words.about(took, dative=True) if took > timedelta() else Html("")


def odds(evidence: Evidence, words: Speech[Said]) -> Said:
    """Why there is an alarm: by chance alone about once in 3 years, or the rule that asks for no odds."""
    match evidence.by_rule:
        case Rule.OWNER:
            return words.say("odds.owner")
        case Rule.FLOOR:
            hours = words.say("unit.hours", hours=int(evidence.window_h))
            return words.say("odds.floor", count=FLOOR.low_reviews, span=hours)
    said = words.say("odds.chance", odds=words.odds(evidence.recurrence_years))
    return words.made(f"{said}{DOT}{words.say('odds.first_guess')}") if evidence.is_new_place else said


def sources_line(reviews: Sequence[CardReview], words: Words, *, at_most: int | None = None) -> Html:
    """Google 4 · Tripadvisor 3 · five with 1★, two with 2★."""
    counts = Counter(review.source_name for review in reviews).most_common()
    shown = counts if at_most is None else counts[:at_most]
    parts = [Html(f"{source(name)} {words.number(count)}") for name, count in shown]
    if len(shown) < len(counts):
        parts.append(words.say("count.more_sources", len(counts) - len(shown)))
    parts.append(_ratings(reviews, words))
    return joined(parts)


def hidden_words(reviews: Sequence[CardReview], words: Words) -> Html:
    """Where guests' words are kept out of the chat, where they can be read; empty where they are shown."""
    hidden = [one for one in reviews if one.hides_words]
    if not hidden:
        return Html("")
    links = {one.source_name: link(one.url, source(one.source_name)) for one in reversed(hidden)}
    return words.say("page.hidden", sources=joined(list(links.values())[:_MOST_LINKS], COMMA))


def _ratings(reviews: Iterable[CardReview], words: Words) -> Html:
    counts = Counter(review.rating for review in reviews if review.rating is not None)
    order = sorted(counts, key=_worst_first)
    parts = [words.say("rating.given", times=words.times(counts[r]), rating=words.rating(r)) for r in order]
    if len(parts) > _MOST_RATINGS:
        rest = sum(counts[rating] for rating in order[_MOST_RATINGS:])
        parts = [*parts[:_MOST_RATINGS], words.say("count.more", rest)]
    return joined(parts, COMMA)


def _worst_first(rating: Rating) -> tuple[float, float, float]:
    return (rating.share, rating.best, rating.value)
