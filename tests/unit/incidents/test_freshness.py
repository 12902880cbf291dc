"""Which low reviews may open an incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.incidents.freshness import OLD_NEWS, is_fresh, low_since

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LONG_AGO = NOW - timedelta(days=90)


def fresh(**more: object) -> bool:
    usual: dict[str, object] = {
        "low_at": NOW - HOUR,
        "discovered_at": NOW,
        "connected_at": LONG_AGO,
        "is_first_sweep": False,
        "is_edit": False,
    }
    return is_fresh(**{**usual, **more})  # type: ignore[arg-type]  # its own parameters


def test_a_new_review_is_fresh() -> None:
    """The usual case."""
    assert fresh()


def test_a_first_sweep_brings_history() -> None:
    """Also what was published after the source was connected, and edits that nobody dates."""
    assert not fresh(is_first_sweep=True)
    assert not fresh(is_first_sweep=True, is_edit=True, low_at=NOW)
    assert fresh(is_first_sweep=True, is_edit=True), "a dated edit of a known review is news in any sweep"


@pytest.mark.parametrize(("connected_at", "expected"), [(NOW - HOUR, True), (NOW - HOUR + timedelta(seconds=1), False)])
def test_what_was_before_the_connection_is_history(connected_at: datetime, expected: bool) -> None:
    """The moment of connection itself counts."""
    assert fresh(connected_at=connected_at) is expected


@pytest.mark.parametrize(("age", "expected"), [(OLD_NEWS, True), (OLD_NEWS + timedelta(seconds=1), False)])
def test_old_news_is_history(age: timedelta, expected: bool) -> None:
    """Exactly seven days before the discovery still counts."""
    assert fresh(low_at=NOW - age) is expected
    assert fresh(low_at=NOW - age, is_edit=True) is expected


def test_a_day_that_has_not_ended_is_fresh() -> None:
    """A review without a time lies at the end of today."""
    assert fresh(low_at=NOW + 6 * HOUR)


def test_when_a_low_review_counts() -> None:
    """Published; a lowered one at its edit, or at its discovery where nobody says when that was."""
    when = {"published_at": LONG_AGO, "discovered_at": NOW}
    edit = NOW - HOUR
    assert low_since(**when, edited_at=None, was_known_not_low=False) == LONG_AGO
    assert low_since(**when, edited_at=edit, was_known_not_low=False) == LONG_AGO
    assert low_since(**when, edited_at=edit, was_known_not_low=True) == edit
    assert low_since(**when, edited_at=None, was_known_not_low=True) == NOW
