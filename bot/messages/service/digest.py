"""The digest: the caption of one picture, at most ten lines; and the caption of /trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from bot.incidents.slow_burn import Statement
from bot.incidents.statements import EmergingThemes
from bot.messages.buttons import payload
from bot.messages.buttons.keyboards import ReviewFilter
from bot.messages.buttons.menu_buttons import ANEW
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.aftermath_line import aftermath_line
from bot.messages.text.formatting import COMMA, DOT, NEWLINE, Words, capital, fitting, joined, number_sign
from bot.messages.text.message import Button, Html, Rendered
from bot.messages.text.sanitize import quote, safe
from bot.model.card_lines import Aftermath
from bot.model.digest import Digest, Gathered, Line, Noticed, Sum, Unread
from bot.text.rounding import rounded

BUDGET: Final = 900
"""UTF-16 units of shown text: a caption holds 1,024."""
_LABEL_LIMIT: Final = 40
_NAME_LIMIT: Final = 24
_MONDAY: Final = 0
_MANY: Final = 2


@dataclass(frozen=True, slots=True)
class _Size:
    """How much of a digest is shown."""

    quotes: int = 2
    quote_limit: int = 120
    themes: int = 2
    places: int = 4
    sources: int = 4
    notes: int = 2
    has_gathered: bool = True
    has_vague: bool = True
    unread: int = 3
    followed: int = 2


_SIZES: Final = (
    _Size(),
    _Size(quote_limit=80),
    _Size(quotes=1, quote_limit=80),
    _Size(quotes=1, quote_limit=80, has_gathered=False),
    _Size(quotes=1, quote_limit=80, has_gathered=False, sources=3, places=3),
    _Size(followed=1, quotes=0, themes=2, has_gathered=False, sources=3, places=3),
    _Size(followed=1, quotes=0, themes=1, has_gathered=False, sources=3, places=3, notes=1),
    _Size(followed=1, quotes=0, themes=0, has_gathered=False, sources=3, places=3, notes=1),
    _Size(followed=1, quotes=0, themes=0, has_gathered=False, sources=2, places=3, notes=1, has_vague=False),
    _Size(followed=0, quotes=0, themes=0, has_gathered=False, sources=1, places=2, notes=0, has_vague=False, unread=1),
)
"""In which order lines are dropped: quotes get shorter, then fewer; the weekday; sources and locations beyond three or
four; the quotes; the second incident that is followed; the second theme and note; the themes; what may be severe;
the last note and incident that is followed. The headline, the line of incidents and the last line are never dropped."""


def digest(
    facts: Digest,
    heard: EmergingThemes | None,
    words: Words,
    *,
    labels: Mapping[str, Mapping[str, str]],
    now: datetime,
    location_id: int | None,
) -> Rendered:
    """The caption; `words` in the location's zone.

    Args:
        facts: the figures.
        heard: what guests have begun to say; None where several locations are told of.
        words: how the chat is spoken to.
        labels: theme -> language -> its name.
        now: the present moment.
        location_id: for the button to the reviews; None where there are several.
    """
    sizes = [_with_room(size, len(facts.followed)) for size in _SIZES]
    html = fitting(lambda size: _text(facts, heard, words, labels, now, size), sizes, BUDGET)
    change = Button(words.text("digest.change"), data=payload.build(Verb.MENU, arg=f"{ANEW}digest"))
    if location_id is None:
        return Rendered(html, ((change,),))
    low = Button(words.text("digest.low_button"), data=payload.build(Verb.FILTER, location_id, arg=ReviewFilter.LOW))
    return Rendered(html, ((low, change),))


def _with_room(size: _Size, followed: int) -> _Size:
    """There are ten lines at most: incidents that are followed take the place of a quote, and then of the weekday."""
    taken = min(size.followed, followed)
    quotes = max(0, size.quotes - 1) if taken else size.quotes
    return replace(size, quotes=quotes, has_gathered=size.has_gathered and taken < _MANY)


def trend(name: str, now: Sum, words: Words, *, start: datetime, end: datetime, is_weekly: bool) -> Rendered:
    """The caption of the picture on demand."""
    line = words.say("backtest.average_week" if is_weekly else "backtest.average_month")
    lines = [
        words.say("digest.trend", where=safe(name, _LABEL_LIMIT), figures=_figures(now, words)),
        words.say("digest.low", low=now.low),
        words.say("digest.trend_span", start=words.full_date(start), end=words.full_date(end), average=capital(line)),
    ]
    return Rendered(joined(lines, NEWLINE))


def nothing_to_draw(words: Words) -> Rendered:
    """There are no reviews in the time that a trend shows."""
    return Rendered(words.say("digest.trend_none"))


def _text(
    facts: Digest,
    heard: EmergingThemes | None,
    words: Words,
    labels: Mapping[str, Mapping[str, str]],
    now: datetime,
    size: _Size,
) -> Html:
    lines = [
        _headline(facts, words),
        joined((_low(facts, words), _incidents(facts, words))),
        joined([_of_source(one, words) for one in facts.sources[: size.sources]])
        if len(facts.sources) > 1
        else Html(""),
        *_places(facts.places, words, size.places),
        *(_followed(number, its, words) for number, its in facts.followed[: size.followed]),
        *(_noticed(one, words) for one in facts.noticed[: size.notes]),
        *(_themes(heard, words, labels, size) if heard is not None else ()),
        _gathered(facts.gathered, words) if size.has_gathered and facts.gathered is not None else Html(""),
        _vague(facts, words) if size.has_vague and facts.vague else Html(""),
        _watching(facts, words, now, size.unread),
    ]
    return joined(lines, NEWLINE)


def _headline(facts: Digest, words: Words) -> Html:
    return words.say(
        "digest.headline",
        when=_when(facts, words),
        where=safe(facts.name, _LABEL_LIMIT),
        figures=_figures(facts.now, words, facts.before),
    )


def _when(facts: Digest, words: Words) -> Html:
    start = facts.period.start.astimezone(words.zone).date()
    last = (facts.period.end - timedelta(minutes=1)).astimezone(words.zone).date()
    match facts.every:
        case "daily":
            return words.dated(start, "shift_day")
        case "monthly":
            return words.dated(start, "month")
        case _ if start.weekday() == _MONDAY:
            return words.say("digest.week", week=start.isocalendar().week)
    return Html(f"{words.dated(start, 'day')} – {words.dated(last, 'day')}")


def _figures(now: Sum, words: Words, before: Sum | None = None) -> Html:
    """31 reviews, average 4.3 (+0.1)."""
    reviews = words.say("count.reviews", now.count)
    if now.average is None:
        return reviews
    average = words.say("digest.average", average=Html(words.decimal(now.average)))
    return joined((reviews, _changed(average, now, before, words)), COMMA)


def _changed(text: Html, now: Sum, before: Sum | None, words: Words) -> Html:
    if before is None or before.average is None or now.average is None:
        return text
    return Html(f"{text} ({words.signed(now.average - before.average)})")


def _low(facts: Digest, words: Words) -> Html:
    low = words.say("digest.low_before", low=facts.now.low, before=facts.before.low)
    if not facts.answerable:
        return low
    return joined((low, words.say("digest.answered", answered=facts.answered, of=facts.answerable)))


def _incidents(facts: Digest, words: Words) -> Html:
    parts = [words.say("count.incidents", facts.incidents)] if facts.incidents else [words.say("count.no_incident")]
    if facts.taken is not None:
        parts.append(words.say("digest.taken", span=words.about(facts.taken, dative=True)))
    if facts.closed is not None:
        parts.append(words.say("digest.closed", span=words.about(facts.closed, dative=True)))
    return joined(parts, COMMA)


def _of_source(one: Line, words: Words) -> Html:
    count = words.number(one.now.count)
    if one.now.average is None:
        return Html(f"{safe(one.name, _NAME_LIMIT)} {count}")
    average = _changed(words.stars(words.decimal(one.now.average)), one.now, one.before, words)
    return Html(f"{safe(one.name, _NAME_LIMIT)} {count}, {average}")


def _places(places: Sequence[Line], words: Words, most: int) -> list[Html]:
    lines = []
    for number, one in enumerate(places[:most], start=1):
        parts = [Html(f"{number}. {safe(one.name, _NAME_LIMIT)}"), words.say("count.reviews", one.now.count)]
        if one.now.average is not None:
            average = words.stars(words.decimal(one.now.average))
            parts.insert(1, _changed(average, one.now, one.before, words))
        if one.now.low:
            parts.append(words.say("count.low", one.now.low))
        if one.incidents:
            parts.append(words.say("count.incidents", one.incidents))
        lines.append(joined(parts, COMMA))
    if len(places) > most:
        lines.append(words.say("digest.more_places", len(places) - most))
    return lines


def _followed(number: int, its: Aftermath, words: Words) -> Html:
    return Html(f"{number_sign(number)}: {aftermath_line(its, words)}")


def _noticed(one: Noticed, words: Words) -> Html:
    span = words.about(one.span, dative=True)
    if one.kind == "surge":
        text = words.say("report.note.surge", span=span)
    else:
        lows = fragments.low_reviews(one.low, words)
        text = words.say("report.note.drift", lows=lows, span=span, expected=words.number(rounded(one.expected)))
    return Html(f"{safe(one.place, _NAME_LIMIT)}: {text}") if one.place else text


def _themes(heard: EmergingThemes, words: Words, labels: Mapping[str, Mapping[str, str]], size: _Size) -> list[Html]:
    named: list[tuple[Statement, Html]] = [(one, _label(one.what, words, labels)) for one in heard.burn.themes]
    named += [
        (one, words.say("burn.phrase", phrase=safe(heard.spelling.get(one.what, one.what), _LABEL_LIMIT)))
        for one in heard.burn.phrases
    ]
    shown = named[: size.themes]
    if not shown:
        return []
    statements = [
        words.say("burn.statement", what=what, count=one.count, of=one.of, usual=one.usual, usual_of=one.usual_of)
        for one, what in shown
    ]
    lines = [words.say("burn.named", statements=joined(statements, COMMA))]
    for one, _ in shown[: size.quotes]:
        found = next((its for its in (*heard.themes, *heard.phrases) if its.what == one.what), None)
        if found is not None:
            rating = words.rating(found.review.rating) if found.review.rating is not None else Html("")
            where = joined((rating, fragments.source(found.review.source_name)), Html(" "))
            lines.append(words.say("burn.quote", quote=quote(found.text, size.quote_limit), where=where))
    return lines


def _label(theme: str, words: Words, labels: Mapping[str, Mapping[str, str]]) -> Html:
    names = labels[theme]
    return safe(names.get(words.language) or next(iter(names.values())), _LABEL_LIMIT)


def _gathered(found: Gathered, words: Words) -> Html:
    if found.weekday is not None:
        day = words.weekday_name(found.weekday)
        return words.say("digest.weekday", day=day, count=found.count, of=found.of)
    start, end = found.hours or (0, 0)
    return words.say(
        "digest.hours", start=_hour(start), end=words.say("time.clock", time=_hour(end)), count=found.count, of=found.of
    )


def _hour(hour: int) -> str:
    return f"{time(hour % 24):%H:%M}"


def _vague(facts: Digest, words: Words) -> Html:
    parts = [Html(f"{words.say(f'severe.kind.{kind}')} {words.number(count)}") for kind, count in facts.vague[:3]]
    return words.say("digest.vague", what=joined(parts, COMMA))


def _watching(facts: Digest, words: Words, now: datetime, most: int) -> Html:
    said = words.say(
        "digest.watching",
        reviews=words.say("count.reviews", facts.now.count),
        incidents=words.say("count.incidents", facts.incidents),
    )
    if not facts.unread:
        return joined((said, words.say("digest.all_read", facts.all_sources)), Html(" "))
    parts = [_unread(one, words, now) for one in facts.unread[:most]]
    if len(facts.unread) > most:
        parts.append(words.say("count.more_sources", len(facts.unread) - most))
    return joined((said, joined(parts, DOT)), Html(" "))


def _unread(one: Unread, words: Words, now: datetime) -> Html:
    name = Html(fragments.source(one.name) + fragments.place_suffix(one.place, bool(one.place)))
    if one.until is not None:
        return words.say("digest.paused", source=name, until=words.moment(one.until, now))
    if one.since is None:
        return words.say("digest.never_read", source=name)
    return words.say("digest.blind", source=name, since=words.moment(one.since, now))
