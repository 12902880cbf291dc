"""Replaying a history: the incidents it would have raised."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.detect.fixed_rule import FixedRule
from bot.detect.observation import Observation
from bot.incidents.machine import Request, apply
from bot.incidents.replay import PastIncident
from bot.incidents.replay import replay as replay_history
from bot.incidents.watch import Close, Grow, Open, Recur, Situation, decide
from bot.model.incident import Incident, Move, Severity, State

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
LONG_AGO = START - timedelta(days=200)
UNTIL = START + timedelta(days=365)


def lows(*hours: float) -> list[Observation]:
    return [
        Observation(review_id=100 + i, at=START + timedelta(hours=hour), platform="google")
        for i, hour in enumerate(hours)
    ]


def told(found: list[Observation], *, until: datetime = UNTIL, rule: FixedRule | None = None) -> list[PastIncident]:
    rule = rule or FixedRule()
    return replay_history(found, detector=rule, reach=rule.window, known_since=LONG_AGO, until=until)


def test_a_cluster_opens_at_its_third_review_and_closes_after_two_quiet_days() -> None:
    """Three low reviews within a day are one incident, closed 48 hours after the last."""
    (one,) = told(lows(0, 5, 10))
    assert one.opened_at == START + timedelta(hours=10)
    assert one.ended_at == START + timedelta(hours=58)
    assert one.review_ids == (100, 101, 102)
    assert one.count == 3
    assert one.reopened == 0


def test_reviews_far_apart_raise_nothing() -> None:
    """Two a day never reach three within 24 hours."""
    assert told(lows(0, 13, 26, 39, 52)) == []


def test_later_reviews_join_and_delay_the_end() -> None:
    """What follows within two days joins, even alone, and the quiet is counted from it."""
    (one,) = told(lows(0, 1, 2, 40, 80))
    assert one.count == 5
    assert one.ended_at == START + timedelta(hours=128)


def test_a_cluster_soon_after_the_end_goes_on_and_a_late_one_is_new() -> None:
    """Within 72 hours after the end it is the same incident, later another."""
    (same,) = told(lows(0, 1, 2, 60, 61, 62))
    assert (same.count, same.reopened) == (6, 1)
    assert same.ended_at == START + timedelta(hours=110)
    first, second = told(lows(0, 1, 2, 150, 151, 152))
    assert (first.count, second.count) == (3, 3)
    assert second.opened_at == START + timedelta(hours=152)


def test_what_is_not_over_yet_is_still_open() -> None:
    """An incident of yesterday has no end."""
    (one,) = told(lows(0, 1, 2), until=START + timedelta(hours=30))
    assert one.ended_at is None


def test_one_guest_on_two_platforms_counts_once() -> None:
    """The same words on two platforms do not make three guests of two."""
    twins = [
        Observation(review_id=1, at=START, platform="google", twin="a"),
        Observation(review_id=2, at=START, platform="tripadvisor", twin="a"),
        Observation(review_id=3, at=START, platform="google"),
    ]
    assert told(twins) == []


def test_usual_is_what_the_ninety_days_before_had() -> None:
    """Nine low reviews, ten days apart, in 90 days are a tenth a day."""
    before = [float(-24 * 10 * (9 - i)) for i in range(9)]
    (one,) = told(lows(*before, 0, 1, 2))
    assert one.usual_per_day is not None
    assert abs(one.usual_per_day - 0.1) < 0.001


def test_an_incident_of_months_keeps_all_its_reviews() -> None:
    """Longer than the look back of a decision, and still every review is counted."""
    (one,) = told(lows(*(hour * 6.0 for hour in range(4 * 250))))
    assert one.count == 1000


def step_by_step(found: list[Observation], *, until: datetime) -> list[tuple[datetime, datetime | None, list[int]]]:
    """The live program: a decision after each single review, and at the deadlines between them."""
    rule, seen = FixedRule(), list[Observation]()
    told_of: list[tuple[datetime, datetime | None, list[int]]] = []
    current: Incident | None = None
    last: Incident | None = None
    settled, usual = START, None

    def decide_at(now: datetime) -> None:
        nonlocal current, last, settled, usual
        while True:
            is_settled_since = settled if current is not None else None
            situation = Situation(seen, current, last, usual, is_settled_since, False, LONG_AGO)
            match decide(situation, detector=rule, now=now):
                case Open(finding):
                    told_of.append((now, None, []))
                    current, usual = opened(len(told_of), finding.count, now), finding.usual_per_day
                    joining = finding.review_ids
                case Recur(before, finding):
                    current, usual = apply(before, Request(move=Move.RECUR), now=now), finding.usual_per_day
                    joining = finding.review_ids
                case Grow(_, review_ids):
                    joining = review_ids
                case Close(before):
                    last, current = apply(before, Request(move=Move.CLOSE), now=now), None
                    told_of[-1] = (told_of[-1][0], now, told_of[-1][2])
                    continue
                case _:
                    return
            settled = now
            told_of[-1] = (told_of[-1][0], None, sorted([*told_of[-1][2], *joining]))
            seen[:] = [replace(low, incident_id=len(told_of)) if low.review_id in joining else low for low in seen]

    for low in found:
        if current is not None and settled + timedelta(hours=48) <= low.at:
            decide_at(settled + timedelta(hours=48))
        seen.append(low)
        decide_at(low.at)
    if current is not None and settled + timedelta(hours=48) <= until:
        decide_at(settled + timedelta(hours=48))
    return told_of


def opened(number: int, count: int, now: datetime) -> Incident:
    return Incident(
        incident_id=number,
        location_id=0,
        state=State.OPEN,
        severity=Severity.NORMAL,
        version=0,
        opened_at=now,
        moved_at=now,
        last_move=Move.OPEN,
        first_count=count,
    )


def test_passing_over_reviews_changes_nothing() -> None:
    """Deciding after each single review, as the live program does, gives the same incidents."""
    chance = random.Random(7)
    count = 0
    for _ in range(60):
        found = lows(*sorted(chance.uniform(0, 24 * 60) for _ in range(chance.randint(5, 120))))
        whole = told(found)
        assert [(one.opened_at, one.ended_at, list(one.review_ids)) for one in whole] == step_by_step(
            found, until=UNTIL
        )
        count += sum(1 + one.reopened for one in whole)
    assert count > 100


def test_an_empty_history_raises_nothing() -> None:
    """Nothing comes of nothing."""
    assert told([]) == []
