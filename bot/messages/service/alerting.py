"""Answers to commands about when a chat is not to be woken."""

from __future__ import annotations

from datetime import time

from bot.messages.text.formatting import Words
from bot.messages.text.message import Html, Rendered
from bot.messages.text.sanitize import safe
from bot.policy.quiet import Quiet


def quiet_hours(hours: Quiet | None, words: Words) -> Rendered:
    """The chat's quiet hours, and what sounds in them all the same."""
    if hours is None:
        return Rendered(words.say("quiet.none"))
    key = "quiet.strict" if hours.breaks is None else f"quiet.but_{hours.breaks}"
    return Rendered(words.say(key, hours=_range(hours.begins, hours.ends, words)))


def not_quiet_hours(text: str, words: Words) -> Rendered:
    """What was typed is no range of hours; nothing was changed."""
    return Rendered(words.say("quiet.not_understood", text=safe(text, 40)))


def _range(begins: time, ends: time, words: Words) -> Html:
    return words.say("time.clock", time=f"{begins:%H:%M}–{ends:%H:%M}")
