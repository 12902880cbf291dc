"""When is the service well?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.stages.ops.health import judge
from bot.store.delivery.outbox import Backlog
from bot.store.delivery.service_status import Installation

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WELL = Installation(
    started_at=NOW - timedelta(days=3),
    stopped_at=None,
    passed_at=NOW - timedelta(minutes=29),
    pass_every_s=900.0,
    bot_username="b",
    telegram_error="",
    telegram_error_at=None,
    scored_at=NOW - timedelta(seconds=40),
)
NOTHING_WAITS = Backlog(count=0, oldest_at=None, last_error="")


def test_a_service_that_passes_and_sends_is_well() -> None:
    """A pass within two intervals, and nothing waiting."""
    assert judge(WELL, NOTHING_WAITS, NOW) == []


def test_a_pass_older_than_two_intervals_is_wrong() -> None:
    """Half an hour at an interval of 15 minutes is the limit."""
    (line,) = judge(replace(WELL, passed_at=NOW - timedelta(minutes=31)), NOTHING_WAITS, NOW)
    assert "2026-11-24 11:29 UTC" in line
    assert "more than 30 minutes ago" in line


def test_a_service_that_has_just_started_has_its_first_pass_ahead() -> None:
    """After a week of rest the old pass does not count at once."""
    fresh = replace(WELL, started_at=NOW - timedelta(minutes=1), passed_at=NOW - timedelta(days=7))
    assert judge(fresh, NOTHING_WAITS, NOW) == []
    assert judge(replace(fresh, started_at=NOW - timedelta(hours=1)), NOTHING_WAITS, NOW)
    assert judge(replace(fresh, passed_at=None), NOTHING_WAITS, NOW) == []


def test_a_message_that_waits_for_more_than_ten_minutes_is_wrong() -> None:
    """The head of the outbox counts, with the last answer."""
    waiting = Backlog(count=4, oldest_at=NOW - timedelta(minutes=9), last_error="")
    assert judge(WELL, waiting, NOW) == []
    (line,) = judge(WELL, Backlog(4, NOW - timedelta(minutes=11), "Bad Gateway"), NOW)
    assert line.startswith("4 messages wait, the first since 2026-11-24 11:49 UTC")
    assert "Bad Gateway" in line


def test_a_refused_token_is_wrong() -> None:
    """What Telegram says is passed on."""
    (line,) = judge(replace(WELL, telegram_error="Ask @BotFather.", telegram_error_at=NOW), NOTHING_WAITS, NOW)
    assert line == "Ask @BotFather (since 2026-11-24 12:00 UTC)"


def test_a_service_that_never_ran_or_was_stopped_is_not_well() -> None:
    """Both say how to start it."""
    (never,) = judge(Installation(None, None, None, 900.0, "", "", None), NOTHING_WAITS, NOW)
    (stopped,) = judge(replace(WELL, stopped_at=NOW), NOTHING_WAITS, NOW)
    assert "never been started" in never
    assert "was stopped at" in stopped
    assert "reviewbot run" in never
    assert "reviewbot run" in stopped


def test_scoring_that_fails_or_stands_still_is_wrong() -> None:
    """Within ten minutes, with the reason where there is one; a service that has just started has time."""
    (fails,) = judge(replace(WELL, scoring_error="OSError: no room"), NOTHING_WAITS, NOW)
    assert "OSError: no room" in fails
    (still,) = judge(replace(WELL, scored_at=NOW - timedelta(minutes=11)), NOTHING_WAITS, NOW)
    assert "not been scored since 2026-11-24 11:49 UTC" in still
    assert judge(replace(WELL, scored_at=None, started_at=NOW - timedelta(minutes=9)), NOTHING_WAITS, NOW) == []


def test_whatever_keeps_the_owner_from_being_reached_is_wrong() -> None:
    """A place without a chat, something that was put aside, a pass that is dated in the future."""
    (nobody,) = judge(WELL, NOTHING_WAITS, NOW, unreached=("Mitte", "Nord", "Hafen", "Süd"))
    assert "Mitte, Nord, Hafen and others" in nobody
    (aside,) = judge(replace(WELL, put_aside="a back-test fails (KeyError)", put_aside_at=NOW), NOTHING_WAITS, NOW)
    assert aside.startswith("a back-test fails (KeyError) (since 2026-11-24 12:00 UTC)")
    (ahead,) = judge(replace(WELL, passed_at=NOW + timedelta(days=1)), NOTHING_WAITS, NOW)
    assert "clock was set back" in ahead
