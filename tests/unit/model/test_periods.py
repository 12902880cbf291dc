"""When digests are due, on every clock; and which days they tell of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.periods import next_due, period_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[arg-type, misc]


def test_weekly_daily_and_monthly() -> None:
    """Monday nine o'clock, each day, the first of a month; what is due now is due next time a period later."""
    tuesday = at(2026, 11, 24, 18)
    monday = at(2026, 11, 30, 9)
    assert next_due(tuesday, BERLIN, every="weekly", day=0, hour=9) == monday
    assert next_due(monday, BERLIN, every="weekly", day=0, hour=9) == at(2026, 12, 7, 9)
    assert next_due(tuesday, BERLIN, every="daily", day=0, hour=9) == at(2026, 11, 25, 9)
    assert next_due(tuesday, BERLIN, every="monthly", day=0, hour=9) == at(2026, 12, 1, 9)
    with pytest.raises(ValueError, match="hourly"):
        next_due(tuesday, BERLIN, every="hourly", day=0, hour=9)


def test_nights_when_clocks_change() -> None:
    """An hour that is left out comes an hour later, one that there is twice counts once; the hour stays the same."""
    before = at(2026, 3, 28, 12)
    assert next_due(before, BERLIN, every="daily", day=0, hour=2) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_due(at(2026, 3, 28, 12), BERLIN, every="weekly", day=0, hour=9) == at(2026, 3, 30, 9)
    first = next_due(at(2026, 10, 24, 12), BERLIN, every="daily", day=0, hour=2)
    assert first == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert next_due(first, BERLIN, every="daily", day=0, hour=2) == datetime(2026, 10, 26, 1, tzinfo=UTC)


def test_periods_are_whole_days() -> None:
    """A week of seven days, also across the change; yesterday; the whole month before."""
    week = period_of(at(2026, 11, 30, 9), BERLIN, every="weekly")
    assert (week.start, week.end, week.before) == (at(2026, 11, 23), at(2026, 11, 30), at(2026, 11, 16))
    change = period_of(at(2026, 10, 26, 9), BERLIN, every="weekly")
    assert change.end - change.start == timedelta(days=7, hours=1)
    day = period_of(at(2026, 11, 30, 9), BERLIN, every="daily")
    assert (day.start, day.end) == (at(2026, 11, 29), at(2026, 11, 30))
    month = period_of(at(2026, 12, 1, 9), BERLIN, every="monthly")
    assert (month.start, month.end, month.before) == (at(2026, 11, 1), at(2026, 12, 1), at(2026, 10, 1))


@given(
    st.integers(1_577_836_800, 2_051_222_400),
    st.sampled_from(ZONES),
    st.sampled_from(("daily", "weekly", "monthly")),
    st.integers(0, 6),
    st.integers(0, 23),
)
def test_no_period_is_left_out_or_told_twice(seconds: int, name: str, every: str, day: int, hour: int) -> None:
    """Whenever it begins and wherever: each digest begins where the one before ended."""
    zone, now = ZoneInfo(name), datetime.fromtimestamp(seconds, UTC)
    due = next_due(now, zone, every=every, day=day, hour=hour)
    later = next_due(due, zone, every=every, day=day, hour=hour)
    assert now < due < later
    assert period_of(later, zone, every=every).start == period_of(due, zone, every=every).end
