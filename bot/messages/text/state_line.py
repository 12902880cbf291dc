"""The mark and the state line of an incident's card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, Words, capital, joined
from bot.messages.text.message import Html
from bot.messages.text.sanitize import PERSON_LIMIT, safe
from bot.model.incident import CardFacts, Cause, Incident, Severity, State, StateFacts, Transition

NOBODY: Final = "🔴"
SOMEBODY: Final = "🔵"
SNOOZED: Final = "⏸"
DONE: Final = "✅"
NO_CAUSE: Final = "⚪"

MARKS: Final = {
    State.OPEN: NOBODY,
    State.ASSIGNED: NOBODY,
    State.ACKNOWLEDGED: SOMEBODY,
    State.SNOOZED: SNOOZED,
    State.RESOLVED: DONE,
    State.CLOSED: NO_CAUSE,
}


_LASTS_FROM_DAY: Final = 2
_TIMES: Final = {Severity.HIGH: 2, Severity.CRITICAL: 4}
_QUIET_MOVES: Final = frozenset(
    set(Transition) - {Transition.GIVE_BACK, Transition.EXPIRE, Transition.REOPEN, Transition.RECUR}
)


def mark(incident: Incident) -> str:
    """The one sign a message about the incident starts with."""
    if incident.state is State.RESOLVED and incident.cause is Cause.FALSE:
        return NO_CAUSE
    return MARKS[incident.state]


def state_line(facts: CardFacts, words: Words) -> Html:
    """Who has the incident and since when, in one line, with its growth or its cause."""
    incident = facts.incident
    parts = [capital(state_phrase(facts, words))]
    is_plain = incident.last_move in _QUIET_MOVES and facts.escalated is None
    if incident.state is State.OPEN and is_plain and facts.grown_by and facts.grown_since:
        moment = words.moment(facts.grown_since, facts.now)
        parts.append(words.say("state.grown", facts.grown_by, moment=moment))
    day = words.days_between(incident.opened_at, facts.now)
    if not incident.state.is_over and day > _LASTS_FROM_DAY:
        parts.append(words.say("state.continues", day=day))
    if incident.state is State.RESOLVED and incident.cause and incident.cause is not Cause.FALSE:
        parts.append(words.say("state.cause", cause=cause_name(incident.cause, words)))
    if incident.cause is Cause.FALSE and facts.has_relaxed:
        parts.append(words.say("state.relaxed", place=fragments.place(facts.location_name)))
    return joined(parts)


def state_phrase(facts: CardFacts | StateFacts, words: Words) -> Html:
    """The same inside a sentence, without growth and cause: resolved by Anna at 21:10."""
    match facts.incident.state:
        case State.OPEN:
            return _open(facts, words)
        case State.ASSIGNED:
            return _assigned(facts, words)
        case State.ACKNOWLEDGED:
            return _acknowledged(facts, words)
        case State.SNOOZED:
            return _snoozed(facts, words)
        case State.RESOLVED:
            return _resolved(facts, words)
        case State.CLOSED:
            ended_at = facts.incident.ended_at or facts.incident.moved_at
            moment = words.named_moment(ended_at, facts.now)
            if facts.incident.last_move is not Transition.ACCEPT:
                return words.say("state.closed", moment=moment)
            return words.say("state.accepted", moment=moment, by=person(facts.moved_by_name, words))


def person(name: str, words: Words) -> Html:
    """A first name, or a word for somebody whose name is not known any more (German: as after "von")."""
    return safe(name, PERSON_LIMIT) or words.say("person.unknown")


def _open(facts: CardFacts | StateFacts, words: Words) -> Html:
    incident = facts.incident
    by = person(facts.moved_by_name, words)
    at = words.at(incident.moved_at, facts.now)
    moment = words.moment(incident.moved_at, facts.now)
    if facts.escalated is not None:
        step = facts.escalated
        return words.say(
            "state.escalated",
            duration=words.about(step.at - step.open_since, dative=True),
            whom=told(step.whom, step.names, words),
            at=words.at(step.at, facts.now),
        )
    match incident.last_move:
        case Transition.EXPIRE:
            return words.say("state.expired", at=at)
        case Transition.GIVE_BACK:
            return words.say("state.given_back", by=by, at=at)
        case Transition.REOPEN:
            return words.say("state.reopened_by", moment=moment, by=by)
        case Transition.RECUR if facts.grown_by:
            return words.say("state.reopened", facts.grown_by, moment=moment)
        case Transition.RECUR:
            return words.say("state.reopened_plain", moment=moment)
    if incident.severity is Severity.NORMAL:
        return words.say("state.open")
    if incident.severity is Severity.HIGH and facts.is_severe:
        return words.say("severe.open")
    is_multiple = facts.review_count >= _TIMES[incident.severity] * incident.first_count
    return words.say(f"state.open_{incident.severity}" if is_multiple else f"state.open_{incident.severity}_plain")


def told(whom: str, names: Sequence[str], words: Words) -> Html:
    """Whom a step of an escalation tells: their first names, or a word for all of them."""
    if names:
        return joined([safe(name, PERSON_LIMIT) for name in names], COMMA)
    return words.say(f"escalated.whom.{whom}")


def _assigned(facts: CardFacts | StateFacts, words: Words) -> Html:
    holder = person(facts.holder_name, words)
    if facts.incident.last_move is not Transition.ASSIGN:
        return words.say("state.assigned_plain", holder=holder)
    return words.say(
        "state.assigned",
        holder=holder,
        by=person(facts.moved_by_name, words),
        at=words.at(facts.incident.moved_at, facts.now),
    )


def _acknowledged(facts: CardFacts | StateFacts, words: Words) -> Html:
    holder = person(facts.holder_name, words)
    if facts.incident.last_move not in (Transition.ACKNOWLEDGE, Transition.ASSIGN):
        return words.say("state.acknowledged_plain", holder=holder)
    return words.say("state.acknowledged", holder=holder, at=words.at(facts.incident.moved_at, facts.now))


def _snoozed(facts: CardFacts | StateFacts, words: Words) -> Html:
    until = words.moment(facts.incident.snoozed_until or facts.incident.moved_at, facts.now)
    return words.say("state.snoozed", by=person(facts.moved_by_name, words), until=until)


def _resolved(facts: CardFacts | StateFacts, words: Words) -> Html:
    incident = facts.incident
    at = words.at(incident.ended_at or incident.moved_at, facts.now)
    kind = "false" if incident.cause is Cause.FALSE else "resolved"
    return words.say(f"state.{kind}", by=person(facts.moved_by_name, words), at=at)


def cause_name(cause: Cause, words: Words) -> Html:
    """The cause inside a sentence: waiting; Wartezeit."""
    return words.say(f"cause.{cause}")
