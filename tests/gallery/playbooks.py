"""Examples of the steps of an incident's cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.incidents.playbook import MONEY, OWN_PLAYBOOKS
from bot.messages.incident import playbook
from bot.messages.incident.playbook import PlaybookFacts, Step
from bot.model.incident import Incident, State, Transition
from tests.gallery.example import ZONE, Example, at, incident, words

_OWN = {"en": "Call the chef before answering", "de": "Vor dem Antworten die Küchenchefin anrufen"}


def playbook_facts(
    about: Incident, cause: str = "waiting", *, done_by: Sequence[str | None] = (), own: bool = False
) -> PlaybookFacts:
    """The steps of a cause, the first of them done by these people."""
    named = [*done_by, *[None] * 10]
    steps = [
        Step(step, {}, by=named[place], at=None if named[place] is None else at(19, 5) + timedelta(minutes=7 * place))
        for place, step in enumerate(OWN_PLAYBOOKS[cause])
    ]
    if own:
        steps[1] = Step("call_chef", _OWN)
    return PlaybookFacts(about, "Marktplatz", True, ZONE, at(19, 40), cause, tuple(steps), {})


def playbooks(language: str) -> Iterator[Example]:
    """J1 to J4 and the answers to a press."""
    say = words(language)
    held = incident(state=State.ACKNOWLEDGED, last_move=Transition.ACKNOWLEDGE, moved_at=at(19, 2), holder_id=2)
    yield Example("J1", "What to do", playbook.playbook(playbook_facts(held, done_by=("Anna", "Ben")), say))
    yield Example("J2", "A demand for money", playbook.playbook(playbook_facts(held, MONEY, done_by=("Anna",)), say))
    for cause in OWN_PLAYBOOKS:
        if cause not in ("waiting", MONEY):
            shown = playbook.playbook(playbook_facts(held, cause, own=cause == "food"), say)
            yield Example(f"J3{cause}", f"What to do, {cause}", shown)
    ended = incident(state=State.RESOLVED, last_move=Transition.RESOLVE, moved_at=at(21, 10), ended_at=at(21, 10))
    yield Example("J4", "What was done", playbook.playbook(playbook_facts(ended, done_by=("Anna", "Ben")), say))
    yield Example("T9p", "Ticked before", playbook.ticked_before("Ben", at(19, 1), say, now=at(19, 40)))
    yield Example("T9q", "Not ticked any more", playbook.not_ticked(say))
