"""What is said so that somebody takes an incident: the next step, the question to its holder, the morning's summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.messages.buttons import keyboards
from bot.messages.buttons.payload import Verb
from bot.messages.incident.notes import rendered, who
from bot.messages.service.command_replies import IncidentRow
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, joined, number_sign
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import PERSON_LIMIT, mention, safe
from bot.messages.text.state_line import MARKS, NOBODY, SOMEBODY, mark, person, told
from bot.model.duty import NO_DUTY, DutyFacts
from bot.model.incident import CardFacts, State

_MOST_ROWS: Final = 5
_MOST_PLACES: Final = 3
_NAME_LIMIT: Final = 20


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step after this one: when it comes if nobody takes the incident, and whom it tells."""

    at: datetime
    whom: str
    names: tuple[str, ...] = ()


def escalated(facts: CardFacts, words: Words, *, following: NextStep | None, duty: DutyFacts = NO_DUTY) -> Rendered:
    """Nobody has taken the incident in time.

    Args:
        facts: the incident.
        words: how the chat is spoken to.
        following: the next step, None at the end of the chain.
        duty: who is on duty, where this step is for them, and who would be but is away.
    """
    words = words.in_zone(facts.zone)
    incident = facts.incident
    is_given = incident.state is State.ASSIGNED
    head = words.say(
        "escalated.head",
        mark=Html(mark(incident)),
        where=fragments.place_prefix(facts.location_name, facts.names_location),
        incident=number_sign(incident.incident_id),
        duration=words.about(facts.now - incident.moved_at, dative=True),
        who=who(facts, words) if is_given else words.say("escalated.nobody"),
    )
    act = []
    if duty.on:
        people = joined([mention(one.telegram_id, one.name) for one in duty.on], COMMA)
        act.append(words.say("duty.step", people=people))
    if following is not None:
        at = words.at(following.at, facts.now)
        act.append(words.say("escalated.next", at=at, whom=told(following.whom, following.names, words)))
    lines = [head, *would_be(duty, words, facts.now), joined(act, Html(" "))]
    shown = rendered(joined(lines, NEWLINE), facts, (Verb.ACKNOWLEDGE,), words)
    return Rendered(shown.html, (*shown.rows, *keyboards.moves(incident, (Verb.STOP_ASKING,), words)))


def would_be(duty: DutyFacts, words: Words, now: datetime) -> list[Html]:
    """Who would be on duty and is away."""
    return [
        words.say("duty.would_be", name=safe(one.name, PERSON_LIMIT), until=words.moment(one.until, now))
        for one in duty.away
    ]


def taken(facts: CardFacts, words: Words) -> Rendered:
    """Somebody has taken an incident that others were told of."""
    words = words.in_zone(facts.zone)
    return Rendered(
        words.say(
            "escalated.taken",
            mark=SOMEBODY,
            holder=person(facts.holder_name, words),
            incident=fragments.incident_name(facts.incident.incident_id, facts.location_name, facts.names_location),
            since=words.moment(facts.incident.moved_at, facts.now),
        )
    )


def still(facts: CardFacts, words: Words, *, holder_telegram_id: int, until: datetime) -> Rendered:
    """Whoever has the incident is asked whether it is still theirs; without an answer `until` it is open again."""
    words = words.in_zone(facts.zone)
    html = words.say(
        "escalated.still",
        mark=SOMEBODY,
        person=mention(holder_telegram_id, facts.holder_name) if facts.holder_name else person("", words),
        incident=fragments.incident_name(facts.incident.incident_id, facts.location_name, facts.names_location),
        at=words.at(until, facts.now),
    )
    rows = keyboards.moves(facts.incident, (Verb.STILL, Verb.GIVE_BACK), words, primary=Verb.STILL)
    more = keyboards.moves(facts.incident, (Verb.PICK_CAUSE, Verb.STOP_ASKING), words)
    return Rendered(html, (*rows, *more))


def morning(rows: Sequence[IncidentRow], words: Words, *, now: datetime, others: int = 0) -> Rendered:
    """The end of quiet hours: what came without sound in them and is still open.

    Args:
        rows: the incidents.
        words: how the chat is spoken to.
        now: the time.
        others: messages about something else that came without sound.
    """
    untaken = [row for row in rows if row.state in (State.OPEN, State.ASSIGNED)]
    lines = []
    if rows:
        sign = NOBODY if untaken else MARKS[rows[0].state]
        lines.append(words.say("morning.head", len(rows), mark=sign))
        lines += [_overnight(row, words, now=now) for row in rows[:_MOST_ROWS]]
        if len(rows) > _MOST_ROWS:
            lines.append(words.say("count.more", len(rows) - _MOST_ROWS))
    if others:
        lines.append(words.say("morning.others", others))
    return Rendered(joined(lines, NEWLINE), keyboards.cards(row.incident_id for row in rows))


def several(rows: Sequence[IncidentRow], words: Words, *, since: datetime, now: datetime) -> Rendered:
    """Several incidents have opened at once; `since` is their oldest low review."""
    names = list(dict.fromkeys(safe(row.location_name, _NAME_LIMIT) for row in rows))
    shown = joined(names[:_MOST_PLACES], COMMA)
    if len(names) > _MOST_PLACES:
        shown = words.say("several.and_more", len(names) - _MOST_PLACES, places=shown)
    head = words.say("several.head", len(rows), mark=NOBODY, places=shown)
    counts = []
    if low := sum(row.count for row in rows):
        span = words.about(max(now - since, timedelta(minutes=1)), dative=True)
        counts.append(words.say("several.low", low=fragments.low_reviews(low, words), span=span))
    if severe := sum(row.severe for row in rows):
        counts.append(words.say("severe.few", severe))
    return Rendered(joined((head, words.say("several.follow", counts=joined(counts, COMMA))), NEWLINE))


def _overnight(row: IncidentRow, words: Words, *, now: datetime) -> Html:
    counts = [words.say("severe.few", row.severe)] if row.severe else []
    if row.count or not row.severe:
        counts.append(fragments.low_reviews(row.count, words))
    return words.say(
        "morning.row",
        incident=fragments.incident_name(row.incident_id, row.location_name, row.names_location),
        count=joined(counts, COMMA),
        since=words.moment(row.opened_at, now),
        who=_who_has(row, words, now),
    )


def _who_has(row: IncidentRow, words: Words, now: datetime) -> Html:
    if row.state is State.SNOOZED and row.snoozed_until is not None:
        return words.say("note.who_snoozed", until=words.moment(row.snoozed_until, now))
    if row.state is State.OPEN or not row.holder_name:
        return words.say("escalated.nobody")
    return words.say(f"note.who_{row.state}", holder=person(row.holder_name, words))
