"""The fixed rule beside the detector, counting guests, and what is an excess."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.fixed_rule import FixedRule, count_guests, excess_over
from bot.detect.observation import Observation

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def low(number: int, ago: timedelta, **more: object) -> Observation:
    return Observation(number, NOW - ago, **{"platform": "google", **more})  # type: ignore[arg-type]  # own fields


def every(*hours_ago: float) -> list[Observation]:
    """Low reviews so many hours ago, oldest first, numbered from 1."""
    return [low(number, hours * HOUR) for number, hours in enumerate(sorted(hours_ago, reverse=True), 1)]


def test_three_within_the_window_alarm_at_the_third_edges_included() -> None:
    """Exactly 24 hours from the first to the third is still within 24 hours, a microsecond more is not."""
    assert FixedRule().alarms(every(25, 13, 1)) == [NOW - HOUR]
    too_long = [low(1, 25 * HOUR + timedelta(microseconds=1)), low(2, 13 * HOUR), low(3, HOUR)]
    assert FixedRule().alarms(too_long) == []
    assert FixedRule().alarms(every(2, 1)) == []


def test_other_figures_are_followed() -> None:
    """Two within an hour."""
    rule = FixedRule(low_reviews=2, window=HOUR)
    assert rule.alarms(every(2, 1)) == [NOW - HOUR]
    assert rule.alarms(every(2.1, 1)) == []


def test_an_alarm_lasts_until_two_days_without_a_full_window() -> None:
    """Overlapping windows are one alarm; one that is full after more than 48 hours is another."""
    assert len(FixedRule().alarms(every(90, 89, 88, 70, 60, 50, 41, 40.5, 40))) == 1
    assert FixedRule().alarms(every(90, 89, 88, 3, 2, 1)) == [NOW - 88 * HOUR, NOW - HOUR]


def test_one_guest_s_copies_count_once_across_platforms() -> None:
    """The same words of the same guest on two platforms are one; twice on one platform they are two."""
    copies = [low(1, 3 * HOUR, twin="t"), low(2, 2 * HOUR, twin="t", platform="tripadvisor")]
    assert count_guests(copies) == 1
    assert FixedRule().alarms([*copies, low(3, HOUR)]) == []
    campaign = [low(1, 3 * HOUR, twin="t"), low(2, 2 * HOUR, twin="t")]
    assert count_guests(campaign) == 2
    assert FixedRule().alarms([*campaign, low(3, HOUR)]) == [NOW - HOUR]
    mixed = [*campaign, low(4, HOUR, twin="t", platform="tripadvisor")]
    assert count_guests(mixed) == 2


def test_the_excess_is_over_the_upper_end_of_what_is_usual() -> None:
    """Mean plus three standard deviations of the count and of the 90-day rate, over a day at least."""
    assert excess_over(7, usual_per_day=None, span=5 * DAY) == 7
    assert excess_over(30, usual_per_day=4.0, span=HOUR) == pytest.approx(30 - 4 - 3 * math.sqrt(4 + 4 / 90))
    assert excess_over(30, usual_per_day=4.0, span=4 * DAY) == pytest.approx(30 - 16 - 3 * math.sqrt(16 + 16 * 4 / 90))


@given(st.lists(st.integers(0, 24 * 6 * 60), max_size=30))
def test_every_alarm_is_a_full_window(minutes: list[int]) -> None:
    """Whatever the times: three within the day before each alarm, and each full window within 48 hours of another."""
    lows = [low(n, timedelta(minutes=m)) for n, m in enumerate(sorted(minutes, reverse=True))]
    full = [
        one.at
        for one in lows
        if sum(timedelta(0) <= one.at - other.at <= DAY for other in lows[: lows.index(one) + 1]) >= 3
    ]
    expected = [at for before, at in zip([None, *full], full, strict=False) if before is None or at - before > 2 * DAY]
    assert FixedRule().alarms(lows) == expected
