"""Reads one review in Google's JSON, as the API and Takeout have it.

Wire format: developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews. `comment` is absent for a
rating alone, times are RFC 3339 with up to nine fraction digits, `reviewId` is absent in Takeout (the id is then the
last part of `name`). Since 2026 the API also gives `reviewMediaItems` (thumbnails and videos), `reviewReplyUrl` (where
the business answers), and in `reviewReply` its `reviewReplyState` and, for a rejected one, `policyViolation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import BadRowError
from bot.model.review import MEDIA, REPLY_REFUSED, REPLY_URL, OwnerReply, ParsedReview, Rating
from bot.reasons import reason
from bot.sources.contract.values import text_of, time_of, url_of
from bot.sources.tables.values.translation import split_translation
from bot.text.signs import LONE_SURROGATES

_STARS: Final = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5}
_NO_STARS: Final = (None, "", "STAR_RATING_UNSPECIFIED")
_SAME: Final = timedelta(seconds=1)
_LONGEST_WORD: Final = 80


def read_time(text: Any) -> datetime:
    """A time as Google writes it (RFC 3339, 0 to 9 fraction digits; digits beyond microseconds are cut).

    Raises:
        ValueError: it is not one.
    """
    moment = time_of(text)
    if moment is None:
        raise ValueError(f"{str(text)[:40]!r} is not a time")
    return moment


def review_id(entry: Mapping[str, Any]) -> str:
    """Google's own id of a review, or an empty text."""
    for candidate in (entry.get("reviewId"), str(entry.get("name") or "").rpartition("/")[2]):
        if isinstance(candidate, str) and candidate.strip():
            return _clean(candidate.strip())
    return ""


def read_rating(entry: Mapping[str, Any]) -> Rating | None:
    """The star rating; None where there is none.

    Raises:
        BadRowError: the stars are written in a way that Google does not document.
    """
    stars = entry.get("starRating")
    if stars in _NO_STARS:
        return None
    if not isinstance(stars, str) or stars not in _STARS:
        raise BadRowError(reason("google_stars", cell=str(stars)[:40]))
    return Rating(_STARS[stars], 1, 5)


def read_review(entry: Any) -> ParsedReview:
    """One review; a star rating that is not known counts as none (`read_rating` raises for it).

    Raises:
        BadRowError: there is no id or no readable time, or a text is not a text.
    """
    if not isinstance(entry, dict):
        raise BadRowError(reason("api_entry"))
    external_id = review_id(entry)
    if not external_id:
        raise BadRowError(reason("api_no_id"))
    created, updated = _time(entry, "createTime"), _time(entry, "updateTime")
    published = created or updated
    if published is None:
        raise BadRowError(reason("google_no_time"))
    reviewer = entry.get("reviewer")
    reviewer = reviewer if isinstance(reviewer, dict) else {}
    text, translation = split_translation(_text(entry, "comment"))
    try:
        rating = read_rating(entry)
    except BadRowError:
        rating = None
    return ParsedReview(
        external_id=external_id,
        rating=rating,
        text=text,
        author="" if reviewer.get("isAnonymous") is True else _text(reviewer, "displayName").strip(),
        published_at=published,
        edited_at=updated if updated is not None and updated - published > _SAME else None,
        reply=_reply(entry.get("reviewReply")),
        details=_details(entry, translation),
    )


def _details(entry: Mapping[str, Any], translation: str) -> dict[str, str]:
    media, reply = entry.get("reviewMediaItems"), entry.get("reviewReply")
    refused = ""
    if isinstance(reply, dict) and reply.get("reviewReplyState") == "REJECTED":
        refused = text_of(reply.get("policyViolation"))[:_LONGEST_WORD] or "REJECTED"
    found = {
        "translation": translation,
        REPLY_URL: url_of(entry.get("reviewReplyUrl")),
        MEDIA: str(len(media)) if isinstance(media, list) and media else "",
        REPLY_REFUSED: refused,
    }
    return {name: value for name, value in found.items() if value}


def _reply(value: Any) -> OwnerReply:
    # A rejected reply was never public.
    if not isinstance(value, dict) or value.get("reviewReplyState") == "REJECTED":
        return OwnerReply("")
    text = _text(value, "comment").strip()
    return OwnerReply(text=text, at=_time(value, "updateTime")) if text else OwnerReply("")


def _time(entry: Mapping[str, Any], key: str) -> datetime | None:
    value = entry.get(key)
    if value in (None, ""):
        return None
    try:
        return read_time(value)
    except ValueError as error:
        raise BadRowError(reason("api_time", key=key, cell=str(value))) from error


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadRowError(reason("google_text", key=key))
    return _clean(value)


def _clean(text: str) -> str:
    """Without what no database or message can carry: NUL, and half of a surrogate pair."""
    return LONE_SURROGATES.sub("\ufffd", text).replace("\0", "")
