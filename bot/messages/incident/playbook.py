"""The steps of an incident's cause, ticked in the chat: one message for each incident and chat, edited in place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.incidents.playbook import LONGEST_WORDS, MONEY
from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, fitting, joined
from bot.messages.text.message import Button, Html, Rendered, Rows, Toast
from bot.messages.text.sanitize import safe
from bot.messages.text.state_line import DONE, person
from bot.model.incident import Cause, Incident

BUDGET: Final = 800
_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        words: the owner's words in each language; empty for one of the program's own.
        by: who has done it; None while nobody has.
        at: when it was ticked.
    """

    id: str
    words: dict[str, str]
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlaybookFacts:
    """Everything that the message says.

    Attributes:
        cause: which playbook it is.
        label: what a theme that is no cause is called in each language; empty for the program's causes.
    """

    incident: Incident
    location_name: str
    names_location: bool
    zone: ZoneInfo
    now: datetime
    cause: str
    steps: tuple[Step, ...]
    label: dict[str, str]

    @property
    def done(self) -> int:
        """How many steps are ticked."""
        return sum(step.by is not None for step in self.steps)


def playbook(facts: PlaybookFacts, words: Words) -> Rendered:
    """What to do, what of it is done, by whom and when; a button for each step."""
    words = words.in_zone(facts.zone)
    subject = fragments.incident_name(facts.incident.incident_id, facts.location_name, facts.names_location)
    if facts.cause == MONEY:
        head = words.say("play.money", subject=subject)
    else:
        head = words.say("play.headline", subject=subject, cause=_cause(facts, words))
    foot = words.say("play.money_why") if facts.cause == MONEY else Html("")

    def make(limit: int) -> Html:
        lines = [_line(step, number, facts.now, words, limit) for number, step in enumerate(facts.steps, start=1)]
        return joined((head, *lines, foot), NEWLINE)

    return Rendered(fitting(make, (LONGEST_WORDS, 80, 40), BUDGET), _buttons(facts, words))


def summary(facts: PlaybookFacts, words: Words) -> Html:
    """For what is said when the incident is resolved; empty where no step was ticked."""
    if not facts.done:
        return Html("")
    return words.say("play.summary", done=facts.done, of=len(facts.steps))


def step_text(step: Step, words: Words, limit: int = LONGEST_WORDS) -> Html:
    """What to do, in the chat's language; the owner's words cut to `limit` characters."""
    if not step.words:
        return words.say(f"play.step.{step.id}")
    return safe(step.words.get(words.language) or next(iter(step.words.values())), limit)


def ticked_before(by: str, at: datetime, words: Words, *, now: datetime) -> Toast:
    """Somebody else has ticked the step; nothing was changed."""
    return Toast(words.text("play.ticked_before", by=person(by, words), at=words.at(at, now)))


def not_ticked(words: Words) -> Toast:
    """The step that is to be taken back is not ticked any more; nothing was changed."""
    return Toast(words.text("play.not_ticked"))


def _cause(facts: PlaybookFacts, words: Words) -> Html:
    if facts.cause in set(Cause):
        return words.say(f"cause.{facts.cause}")
    return safe(facts.label.get(words.language) or next(iter(facts.label.values()), facts.cause))


def _line(step: Step, number: int, now: datetime, words: Words, limit: int) -> Html:
    text = joined((Html(words.number(number)), step_text(step, words, limit)))
    if step.by is None or step.at is None:
        return text
    who = joined((person(step.by, words), words.moment(step.at, now)), COMMA)
    return Html(f"{DONE} {text} – {who}")


def _buttons(facts: PlaybookFacts, words: Words) -> Rows:
    if facts.incident.state.is_over:
        return ()
    buttons = [
        Button(
            words.text("play.undo" if step.by is not None else "play.done", number=number),
            data=payload.build(
                Verb.TICK, facts.incident.incident_id, arg=f"{'off' if step.by is not None else 'on'}-{step.id}"
            ),
        )
        for number, step in enumerate(facts.steps, start=1)
    ]
    return tuple(tuple(buttons[start : start + _IN_A_ROW]) for start in range(0, len(buttons), _IN_A_ROW))
