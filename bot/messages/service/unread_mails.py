"""The message about mails of a review platform that do not count: not readable, or from nobody knows whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.i18n.speech import reason_text
from bot.messages.text import fragments
from bot.messages.text.formatting import NEWLINE, Words, joined
from bot.messages.text.message import Rendered
from bot.messages.text.sanitize import code, safe
from bot.model.ingest.poll import Outcome
from bot.reasons import Reason, reason

_SUBJECT_LIMIT: Final = 80
_SENDER_LIMIT: Final = 60
_REASON_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class UnreadMails:
    """Mails about one platform that came to nothing on one day.

    Attributes:
        outcome: UNREAD or UNVERIFIED.
        platform: "Google".
        count: how many.
        sender, subject, sent_at: of the newest; hostile text.
        why: what is wrong with the newest.
    """

    outcome: Outcome
    platform: str
    location_name: str
    names_location: bool
    count: int
    sender: str
    subject: str
    sent_at: datetime
    why: Reason | None = None


def unread(found: UnreadMails, words: Words, *, now: datetime) -> Rendered:
    """Mails that could not be read, or whose sender is not proved; the subject of the latter is not repeated."""
    where = fragments.place_suffix(found.location_name, found.names_location)
    platform = fragments.source(found.platform)
    if found.outcome is Outcome.UNVERIFIED:
        unproved = (
            words.say("mail.unverified", found.count, platform=platform, where=where),
            words.say("mail.unverified_why"),
            words.say("mail.unverified_todo"),
        )
        return Rendered(joined(unproved, NEWLINE))
    why = found.why or reason("mail_no_rating")
    lines = (
        words.say("mail.unread", found.count, platform=platform, where=where),
        words.say("mail.why", why=safe(reason_text(why, words.language, hides_cells=words.is_shared), _REASON_LIMIT)),
        words.say(
            # "Anna Berger left a review": a subject names the guest.
            "mail.newest_shared" if words.is_shared else "mail.newest",
            at=words.moment(found.sent_at, now),
            sender=code(found.sender[:_SENDER_LIMIT]),
            subject=safe(found.subject, _SUBJECT_LIMIT),
        ),
        words.say("mail.todo"),
    )
    return Rendered(joined(lines, NEWLINE))
