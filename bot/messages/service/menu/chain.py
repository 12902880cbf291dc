"""The pages of the menu about a location's escalation: who is told at once, who next and after how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.choices import Choice, Chosen, Origin
from bot.configured.alerting import MOST_STEPS
from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service.menu import chosen as wording
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, Toast, plain_text
from bot.messages.text.sanitize import PERSON_LIMIT, safe
from bot.messages.text.state_line import told

MINUTES: Final = (5, 10, 15, 20, 30, 45, 60, 120)
"""What the buttons offer."""
_WHOM: Final = ("duty", "team", "owners", "routes")
_NAME_LIMIT: Final = 40
_MOST_PEOPLE: Final = 8


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A step: after how long it comes, whom it tells, and the person where it is one."""

    after: timedelta
    whom: str
    person_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class MenuChain:
    """A location's escalation.

    Attributes:
        chosen: where the steps come from; its number is carried by buttons.
        at_once: in whose chats a new incident sounds.
        team: id and name of everybody who may be told.
        has_routes: there is a second way.
        is_owned: the reader may change it; in a group everybody sees the same buttons.
    """

    location_id: int
    name: str
    steps: tuple[ChainStep, ...]
    chosen: Chosen
    at_once: Chosen
    team: tuple[tuple[int, str], ...] = ()
    has_routes: bool = True
    is_owned: bool = True
    is_only: bool = True


def chain(facts: MenuChain, words: Words, *, now: datetime) -> Rendered:
    """Who is told at once, and every step after it."""
    at_once = wording.value_text(Choice.AT_ONCE, facts.at_once.value, words)
    lines = [
        words.say("menu.choice_title", what=words.say("menu.button.chain"), place=safe(facts.name, _NAME_LIMIT)),
        words.say("menu.line", what=words.say("menu.button.once"), value=at_once),
        *(_line(number, one, words) for number, one in enumerate(facts.steps)),
    ]
    if not facts.steps:
        lines.append(words.say("chain.none"))
    lines.append(wording.origin_text(facts.chosen, words, now))
    options = [
        _page(facts, f"step-{number}", words.text("chain.step", number=number + 1))
        for number, _ in enumerate(facts.steps)
    ]
    if len(facts.steps) < MOST_STEPS:
        options.append(_set(facts, "add", words.text("chain.add")))
    options.append(_page(facts, "once", words.text("menu.button.once")))
    if facts.has_routes:
        options.append(Button(words.text("chain.whom.routes"), data=payload.build(Verb.SHOW_ROUTES)))
    if facts.chosen.origin is Origin.CHAT:
        options.append(_set(facts, "file", words.text("chain.reset")))
    back = (
        menu_buttons.back(words)
        if facts.is_only
        else Button(words.text("button.bak"), data=payload.build(Verb.MENU_PLACE, facts.location_id, arg="place"))
    )
    return Rendered(
        joined(lines, NEWLINE), menu_buttons.rows([*menu_buttons.pairs(options if facts.is_owned else []), [back]])
    )


def step(facts: MenuChain, number: int, words: Words) -> Rendered:
    """One step: whom it tells, and after how long."""
    one = facts.steps[number]
    lines = [
        words.say(
            "menu.choice_title", what=words.say("chain.step", number=number + 1), place=safe(facts.name, _NAME_LIMIT)
        ),
        _line(number, one, words),
        words.say("chain.about"),
    ]
    whom = [
        _set(
            facts, f"{number}-w-{name}", menu_buttons.marked(words.text(f"chain.whom.{name}"), is_now=one.whom == name)
        )
        for name in _WHOM
        if name != "routes" or facts.has_routes or one.whom == name
    ]
    whom += [
        _set(
            facts,
            f"{number}-p-{person_id}",
            menu_buttons.marked(menu_buttons.label(name), is_now=one.person_id == person_id),
        )
        for person_id, name in facts.team[:_MOST_PEOPLE]
    ]
    times = [
        _set(
            facts,
            f"{number}-m-{minutes}",
            menu_buttons.marked(
                plain_text(words.exact(timedelta(minutes=minutes))), is_now=one.after == timedelta(minutes=minutes)
            ),
        )
        for minutes in MINUTES
    ]
    rows: Sequence[Sequence[Button]] = [
        *menu_buttons.pairs(whom),
        *(times[at : at + 4] for at in range(0, len(times), 4)),
        [_set(facts, f"{number}-x", words.text("chain.remove"))],
        [_page(facts, "chain", words.text("button.bak"))],
    ]
    return Rendered(joined(lines, NEWLINE), menu_buttons.rows(rows if facts.is_owned else rows[-1:]))


def changed(chosen: Chosen, words: Words, *, now: datetime) -> Toast:
    """Somebody else has changed the steps after the page was drawn."""
    by = safe(chosen.set_by, PERSON_LIMIT) or words.say("person.somebody")
    return Toast(words.text("chain.changed", by=by, at=words.at(chosen.set_at or now, now)))


def _line(number: int, one: ChainStep, words: Words) -> Html:
    whom = told(one.whom, (one.name,) if one.name else (), words)
    return words.say("chain.later" if number else "chain.first", after=words.about(one.after, dative=True), whom=whom)


def _set(facts: MenuChain, arg: str, label: str) -> Button:
    return Button(label, data=payload.build(Verb.SET_CHAIN, facts.location_id, facts.chosen.number, arg))


def _page(facts: MenuChain, name: str, label: str) -> Button:
    return Button(label, data=payload.build(Verb.MENU_PLACE, facts.location_id, arg=name))
