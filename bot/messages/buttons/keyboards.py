"""The buttons under every message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.detect.types import MOST_RELAXED
from bot.messages.buttons import payload
from bot.messages.buttons.payload import Verb
from bot.messages.text.formatting import Words
from bot.messages.text.message import Button, Rows, plain_text
from bot.messages.text.sanitize import PERSON_LIMIT, safe
from bot.model.incident import SEVERE, Cause, Incident, State

_KEPT_AFTER_THE_END: Final = timedelta(days=30)
_MOST_PEOPLE: Final = 10
_MONDAY: Final = 0
MORNING: Final = time(10, 0)
"""When a snooze until a day ends."""

_LAYOUTS: Final[dict[State, tuple[tuple[Verb, ...], ...]]] = {
    State.OPEN: ((Verb.ACKNOWLEDGE, Verb.PICK_PERSON), (Verb.PICK_TIME, Verb.PICK_CAUSE), (Verb.WHY, Verb.REVIEWS)),
    State.ACKNOWLEDGED: (
        (Verb.PICK_CAUSE, Verb.GIVE_BACK),
        (Verb.PICK_PERSON, Verb.PICK_TIME),
        (Verb.PLAYBOOK,),
        (Verb.WHY, Verb.REVIEWS),
    ),
    State.ASSIGNED: (
        (Verb.ACKNOWLEDGE, Verb.GIVE_BACK),
        (Verb.PICK_PERSON, Verb.PICK_TIME),
        (Verb.PICK_CAUSE, Verb.REVIEWS),
        (Verb.WHY,),
    ),
    State.SNOOZED: ((Verb.END_SNOOZE, Verb.PICK_CAUSE), (Verb.PICK_PERSON, Verb.REVIEWS), (Verb.WHY,)),
    State.RESOLVED: ((Verb.REOPEN, Verb.REVIEWS), (Verb.WHY,)),
    State.CLOSED: ((Verb.REOPEN, Verb.REVIEWS), (Verb.WHY,)),
}
_STYLES: Final[dict[State, dict[Verb, str]]] = {
    State.OPEN: {Verb.ACKNOWLEDGE: "primary"},
    State.ASSIGNED: {Verb.ACKNOWLEDGE: "primary"},
    State.ACKNOWLEDGED: {Verb.PICK_CAUSE: "success"},
    State.SNOOZED: {Verb.END_SNOOZE: "primary"},
}
_MAY_BE_NORMAL: Final = (State.OPEN, State.ACKNOWLEDGED)


class ReviewFilter(StrEnum):
    """Which reviews a list shows."""

    ALL = "all"
    LOW = "low"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """Somebody an incident can be assigned to."""

    person_id: int
    name: str


def for_incident(incident: Incident, count: int, *, now: datetime, words: Words) -> Rows:
    """The buttons of a card; `count` low reviews are behind "Reviews". None 30 days after the end."""
    if incident.ended_at is not None and incident.state.is_over and now - incident.ended_at > _KEPT_AFTER_THE_END:
        return ()
    styles = _STYLES.get(incident.state, {})
    layout = _LAYOUTS[incident.state]
    if incident.reason == SEVERE and not incident.state.is_over:
        layout = (*layout[:-1], (*layout[-1], Verb.NOT_SEVERE))
    if incident.settled_at is not None and incident.state in _MAY_BE_NORMAL:
        layout = (*layout, (Verb.ACCEPT,))
    return _rows(
        [_move(verb, incident, words, count=count, style=styles.get(verb, "")) for verb in row] for row in layout
    )


def moves(incident: Incident, verbs: Sequence[Verb], words: Words, *, primary: Verb = Verb.ACKNOWLEDGE) -> Rows:
    """Some moves of an incident in one row, one of them coloured."""
    return _rows([[_move(verb, incident, words, style="primary" if verb == primary else "") for verb in verbs]])


def under_evidence(incident: Incident, count: int, words: Words) -> Rows:
    """The reviews, the evidence as a file, and resolving while there is something to resolve."""
    rows = (
        [(Verb.REVIEWS, Verb.SAVE_EVIDENCE)]
        if incident.state.is_over
        else [(Verb.REVIEWS, Verb.SAVE_EVIDENCE), (Verb.PICK_CAUSE,)]
    )
    return _rows([[_move(verb, incident, words, count=count) for verb in row] for row in rows])


def assign_picker(incident: Incident, people: Sequence[PersonChoice], words: Words) -> Rows:
    """Who shall have it: ten people at most."""
    buttons = [_press(Verb.ASSIGN, _label(p), incident, arg=str(p.person_id)) for p in people[:_MOST_PEOPLE]]
    return _rows([*_pairs(buttons), [_back(incident, words)]])


def assign_to(incident: Incident, people: Sequence[PersonChoice]) -> Rows:
    """Who of a few is meant."""
    buttons = [_press(Verb.ASSIGN, _label(p), incident, arg=str(p.person_id)) for p in people[:_MOST_PEOPLE]]
    return _rows(_pairs(buttons))


def snooze_picker(incident: Incident, *, now: datetime, words: Words) -> Rows:
    """Until when: 1 h, 4 h, tomorrow and Monday at 10:00 on the location's clock; never more than seven days."""
    buttons = [
        _press(Verb.SNOOZE, words.text("unit.hours", hours=hours), incident, arg=str(hours * 60)) for hours in (1, 4)
    ]
    today = now.astimezone(words.zone).date()
    to_monday = (_MONDAY - today.weekday()) % 7 or 7
    for key, days in (("tomorrow", 1), ("monday", to_monday)):
        until = datetime.combine(today + timedelta(days=days), MORNING, tzinfo=words.zone)
        if (key == "monday" and days == 1) or until - now > payload.LONGEST_SNOOZE:
            continue
        label = words.text(f"picker.{key}", time=words.bare_clock(until))
        buttons.append(_press(Verb.SNOOZE, label, incident, arg=str(int(until.timestamp()))))
    return _rows([*_pairs(buttons), [_back(incident, words)]])


