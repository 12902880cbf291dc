"""What is usual, and how far an imported past and a source that tells late are believed."""

import pytest

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, Review
from bot.detect.usual.doubt import NO_DOUBT, doubt_of
from bot.detect.usual.history import SourceHistory
from tests.unit.detect.places import START, run, steady


def test_nothing_live_means_a_little_doubt() -> None:
    """One place in five may have had low reviews removed; nobody knows yet which."""
    doubt = doubt_of(0.05, 0, 0)
    assert 1.1 < doubt.ratio < 1.3
    assert 0.05 < doubt.spread < 0.2


@pytest.mark.parametrize(("low", "ratio"), [(15, 1.0), (31, 2.0)])
def test_live_reviews_say_how_good_the_word_of_the_past_is(low: int, ratio: float) -> None:
    """Of 300 live ones as many low as the past says, or twice as many."""
    doubt = doubt_of(0.05, low, 300)
    assert doubt.ratio == pytest.approx(ratio, rel=0.2)
    assert doubt.spread < doubt_of(0.05, 0, 0).spread


def test_a_past_with_removed_reviews_is_corrected_within_weeks() -> None:
    """Half of the low ones of 300 days were removed: after five weeks of fifteen a day the truth is usual."""
    detector = RhythmDetector()
    kept = [
        review
        for number, review in enumerate(steady(per_day=15, share=0.1, first=-300, last=0))
        if review.rating == 5 or number % 2
    ]
    for review in kept:
        detector.observe(Review(review.at, START, review.rating, "google", is_history=True))
    detector.tick(START)
    assert detector.usual_per_day < 1.1
    run(detector, steady(per_day=15, share=0.1, first=0, last=35, seed=3), until=START + 35 * DAY)
    assert detector.usual_per_day == pytest.approx(1.5, rel=0.2)


def test_what_was_watched_is_not_doubted() -> None:
    """A source without a past has nothing to be doubted about."""
    history = SourceHistory(100, 100)
    history.teach(100, 1.0, today=120)
    history.judge_past(0.1, 8.0)
    assert history.doubt == NO_DOUBT


def test_sources_with_other_shares_keep_their_own_volume() -> None:
    """One platform with seven times the share of the other: each brings as many reviews as it does."""
    detector = RhythmDetector()
    detector.tick(START)
    reviews = [
        *steady(per_day=10, share=0.1, first=0, last=90, source="a"),
        *steady(per_day=10, share=0.7, first=0, last=90, source="b"),
    ]
    run(detector, reviews, until=START + 90 * DAY)
    parts = {name: sum(part) for name, part in detector.state()["memory"]["usual"][6].items()}
    assert parts["a"] == pytest.approx(10, rel=0.15)
    assert parts["b"] == pytest.approx(10, rel=0.15)


def test_removals_that_are_watched_cast_doubt_on_the_past() -> None:
    """Four of ten live low reviews were removed: the past has probably lost as many; none removed proves nothing."""
    watched = doubt_of(0.05, 10, 200)
    assert doubt_of(0.05, 10, 200, removed=0) == watched
    assert doubt_of(0.05, 10, 200, removed=4).ratio > 1.4 > 1.1 > watched.ratio
    assert doubt_of(0.05, 10, 200, removed=1).ratio < 1.3, "guests take one back now and then"
