"""Periods and the densest group."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.backtest import Mark
from bot.reports.series import densest, is_weekly, periods
from tests.histories import ZONE

START = datetime(2025, 3, 3, 12, tzinfo=UTC)
OFFSETS = st.lists(st.integers(0, 3_000 * 24), min_size=1, max_size=60)


def marks(hours: list[int], *, low: bool = True) -> list[Mark]:
    """Reviews so many hours after the start."""
    return [Mark(START + timedelta(hours=one), 1.0 if low else 5.0, low) for one in sorted(hours)]


@given(OFFSETS)
def test_every_review_is_in_exactly_one_period(hours: list[int]) -> None:
    """The periods follow each other without a gap, hold every review, and average its stars."""
    given_marks = marks(hours)
    found = periods(given_marks, ZONE)
    assert sum(one.count for one in found) == len(hours)
    assert all(one.end == two.start for one, two in pairwise(found))
    for mark in given_marks:
        day = mark.at.astimezone(ZONE).date()
        assert sum(one.start <= day < one.end for one in found) == 1
    assert all((one.average is None) == (one.count == 0) for one in found)


@given(OFFSETS)
def test_densest_group_is_what_trying_all_finds(hours: list[int]) -> None:
    """The most low reviews within 72 hours, and the shortest of equal groups."""
    times = [mark.at for mark in marks(hours)]
    groups = [
        (end - begin + 1, times[begin] - times[end])
        for begin in range(len(times))
        for end in range(begin, len(times))
        if times[end] - times[begin] <= timedelta(hours=72)
    ]
    found = densest(marks(hours))
    assert found is not None
    assert (found.count, -found.span) == max(groups)


def test_no_low_review_no_group() -> None:
    """Good reviews make no group, however close."""
    assert densest(marks([1, 2, 3], low=False)) is None


def test_weeks_for_a_short_history_months_for_a_long_one() -> None:
    """Half a year is where weeks end; weeks begin on Monday, months on the first."""
    short, long = marks([0, 150 * 24]), marks([0, 200 * 24])
    assert is_weekly(short)
    assert not is_weekly(long)
    assert periods(short, ZONE)[0].start == date(2025, 3, 3)
    assert periods(long, ZONE)[0].start == date(2025, 3, 1)
    assert periods([], ZONE) == []
