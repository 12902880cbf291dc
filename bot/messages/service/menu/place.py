"""The pages of the menu about one location: what is chosen for it, how easily it alarms, pauses."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from bot.choices import ALLOWED, OF_LOCATION, Choice
from bot.detect.types import MOST_RELAXED
from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service.menu import chosen as wording
from bot.messages.service.menu.facts import MenuPlace, MenuSource
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered
from bot.messages.text.sanitize import PERSON_LIMIT, safe

LONGEST_PAUSE: Final = timedelta(days=93)
_MORNING: Final = time(10, 0)
_DAYS: Final = 7
_SHORT: Final = {
    Choice.SEVERE: "severe",
    Choice.EACH_LOW: "low",
    Choice.QUOTES: "quotes",
    Choice.AT_ONCE: "once",
}
_NAME_LIMIT: Final = 40


def one_place(place: MenuPlace, words: Words, *, now: datetime) -> Rendered:
    """What is chosen for one of several locations."""
    said = [words.say("menu.of_place", place=safe(place.name, _NAME_LIMIT)), *lines(place, words, now)]
    return Rendered(
        joined(said, NEWLINE),
        menu_buttons.rows([*menu_buttons.pairs(buttons(place, words)), [menu_buttons.back(words)]]),
    )


def choose(place: MenuPlace, name: Choice, words: Words, *, now: datetime, is_only: bool) -> Rendered:
    """One choice of a location: what it does, what holds and since when, and what it may be."""
    chosen = place.chosen[name]
    said = [
        words.say("menu.choice_title", what=words.say(f"menu.button.{_SHORT[name]}"), place=_name(place)),
        words.say(f"menu.about.{_SHORT[name]}"),
        wording.holds_text(
            chosen,
            wording.value_text(name, chosen.value, words),
            wording.value_text(name, chosen.was, words),
            words,
            now,
        ),
    ]
    options = [
        Button(
            menu_buttons.marked(words.text(f"choice.{name}.{value}"), is_now=value == chosen.value),
            data=payload.build(Verb.SET_PLACE, place.location_id, chosen.number, f"{_SHORT[name]}-{value}"),
        )
        for value in ALLOWED[name]
    ]
    return Rendered(
        joined(said, NEWLINE),
        menu_buttons.rows([options if place.is_owned else [], [_to_place(place, is_only, words)]]),
    )


def alarm_level(place: MenuPlace, words: Words, *, is_only: bool) -> Rendered:
    """How easily a location alarms."""
    said = [
        words.say("menu.choice_title", what=words.say("menu.button.alarm"), place=_name(place)),
        words.say("menu.about.alarm"),
        words.say("menu.now", value=_alarm(place, words)),
    ]
    options = [
        Button(
            words.text(f"button.bts.{name}"), data=payload.build(Verb.SET_PLACE, place.location_id, arg=f"alarm-{name}")
        )
        for name, is_possible in (("less", place.relaxed < MOST_RELAXED), ("more", place.relaxed > 0))
        if is_possible and place.is_owned
    ]
    return Rendered(joined(said, NEWLINE), menu_buttons.rows([options, [_to_place(place, is_only, words)]]))


def pause(
    place: MenuPlace, words: Words, *, now: datetime, is_only: bool, source: MenuSource | None = None
) -> Rendered:
    """Read nothing of a location, or of one of its sources, until a moment that is always named."""
    verb, target = (Verb.SET_PLACE, place.location_id) if source is None else (Verb.SET_SOURCE, source.source_id)
    until = place.paused_until if source is None else source.paused_until
    what = _name(place) if source is None else safe(source.name, PERSON_LIMIT)
    said = [words.say("menu.pause_title", what=what), words.say("menu.about.pause")]
    if until is not None:
        said.append(words.say("menu.paused", until=words.moment(until, now)))
    options = [
        Button(label, data=payload.build(verb, target, arg=f"pause-{int(at.timestamp())}"))
        for label, at in pauses(words, now=now)
    ]
    if until is not None:
        options.append(Button(words.text("menu.resume"), data=payload.build(verb, target, arg="pause-0")))
    others = [
        Button(menu_buttons.label(one.name), data=payload.build(Verb.MENU_SOURCE, one.source_id, arg="pause"))
        for one in place.sources
        if source is None and len(place.sources) > 1
    ]
    if others:
        said.append(words.say("menu.pause_one"))
    back = _to_place(place, is_only, words)
    return Rendered(
        joined(said, NEWLINE),
        menu_buttons.rows(
            [*menu_buttons.pairs(options if place.is_owned else []), *menu_buttons.pairs(others), [back]]
        ),
    )


def pauses(words: Words, *, now: datetime) -> list[tuple[str, datetime]]:
    """What a pause may last, on the location's clock: until the next morning, Monday, one week and four."""
    today = now.astimezone(words.zone).date()

    def morning(days: int) -> datetime:
        return datetime.combine(today + timedelta(days=days), _MORNING, tzinfo=words.zone)

    to_monday = -today.weekday() % _DAYS or _DAYS
    ends = [("picker.tomorrow", 1), *([("picker.monday", to_monday)] if to_monday > 1 else [])]
    found = [(words.text(key, time=words.bare_clock(morning(days))), morning(days)) for key, days in ends]
    return [*found, *((words.text("unit.weeks", weeks), morning(_DAYS * weeks)) for weeks in (1, 4))]


def lines(place: MenuPlace, words: Words, now: datetime) -> list[Html]:
    """What holds for a location, a line for each."""
    said = [
        words.say(
            "menu.line",
            what=words.say(f"menu.button.{_SHORT[name]}"),
            value=Html(
                wording.value_text(name, place.chosen[name].value, words)
                + wording.origin_mark(place.chosen[name], words)
            ),
        )
        for name in OF_LOCATION
    ]
    said.append(words.say("menu.line", what=words.say("menu.button.alarm"), value=_alarm(place, words)))
    for source in place.sources:
        if source.paused_until is not None and place.paused_until is None:
            until = words.moment(source.paused_until, now)
            said.append(words.say("menu.source_paused", source=safe(source.name, PERSON_LIMIT), until=until))
    if place.paused_until is not None:
        said.append(words.say("menu.paused", until=words.moment(place.paused_until, now)))
    return said


def buttons(place: MenuPlace, words: Words) -> list[Button]:
    """A button for each page of a location."""
    return [
        menu_buttons.page(Verb.MENU_PLACE, place.location_id, page, words)
        for page in ("severe", "low", "quotes", "alarm", "pause", "duty", "chain")
    ]


def _alarm(place: MenuPlace, words: Words) -> Html:
    return (
        words.say("menu.alarm.usual")
        if not place.relaxed
        else words.say("menu.alarm.later", steps=place.relaxed, most=MOST_RELAXED)
    )


def _name(place: MenuPlace) -> Html:
    return safe(place.name, _NAME_LIMIT)


def _to_place(place: MenuPlace, is_only: bool, words: Words) -> Button:
    return (
        menu_buttons.back(words)
        if is_only
        else Button(words.text("button.bak"), data=payload.build(Verb.MENU_PLACE, place.location_id, arg="place"))
    )
