import pytest

from bot.detect.evidence.scan import SPANS, WINDOWS
from bot.detect.types import DAY, HOUR, Prior
from bot.detect.usual.prior import borrow
from bot.detect.usual.profile import WEEK, Profile
from bot.detect.usual.recent import BIN, Recent
from tests.unit.detect.places import START


def test_flat_profile_counts_days() -> None:
    """Without reviews a day is worth a day, at any hour."""
    profile = Profile()
    assert profile.until(START + 3.25 * DAY) - profile.until(START) == pytest.approx(3.25)


def test_busy_hours_and_days_are_worth_more() -> None:
    """A place reviewed on Saturday evenings: that evening is worth more than a Monday morning, a week stays a week."""
    profile = Profile()
    for week in range(40):
        for day in range(7):
            profile.learn_day(int(START // DAY) + day)
            for _ in range(4 if day == 5 else 1):
                profile.learn(START + week * WEEK + day * DAY + 20.5 * HOUR, day_only=False, weight=1.0)
    profile.refresh()
    saturday = profile.until(START + 5 * DAY + 21 * HOUR) - profile.until(START + 5 * DAY + 20 * HOUR)
    monday = profile.until(START + 9 * HOUR) - profile.until(START + 8 * HOUR)
    assert saturday > 20 * monday
    assert profile.until(START + 7 * DAY) - profile.until(START) == pytest.approx(7.0)


def test_weekday_is_counted_per_weekday_seen() -> None:
    """Three days of history do not make the other four weekdays rare."""
    profile = Profile()
    for day in range(3):
        profile.learn_day(int(START // DAY) + day)
        for _ in range(20):
            profile.learn(START + day * DAY + 12 * HOUR, day_only=True, weight=1.0)
    profile.refresh()
    assert max(profile.weekday) < 1.2 * min(profile.weekday)


def test_moment_of_day_only_reviews_stays_in_the_past() -> None:
    """A review of today of which only the day is known is not placed after the poll that found it."""
    profile = Profile()
    day = int(START // DAY)
    placed = [profile.moment(day, part / 10, until=START + 6 * HOUR) for part in range(10)]
    assert placed == sorted(placed)
    assert placed[0] >= START
    assert placed[-1] <= START + 6 * HOUR


def test_counts_of_windows() -> None:
    """Low reviews to the second, others in quarter hours, each window counted once."""
    recent = Recent()
    recent.advance(int(START // DAY))
    for minutes in (0, 20, 50, 200):
        recent.add_other(START + minutes * 60)
        recent.add_low(START + minutes * 60)
    end = START + 200 * 60
    assert recent.low_between(START, end) == 3
    assert recent.low_between(START - 1, end) == 4
    assert recent.others_before(end + BIN, (1.0, 3.0, 24.0)) == [1, 2, 4]


def test_recent_forgets() -> None:
    """What is older than eleven days is gone, and what comes late for it is not taken."""
    recent = Recent()
    recent.advance(int(START // DAY))
    recent.add_low(START)
    recent.add_other(START)
    recent.advance(int(START // DAY) + 14)
    recent.add_low(START)
    recent.add_other(START)
    assert recent.lows == []
    assert recent.state()["others"] == []


def test_spans_cover_all_beginnings_once() -> None:
    """Each window stands for the beginnings between its neighbours; together they reach just beyond the longest."""
    assert len(SPANS) == len(WINDOWS)
    assert all(span > 0 for span in SPANS)
    assert sum(SPANS) == pytest.approx(WINDOWS[-1] * 1.3**0.5)


def test_borrowing_without_siblings_is_the_default() -> None:
    """Nobody to borrow from, or nobody with thirty reviews."""
    assert borrow([]) == Prior()
    assert borrow([(0.9, 12)]) == Prior()


def test_alike_siblings_are_believed_more() -> None:
    """Siblings with one share lend much, siblings with different shares little."""
    alike = borrow([(0.30, 400), (0.31, 400), (0.29, 400)])
    different = borrow([(0.05, 400), (0.30, 400), (0.60, 400)])
    assert alike.share == pytest.approx(0.27, abs=0.02)
    assert alike.weight == 60
    assert different.weight == 10
