"""The one source of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.clock import SteppedClock, SystemClock


def test_the_system_s_time_is_aware_utc() -> None:
    """Between two readings of the machine's clock."""
    before, now, after = datetime.now(UTC), SystemClock().now(), datetime.now(UTC)
    assert before <= now <= after
    assert now.utcoffset() == timedelta(0)


def test_a_stepped_clock_stands_still_until_it_is_moved() -> None:
    """It shows UTC whatever zone it was set in, and never goes back."""
    clock = SteppedClock(datetime(2026, 11, 24, 18, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == clock.now() == datetime(2026, 11, 24, 17, tzinfo=UTC)
    clock.advance(timedelta(minutes=15))
    assert clock.now() == datetime(2026, 11, 24, 17, 15, tzinfo=UTC)
    assert clock.steady() == 900
    clock.set_wrong(-timedelta(days=1))
    assert clock.now() == datetime(2026, 11, 23, 17, 15, tzinfo=UTC)
    assert clock.steady() == 900, "no time passes when a clock is set"
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
