"""Messages about delivery itself: late, possibly repeated, chat lost, moved, back after a pause."""

from __future__ import annotations

from datetime import datetime

from bot.telegram.rendered import Html
from bot.telegram.words import Words


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
