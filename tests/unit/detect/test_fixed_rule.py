"""The fixed rule: when low reviews are a cluster, and what is usual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.fixed_rule import FixedRule, count_guests, excess_over, usual_per_day
from bot.detect.observation import Finding, Observation

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def low(number: int, ago: timedelta, **more: object) -> Observation:
    return Observation(number, NOW - ago, **{"platform": "google", **more})  # type: ignore[arg-type]  # own fields


def every(*hours_ago: float) -> list[Observation]:
    """Low reviews so many hours ago, oldest first, numbered from 1."""
    return [low(number, hours * HOUR) for number, hours in enumerate(sorted(hours_ago, reverse=True), 1)]


def look(lows: Sequence[Observation], *, known_since: datetime | None = None) -> Finding | None:
    return FixedRule().look(lows, now=NOW, known_since=known_since)


def test_three_within_the_window_are_a_cluster_edges_included() -> None:
    """Exactly 24 hours from the first to the third is still within 24 hours, a microsecond more is not."""
    found = look(every(25, 13, 1))
    assert found is not None
    assert (found.review_ids, found.count) == ((1, 2, 3), 3)
    assert (found.first_at, found.last_at) == (NOW - 25 * HOUR, NOW - HOUR)
    too_long = [low(1, 25 * HOUR + timedelta(microseconds=1)), low(2, 13 * HOUR), low(3, HOUR)]
    assert look(too_long) is None


def test_two_are_no_cluster() -> None:
    """The rule counts to three."""
    assert look(every(2, 1)) is None
    assert look([]) is None


def test_owner_s_figures_are_followed() -> None:
    """Two within an hour, where the owner wants that."""
    rule = FixedRule(low_reviews=2, window=HOUR)
    assert rule.look(every(2, 1), now=NOW, known_since=None) is not None
    assert rule.look(every(2.1, 1), now=NOW, known_since=None) is None


def test_a_day_without_a_time_ends_with_the_local_day() -> None:
    """Reviews of Monday that have no time lie at its end in Berlin: within 24 hours of Tuesday evening."""
    berlin = ZoneInfo("Europe/Berlin")
    monday = datetime(2026, 11, 23, 23, 59, 59, tzinfo=berlin).astimezone(UTC)
    lows = [Observation(n, monday, "booking") for n in (1, 2)]
    tuesday = datetime(2026, 11, 24, 23, 0, tzinfo=berlin).astimezone(UTC)
    rule = FixedRule()
    assert rule.look([*lows, Observation(3, tuesday, "google")], now=tuesday, known_since=None) is not None
    wednesday = tuesday + 2 * HOUR
    assert rule.look([*lows, Observation(3, wednesday, "google")], now=wednesday, known_since=None) is None


def test_the_newest_unbroken_cluster_is_given() -> None:
    """An older cluster days before is another one; a long run of overlapping windows is one."""
    found = look(every(80, 79, 78, 30, 20, 10, 2))
    assert found is not None
    assert found.review_ids == (4, 5, 6, 7)


def test_history_and_reviews_of_an_incident_open_nothing() -> None:
    """Only fresh reviews without an incident count."""
    assert look([low(n, n * HOUR, is_fresh=n > 1) for n in (3, 2, 1)]) is None
    assert look([low(n, n * HOUR, incident_id=5 if n == 1 else None) for n in (3, 2, 1)]) is None


def test_an_old_cluster_is_history() -> None:
    """A setting that was made stricter does not raise the alarm about last month."""
    assert look([low(n, 7 * DAY + n * HOUR) for n in (2, 1, 0)]) is not None
    assert look([low(n, 7 * DAY + n * HOUR) for n in (3, 2, 1)]) is None


def test_one_guest_s_copies_count_once_across_platforms() -> None:
    """The same words of the same guest on two platforms are one; twice on one platform they are two."""
    copies = [low(1, 3 * HOUR, twin="t"), low(2, 2 * HOUR, twin="t", platform="tripadvisor")]
    assert count_guests(copies) == 1
    assert look([*copies, low(3, HOUR)]) is None
    campaign = [low(1, 3 * HOUR, twin="t"), low(2, 2 * HOUR, twin="t")]
    assert count_guests(campaign) == 2
    found = look([*campaign, low(3, HOUR)])
    assert found is not None
    assert found.count == 3
    mixed = [*campaign, low(4, HOUR, twin="t", platform="tripadvisor")]
    assert count_guests(mixed) == 2


def test_a_cluster_names_the_copies_too() -> None:
    """They belong to the incident, although they are not counted."""
    found = look([low(1, 4 * HOUR, twin="t"), low(2, 3 * HOUR, twin="t", platform="x"), low(3, HOUR), low(4, HOUR)])
    assert found is not None
    assert (found.review_ids, found.count) == ((1, 2, 3, 4), 3)


def test_a_copy_of_what_an_incident_has_is_no_news() -> None:
    """On another platform it is a copy; on the same platform it is one more review."""
    told = [low(n, 30 * HOUR, twin=f"t{n}", incident_id=1) for n in (1, 2, 3)]
    assert look(told + [low(n + 10, HOUR, twin=f"t{n}", platform="x") for n in (1, 2, 3)]) is None
    assert look(told + [low(n + 10, HOUR, twin=f"t{n}") for n in (1, 2, 3)]) is not None


def test_usual_is_counted_over_ninety_days() -> None:
    """45 low reviews in the 90 days before are half a one a day; older ones do not count."""
    lows = [low(n, n * DAY) for n in range(120, 0, -2)]
    usual = usual_per_day(lows, before=NOW, known_since=NOW - 300 * DAY)
    assert usual == pytest.approx(0.5)


def test_usual_is_counted_from_the_first_known_review() -> None:
    """With 20 days known it is a rate over 20 days; with less than 14 nothing is said."""
    lows = [low(n, n * DAY) for n in range(10, 0, -1)]
    assert usual_per_day(lows, before=NOW, known_since=NOW - 20 * DAY) == pytest.approx(0.5)
    assert usual_per_day(lows, before=NOW, known_since=NOW - 14 * DAY) == pytest.approx(10 / 14)
    assert usual_per_day(lows, before=NOW, known_since=NOW - 14 * DAY + HOUR) is None
    assert usual_per_day(lows, before=NOW, known_since=None) is None


def test_the_cluster_itself_is_not_usual() -> None:
    """What is usual ends where the cluster begins."""
    found = look(every(3, 2, 1), known_since=NOW - 100 * DAY)
    assert found is not None
    assert (found.usual_per_day, found.excess) == (0.0, 3.0)


def test_the_excess_is_over_the_upper_end_of_what_is_usual() -> None:
    """Mean plus three standard deviations of the count and of the 90-day rate, over a day at least."""
    assert excess_over(7, usual_per_day=None, span=5 * DAY) == 7
    assert excess_over(30, usual_per_day=4.0, span=HOUR) == pytest.approx(30 - 4 - 3 * math.sqrt(4 + 4 / 90))
    assert excess_over(30, usual_per_day=4.0, span=4 * DAY) == pytest.approx(30 - 16 - 3 * math.sqrt(16 + 16 * 4 / 90))


def test_normal_means_no_cluster_within_two_days() -> None:
    """History counts here too: what is low is low."""
    rule = FixedRule()
    assert rule.is_normal(every(60, 59, 58, 2, 1), now=NOW)
    assert not rule.is_normal(every(3, 2, 1), now=NOW)
    assert rule.is_normal(every(48, 47, 46), now=NOW), "the first is just outside"
    assert not rule.is_normal([low(n, n * HOUR, is_fresh=False, incident_id=1) for n in (3, 2, 1)], now=NOW)


@given(st.lists(st.integers(0, 24 * 6 * 60), max_size=30))
def test_every_member_lies_in_a_window_with_enough(minutes: list[int]) -> None:
    """Whatever the times, the members are what a slow search over all windows finds in the newest run."""
    lows = [low(n, timedelta(minutes=m)) for n, m in enumerate(sorted(minutes, reverse=True))]

    def is_member(one: Observation) -> bool:
        windows = [[other for other in lows if timedelta(0) <= other.at - start.at <= DAY] for start in lows]
        return any(one in window and len(window) >= 3 for window in windows)

    expected: list[int] = []
    last: Observation | None = None
    for one in reversed(lows):
        if not is_member(one):
            if expected:
                break
            continue
        if last is not None and last.at - one.at > DAY:
            break
        expected.insert(0, one.review_id)
        last = one
    found = look(lows)
    assert list(found.review_ids if found else ()) == expected
