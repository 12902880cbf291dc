"""A review and its rating, as every part of the program uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from bot.model.compact import compact
from bot.text.fold import fold

REPLY_URL: Final = "reply_url"
"""The detail with the page where the business answers this review; http or https."""
MEDIA: Final = "media"
"""The detail with how many pictures and videos the guest added, as digits."""
REPLY_REFUSED: Final = "reply_refused"
"""The detail with why the platform did not publish the business's answer, in the platform's own word."""
BESIDE: Final = (REPLY_URL, MEDIA)
"""Details beside what the guest wrote: another copy that lacks them is no other review, and takes them from none."""


@compact
@dataclass(frozen=True, slots=True)
class Rating:
    """A rating on its own scale: 2 of 1..5, 7.5 of 1..10. "No rating" is None, never a Rating.

    Raises:
        ValueError: the scale is empty or the value lies outside it.
    """

    value: float
    worst: float
    best: float

    def __post_init__(self) -> None:
        if not self.worst < self.best:
            raise ValueError(f"a scale from {self.worst:g} to {self.best:g} is empty")
        if not self.worst <= self.value <= self.best:
            raise ValueError(f"rating {self.value:g} is outside {self.worst:g}-{self.best:g}")

    @property
    def share(self) -> float:
        """The rating on a scale from 0 (worst) to 1 (best)."""
        return (self.value - self.worst) / (self.best - self.worst)

    def is_low(self, low_at_most: float | None = None) -> bool:
        """Whether the rating is low: in the lowest quarter of its range, or at most what the owner set.

        The lowest quarter gives 1-2 of 1..5 and 1-3 of 1..10.
        """
        limit = self.worst + (self.best - self.worst) / 4 if low_at_most is None else low_at_most
        return self.value <= limit


@compact
@dataclass(frozen=True, slots=True)
class OwnerReply:
    """What the business answered in public; it never counts as a review.

    Without text and time it says that there is no answer, where the source would tell of one.
    """

    text: str
    at: datetime | None = None

    @property
    def is_there(self) -> bool:
        """Whether the business has answered."""
        return bool(self.text) or self.at is not None


@compact
@dataclass(frozen=True, slots=True)
class ParsedReview:
    """One review as a source gives it, before it is stored.

    Attributes:
        external_id: the source's own id; None where it has none (then `content_key` stands in).
        rating: None where the guest gave none.
        text: the guest's words as the source has them, without the owner's reply.
        published_at: aware UTC; with `is_date_only` the last moment of that day in the location's zone.
        is_date_only: the source knows the day only.
        edited_at: when the guest last changed it, where the source says so and it differs from published_at.
        platform: where the guest wrote it ("google", "tripadvisor", ...); empty means: the source's own platform.
        language: ISO 639-1 where the source says so.
        url: a link to the review, http or https, or empty.
        reply: the answer, or that there is none; None where the source does not tell.
        details: what else the source gives (visit date, product, app version), as name -> text.
    """

    rating: Rating | None
    text: str
    published_at: datetime
    external_id: str | None = None
    title: str = ""
    author: str = ""
    is_date_only: bool = False
    edited_at: datetime | None = None
    platform: str = ""
    language: str | None = None
    url: str = ""
    reply: OwnerReply | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.published_at.utcoffset() is None:
            raise ValueError("published_at has no time zone")
        if self.edited_at is not None and self.edited_at.utcoffset() is None:
            raise ValueError("edited_at has no time zone")

    @property
    def body(self) -> str:
        """Title and text as one text."""
        return f"{self.title}\n{self.text}".strip() if self.title else self.text


def content_key(review: ParsedReview) -> str:
    """A stable id for a review whose source gives none: the same guest, time and words give the same key.

    The rating and the owner's reply are left out, so that a changed rating or an answer keeps the review's identity.
    """
    moment = review.published_at.astimezone(UTC).isoformat(timespec="seconds")
    return "key:" + _digest(fold(review.author), moment, fold(review.body))


def twin_key(*, author: str, body: str) -> str | None:
    """What two copies of one guest's review on two platforms share; None where that cannot be told."""
    name, words = fold(author), fold(body)
    return _digest(name, words) if name and len(words) >= 12 else None


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
