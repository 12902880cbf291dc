"""Examples: what is said so that somebody takes an incident, and in the morning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from bot.messages.incident import escalation, toasts
from bot.messages.incident.cards import card
from bot.messages.incident.escalation import NextStep
from bot.messages.service import alerting
from bot.messages.service.command_replies import IncidentRow
from bot.model.escalated import Escalated
from bot.model.incident import Severity, State, Transition
from bot.policy.quiet import Quiet
from tests.gallery.example import ANNA, BEN, ZONE, Example, at, facts, incident, words


def escalations(language: str) -> Iterator[Example]:
    """N2, N3, N5, N10, S7, S12b, S13c and the answers to their buttons."""
    say = words(language)
    told = Escalated(at(19, 25), at(18, 55), "owners", ("Petra",))
    untaken = facts(language, incident(), now=at(19, 25))
    shown = card(replace(untaken, escalated=told, now=at(19, 26)), say)
    yield Example("S7", "Escalated", shown)
    for letter, whom in zip("bcdef", ("team", "owners", "person", "routes", "duty"), strict=True):
        nameless = Escalated(at(19, 25), at(18, 55), whom)
        yield Example(f"S7{letter}", f"Escalated, {whom}", card(replace(untaken, escalated=nameless), say))
    expired = facts(language, incident(last_move=Transition.EXPIRE, moved_at=at(0, 2, 25)), now=at(0, 3, 25))
    yield Example("S12b", "Acknowledgement expired", card(expired, say))
    yield Example("S13c", "Sent without sound", card(replace(untaken, quiet_until=at(8, 0, 25)), say))
    petra = NextStep(at(19, 55), "owners", ("Petra",))
    yield Example("N2", "Escalation, a step", escalation.escalated(untaken, say, following=petra))
    yield Example("N2b", "Escalation, the last step", escalation.escalated(untaken, say, following=None))
    given = incident(state=State.ASSIGNED, last_move=Transition.ASSIGN, holder_id=BEN)
    to_ben = facts(language, given, now=at(19, 25), holder_name="Ben", moved_by_name="Anna")
    yield Example("N2c", "Escalation, assigned to somebody", escalation.escalated(to_ben, say, following=petra))
    taken = incident(state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE, moved_at=at(19, 41), holder_id=ANNA)
    by_anna = facts(language, taken, holder_name="Anna", moved_by_name="Anna")
    yield Example("N3", "Taken after an escalation", escalation.taken(by_anna, say))
    later = replace(by_anna, now=at(23, 2))
    until = at(0, 2, 25)
    yield Example("N5", "Still on it?", escalation.still(later, say, holder_telegram_id=ANNA, until=until))
    nameless_holder = replace(later, holder_name="")
    asked = escalation.still(nameless_holder, say, holder_telegram_id=ANNA, until=until)
    yield Example("N5b", "Still on it, the name is not known", asked)
    row = IncidentRow(12, State.OPEN, "Marktplatz", True, 9, at(23, 40))
    morning = at(8, 0, 25)
    yield Example("N10", "Morning summary", escalation.morning([row], say, now=morning))
    rows = [
        row,
        replace(row, incident_id=13, state=State.ACKNOWLEDGED, holder_name="Anna"),
        replace(row, incident_id=14, state=State.SNOOZED, snoozed_until=at(10, 0, 25), holder_name="Anna", severe=1),
    ]
    yield Example("N10b", "Morning summary, several", escalation.morning(rows, say, now=morning, others=2))
    yield Example("N10c", "Morning, nothing is open", escalation.morning([], say, now=morning, others=1))
    many = [replace(row, incident_id=12 + n, count=0, severe=1) for n in range(12)]
    yield Example("N10d", "Morning summary, very many", escalation.morning(many, say, now=morning))
    at_once = [
        replace(row, incident_id=12 + n, location_name=name)
        for n, name in enumerate(("Marktplatz", "Bahnhof", "Hafen"))
    ]
    called = escalation.several(at_once, say, since=at(16, 55), now=at(18, 55))
    yield Example("N9", "Several incidents at once", called)
    more = [replace(row, incident_id=20 + n, location_name=f"Ort {n}", severe=n % 2) for n in range(9)]
    yield Example("N9b", "Very many at once", escalation.several(more, say, since=at(18, 40), now=at(18, 55)))
    stops = toasts.done(by_anna, say, move=Transition.ACKNOWLEDGE, stops_escalation=True)
    yield Example("T1j", "Done, an escalation stops", stops)
    stays = toasts.done(by_anna, say, move=Transition.STAY)
    night = Quiet(time(22), time(8), ZONE)
    yield Example("C9", "/quiet", alerting.quiet_hours(night, say))
    for letter, breaks in (("b", Severity.HIGH), ("c", None)):
        other = alerting.quiet_hours(replace(night, breaks=breaks), say)
        yield Example(f"C9{letter}", "/quiet, with another exception", other)
    yield Example("C9d", "/quiet, none", alerting.quiet_hours(None, say))
    yield Example("C9e", "/quiet, not understood", alerting.not_quiet_hours("nachts", say))
    yield Example("T11", "Still on it", stays)
    snoozed = incident(state=State.SNOOZED, last_move=Transition.SNOOZE, snoozed_until=at(23, 0), moved_at=at(19, 0))
    ends = toasts.done(
        facts(language, snoozed), say, move=Transition.SNOOZE, quiet_until=at(23, 0) + timedelta(hours=9)
    )
    yield Example("T12", "Snoozed until a moment in the quiet hours", ends)
    yield Example("T13", "Not theirs to answer", toasts.not_yours(by_anna, say))
    yield Example("T14", "Not asked any more", toasts.not_asked(12, say))
