"""Examples: the card in each of its states, its steps, its pickers and the answers to a press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.messages.buttons import keyboards
from bot.messages.buttons.keyboards import PersonChoice
from bot.messages.incident import notes, toasts
from bot.messages.incident.cards import card
from bot.messages.text.message import Html, Rendered
from bot.model.card_lines import SharedFact
from bot.model.incident import Cause, Evidence, Rule, Severity, SourceDown, State, Transition
from tests.gallery.example import ANNA, BEN, Example, at, facts, incident, words
from tests.gallery.playbooks import playbook_facts

_NOTE = {"en": "two cooks off sick, guests called back", "de": "zwei Köche krank, Gäste zurückgerufen"}


def cards(language: str) -> Iterator[Example]:
    """The card, S1 to S13, late and possibly repeated."""
    say = words(language)

    def shown(row: str, title: str, **changes: Any) -> Example:
        about = {key: changes.pop(key) for key in tuple(changes) if key in _FACTS}
        return Example(row, title, card(facts(language, incident(**changes), **about), say))

    yield shown("S1", "Open")
    yield shown("S2", "Growing", grown_by=2, grown_since=at(18, 55), now=at(19, 10))
    yield shown("S3", "Severity high", severity=Severity.HIGH, count=14)
    yield shown("S3b", "Severity critical", severity=Severity.CRITICAL, count=28)
    yield shown(
        "S4", "Acknowledged", state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE, moved_at=at(19, 2),
        holder_name="Anna", moved_by_name="Anna",
    )  # fmt: skip
    yield shown(
        "S5", "Assigned, not accepted", state=State.ASSIGNED, last_move=Transition.ASSIGN, moved_at=at(19, 5),
        holder_name="Ben", moved_by_name="Anna",
    )  # fmt: skip
    yield shown(
        "S6", "Snoozed", state=State.SNOOZED, last_move=Transition.SNOOZE, moved_at=at(19, 6),
        snoozed_until=at(10, 0, 25), moved_by_name="Anna",
    )  # fmt: skip
    yield shown(
        "S8", "Resolved", state=State.RESOLVED, last_move=Transition.RESOLVE, moved_at=at(21, 10), ended_at=at(21, 10),
        cause=Cause.WAITING, note=_NOTE[language], moved_by_name="Anna",
    )  # fmt: skip
    yield shown(
        "S8b", "More of that evening, read after the end", state=State.RESOLVED, last_move=Transition.RESOLVE,
        moved_at=at(21, 10), ended_at=at(21, 10), cause=Cause.WAITING, moved_by_name="Anna", count=9, read_late=2,
        now=at(21, 40),
    )  # fmt: skip
    yield shown("S9", "Reopened by new reviews", last_move=Transition.RECUR, moved_at=at(22, 40), grown_by=2, count=9)
    yield shown("S9b", "Reopened by a person", last_move=Transition.REOPEN, moved_at=at(22, 40), moved_by_name="Ben")
    yield shown(
        "S10", "Closed by quiet", state=State.CLOSED, last_move=Transition.CLOSE, moved_at=at(18, 50, 26),
        ended_at=at(18, 50, 26),
    )  # fmt: skip
    yield shown(
        "S11", "False alarm", state=State.RESOLVED, last_move=Transition.RESOLVE, moved_at=at(19, 15),
        ended_at=at(19, 15), cause=Cause.FALSE, moved_by_name="Anna", has_relaxed=True,
    )  # fmt: skip
    yield shown("S12", "Given back", last_move=Transition.GIVE_BACK, moved_at=at(19, 30), moved_by_name="Anna")
    yield shown(
        "S14", "Continues, may be accepted as normal", settled_at=at(1, 0, 9, 12), now=at(9, 10, 9, 12), count=21,
    )  # fmt: skip
    yield shown(
        "S15", "Accepted as normal", state=State.CLOSED, last_move=Transition.ACCEPT, moved_at=at(18, 50, 26),
        ended_at=at(18, 50, 26), moved_by_name="Petra",
    )  # fmt: skip
    yield shown("S16", "Odds below a year", evidence=Evidence(3, 12.0, 0.2, 0.66))
    yield shown("S17", "Odds beyond a century", evidence=Evidence(9, 2.0, 0.1, 100.0))
    yield shown("S18", "New place", evidence=Evidence(8, 24.0, 1.1, 6.0, is_new_place=True), usual_per_day=None)
    yield shown("S19", "New place, too few for odds", evidence=_FLOOR_NEW, usual_per_day=None)
    yield shown("S20", "The owner's own rule", evidence=Evidence(4, 12.0, 2.1, 0.0, Rule.OWNER))
    yield shown("S28", "The texts were part of the reason", shared=_WAITING)
    yield shown("S29", "The texts share a word", shared=replace(_WAITING, label={}, word="Schnecke", usual=0))
    yield shown("S13", "A source cannot be read", sources_down=(SourceDown("Tripadvisor", at(14, 10)),))
    yield shown("D2", "Late", delayed_from=at(14, 12), delayed_until=at(14, 40))
    yield shown("D4", "Possible repeat", is_repeat=True)


_FLOOR_NEW = Evidence(3, 24.0, 0.1, 0.0, Rule.FLOOR, is_new_place=True)
_WAITING = SharedFact({"en": "waiting", "de": "Wartezeit"}, "", count=5, of=7, usual=5, usual_of=45)
_FACTS = frozenset(
    {
        "grown_by",
        "read_late",
        "grown_since",
        "now",
        "count",
        "holder_name",
        "moved_by_name",
        "sources_down",
        "is_repeat",
    }
    | {"shared", "read_late", "has_relaxed", "delayed_from", "delayed_until", "usual_per_day"}
)


def steps(language: str) -> Iterator[Example]:
    """N1, N4, N6, N7, N8 and K2."""
    say = words(language)
    high = facts(language, incident(severity=Severity.HIGH), count=14)
    yield Example("N1", "Severity step", notes.severity_step(high, say, count=14, was=7))
    to_ben = incident(state=State.ASSIGNED, last_move=Transition.ASSIGN, moved_at=at(19, 5))
    given = facts(language, to_ben, count=9, holder_name="Ben", moved_by_name="Anna")
    yield Example("N4", "Assigned", notes.assigned(given, say, holder_telegram_id=BEN))
    over = facts(language, incident(last_move=Transition.SNOOZE_OVER, moved_at=at(10, 0, 25)), count=11)
    yield Example("N6", "Snooze over", notes.snooze_over(over, say, snoozed_by="Anna", more=2))
    ended = incident(
        state=State.RESOLVED,
        last_move=Transition.RESOLVE,
        moved_at=at(21, 10),
        ended_at=at(21, 10),
        cause=Cause.WAITING,
    )
    done = facts(language, ended, count=9, moved_by_name="Anna")
    answered = tuple(
        replace(review, is_replied=index < 3, tells_replies=True) for index, review in enumerate(done.reviews)
    )
    yield Example("N7", "Resolved", notes.resolved(replace(done, reviews=answered), say))
    steps = playbook_facts(ended, done_by=("Anna", "Ben", None, None, None))
    yield Example("N7d", "Resolved, with steps done", notes.resolved(replace(done, reviews=answered), say, steps=steps))
    untold = tuple(replace(review, tells_replies=False) for review in done.reviews)
    yield Example("N7c", "Resolved, no source tells of answers", notes.resolved(replace(done, reviews=untold), say))
    again = facts(language, incident(last_move=Transition.RECUR, moved_at=at(9, 40, 25)), count=9)
    yield Example(
        "N8",
        "Reopened",
        notes.reopened(again, say, ended_as=State.RESOLVED, ended_at=at(21, 10), cause=Cause.WAITING, more=2),
    )
    yield Example("K2", "Asking for a note", notes.ask_for_note(done, say, telegram_id=ANNA))


def pickers(language: str) -> Iterator[Example]:
    """Keyboards under the card's own text."""
    say = words(language)
    opened = incident()
    people = (PersonChoice(ANNA, "Anna"), PersonChoice(BEN, "Ben"), PersonChoice(1004, "Cem"))
    text = card(facts(language, opened), say).html.splitlines()[0]
    yield Example("K1", "Picker: assign", Rendered(Html(text), keyboards.assign_picker(opened, people, say)))
    snooze = keyboards.snooze_picker(opened, now=at(18, 55), words=say)
    yield Example("K1b", "Picker: snooze", Rendered(Html(text), snooze))
    yield Example("K1c", "Picker: resolve", Rendered(Html(text), keyboards.resolve_picker(opened, say)))


