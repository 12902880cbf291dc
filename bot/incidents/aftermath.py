"""What became of an incident's reviews and of the place's average after it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.model.card_lines import Aftermath
from bot.text.rounding import rounded

FOLLOWED_FOR: Final = timedelta(days=30)
"""So long after its end an incident's reviews are followed."""
ENOUGH: Final = 10
"""Rated reviews before it without which a place has no average that could come back."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One review of an incident as it is now.

    Attributes:
        stars: on a scale of 1 to 5; None without a rating.
    """

    stars: float | None
    is_low: bool
    is_replied: bool
    tells_replies: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A rated review that came (count 1) or was removed (count -1), with its stars (negative for the latter)."""

    at: datetime
    count: int
    stars: float


def aftermath(fates: Sequence[Fate], back: tuple[bool, int | None]) -> Aftermath | None:
    """The line about an incident's reviews; None while nothing is known to have become of them.

    Args:
        fates: its reviews, low once and perhaps not any more.
        back: as `days_until_back` gives it.
    """
    told = [one for one in fates if one.tells_replies or one.is_replied]
    raised = Counter(int(rounded(one.stars)) for one in fates if one.stars is not None and not one.is_low)
    gone = sum(one.is_gone for one in fates)
    is_down, days = back
    if not (told or raised or gone or is_down):
        return None
    return Aftermath(
        total=len(fates),
        answered=sum(one.is_replied for one in told),
        answerable=len(told),
        raised=tuple(sorted(raised.items(), reverse=True)),
        gone=gone,
        is_down=is_down and days is None,
        back_after=days,
    )


def days_until_back(
    count: int, stars: float, later: Iterable[Change], *, begun_at: datetime
) -> tuple[bool, int | None]:
    """Whether the average that platforms show (one decimal, over all reviews) went down, and after how many days it
    was back; None while it is not.

    Args:
        count: rated reviews before the incident's first.
        stars: the sum of their stars.
        later: what came since, in order.
        begun_at: when the incident's first review counts.
    """
    if count < ENOUGH:
        return False, None
    usual = rounded(stars / count, 1)
    was_down, back_at = False, None
    for change in later:
        count, stars = count + change.count, stars + change.stars
        is_down = count > 0 and rounded(stars / count, 1) < usual
        was_down = was_down or is_down
        if is_down:
            back_at = None
        elif was_down and back_at is None:
            back_at = change.at
    return was_down, None if back_at is None else max(1, (back_at - begun_at).days)
