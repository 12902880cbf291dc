"""From what a source gives to what is stored: one identity, one rating rule, clean text. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted

from bot.model.review import BESIDE, OwnerReply, ParsedReview, Rating, content_key, twin_key
from bot.text.signs import storable

MAX_TEXT = 100_000
"""Characters of a review that are kept; no platform lets a guest write as many."""


@dataclass(frozen=True, slots=True)
class Review:
    """A review ready to be stored.

    Attributes:
        external_id: the source's id, or a stable content key.
        is_low: by the rating alone; text never makes a review low.
        twin_key: the same for one guest's same words on several platforms.
        content_hash: changes when anything that is stored changes.
    """

    platform: str
    external_id: str
    rating: Rating | None
    is_low: bool
    title: str
    text: str
    author: str
    published_at: datetime
    is_date_only: bool
    edited_at: datetime | None
    language: str | None
    url: str
    reply: OwnerReply | None
    details: dict[str, str]
    twin_key: str | None
    content_hash: str


def normalise(parsed: Iterable[ParsedReview], *, platform: str, low_at_most: float | None) -> list[Review]:
    """Make the reviews of one raw item ready to be stored.

    Reviews without an id that are alike in guest, time and words are told apart by their order, so that fifty
    ratings without text stay fifty, and the same file read again gives the same fifty.

    Args:
        parsed: the reviews of one raw item.
        platform: for reviews that do not name theirs.
        low_at_most: the highest rating that counts as low; None for the lowest quarter of the scale.
    """
    seen: Counter[str] = Counter()
    return [_one(review, platform=platform, low_at_most=low_at_most, seen=seen) for review in parsed]


def _one(review: ParsedReview, *, platform: str, low_at_most: float | None, seen: Counter[str]) -> Review:
    identity = clean(review.external_id or "")
    if not identity:
        identity = content_key(review)
        seen[identity] += 1
        if seen[identity] > 1:
            identity = f"{identity}#{seen[identity]}"
    title, text, author = clean(review.title), clean(review.text), clean(review.author)
    details = {clean(name): clean(value) for name, value in review.details.items()}
    reply = None if review.reply is None else OwnerReply(clean(review.reply.text), review.reply.at)
    rating = review.rating
    return Review(
        platform=clean(review.platform) or platform,
        external_id=identity,
        rating=rating,
        is_low=rating is not None and rating.is_low(low_at_most),
        title=title,
        text=text,
        author=author,
        published_at=review.published_at,
        is_date_only=review.is_date_only,
        edited_at=review.edited_at,
        language=review.language,
        url=clean(review.url),
        reply=reply,
        details=details,
        twin_key=twin_key(author=author, body=f"{title}\n{text}" if title else text),
        content_hash=_hash(review, title, text, author, reply, _written(details)),
    )


def _written(details: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in details.items() if name not in BESIDE} if details else details


def clean(text: str) -> str:
    """A text that every database takes: no NUL, no lone surrogates, at most MAX_TEXT characters."""
    if not text:
        return text
    if len(text) > MAX_TEXT:
        text = text[: MAX_TEXT - 1] + "…"
    return storable(text)


def _hash(
    review: ParsedReview, title: str, text: str, author: str, reply: OwnerReply | None, details: dict[str, str]
) -> str:
    rating = review.rating
    # What json.dumps makes of the list, without its cost: most of it is usually empty.
    kept = ", ".join(
        (
            "null" if rating is None else _stars(rating),
            quoted(title),
            quoted(text),
            quoted(author),
            "null" if reply is None or not reply.is_there else json.dumps((reply.text, str(reply.at))),
            json.dumps(details) if details else "{}",
            "null" if review.edited_at is None else quoted(review.edited_at.isoformat()),
            quoted(review.url),
            "null" if review.language is None else quoted(review.language),
        )
    )
    return sha256(f"[{kept}]".encode()).hexdigest()[:24]


@lru_cache(maxsize=256)
def _stars(rating: Rating) -> str:
    return json.dumps((rating.value, rating.worst, rating.best))