def resolve_picker(incident: Incident, words: Words) -> Rows:
    """What it was; the press resolves at once."""
    buttons = [_press(Verb.RESOLVE, words.text(f"picker.cause.{cause}"), incident, arg=cause.value) for cause in Cause]
    return _rows([*_pairs(buttons), [_back(incident, words)]])


def review_pages(incident_id: int, *, page: int, pages: int, words: Words) -> Rows:
    """Back, forward and close under an incident's reviews; pages count from 1."""
    turns = [
        Button(_turn(to, page), data=payload.build(Verb.TURN_PAGE, incident_id, arg=str(to)))
        for to in _near(page, pages)
    ]
    return _rows([[*turns, _close(incident_id, words)]])


def list_pages(location_id: int, *, shown: ReviewFilter, page: int, pages: int, words: Words) -> Rows:
    """Filters, back, forward and close under a location's reviews; a turn carries filter and page as "low-2"."""
    filters = [
        Button(words.text(f"button.flt.{one}"), data=payload.build(Verb.FILTER, location_id, arg=one.value))
        for one in ReviewFilter
    ]
    turns = [
        Button(_turn(to, page), data=payload.build(Verb.TURN_PAGE, location_id, arg=f"{shown.value}-{to}"))
        for to in _near(page, pages)
    ]
    return _rows([filters, [*turns, _close(location_id, words)]])


def first_reads(
    mark: int,
    location_id: int,
    *,
    page: int,
    pages: int,
    words: Words,
    is_for_owners: bool = True,
    has_offer: bool = False,
) -> Rows:
    """Back and forward between places that were read for the first time, and for owners the shown one's back-test."""
    turns = [
        Button(_turn(to, page), data=payload.build(Verb.FIRST_READS, mark, arg=str(to))) for to in _near(page, pages)
    ]
    show = Button(words.text("button.bts.show"), data=payload.build(Verb.BUDGET, location_id, arg="show", mark=mark))
    offer = plain_row((Verb.OPEN_INCIDENT,), location_id, words, primary=Verb.OPEN_INCIDENT) if has_offer else ()
    return (*offer, *_rows([turns, [show] if is_for_owners else []]))


def page_of(arg: str) -> tuple[ReviewFilter | None, int] | None:
    """Which page a press asks for: filter (None for an incident's reviews) and page; None if it is neither."""
    name, dash, number = arg.rpartition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= 6 and int(number) > 0):
        return None
    if not dash:
        return None, int(number)
    return (ReviewFilter(name), int(number)) if name in set(ReviewFilter) else None


def cards(incident_ids: Iterable[int]) -> Rows:
    """One button for each incident that points to its card."""
    return _rows(_pairs([Button(f"#{one:d}", data=payload.build(Verb.SHOW_CARD, one)) for one in incident_ids][:10]))


