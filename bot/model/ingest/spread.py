"""The reviews of a digest share the mail's time; here each gets a likelier one of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.model.ingest import stub
from bot.model.ingest.normal import Review

LONGEST: Final = timedelta(hours=24)
"""A digest tells of a day at most: a mailbox that was silent for weeks says nothing about when guests wrote."""


def shared_time(reviews: Sequence[Review]) -> datetime | None:
    """The time that a digest's reviews share; None where each has its own."""
    return next((review.published_at for review in reviews if stub.TIME_INEXACT in review.details), None)


def spread(reviews: Sequence[Review], *, since: datetime | None) -> list[Review]:
    """Lay the reviews of a digest evenly over the time since the mail before it, 24 h at most, the last at its own.

    So fifty of one night do not look like fifty of one second, and yet a bomb stays a bomb.

    Args:
        reviews: in the digest's order.
        since: when the mail before it was sent; None if there was none.
    """
    inexact = [review for review in reviews if stub.TIME_INEXACT in review.details]
    if not inexact:
        return list(reviews)
    at = inexact[0].published_at
    reach = LONGEST if since is None else min(at - since, LONGEST)
    step = reach / len(inexact)
    number = 0
    result = []
    for review in reviews:
        if stub.TIME_INEXACT in review.details:
            number += 1
            review = replace(review, published_at=at - step * (len(inexact) - number))
        result.append(review)
    return result
