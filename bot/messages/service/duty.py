"""What is said of who is on duty: now and next, handed over, offered and taken, away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.text import fragments
from bot.messages.text.formatting import COMMA, NEWLINE, Words, capital, joined
from bot.messages.text.message import Button, Html, Rendered, Toast
from bot.messages.text.sanitize import PERSON_LIMIT, code, safe
from bot.model.duty import NO_DUTY, AwayFacts, DutyFacts

_MOST_OFFERED: Final = 4
_NAME_LIMIT: Final = 40


@dataclass(frozen=True, slots=True)
class NextDuty:
    """Who is on duty from a moment on; nobody where `names` is empty."""

    at: datetime
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnTurn:
    """A turn of the reader that can be offered to others."""

    shift_id: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class PlaceDuty:
    """Who is on duty at a place now and next.

    Attributes:
        has_rota: there is at least one shift.
        own: the reader's next turns.
    """

    location_id: int
    name: str
    duty: DutyFacts = NO_DUTY
    following: NextDuty | None = None
    has_rota: bool = True
    own: tuple[OwnTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A turn that somebody offers: who, when, and what became of it; `place` is empty where it goes without saying."""

    swap_id: int
    location_id: int
    place: str
    from_name: str
    begins: datetime
    ends: datetime
    taker_name: str = ""
    is_withdrawn: bool = False


def now_and_next(places: Sequence[PlaceDuty], words: Words, *, now: datetime) -> Rendered:
    """The answer to /duty: a few lines for each place, and buttons to offer one's own next turns."""
    blocks, rows = [], []
    for place in places:
        blocks.append(
            joined([words.say("duty.head", place=safe(place.name, _NAME_LIMIT)), *lines(place, words, now)], NEWLINE)
        )
        offers = [
            Button(
                words.text("duty.offer", at=words.moment(turn.begins, now)),
                data=payload.build(
                    Verb.ROTA, place.location_id, arg=f"off-{turn.shift_id}-{int(turn.begins.timestamp())}"
                ),
            )
            for turn in place.own[:_MOST_OFFERED]
        ]
        called = words.text("duty.week") if len(places) == 1 else menu_buttons.label(place.name)
        week = Button(called, data=payload.build(Verb.MENU_PLACE, place.location_id, arg=f"{menu_buttons.ANEW}duty"))
        rows += menu_buttons.pairs([*offers, week])
    return Rendered(joined(blocks, NEWLINE), tuple(rows))


def lines(place: PlaceDuty, words: Words, now: datetime) -> list[Html]:
    """Who is on duty at a place, who is away, and who is next."""
    if not place.has_rota:
        return [words.say("duty.none")]
    following = place.following
    who = names([one.name for one in place.duty.on], words)
    key = "duty.now" if following is None else "duty.now_until"
    until = Html("") if following is None else words.moment(following.at, now)
    said = [words.say(key, who=who, until=until) if following is not None else words.say(key, who=who)]
    said += [away(one, words, now) for one in place.duty.away]
    if following is not None:
        said.append(words.say("duty.next", at=words.moment(following.at, now), who=names(following.names, words)))
    return said


def handed_over(place: PlaceDuty, words: Words, *, now: datetime, names_place: bool) -> Rendered:
    """One line in the group when others are on duty; at most two more for who is away."""
    following = place.following
    where = fragments.place_prefix(place.name, names_place)
    who = names([one.name for one in place.duty.on], words)
    if following is None:
        said = [words.say("duty.over", where=where, who=who)]
    else:
        at = words.moment(following.at, now)
        said = [words.say("duty.over_until", where=where, who=who, until=at, then=names(following.names, words))]
    return Rendered(capital(joined([*said, *(away(one, words, now) for one in place.duty.away)], NEWLINE)))


def names(every: Sequence[str], words: Words) -> Html:
    """First names, or the word for nobody."""
    return joined([safe(one, PERSON_LIMIT) for one in every], COMMA) or words.say("duty.nobody")


def away(one: AwayFacts, words: Words, now: datetime) -> Html:
    """Who is away, and until when."""
    return words.say("duty.away", name=safe(one.name, PERSON_LIMIT), until=words.moment(one.until, now))


