"""The pages of the menu about the rota of a location: the week, a day, the hours of a shift, region and holidays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.choices import ALLOWED, Choice, Chosen
from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service import duty
from bot.messages.service.duty import PlaceDuty
from bot.messages.service.menu import chosen as wording
from bot.messages.text.formatting import COMMA, NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, plain_text
from bot.messages.text.sanitize import PERSON_LIMIT, code, safe

HOURS: Final = ((6, 14), (14, 22), (8, 16), (10, 18), (16, 0), (18, 2), (22, 6), (0, 0))
"""What the buttons offer; any others are typed. The last is the whole day."""
_DAYS: Final = 7
_PARTS_A_PAGE: Final = 12
_NAME_LIMIT: Final = 40


@dataclass(frozen=True, slots=True)
class MenuShift:
    """A shift of the week: whose it is, and when, on the wall clock."""

    shift_id: int
    person_id: int
    name: str
    weekday: int
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class MenuDuty:
    """The rota of a location.

    Attributes:
        team: id and name of everybody who may have duty there.
        me: the reader, who may change what is theirs; None in a group.
        is_owned: the reader may change everything; in a group everybody sees the same buttons.
        is_only: the chat has no other location.
        country: the country that the time zone lies in; parts: its regions with holidays of their own, code and name.
    """

    place: PlaceDuty
    shifts: tuple[MenuShift, ...]
    team: tuple[tuple[int, str], ...]
    region: Chosen
    holiday: Chosen
    me: int | None = None
    is_owned: bool = True
    is_only: bool = True
    country: str = ""
    parts: tuple[tuple[str, str], ...] = ()

    @property
    def may_change(self) -> tuple[tuple[int, str], ...]:
        """Whose shifts the reader may change."""
        return self.team if self.is_owned else tuple(one for one in self.team if one[0] == self.me)


def week(facts: MenuDuty, words: Words, *, now: datetime) -> Rendered:
    """Who has duty on which day, and who is on now."""
    lines = [words.say("menu.choice_title", what=words.say("menu.button.duty"), place=_name(facts))]
    lines += [_day_line(day, its, words) for day in range(_DAYS) if (its := _of_day(facts, day))]
    lines += duty.lines(facts.place, words, now)
    if facts.region.value:
        holiday = words.say(f"choice.holiday.{facts.holiday.value}")
        lines.append(words.say("menu.holidays", region=safe(facts.region.value, 20), value=holiday))
    lines.append(words.say("duty.typed", example=code(words.text("duty.shift.1"))))
    days = [
        _page(facts, f"day-{day}", plain_text(words.weekday_name(day)))
        for day in (range(_DAYS) if facts.may_change else ())
    ]
    more = (
        [
            _page(facts, "once", words.text("menu.button.once")),
            _page(facts, "region-1", words.text("menu.button.region")),
        ]
        if facts.is_owned
        else []
    )
    if facts.is_owned and facts.region.value:
        more.append(_page(facts, "holiday", words.text("menu.button.holiday")))
    back = (
        menu_buttons.back(words)
        if facts.is_only
        else Button(words.text("button.bak"), data=payload.build(Verb.MENU_PLACE, facts.place.location_id, arg="place"))
    )
    return Rendered(
        joined(lines, NEWLINE), menu_buttons.rows([*menu_buttons.pairs(days), *menu_buttons.pairs(more), [back]])
    )


def day(facts: MenuDuty, weekday: int, words: Words) -> Rendered:
    """The shifts of one day: take one out, or say whose a new one is."""
    its = _of_day(facts, weekday)
    allowed = {one for one, _ in facts.may_change}
    lines = [words.say("menu.choice_title", what=words.weekday_name(weekday), place=_name(facts))]
    lines += [joined([safe(one.name, PERSON_LIMIT), _hours(one, words)], COMMA) for one in its]
    if not its:
        lines.append(words.say("menu.no_shift"))
    lines.append(words.say("menu.whose_shift"))
    out = [
        Button(
            f"– {menu_buttons.label(one.name)[:12]} {plain_text(_hours(one, words))}",
            data=payload.build(Verb.ROTA, facts.place.location_id, arg=f"del-{one.shift_id}-{weekday}"),
        )
        for one in its
        if one.person_id in allowed
    ]
    team = [_page(facts, f"hours-{weekday}-{one}", menu_buttons.label(name)) for one, name in facts.may_change[:10]]
    rows = [*((one,) for one in out), *menu_buttons.pairs(team), [_page(facts, "duty", words.text("button.bak"))]]
    return Rendered(joined(lines, NEWLINE), menu_buttons.rows(rows))


def hours(facts: MenuDuty, weekday: int, person_id: int, words: Words) -> Rendered:
    """From when to when a new shift is."""
    name = next((name for one, name in facts.team if one == person_id), "")
    text = words.say("menu.which_hours", name=safe(name, PERSON_LIMIT), day=words.weekday_name(weekday))
    options = [
        Button(
            words.text("menu.whole_day") if begins == ends else f"{begins:02d}–{ends or 24:02d}",
            data=payload.build(Verb.ROTA, facts.place.location_id, arg=f"add-{weekday}-{person_id}-{begins}-{ends}"),
        )
        for begins, ends in HOURS
    ]
    typed = words.say("duty.typed", example=code(words.text("duty.shift.1")))
    rows = [options[at : at + 4] for at in range(0, len(options), 4)]
    back = _page(facts, f"day-{weekday}", words.text("button.bak"))
    return Rendered(joined([text, typed], NEWLINE), menu_buttons.rows([*rows, [back]]))


def region(facts: MenuDuty, words: Words, *, now: datetime, page: int) -> Rendered:
    """Whose public holidays hold here."""
    shown = safe(facts.region.value, 20) or words.say("menu.no_region")
    was = safe(facts.region.was, 20) or words.say("menu.no_region")
    lines = [
        words.say("menu.choice_title", what=words.say("menu.button.region"), place=_name(facts)),
        words.say("menu.about.region", example=code("/region DE-BW")),
        wording.holds_text(facts.region, shown, was, words, now),
    ]
    pages = max(1, -(-len(facts.parts) // _PARTS_A_PAGE))
    page = min(max(page, 1), pages)
    those = facts.parts[(page - 1) * _PARTS_A_PAGE : page * _PARTS_A_PAGE]
    options = [_region(facts, code_, name) for code_, name in those]
    if page == pages and facts.country:
        options.append(_region(facts, facts.country, words.text("menu.whole_country")))
        options.append(_region(facts, "", words.text("menu.no_region")))
    turns = [
        _page(facts, f"region-{to}", f"‹ {to}" if to < page else f"{to} ›")
        for to in (page - 1, page + 1)
        if 1 <= to <= pages
    ]
    rows = [*menu_buttons.pairs(options), turns, [_page(facts, "duty", words.text("button.bak"))]]
    return Rendered(joined(lines, NEWLINE), menu_buttons.rows(rows))


def holiday(facts: MenuDuty, words: Words, *, now: datetime) -> Rendered:
    """What a public holiday counts as."""
    holds, name = facts.holiday, Choice.HOLIDAY
    lines = [
        words.say("menu.choice_title", what=words.say("menu.button.holiday"), place=_name(facts)),
        words.say("menu.about.holiday"),
        wording.holds_text(
            holds, wording.value_text(name, holds.value, words), wording.value_text(name, holds.was, words), words, now
        ),
    ]
    options = [
        Button(
            menu_buttons.marked(words.text(f"choice.holiday.{value}"), is_now=value == holds.value),
            data=payload.build(Verb.SET_PLACE, facts.place.location_id, holds.number, f"holiday-{value}"),
        )
        for value in ALLOWED[name]
    ]
    back = _page(facts, "duty", words.text("button.bak"))
    return Rendered(joined(lines, NEWLINE), menu_buttons.rows([options if facts.is_owned else [], [back]]))


def _region(facts: MenuDuty, region_code: str, label: str) -> Button:
    arg = f"region-{region_code.lower() or 'none'}"
    shown = menu_buttons.marked(menu_buttons.label(label), is_now=region_code == facts.region.value)
    return Button(shown, data=payload.build(Verb.SET_PLACE, facts.place.location_id, facts.region.number, arg))


def _page(facts: MenuDuty, name: str, label: str) -> Button:
    return Button(label, data=payload.build(Verb.MENU_PLACE, facts.place.location_id, arg=name))


def _of_day(facts: MenuDuty, weekday: int) -> Sequence[MenuShift]:
    return [one for one in facts.shifts if one.weekday == weekday]


def _day_line(weekday: int, its: Sequence[MenuShift], words: Words) -> Html:
    those = [Html(f"{safe(one.name, PERSON_LIMIT)} {_hours(one, words)}") for one in its]
    return words.say("menu.line", what=words.weekday_name(weekday), value=joined(those, COMMA))


def _hours(one: MenuShift, words: Words) -> Html:
    if one.begins == one.ends:
        return words.say("menu.whole_day_small")
    ends = "24:00" if one.ends == "00:00" else one.ends
    return Html(f"{one.begins}–{ends}")


def _name(facts: MenuDuty) -> Html:
    return safe(facts.place.name, _NAME_LIMIT)
