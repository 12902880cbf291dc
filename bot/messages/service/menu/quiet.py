"""The page of the menu about quiet hours: the usual ones by a button, any others by /quiet."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from bot.messages.buttons import menu_buttons, payload
from bot.messages.buttons.payload import Verb
from bot.messages.service import alerting
from bot.messages.service.menu import chosen as wording
from bot.messages.service.menu.facts import MenuChat
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Button, Html, Rendered, plain_text

OFF: Final = "off"
OFFERED: Final = {
    f"{begins:02d}-{ends:02d}": (time(begins), time(ends))
    for begins, ends in ((22, 7), (22, 8), (23, 7), (23, 8), (0, 8), (0, 9))
}
"""What the buttons offer, by what they carry."""


def value(chat: MenuChat, words: Words) -> Html:
    """The chat's quiet hours in a word."""
    if chat.quiet is None:
        return words.say("menu.no_quiet")
    return alerting.hours_of(chat.quiet.begins, chat.quiet.ends, words)


def page(chat: MenuChat, words: Words, *, now: datetime) -> Rendered:
    """The quiet hours that hold, and others to choose."""
    holds = None if chat.quiet is None else (chat.quiet.begins, chat.quiet.ends)
    choices = {**OFFERED, OFF: None}
    options = [
        Button(
            menu_buttons.marked(
                words.text("menu.no_quiet") if hours is None else plain_text(alerting.hours_of(*hours, words)),
                is_now=hours == holds,
            ),
            data=payload.build(Verb.SET_CHAT, arg=f"quiet-{name}"),
        )
        for name, hours in choices.items()
    ]
    return Rendered(
        joined(
            [
                words.say("menu.quiet_title"),
                alerting.quiet_text(chat.quiet, words),
                wording.origin_text(chat.quiet_chosen, words, now),
            ],
            NEWLINE,
        ),
        menu_buttons.rows(
            [*menu_buttons.pairs(options if chat.is_owner or chat.is_private else []), [menu_buttons.back(words)]]
        ),
    )
