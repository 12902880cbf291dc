"""Replaying a history: the incidents it would have raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.detect.adapter import Heard, as_review
from bot.detect.late import LateCluster
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, FLOOR, Level, OwnerRule, Tuning
from bot.incidents.replay import PastIncident, replay
from bot.model.incident import Rule
from bot.model.review import Rating

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNTIL = START + timedelta(days=365)
BERLIN = ZoneInfo("Europe/Berlin")


def reviews(*hours: float, rating: int = 1, first: int = 100, twin: str | None = None) -> list[Heard]:
    return [
        Heard(
            review_id=first + index,
            at=START + timedelta(hours=hour),
            seen=START + timedelta(hours=hour),
            rating=Rating(rating, 1, 5),
            is_low=rating <= 2,
            platform="google",
            twin=twin,
        )
        for index, hour in enumerate(hours)
    ]


def told(
    found: list[Heard],
    *,
    until: datetime = UNTIL,
    rule: OwnerRule = FLOOR,
    watched_since: datetime | None = None,
) -> list[PastIncident]:
    return replay(found, tuning=Tuning(rule=rule), zone=BERLIN, until=until, watched_since=watched_since)


USUAL = reviews(*(12.0 * n for n in range(360)), rating=5, first=10_000)
"""Two good reviews a day for half a year."""
AFTER = 24.0 * 90


def test_a_burst_opens_with_the_poll_that_finds_it_and_carries_its_numbers() -> None:
    """Four low reviews within three hours where none are usual."""
    (one,) = told([*USUAL, *reviews(*(AFTER + n for n in (0.1, 1, 2, 3.1)))])
    assert one.opened_at.timestamp() % 900 == 0
    assert START + timedelta(hours=AFTER + 2) <= one.opened_at <= START + timedelta(hours=AFTER + 3.5)
    assert one.review_ids == (100, 101, 102, 103)
    assert (one.count, one.reopened, one.kind.value) == (4, 0, "burst")
    assert one.n >= 3
    assert one.recurrence_years >= 1
    assert one.expected < 1
    assert one.ended_at is not None
    assert timedelta(days=3) <= one.ended_at - one.opened_at <= timedelta(days=7)


def test_low_reviews_at_their_usual_rate_raise_nothing() -> None:
    """One in ten, for half a year."""
    assert told([*USUAL, *reviews(*(120.0 * n + 5 for n in range(36)))]) == []


def test_a_place_with_three_low_reviews_every_day_has_an_end() -> None:
    """Three of ten a day are its rhythm; a burst on top of it opens, and closes again."""
    good = reviews(*(24 * day + 3 * n for day in range(150) for n in range(7)), rating=5, first=10_000)
    low = reviews(*(24 * day + 7 * n + 1 for day in range(150) for n in range(3)), first=20_000)
    burst = reviews(*(24 * 100 + 0.5 * n for n in range(14)))
    (one,) = told([*good, *low, *burst])
    assert START + timedelta(days=100) <= one.opened_at <= START + timedelta(days=101)
    assert one.ended_at is not None
    assert one.ended_at < START + timedelta(days=110)
    assert one.usual_per_day == pytest.approx(3, abs=0.7)


def test_a_second_burst_a_week_after_the_end_is_found() -> None:
    """As an incident of its own."""
    first = reviews(*(AFTER + n for n in range(5)))
    (one,) = told([*USUAL, *first])
    assert one.ended_at is not None
    later = (one.ended_at - START) / timedelta(hours=1) + 24 * 7
    both = told([*USUAL, *first, *reviews(*(later + n for n in range(5)), first=200)])
    assert [incident.review_ids[0] for incident in both] == [100, 200]
    assert [incident.reopened for incident in both] == [0, 0]


def test_what_is_not_over_yet_is_still_open() -> None:
    """An incident of yesterday has no end."""
    (one,) = told([*USUAL, *reviews(*(AFTER + n for n in range(5)))], until=START + timedelta(hours=AFTER + 30))
    assert one.ended_at is None


def test_one_guest_on_two_platforms_counts_once() -> None:
    """The same words on two platforms do not make three guests of two."""
    twins = reviews(0, 0.1, 0.2, twin="same")
    spread = [
        twins[0],
        Heard(101, twins[1].at, twins[1].seen, twins[1].rating, is_low=True, platform="booking", twin="same"),
        Heard(102, twins[2].at, twins[2].seen, twins[2].rating, is_low=True, platform="x", twin="same"),
    ]
    assert told(spread) == []


def test_the_owner_s_rule_and_the_floor_are_named() -> None:
    """Four of the first five in a day by the floor of new places; two by the owner's rule."""
    warm_up = reviews(0, rating=5, first=1)
    three = [*warm_up, *reviews(30, 31, 32, 33)]
    (by_floor,) = told(three)
    assert (by_floor.by_rule, by_floor.evidence.by_rule, by_floor.usual_per_day) == (True, Rule.FLOOR, None)
    (by_owner,) = told(three, rule=OwnerRule(2, 12.0))
    assert by_owner.evidence.by_rule is Rule.OWNER
    assert by_owner.opened_at < by_floor.opened_at