def plain_row(verbs: Sequence[Verb], target_id: int, words: Words, *, primary: Verb | None = None) -> Rows:
    """Buttons that need no version, in one row."""
    return _rows(
        [
            [
                Button(
                    words.text(f"button.{verb}"),
                    data=payload.build(verb, target_id),
                    style="primary" if verb == primary else "",
                )
                for verb in verbs
            ]
        ]
    )


def late(location_id: int, *, mark: int, days: Sequence[str], words: Words) -> Rows:
    """Under what was found too late to alarm: open one of the clusters, or leave them."""
    opens = [
        Button(
            words.text("button.opl") if len(days) == 1 else words.text("late.open", day=day),
            data=payload.build(Verb.OPEN_LATE, location_id, arg=str(number), mark=mark),
            style="primary" if len(days) == 1 else "",
        )
        for number, day in enumerate(days)
    ]
    leave = Button(words.text("button.lve"), data=payload.build(Verb.LEAVE_LATE, location_id, mark=mark))
    return _rows([[*opens, leave]] if len(days) == 1 else [opens, [leave]])


def budget(location_id: int, *, mark: int, relaxed: int, words: Words) -> Rows:
    """Under a back-test: keep the location's budget, or let it alarm less or more; within what is possible."""
    choices = [
        ("keep", True, "success"),
        ("less", relaxed < MOST_RELAXED, ""),
        ("more", relaxed > 0, ""),
    ]
    return _rows(
        [
            [
                Button(
                    words.text(f"button.bts.{name}"),
                    data=payload.build(Verb.BUDGET, location_id, arg=name, mark=mark),
                    style=style,
                )
                for name, is_possible, style in choices
                if is_possible
            ]
        ]
    )


def route_tests(routes: Sequence[tuple[int, str, bool]], words: Words) -> Rows:
    """Two buttons for each route: one sends a test on it, one switches it off, or on where it is off."""
    return _rows(
        [
            Button(
                words.text("button.rte", name=safe(name, PERSON_LIMIT)), data=payload.build(Verb.TEST_ROUTE, route_id)
            ),
            Button(
                words.text(f"button.rts.{'off' if is_on else 'on'}"),
                data=payload.build(Verb.SWITCH_ROUTE, route_id, arg="off" if is_on else "on"),
            ),
        ]
        for route_id, name, is_on in routes[:7]
    )


def languages(words: Words, codes: Sequence[str]) -> Rows:
    """One button for each language the chat can be held in."""
    return _rows(
        [[Button(words.text(f"language.{code}"), data=payload.build(Verb.LANGUAGE, arg=code)) for code in codes]]
    )


def copy_row(text: str, words: Words) -> Rows:
    """A button that puts a text on the clipboard."""
    return ((Button(words.text("button.cpy"), copy=text),),)


def link_row(label: str, url: str) -> Rows:
    """A button that opens an address."""
    return ((Button(label, url=url),),)


def _rows(rows: Iterable[Iterable[Button]]) -> Rows:
    return tuple(found for row in rows if (found := tuple(row)))


def _pairs(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    return [buttons[start : start + 2] for start in range(0, len(buttons), 2)]


def _press(verb: Verb, label: str, incident: Incident, *, arg: str = "", style: str = "") -> Button:
    data = payload.build(verb, incident.incident_id, incident.version, arg)
    return Button(label, data=data, style=style)


def _move(verb: Verb, incident: Incident, words: Words, *, count: int = 0, style: str = "") -> Button:
    label = words.text("button.rev", count=count) if verb == Verb.REVIEWS else words.text(f"button.{verb}")
    return _press(verb, label, incident, style=style)


def _back(incident: Incident, words: Words) -> Button:
    return _press(Verb.BACK, words.text("button.bak"), incident)


def _close(target_id: int, words: Words) -> Button:
    return Button(words.text("button.cls"), data=payload.build(Verb.CLOSE, target_id))


def _label(choice: PersonChoice) -> str:
    return plain_text(safe(choice.name, PERSON_LIMIT))


def _near(page: int, pages: int) -> list[int]:
    return [to for to in (page - 1, page + 1) if 1 <= to <= pages]


def _turn(to: int, page: int) -> str:
    return f"‹ {to}" if to < page else f"{to} ›"
