"""What is looked at and found when an incident is searched for the signs of a smear campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["possible", "no", "unclear"]


@dataclass(frozen=True, slots=True)
class SmearReview:
    """A review as the signs are read from it.

    Attributes:
        at: when it counts, in epoch seconds.
        source: the platform, "google".
        is_date_only: the day is known, the time is not.
        language: ISO 639-1, None where it is not known.
        author_reviews: how many reviews its author has written, where the source says so.
        is_verified: the source proves the visit.
        is_replied: the business has answered it.
        visited_on: the day of the visit, where the source gives it.
    """

    text: str
    is_low: bool
    at: float
    author: str = ""
    source: str = ""
    is_date_only: bool = False
    language: str | None = None
    author_reviews: int | None = None
    is_verified: bool = False
    is_replied: bool = False
    visited_on: date | None = None


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign with its numbers.

    Attributes:
        id: "copies", "tempo", "no_detail", "no_text", "sources", "no_history", "language", "competitor" or "demand".
        stands_out: chance alone hardly gives as much here.
        count: reviews that show it.
        of: reviews that could show it.
        usual: the share of reviews (for copies: of pairs, for tempo: of gaps) that is usual.
        is_own: "usual" rests on this place's own reviews more than on general rates.
        minutes: for tempo: the span of the `count` reviews.
        names: for sources the platforms, the most frequent first; for language the languages.
        members: places of the reviews that show it, in the incident as it was given.
    """

    id: str
    stands_out: bool
    count: int
    of: int
    usual: float
    is_own: bool
    minutes: int = 0
    names: tuple[str, ...] = ()
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Against:
    """What speaks against a campaign.

    Attributes:
        id: "detail", "one_visit", "spread", "verified" or "replied".
        count: how many of the incident's reviews; for "spread" the days.
        outweighs: with it the verdict is not "possible".
        minutes: the span of a probable single visit.
        day: the visit that a single guest describes, where the source gives its day.
    """

    id: str
    count: int
    of: int
    outweighs: bool
    minutes: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SmearFacts:
    """What the signs say of an incident.

    Attributes:
        signs: those that the data allow to check. Five always are; unusual language, a competitor and a demand for
            money are listed once a review shows them, authors without history where the source counts reviews.
        quotes: places in the incident of two texts that are most alike, else empty.
        reviews: how many of the incident's reviews were looked at; a guest's same words on two platforms are one.
        earlier: how many earlier reviews "usual" rests on.
        copies_minutes: from the first nearly identical text to the last.
    """

    verdict: Verdict
    signs: tuple[Sign, ...]
    against: tuple[Against, ...]
    quotes: tuple[int, ...]
    reviews: int
    earlier: int
    copies_minutes: int = 0

    @property
    def copies(self) -> int:
        """How many texts are nearly identical, if that stands out; a fact of its own, whatever the verdict."""
        return next((sign.count for sign in self.signs if sign.id == "copies" and sign.stands_out), 0)

    @property
    def standing_out(self) -> int:
        """How many signs stand out."""
        return sum(sign.stands_out for sign in self.signs)