def test_what_was_there_before_is_history() -> None:
    """The same burst is nothing when it lies before the watch began, and an incident when it lies after."""
    found = [*USUAL, *reviews(*(AFTER + n for n in range(5)))]
    burst = START + timedelta(hours=AFTER)
    assert told(found, watched_since=burst + timedelta(days=1)) == []
    assert len(told(found, watched_since=burst - timedelta(hours=72))) == 1


def test_a_level_that_stays_has_an_end() -> None:
    """After two weeks it is the new normal, and is not told again and again."""
    daily = reviews(*(AFTER + 8.0 * n for n in range(3 * 60)))
    (one,) = told([*USUAL, *daily])
    assert one.ended_at is not None
    assert timedelta(days=14) <= one.ended_at - one.opened_at <= timedelta(days=16)


def test_every_page_outside_an_incident_is_an_incident() -> None:
    """Fed step by step, the detector itself pages when the replay opens, with the same numbers."""
    found = [*USUAL, *reviews(*(AFTER + 30 * 24 * k + n / 2 for k in range(3) for n in range(6)))]
    detector, pages = RhythmDetector(Tuning(rule=FLOOR)), []
    now, left = START.timestamp(), sorted(found, key=lambda one: one.seen)
    while now <= UNTIL.timestamp():
        while left and left[0].seen.timestamp() <= now:
            detector.observe(as_review(left.pop(0), BERLIN))
        alarm = detector.tick(now)
        if alarm is not None and alarm.level is Level.PAGE and not alarm.escalates:
            pages.append((alarm.time, alarm.n, alarm.expected, alarm.recurrence_years))
        now += DAY / 96
    assert len(pages) == 3
    assert pages == [(one.opened_at.timestamp(), one.n, one.expected, one.recurrence_years) for one in told(found)]


def test_progress_counts_every_review() -> None:
    """Whatever lies before the watch began included."""
    counted: list[int] = []
    replay(
        USUAL,
        tuning=Tuning(),
        zone=BERLIN,
        until=UNTIL,
        watched_since=START + timedelta(days=9),
        advance=counted.append,
    )
    assert sum(counted) == len(USUAL)


def test_the_tenth_low_review_of_a_new_place_is_told_without_sound() -> None:
    """A good review each day at noon, a low one each second evening: no incident, one silent word of ten of thirty."""
    silent: list[LateCluster] = []
    found = [
        *reviews(*(24.0 * n for n in range(20)), rating=5, first=10_000),
        *reviews(*(48.0 * n + 7 for n in range(25))),
    ]
    assert replay(found, tuning=Tuning(), zone=BERLIN, until=UNTIL, told=silent.append) == []
    (cluster,) = silent
    assert cluster.n == 10
    assert cluster.first_reviews == 29
    assert datetime.fromtimestamp(cluster.since, UTC) == START + timedelta(hours=7)
    assert datetime.fromtimestamp(cluster.until, UTC) == START + timedelta(hours=48 * 9 + 7)
