"""What a failed call to Telegram means, and so what the sender does.

python-telegram-bot raises BadRequest and TimedOut as kinds of NetworkError, so the order of the questions matters.
The texts of refusals are matched in lower case by a part that has stayed the same over the years; they are not
documented, so whatever is not known drops one message, never a chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.egress import refusal_in


class UnreadableAnswerError(TelegramError):
    """Telegram has answered a call with something that nothing can be made of: whatever was sent may have arrived."""


class Failure(StrEnum):
    """The kinds of failure."""

    NOT_MODIFIED = "not_modified"
    MESSAGE_GONE = "message_gone"
    TOO_OLD = "too_old"
    HAS_FILE = "has_file"
    MARKUP_REFUSED = "markup_refused"
    STYLE_REFUSED = "style_refused"
    TOPIC_GONE = "topic_gone"
    CHAT_LOST = "chat_lost"
    MIGRATED = "migrated"
    FLOOD = "flood"
    NOT_SENT = "not_sent"
    MAY_HAVE_ARRIVED = "may_have_arrived"
    REFUSED = "refused"
    NO_ACCOUNT = "no_account"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A failure with what Telegram said about it.

    Attributes:
        text: Telegram's own words, without secrets.
        retry_after: how long Telegram wants to be left alone.
        new_chat_id: the supergroup that a group has become.
        is_answered: Telegram did answer, with something unreadable.
    """

    failure: Failure
    text: str
    retry_after: timedelta | None = None
    new_chat_id: int | None = None
    is_answered: bool = False


_BY_TEXT = (
    ("message is not modified", Failure.NOT_MODIFIED),
    ("message to edit not found", Failure.MESSAGE_GONE),
    ("message can't be edited", Failure.MESSAGE_GONE),
    ("message to delete not found", Failure.MESSAGE_GONE),
    ("message can't be deleted", Failure.TOO_OLD),
    ("message_id_invalid", Failure.MESSAGE_GONE),
    ("there is no text in the message to edit", Failure.HAS_FILE),
    ("can't parse entities", Failure.MARKUP_REFUSED),
    ("button style", Failure.STYLE_REFUSED),
    ("message thread not found", Failure.TOPIC_GONE),
    ("topic_deleted", Failure.TOPIC_GONE),
    ("topic_closed", Failure.TOPIC_GONE),
    ("chat not found", Failure.CHAT_LOST),
    ("group chat was deactivated", Failure.CHAT_LOST),
    ("user is deactivated", Failure.CHAT_LOST),
    ("peer_id_invalid", Failure.CHAT_LOST),
    ("chat_write_forbidden", Failure.CHAT_LOST),
    ("need administrator rights in the channel chat", Failure.CHAT_LOST),
    ("not enough rights to send", Failure.CHAT_LOST),
    ("have no rights to send a message", Failure.CHAT_LOST),
)
_TEXT_KEPT = 200
LONGEST_FLOOD = timedelta(hours=1)
"""After this long Telegram is asked again, whatever wait it named."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def diagnose(error: TelegramError) -> Diagnosis:
    """What a failed call means."""
    text = str(error)
    match error:
        case RetryAfter():
            wait = error.retry_after
            after = wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
            return Diagnosis(Failure.FLOOD, text, retry_after=min(max(after, timedelta(seconds=1)), LONGEST_FLOOD))
        case ChatMigrated():
            return Diagnosis(Failure.MIGRATED, text, new_chat_id=error.new_chat_id)
        case InvalidToken():
            return Diagnosis(Failure.NO_ACCOUNT, text)
        case Forbidden():
            return Diagnosis(Failure.CHAT_LOST, text)
        case Conflict():
            return Diagnosis(Failure.NOT_SENT, text)
        case BadRequest():
            lower = text.casefold()
            return Diagnosis(next((kind for part, kind in _BY_TEXT if part in lower), Failure.REFUSED), text)
        case NetworkError() if "request entity too large" in text.casefold():
            return Diagnosis(Failure.REFUSED, text)
        case TimedOut() | NetworkError():
            cause = error.__cause__
            is_unsent = cause is None or isinstance(cause, _NEVER_SENT) or refusal_in(error) is not None
            return Diagnosis(Failure.NOT_SENT if is_unsent else Failure.MAY_HAVE_ARRIVED, text[:_TEXT_KEPT])
    # An answer that is not Telegram's JSON, or not what it documents: nobody knows.
    is_answered = isinstance(error, UnreadableAnswerError)
    return Diagnosis(Failure.MAY_HAVE_ARRIVED, text[:_TEXT_KEPT], is_answered=is_answered)
