"""Messages about delivery: late, possibly repeated, chat lost or moved, program back after downtime."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.messages.service.outages import CaughtUp, found
from bot.messages.text.formatting import COMMA, Words, joined
from bot.messages.text.message import Attachment, Html, Rendered
from bot.messages.text.sanitize import CHAT_LIMIT, LOCATION_LIMIT, PERSON_LIMIT, safe

_MOST_PLACES: Final = 3


def remarks(
    words: Words,
    *,
    now: datetime,
    is_repeat: bool = False,
    delayed_from: datetime | None = None,
    delayed_until: datetime | None = None,
) -> tuple[Html, ...]:
    """The last lines of a message that comes late or may come twice; none for an ordinary one."""
    lines: list[Html] = []
    if delayed_from is not None and delayed_until is not None:
        start, end = words.moment(delayed_from, now), words.moment(delayed_until, now)
        lines.append(words.say("delivery.late", start=start, end=end))
    elif delayed_from is not None:
        lines.append(words.say("delivery.late_plain", start=words.moment(delayed_from, now)))
    if is_repeat:
        lines.append(words.say("delivery.repeat"))
    return tuple(lines)


def chat_lost(
    words: Words,
    *,
    chat_name: str,
    removed_at: datetime,
    now: datetime,
    places: tuple[str, ...],
    is_private: bool = False,
) -> Rendered:
    """A chat cannot be reached any more; to the owner, who gets a group's incidents from now on."""
    key = "delivery.lost_private" if is_private else "delivery.lost"
    shown = [safe(place, LOCATION_LIMIT) for place in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        shown.append(words.say("count.more", len(places) - _MOST_PLACES))
    at = words.at(removed_at, now)
    chat = safe(chat_name, PERSON_LIMIT if is_private else CHAT_LIMIT)
    return Rendered(words.say(key, chat=chat, at=at, places=joined(shown, COMMA)))


def chat_migrated(words: Words, *, open_incidents: int) -> Rendered:
    """The group became a supergroup; its open cards are posted again."""
    if not open_incidents:
        return Rendered(words.say("delivery.migrated_plain"))
    return Rendered(words.say("delivery.migrated", open_incidents))


def topic_gone(words: Words) -> Rendered:
    """The topic was deleted, so incidents arrive in General."""
    return Rendered(words.say("delivery.topic_gone"))


def clock_set(words: Words, *, by: timedelta) -> Rendered:
    """The machine's clock was set by so much, back when negative."""
    key = "delivery.clock_back" if by < timedelta(0) else "delivery.clock_ahead"
    return Rendered(words.say(key, duration=words.about(abs(by), dative=True)))


def restored(words: Words, *, made_at: datetime, now: datetime) -> Rendered:
    """The database was put back from a backup."""
    return Rendered(words.say("delivery.restored", at=words.moment(made_at, now)))


def erased(words: Words, attachment: Attachment | None = None) -> Rendered:
    """What stands in the place of a message that held the words of a guest who was erased."""
    return Rendered(words.say("delivery.erased"), attachment=attachment)


def back_after_pause(words: Words, *, start: datetime, end: datetime, now: datetime, caught_up: CaughtUp) -> Rendered:
    """The program did not run from `start` to `end`; what was found afterwards."""
    if words.days_between(start, end) == 1 and words.days_between(end, now) == 1:
        period = words.clocks(start, end)
    else:
        period = joined((words.moment(start, now), words.moment(end, now)), Html(" – "))
    duration = words.exact(end - start, dative=True)
    return Rendered(words.say("delivery.back", duration=duration, period=period, found=found(caught_up, words)))
