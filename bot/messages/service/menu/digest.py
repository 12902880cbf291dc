"""The pages of the menu about the digest: how often it comes, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.choices import ALLOWED, Choice, Chosen
from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service.menu import chosen as wording
from bot.messages.service.menu.facts import MenuChat
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, plain_text

_HOURS: Final = (6, 7, 8, 9, 10, 12, 14, 16, 17, 18, 20, 22)
_DAYS: Final = 7


def digest(chat: MenuChat, words: Words, *, now: datetime) -> Rendered:
    """How often the digest comes, and when."""
    how = chat.digest[Choice.DIGEST]
    lines = [
        words.say("menu.digest_title"),
        words.say("menu.about.digest"),
        wording.holds_text(
            how, when(chat.digest, words), wording.value_text(Choice.DIGEST, how.was, words), words, now
        ),
    ]
    options = [
        Button(
            menu_buttons.marked(words.text(f"choice.digest.{value}"), is_now=value == how.value),
            data=payload.build(Verb.SET_CHAT, 0, how.number, f"digest-{value}"),
        )
        for value in ALLOWED[Choice.DIGEST]
    ]
    more = []
    if how.value == "weekly":
        more.append(menu_buttons.page(Verb.MENU, 0, "day", words))
    if how.value != "off":
        more.append(menu_buttons.page(Verb.MENU, 0, "hour", words))
    return Rendered(
        joined(lines, NEWLINE),
        menu_buttons.rows([*menu_buttons.pairs(options if chat.is_owner else []), more, [menu_buttons.back(words)]]),
    )


def digest_day(chat: MenuChat, words: Words) -> Rendered:
    """On which weekday the digest comes."""
    holds = chat.digest[Choice.DIGEST_DAY]
    options = [
        Button(
            menu_buttons.marked(plain_text(words.weekday_name(day)), is_now=str(day) == holds.value),
            data=payload.build(Verb.SET_CHAT, 0, holds.number, f"day-{day}"),
        )
        for day in range(_DAYS)
    ]
    return Rendered(
        words.say("menu.which_day"),
        menu_buttons.rows([*menu_buttons.pairs(options), [menu_buttons.back(words, to="digest")]]),
    )


def digest_hour(chat: MenuChat, words: Words) -> Rendered:
    """At which hour the digest comes."""
    holds = chat.digest[Choice.DIGEST_HOUR]
    options = [
        Button(
            menu_buttons.marked(f"{hour:02d}:00", is_now=str(hour) == holds.value),
            data=payload.build(Verb.SET_CHAT, 0, holds.number, f"hour-{hour}"),
        )
        for hour in _HOURS
    ]
    rows = [options[at : at + 4] for at in range(0, len(options), 4)]
    return Rendered(words.say("menu.which_hour"), menu_buttons.rows([*rows, [menu_buttons.back(words, to="digest")]]))


def when(chosen: dict[Choice, Chosen], words: Words) -> Html:
    """When the digest comes: Monday, 09:00."""
    hour = words.say("time.clock", time=f"{int(chosen[Choice.DIGEST_HOUR].value):02d}:00")
    day = words.weekday_name(int(chosen[Choice.DIGEST_DAY].value))
    return words.say(f"menu.digests.{chosen[Choice.DIGEST].value}", day=day, hour=hour)
