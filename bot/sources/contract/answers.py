"""What an answer of a platform's API means: a JSON object, the next page, a refusal, a pause that it asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast

from bot.errors import SourceDownReason, SourceRefusedError, SourceUnreachableError
from bot.sources.contract.http import Answer

_LONGEST_PAUSE: Final = timedelta(days=1)


def json_object(body: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None if it is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def strange_answer(what: str, *, who: str) -> SourceUnreachableError:
    """The error for an answer that is not what the platform documents."""
    return SourceUnreachableError(
        f"{who} answered with {what}; if it stays like this, look for a newer release of reviewbot",
        reason=SourceDownReason.FORMAT_CHANGED,
    )


def next_of(value: Any, *, seen: Collection[int | str], who: str) -> int | str | None:
    """The page that follows: a number or a token, as the platform gives it; None at the end (null or an empty text).

    Args:
        value: what the page says.
        seen: the pages that were read already, this one included.
        who: the platform's name, for people.

    Raises:
        SourceUnreachableError: it is neither, or leads back. To end here would take the rest for removed.
    """
    if value is None or value == "":
        return None
    is_page = isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool) and value > 0)
    if not is_page or value in seen:
        raise strange_answer("a next page that is none", who=who)
    return cast(int | str, value)


def refusal(
    answer: Answer, *, who: str, access: str, address: str, now: datetime
) -> SourceRefusedError | SourceUnreachableError:
    """What an answer other than 200 means, where the platform has no error format of its own.

    Args:
        answer: the answer.
        who: the platform's name, for people.
        access: what the owner checks or does when access is refused, 401 or 403 ("check `token`").
        address: what the owner checks when there is nothing at the address, 404 ("check `venue`").
        now: the present, for a pause that is given as a date.
    """
    if answer.status == 429:
        return SourceUnreachableError(
            f"{who} asks for fewer requests; it is tried again by itself",
            reason=SourceDownReason.BUSY,
            retry_after=pause([answer.headers.get("retry-after", "")], now=now),
        )
    if answer.status in (401, 403):
        return SourceRefusedError(
            f"{who} refuses access (HTTP {answer.status}): {access}", reason=SourceDownReason.ACCESS_REFUSED
        )
    if answer.status == 404:
        return SourceRefusedError(
            f"{who} has nothing at this address (HTTP 404): {address}", reason=SourceDownReason.ACCESS_REFUSED
        )
    return strange_answer(f"HTTP {answer.status}", who=who)


def pause(texts: Iterable[str], *, now: datetime) -> timedelta | None:
    """The pause that the first readable text asks for: seconds, "58s" or an HTTP date; at most a day."""
    for text in texts:
        if seconds := re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,9})?)s?\s*", text):
            return min(timedelta(seconds=float(seconds[1])), _LONGEST_PAUSE)
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            continue
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(timedelta(0), min(moment - now, _LONGEST_PAUSE))
    return None
