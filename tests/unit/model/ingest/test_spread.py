"""The times of a digest's reviews."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.model.ingest import stub
from bot.model.ingest.normal import Review, normalise
from bot.model.ingest.spread import LONGEST, shared_time, spread
from bot.model.review import ParsedReview, Rating

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)


def digest(count: int) -> list[Review]:
    details = {stub.VIA: "mail", stub.TIME_INEXACT: "1"}
    parsed = [ParsedReview(Rating(1, 1, 5), "", NOW, external_id=str(n), details=details) for n in range(count)]
    return normalise(parsed, platform="google", low_at_most=None)


@given(st.integers(1, 60), st.integers(1, 100))
def test_between_the_mail_before_and_its_own(count: int, hours: int) -> None:
    """In order, within the time since the mail before it and within a day, the last at the digest's own time."""
    since = NOW - timedelta(hours=hours)
    times = [review.published_at for review in spread(digest(count), since=since)]
    assert times == sorted(set(times))
    assert times[-1] == NOW
    assert times[0] > max(since, NOW - LONGEST)


def test_no_mail_before() -> None:
    """The first digest of a mailbox tells of one day."""
    times = [review.published_at for review in spread(digest(24), since=None)]
    assert {later - earlier for earlier, later in itertools.pairwise(times)} == {timedelta(hours=1)}


def test_exact_times_stay() -> None:
    """A mail about one review keeps its time."""
    single = normalise([ParsedReview(None, "Fine", NOW)], platform="google", low_at_most=None)
    assert shared_time(single) is None
    assert spread(single, since=None) == single
