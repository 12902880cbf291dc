"""What a press is answered with, before anything else happens."""

from __future__ import annotations

from datetime import datetime

from bot.messages.text.formatting import Words, number_sign
from bot.messages.text.message import Toast
from bot.messages.text.state_line import cause_name, person, state_phrase
from bot.model.incident import CardFacts, Cause, StateFacts, Transition
from bot.text.shorten import shorten

BUDGET = 180


def done(
    facts: CardFacts | StateFacts,
    words: Words,
    *,
    move: Transition,
    quiet_until: datetime | None = None,
    stops_escalation: bool = False,
) -> Toast:
    """A person's transition is stored; `facts` as they are after it.

    Args:
        facts: the incident.
        words: how the chat is spoken to.
        move: the transition.
        quiet_until: the end of the chat's quiet hours, when a snooze ends inside them.
        stops_escalation: others would have been told next.

    Raises:
        KeyError: `move` is one of the program's own, which nobody presses.
    """
    words = words.in_zone(facts.zone)
    until = facts.incident.snoozed_until or facts.now
    key = f"toast.done.{move}" if quiet_until is None else "toast.done.snooze_quiet"
    if stops_escalation and move is Transition.ACKNOWLEDGE:
        key = "toast.done.acknowledge_stops"
    return _toast(
        words.text(
            key,
            incident=number_sign(facts.incident.incident_id),
            holder=person(facts.holder_name, words),
            until=words.moment(until, facts.now),
            told=words.at(quiet_until or until, facts.now),
            cause=cause_name(facts.incident.cause or Cause.OTHER, words),
        )
    )


def taken(words: Words, *, by: str, at: datetime, now: datetime) -> Toast:
    """Somebody else acknowledged the incident first; nothing was changed."""
    return _toast(words.text("toast.taken", by=person(by, words), at=words.at(at, now)))


def stranger(words: Words) -> Toast:
    """Whoever pressed is not on the team list; nothing was changed."""
    return _toast(words.text("toast.stranger"), is_alert=True)


def role_too_low(words: Words) -> Toast:
    """Only the owner may do this."""
    return _toast(words.text("toast.role"), is_alert=True)


def not_yours(facts: CardFacts | StateFacts, words: Words) -> Toast:
    """Only whoever has the incident can answer that; nothing was changed."""
    return _toast(words.text("toast.not_yours", holder=person(facts.holder_name, words)))


def not_asked(incident_id: int, words: Words) -> Toast:
    """Whoever pressed is not asked about the incident any more."""
    return _toast(words.text("toast.not_asked", incident=number_sign(incident_id)))


def changed(facts: CardFacts | StateFacts, words: Words) -> Toast:
    """The card was out of date; says the incident's state now."""
    words = words.in_zone(facts.zone)
    return _toast(words.text("toast.changed", what=state_phrase(facts, words)))


def already_yours(incident_id: int, words: Words) -> Toast:
    """Whoever pressed "Acknowledge" has the incident already."""
    return _toast(words.text("toast.yours", incident=number_sign(incident_id)))


def offer_gone(words: Words) -> Toast:
    """What was offered to be opened as an incident is not low any more, or was answered before."""
    return _toast(words.text("toast.offer_gone"))


def polling(words: Words) -> Toast:
    """Every source is being polled now."""
    return _toast(words.text("toast.polling"))


def saved(words: Words) -> Toast:
    """A choice was stored."""
    return _toast(words.text("toast.saved"))


def not_saved(words: Words) -> Toast:
    """The transition could not be stored, or the button is not known."""
    return _toast(words.text("toast.not_saved"))


def _toast(text: str, *, is_alert: bool = False) -> Toast:
    return Toast(shorten(text, BUDGET), is_alert)
