"""What a choice holds, in words: its value, who chose it and when, and what held before."""

from __future__ import annotations

from datetime import datetime

from bot.choices import ALLOWED, Choice, Chosen, Origin
from bot.messages.text.formatting import DOT, NEWLINE, Words, capital, joined
from bot.messages.text.message import Html
from bot.messages.text.sanitize import PERSON_LIMIT, safe


def value_text(name: Choice, value: str, words: Words) -> Html:
    """A value in words; empty where it has none."""
    return (
        words.say(f"choice.{name}.{value}")
        if value in ALLOWED.get(name, ()) and words.has(f"choice.{name}.{value}")
        else Html("")
    )


def origin_text(chosen: Chosen, words: Words, now: datetime) -> Html:
    """Where something comes from that is more than one value."""
    if chosen.origin is not Origin.CHAT or chosen.set_at is None:
        return capital(words.say(f"menu.origin.{chosen.origin}"))
    by = safe(chosen.set_by, PERSON_LIMIT) or words.say("person.somebody")
    return words.say("chain.set_by", by=by, at=words.at(chosen.set_at, now))


def origin_mark(chosen: Chosen, words: Words) -> Html:
    """Behind a value in a list: who has chosen it, or that the file says so; nothing for what is as delivered."""
    if chosen.origin is Origin.CHAT:
        return Html(f" ({safe(chosen.set_by, PERSON_LIMIT) or words.say('person.somebody')})")
    return Html(f" ({words.say('menu.origin.mark')})") if chosen.origin is Origin.FILE else Html("")


def holds_text(chosen: Chosen, value: Html, was: Html, words: Words, now: datetime) -> Html:
    """What holds, and who chose it, or where else it comes from."""
    holds = words.say("menu.now", value=value)
    if chosen.origin is Origin.CHAT and chosen.set_at is not None:
        by = safe(chosen.set_by, PERSON_LIMIT) or words.say("person.somebody")
        return joined((holds, words.say("menu.set_by", by=by, at=words.at(chosen.set_at, now), was=was)), NEWLINE)
    return joined((holds, words.say(f"menu.origin.{chosen.origin}")), DOT)
