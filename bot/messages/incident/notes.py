"""Short messages under a card: the steps of an incident that a person has to hear about or may want to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Verb
from bot.messages.incident import playbook
from bot.messages.incident.playbook import PlaybookFacts
from bot.messages.service.delivery_notices import remarks
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, joined, number_sign
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import mention
from bot.messages.text.state_line import cause_name, mark, person
from bot.model.incident import CardFacts, Cause, State

_WITHOUT_HOLDER: Final = (State.OPEN, State.ASSIGNED)


def severity_step(facts: CardFacts, words: Words, *, count: int, was: int) -> Rendered:
    """The incident has become clearly stronger: `count` low reviews at this step, `was` at the start.

    The number is that of the step, so that two steps of which one waited never say the same.
    """
    words = words.in_zone(facts.zone)
    html = words.say(
        "note.severity",
        mark=_mark(facts),
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        count=fragments.count_of(facts.reviews, words, low=count),
        was=was,
        incident=number_sign(facts.incident.incident_id),
        level=words.say(f"severity.{facts.incident.severity}"),
        who=who(facts, words),
    )
    return rendered(html, facts, (Verb.ACKNOWLEDGE,), words)


def severe_review(facts: CardFacts, words: Words) -> Rendered:
    """A severe review has joined the incident: its words, and who has the incident."""
    words = words.in_zone(facts.zone)
    html = words.say(
        "severe.note",
        mark=_mark(facts),
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        incident=number_sign(facts.incident.incident_id),
        severe=fragments.severe_line(facts.severe[0], words),
        level=words.say(f"severity.{facts.incident.severity}"),
        who=who(facts, words),
    )
    return rendered(html, facts, (Verb.ACKNOWLEDGE,), words)


def assigned(facts: CardFacts, words: Words, *, holder_telegram_id: int) -> Rendered:
    """Somebody has been given the incident and is asked to take it."""
    words = words.in_zone(facts.zone)
    html = words.say(
        "note.assigned",
        mark=_mark(facts),
        holder=mention(holder_telegram_id, facts.holder_name) if facts.holder_name else person("", words),
        incident=_incident(facts),
        count=fragments.count_of(facts.reviews, words),
        by=person(facts.moved_by_name, words),
    )
    return rendered(html, facts, (Verb.ACKNOWLEDGE, Verb.GIVE_BACK), words)


def snooze_over(facts: CardFacts, words: Words, *, snoozed_by: str, more: int) -> Rendered:
    """The snooze has run out; `more` low reviews came while it lasted."""
    words = words.in_zone(facts.zone)
    key = "note.snooze_over" if more > 0 else "note.snooze_over_same"
    html = words.say(
        key,
        mark=_mark(facts),
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        incident=number_sign(facts.incident.incident_id),
        count=fragments.count_of(facts.reviews, words),
        more=more,
        by=person(snoozed_by, words),
    )
    return rendered(html, facts, (Verb.ACKNOWLEDGE, Verb.PICK_TIME, Verb.PICK_CAUSE), words)


def resolved(facts: CardFacts, words: Words, *, steps: PlaybookFacts | None = None) -> Rendered:
    """Somebody has resolved the incident; how long it was open, how many guests have an answer, what was done."""
    words = words.in_zone(facts.zone)
    incident = facts.incident
    first = words.say(
        "note.false" if incident.cause is Cause.FALSE else "note.resolved",
        mark=_mark(facts),
        incident=_incident(facts),
        by=person(facts.moved_by_name, words),
        cause=cause_name(incident.cause or Cause.OTHER, words),
    )
    duration = words.exact(facts.open_for or (incident.ended_at or incident.moved_at) - incident.opened_at)
    count = fragments.count_of(facts.reviews, words)
    told = [review for review in facts.reviews if review.tells_answer]
    if told:
        answered = sum(1 for review in told if review.is_replied)
        key = "note.summary" if len(told) == len(facts.reviews) else "note.summary_some"
        second = words.say(key, duration=duration, count=count, answered=answered, of=len(told))
    else:
        second = words.say("note.summary_bare", duration=duration, count=count)
    third = Html("") if steps is None else playbook.summary(steps, words)
    return rendered(joined((first, second, third), NEWLINE), facts, (), words)


def reopened(
    facts: CardFacts, words: Words, *, ended_as: State, ended_at: datetime, cause: Cause | None, more: int = 0
) -> Rendered:
    """The incident is open again, by `more` new low reviews or, without any, by a person.

    Args:
        facts: the incident as it is now.
        words: how the chat is spoken to.
        ended_as: resolved or closed, what it was until now.
        ended_at: since when it was.
        cause: what had been given as its cause.
        more: low reviews that came since.
    """
    words = words.in_zone(facts.zone)
    if more:
        why = words.say("count.more_low_reviews", more)
    else:
        why = words.say("note.reopened_by", by=person(facts.moved_by_name, words))
    head = words.say(
        "note.reopened",
        mark=_mark(facts),
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        incident=number_sign(facts.incident.incident_id),
        why=why,
    )
    since = words.was(ended_at, facts.now)
    was = words.say(f"note.was_{ended_as}", since=since, cause=cause_name(cause or Cause.OTHER, words))
    return rendered(joined((head, was), NEWLINE), facts, (Verb.ACKNOWLEDGE,), words)


def ask_for_note(facts: CardFacts, words: Words, *, telegram_id: int) -> Rendered:
    """The person who resolved is asked for a note, answered by replying to this message."""
    cause = facts.incident.cause or Cause.OTHER
    html = words.say(
        "note.ask",
        person=mention(telegram_id, facts.moved_by_name) if facts.moved_by_name else person("", words),
        incident=number_sign(facts.incident.incident_id),
        cause=cause_name(cause, words),
    )
    return Rendered(html, reply_placeholder=words.text("note.placeholder"))


def card_is_here(incident_id: int, words: Words) -> Rendered:
    """The reply to a card that a list's button points to."""
    return Rendered(words.say("note.here", incident=number_sign(incident_id)))


def rendered(html: Html, facts: CardFacts, verbs: Sequence[Verb], words: Words) -> Rendered:
    """A note with its remarks, and those of some buttons that are of use now."""
    lines = remarks(
        words,
        now=facts.now,
        is_repeat=facts.is_repeat,
        delayed_from=facts.delayed_from,
        delayed_until=facts.delayed_until,
    )
    may_be_taken = facts.incident.state in _WITHOUT_HOLDER
    shown = [verb for verb in verbs if verb != Verb.ACKNOWLEDGE or may_be_taken]
    return Rendered(joined((html, *lines), NEWLINE), keyboards.moves(facts.incident, shown, words))


def _mark(facts: CardFacts) -> Html:
    return Html(mark(facts.incident))


def _incident(facts: CardFacts) -> Html:
    return fragments.incident_name(facts.incident.incident_id, facts.location_name, facts.names_location)


def who(facts: CardFacts, words: Words) -> Html:
    """Who has the incident, as the end of a sentence."""
    state = facts.incident.state
    if state in (State.ASSIGNED, State.ACKNOWLEDGED):
        return words.say(f"note.who_{state}", holder=person(facts.holder_name, words))
    if state is State.SNOOZED and facts.incident.snoozed_until is not None:
        return words.say("note.who_snoozed", until=words.moment(facts.incident.snoozed_until, facts.now))
    return words.say("note.who_nobody")
