"""The buttons of a location's escalation: each changes one step, kept with who and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.configured.alerting import MOST_STEPS
from bot.messages.buttons.payload import Payload
from bot.messages.incident import toasts
from bot.messages.service.menu import chain
from bot.policy.escalation import Step, Whom
from bot.store.people import alert_rules, people
from bot.telegram.inbound import alerting, menu
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people.actor import Caller

_NEW = Step(timedelta(minutes=20), Whom.OWNERS)


async def press(caller: Caller, what: Payload) -> Answer | None:
    """`chn`: a step gets another time or other people, is added or taken out; or the file's steps hold again.

    A press whose page was drawn before somebody else changed the steps changes nothing: its numbers may mean others.
    """
    holds = await alert_rules.chosen_steps(caller.connection, what.target_id)
    if holds.number != what.version:
        await menu.draw(caller, "chain", location_id=what.target_id)
        return chain.changed(holds, caller.words, now=caller.now)
    steps = await alert_rules.steps_of(caller.connection, what.target_id)
    after, page = await _changed(caller, what, steps)
    if after is None and what.arg != "file":
        return toasts.not_saved(caller.words)
    by_id = None if caller.person is None else caller.person.person_id
    await alert_rules.choose_steps(caller.connection, what.target_id, after, by_id=by_id, now=caller.now)
    await menu.draw(caller, page, location_id=what.target_id)
    return toasts.saved(caller.words)


async def show_routes(caller: Caller, _what: Payload) -> Answer | None:
    """`rls`: the second way."""
    await alerting.show_routes(caller)
    return None


async def _changed(caller: Caller, what: Payload, steps: tuple[Step, ...]) -> tuple[tuple[Step, ...] | None, str]:
    """The steps after a press, None where it means none, and the page to show."""
    first, _, rest = what.arg.partition("-")
    if first == "add" and len(steps) < MOST_STEPS:
        return (*steps, _NEW), f"step-{len(steps)}"
    if not first.isdecimal() or int(first) >= len(steps):
        return None, "chain"
    number = int(first)
    if rest == "x":
        return (*steps[:number], *steps[number + 1 :]), "chain"
    step = await _step(caller, what, steps[number], *rest.partition("-")[::2])
    changed = None if step is None else (*steps[:number], step, *steps[number + 1 :])
    return changed, f"step-{number}"


async def _step(caller: Caller, what: Payload, step: Step, kind: str, value: str) -> Step | None:
    if kind == "m" and value.isdecimal() and int(value) in chain.MINUTES:
        return replace(step, after=timedelta(minutes=int(value)))
    if kind == "w" and value in set(Whom) - {Whom.PERSON}:
        return Step(step.after, Whom(value))
    if kind == "p" and value.isdecimal():
        place = await caller.place(what.target_id)
        team = await people.team(caller.connection, business_id=place.business_id, location_id=place.location_id)
        if int(value) in {one.person.person_id for one in team}:
            return Step(step.after, Whom.PERSON, int(value))
    return None