def presses(language: str) -> Iterator[Example]:
    """T1 to T8."""
    say = words(language)
    taken = incident(state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE, moved_at=at(19, 2))
    ended = incident(
        state=State.RESOLVED,
        last_move=Transition.RESOLVE,
        moved_at=at(21, 10),
        ended_at=at(21, 10),
        cause=Cause.WAITING,
    )
    done = facts(language, taken, holder_name="Anna", moved_by_name="Anna")
    yield Example("T1", "Done", toasts.done(done, say, move=Transition.ACKNOWLEDGE))
    later = replace(done.incident, cause=Cause.WAITING, snoozed_until=at(10, 0, 25))
    for letter, move in zip("bcdefghi", _OTHER_MOVES, strict=True):
        shown = toasts.done(replace(done, incident=later, holder_name="Ben"), say, move=move)
        yield Example(f"T1{letter}", f"Done: {move.replace('_', ' ')}", shown)
    yield Example("T2", "Race lost", toasts.taken(say, by="Ben", at=at(19, 1), now=at(19, 1) + timedelta(seconds=2)))
    yield Example("T3", "Stranger", toasts.stranger(say))
    yield Example("T4", "Role too low", toasts.role_too_low(say))
    yield Example("T5", "Out of date", toasts.changed(facts(language, ended, moved_by_name="Anna"), say))
    yield Example("T6", "Twice", toasts.already_yours(12, say))
    yield Example("T7", "Not stored", toasts.not_saved(say))
    yield Example("T8", "Nothing left to open", toasts.offer_gone(say))


_OTHER_MOVES = (
    *(
        Transition.GIVE_BACK,
        Transition.ASSIGN,
        Transition.SNOOZE,
        Transition.END_SNOOZE,
        Transition.RESOLVE,
        Transition.REOPEN,
        Transition.ACCEPT,
        Transition.NOTE,
    ),
)
