"""From stored reviews to what the detector is fed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.detect.adapter import Heard, as_review, feed, stars, without_twins
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import FLOOR, Tuning
from bot.model.review import Rating

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
LOW = Rating(1, 1, 5)


def heard(number: int = 1, **more: object) -> Heard:
    base = Heard(number, NOW, NOW + timedelta(minutes=5), LOW, is_low=True, platform="google")
    return replace(base, **more)  # type: ignore[arg-type]  # its own fields


@pytest.mark.parametrize("best", [2, 5, 10, 100])
def test_low_is_at_most_two_stars_and_everything_else_at_least_three(best: int) -> None:
    """On every scale, and where the owner set another limit."""
    for value in range(1, best + 1):
        rating = Rating(value, 1, best)
        assert stars(rating, is_low=True) in (1, 2)
        assert stars(rating, is_low=False) in (3, 4, 5)
    assert stars(None, is_low=False) is None


def test_a_review_in_the_detector_s_terms() -> None:
    """Seconds, stars, platform; history is marked, and only a low review can be history that matters."""
    review = as_review(heard(), BERLIN)
    assert (review.at, review.seen) == (NOW.timestamp(), NOW.timestamp() + 300)
    assert (review.rating, review.source, review.day_only, review.is_history) == (1, "google", False, False)
    assert as_review(heard(is_fresh=False), BERLIN).is_history
    assert not as_review(heard(is_fresh=False, is_low=False, rating=Rating(5, 1, 5)), BERLIN).is_history


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_day_keeps_its_date(zone: str) -> None:
    """The end of a local day becomes the beginning of the UTC day with the same date."""
    its = ZoneInfo(zone)
    at = datetime(2026, 11, 23, 23, 59, 59, tzinfo=its).astimezone(UTC)
    review = as_review(heard(at=at, is_date_only=True), its)
    assert review.day_only
    assert review.at == datetime(2026, 11, 23, tzinfo=UTC).timestamp()


def test_one_guest_s_words_are_heard_once_across_platforms() -> None:
    """Also when the copy comes with a later poll; twice on one platform are two, and a lowered copy is news."""
    first, copy = heard(1, twin="t"), heard(2, twin="t", platform="booking")
    assert without_twins([first, copy]) == [first]
    before = Counter({(("t", True), "google"): 1})
    assert without_twins([copy], before) == []
    again = heard(3, twin="t")
    assert without_twins([first, again, copy]) == [first, again]
    good = heard(4, twin="u", is_low=False, rating=Rating(5, 1, 5))
    assert without_twins([good, heard(5, twin="u", platform="booking")]) == [
        good,
        heard(5, twin="u", platform="booking"),
    ]
    assert without_twins([heard(6), heard(7, platform="booking")]) == [heard(6), heard(7, platform="booking")]


def test_history_counts_and_never_alarms() -> None:
    """Three low reviews of a first import say nothing; three new ones do."""
    for is_fresh in (False, True):
        detector = RhythmDetector(Tuning(rule=FLOOR))
        assert feed(detector, [], now=NOW - timedelta(days=2), zone=BERLIN) is None
        three = [heard(n, is_fresh=is_fresh, at=NOW - timedelta(minutes=n)) for n in range(3)]
        said = feed(detector, three, now=NOW + timedelta(minutes=5), zone=BERLIN)
        assert (said is not None) is is_fresh
