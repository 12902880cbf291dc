"""The states of a file that was sent to the chat, or of a review that was typed there."""

from __future__ import annotations

from enum import StrEnum


class UploadState(StrEnum):
    """Where a file stands."""

    SENT = "sent"
    FETCHED = "fetched"
    ASKING = "asking"
    READY = "ready"
    HANDED = "handed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    @property
    def is_to_do(self) -> bool:
        """Whether the program has to go on, and no person."""
        return self in (UploadState.SENT, UploadState.FETCHED, UploadState.READY)


class Question(StrEnum):
    """What a person is asked."""

    LOCATION = "location"
    COLUMNS = "columns"
    DATE = "date"
    SCALE = "scale"
    RECOMMENDED = "recommended"
    STARS = "stars"
    PLATFORM = "platform"
