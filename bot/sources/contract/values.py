"""Single values of a platform's JSON, read without trust: what is not as documented is nothing, never an error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from bot.model.review import Rating
from bot.text.signs import storable

_LONGEST_URL: Final = 2000


def text_of(value: Any) -> str:
    """A text that every database and message can carry, without white space around it; empty for anything else."""
    return storable(value).strip() if isinstance(value, str) else ""


def id_of(value: Any) -> str:
    """A platform's own id, given as a text or a whole number; empty for anything else."""
    return text_of(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def time_of(value: Any) -> datetime | None:
    """A moment written as ISO 8601 with an offset or Z, in UTC; digits beyond microseconds are cut.

    None for anything else: a time without an offset may be hours off, and one at the edge of the calendar
    (`0001-01-01T00:00:00+14:00`) has no UTC.
    """
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def url_of(value: Any) -> str:
    """A link that a person can be shown: http or https with a host; empty for anything else."""
    text = text_of(value)
    if len(text) > _LONGEST_URL or not text.isprintable() or " " in text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in ("http", "https") and parts.hostname else ""


def rating_of(value: Any, *, worst: float, best: float) -> Rating | None:
    """A number on the platform's scale; None for nothing, for 0 outside of the scale, and for what is no number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return Rating(float(value), worst, best) if is_number and worst <= value <= best else None