def offered(offer: Offered, words: Words, *, now: datetime) -> Rendered:
    """A turn that somebody offers, or what became of it."""
    where = Html(f"{safe(offer.place, _NAME_LIMIT)}, ") if offer.place else Html("")
    when, who = span(offer.begins, offer.ends, words, now), safe(offer.from_name, PERSON_LIMIT)
    if offer.taker_name:
        taker = safe(offer.taker_name, PERSON_LIMIT)
        return Rendered(words.say("duty.taken", where=where, when=when, who=who, taker=taker))
    if offer.is_withdrawn or offer.ends <= now:
        key = "duty.withdrawn" if offer.is_withdrawn else "duty.untaken"
        return Rendered(words.say(key, where=where, when=when, who=who))
    buttons = [
        Button(
            words.text(f"duty.{name}"), data=payload.build(Verb.ROTA, offer.location_id, arg=f"{short}-{offer.swap_id}")
        )
        for name, short in (("take", "take"), ("withdraw", "back"))
    ]
    return Rendered(words.say("duty.offered", where=where, when=when, who=who), (tuple(buttons),))


def span(begins: datetime, ends: datetime, words: Words, now: datetime) -> Html:
    """From when to when: Fri 18:00–02:00; a whole day with both ends."""
    return Html(f"{words.weekday_and_day(begins, now)}, {words.clocks(begins, ends)}")


def offer_made(words: Words) -> Toast:
    """The others are asked."""
    return Toast(words.text("toast.duty.offered"))


def you_took(words: Words) -> Toast:
    """The presser has the turn now."""
    return Toast(words.text("toast.duty.taken"))


def not_offered(words: Words, *, taker: str = "") -> Toast:
    """Somebody was faster, or the turn is offered no more."""
    if not taker:
        return Toast(words.text("toast.duty.gone"))
    return Toast(words.text("toast.duty.taken_by", name=safe(taker, PERSON_LIMIT)))


def shift_gone(words: Words) -> Toast:
    """Somebody changed the rota after the button was drawn."""
    return Toast(words.text("toast.duty.gone_shift"))


def no_region(words: Words, *, text: str) -> Rendered:
    """What was typed is no region; nothing was changed."""
    return Rendered(words.say("duty.not_understood", text=safe(text, 40)))


def only_own(words: Words) -> Toast:
    """A manager changes only what is hers."""
    return Toast(words.text("toast.duty.only_own"))


def away_until(name: str, until: datetime, words: Words, *, now: datetime, own: int, is_self: bool) -> Rendered:
    """Somebody is away now; `own` turns in that time are without them."""
    at = words.moment(until, now)
    first = (
        words.say("duty.you_away", until=at)
        if is_self
        else words.say("duty.away_now", name=safe(name, PERSON_LIMIT), until=at)
    )
    more = words.say("duty.own_meanwhile", own) if own else Html("")
    off = words.say("duty.away_off", command=code("/away off")) if is_self else Html("")
    return Rendered(joined([first, more, off], NEWLINE))


def back(name: str, words: Words, *, was_away: bool, is_self: bool) -> Rendered:
    """Nobody is away any more who was."""
    key = ("duty.you_back" if is_self else "duty.back") if was_away else ("duty.you_here" if is_self else "duty.here")
    return Rendered(words.say(key, name=safe(name, PERSON_LIMIT)))


def away_when(words: Words, *, text: str = "") -> Rendered:
    """How an absence is written."""
    examples = joined([code(f"/away {words.text(f'duty.example.{number}')}") for number in (1, 2, 3)], COMMA)
    first = words.say("duty.not_understood", text=safe(text, 40)) if text else words.say("duty.how_away")
    return Rendered(joined([first, words.say("duty.examples", examples=examples)], Html(" ")))


def how_to_write(words: Words, *, text: str = "") -> Rendered:
    """How a shift is written."""
    examples = joined([code(words.text(f"duty.shift.{number}")) for number in (1, 2, 3)], COMMA)
    first = words.say("duty.not_understood", text=safe(text, 40))
    return Rendered(joined([first, words.say("duty.examples", examples=examples)], Html(" ")))


def which_place(words: Words, places: Sequence[str]) -> Rendered:
    """Several places are seen here; the shift's is to be named first."""
    every = joined([safe(one, _NAME_LIMIT) for one in places[:10]], COMMA)
    return Rendered(words.say("duty.which_place", places=every, example=code(words.text("duty.shift.placed"))))


def ask_holidays(location_id: int, place: str, words: Words) -> Rendered:
    """What a public holiday counts as, asked once."""
    html = words.say("duty.ask_holidays", place=safe(place, _NAME_LIMIT))
    buttons = [
        Button(
            words.text(f"choice.holiday.{value}"),
            data=payload.build(Verb.SET_PLACE, location_id, arg=f"holiday-{value}"),
        )
        for value in ("sunday", "weekday", "nobody")
    ]
    return Rendered(html, (tuple(buttons),))
