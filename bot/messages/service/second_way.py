"""What is told on the second way: a subject and a few lines of plain text, without a guest's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.messages.buttons import keyboards
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, capital, joined, number_sign
from bot.messages.text.message import Html, Rendered, plain_text
from bot.messages.text.sanitize import CHAT_LIMIT, FSI, PDI, PERSON_LIMIT, WORD_JOINER, safe
from bot.messages.text.state_line import person, state_phrase
from bot.model.incident import CardFacts

_INVISIBLE = str.maketrans("", "", FSI + PDI + WORD_JOINER)


@dataclass(frozen=True, slots=True)
class Told:
    """A message as plain text; urgent where somebody has to act."""

    subject: str
    text: str
    is_urgent: bool = True


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """How a route is doing: since when it fails and why, `None` while it works or was never used; who has it off."""

    route_id: int
    name: str
    failing_since: datetime | None = None
    error: str = ""
    off_at: datetime | None = None
    off_by: str = ""


def escalated(facts: CardFacts, words: Words) -> Told:
    """Nobody has taken the incident to the end of the chain."""
    words = words.in_zone(facts.zone)
    head = words.say(
        "route.escalated",
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        incident=number_sign(facts.incident.incident_id),
        count=fragments.count_of(facts.reviews, words),
        duration=words.about(facts.now - facts.incident.moved_at, dative=True),
    )
    return _about(head, facts, words, words.say("route.act"))


def undelivered(facts: CardFacts, words: Words, *, since: datetime, error: str) -> Told:
    """Telegram has not taken the message about the incident."""
    words = words.in_zone(facts.zone)
    head = words.say(
        "route.undelivered",
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        count=fragments.count_of(facts.reviews, words),
    )
    incident = number_sign(facts.incident.incident_id)
    why = words.say("route.since", since=words.moment(since, facts.now), incident=incident)
    said = words.say("route.error", error=safe(error, 120)) if error else Html("")
    return _about(head, facts, words, joined((why, said), Html(" ")))


def unreached(facts: CardFacts, words: Words) -> Told:
    """No chat gets the location's incidents any more."""
    words = words.in_zone(facts.zone)
    head = words.say(
        "route.undelivered",
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        count=fragments.count_of(facts.reviews, words),
    )
    return _about(head, facts, words, words.say("route.no_chat"))


def taken(facts: CardFacts, words: Words) -> Told:
    """Somebody has the incident now."""
    words = words.in_zone(facts.zone)
    head = words.say(
        "route.taken",
        holder=person(facts.holder_name, words),
        incident=fragments.incident_name(facts.incident.incident_id, facts.location_name, facts.names_location),
    )
    return _told(head, words.say("route.nothing_to_do"), is_urgent=False)


def account(words: Words) -> Told:
    """Telegram does not accept the bot token any more."""
    return _told(words.say("route.account"), words.say("route.account_todo"))


def test(words: Words, *, name: str) -> Told:
    """Somebody tries a route."""
    return _told(words.say("route.test", name=safe(name, CHAT_LIMIT)), words.say("route.test_text"), is_urgent=False)


def repeated(told: Told, words: Words) -> Told:
    """The same, which may have arrived before."""
    return Told(told.subject, f"{told.text}\n\n{_plain(words.say('route.repeat'))}", told.is_urgent)


def routes(rows: Sequence[RouteFacts], words: Words, *, now: datetime) -> Rendered:
    """The routes of the second way, each with a button that sends a test on it."""
    if not rows:
        return Rendered(words.say("route.none"))
    lines = [words.say("route.list")]
    for row in rows:
        name = safe(row.name, CHAT_LIMIT)
        if row.off_at is not None:
            by = safe(row.off_by, PERSON_LIMIT) or words.say("person.somebody")
            lines.append(words.say("route.off", name=name, by=by, at=words.at(row.off_at, now)))
        elif row.failing_since is None:
            lines.append(words.say("route.well", name=name))
        else:
            since = words.moment(row.failing_since, now)
            lines.append(words.say("route.failing", name=name, since=since, error=safe(row.error, 100)))
    return Rendered(
        joined(lines, NEWLINE),
        keyboards.route_tests([(row.route_id, row.name, row.off_at is None) for row in rows], words),
    )


def for_owners(words: Words) -> Rendered:
    """Routes are the owner's matter."""
    return Rendered(words.say("toast.role"))


def test_sent(words: Words, *, name: str) -> Rendered:
    """The route has taken the test."""
    return Rendered(words.say("route.test_sent", name=safe(name, CHAT_LIMIT)))


def test_failed(words: Words, *, name: str, error: str) -> Rendered:
    """The route has not taken the test; it is tried again."""
    return Rendered(words.say("route.test_failed", name=safe(name, CHAT_LIMIT), error=safe(error, 120)))


def _about(head: Html, facts: CardFacts, words: Words, last: Html) -> Told:
    state = capital(state_phrase(facts, words))
    return _told(head, joined((head, fragments.sources_line(facts.reviews, words), state, last), NEWLINE))


def _told(head: Html, text: Html, *, is_urgent: bool = True) -> Told:
    return Told(_plain(head), _plain(text), is_urgent)


def _plain(html: Html) -> str:
    return plain_text(html).translate(_INVISIBLE)


LATE = timedelta(hours=24)
"""After so long a message on a route is given up."""
