"""Answers to commands about when a chat is not to be woken."""

from __future__ import annotations

from datetime import time

from bot.messages.text.formatting import Words
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import safe
from bot.policy.quiet import Quiet


def quiet_hours(hours: Quiet | None, words: Words) -> Rendered:
    """The answer to /quiet."""
    return Rendered(quiet_text(hours, words))


def quiet_text(hours: Quiet | None, words: Words) -> Html:
    """The chat's quiet hours, and what sounds in them all the same."""
    if hours is None:
        return words.say("quiet.none")
    key = "quiet.strict" if hours.breaks is None else f"quiet.but_{hours.breaks}"
    return words.say(key, hours=hours_of(hours.begins, hours.ends, words))


def not_quiet_hours(text: str, words: Words) -> Rendered:
    """What was typed is no range of hours; nothing was changed."""
    return Rendered(words.say("quiet.not_understood", text=safe(text, 40)))


def hours_of(begins: time, ends: time, words: Words) -> Html:
    """From when to when: 22:00–08:00."""
    return words.say("time.clock", time=f"{begins:%H:%M}–{ends:%H:%M}")
