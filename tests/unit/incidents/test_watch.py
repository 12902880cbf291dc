"""What the program does about a location: open, grow, recur, close."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.detect.fixed_rule import FixedRule
from bot.detect.observation import Observation
from bot.incidents.watch import Close, Decision, Grow, Open, Recur, Situation, decide, step
from bot.model.incident import Incident, Move, Severity, State

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def incident(state: State = State.OPEN, **more: object) -> Incident:
    base = Incident(
        incident_id=1,
        location_id=1,
        state=state,
        severity=Severity.NORMAL,
        version=0,
        opened_at=NOW - HOUR,
        moved_at=NOW - HOUR,
        last_move=Move.OPEN,
        first_count=3,
    )
    return replace(base, **more)  # type: ignore[arg-type]  # the incident's own fields


def lows(*hours_ago: float, first_id: int = 1, **more: object) -> list[Observation]:
    return [
        Observation(first_id + n, NOW - hours * HOUR, **{"platform": "google", **more})  # type: ignore[arg-type]
        for n, hours in enumerate(sorted(hours_ago, reverse=True))
    ]


def what(
    observations: Iterable[Observation],
    *,
    current: Incident | None = None,
    last: Incident | None = None,
    usual: float | None = None,
    settled: timedelta | None = None,
    is_blind: bool = False,
) -> Decision | None:
    situation = Situation(
        lows=sorted(observations, key=lambda low: (low.at, low.review_id)),
        current=current,
        last=last,
        usual_per_day=usual,
        settled_since=None if settled is None else NOW - settled,
        is_blind=is_blind,
        known_since=NOW - 100 * DAY,
    )
    return decide(situation, detector=FixedRule(), now=NOW)


def test_a_cluster_opens() -> None:
    """Two reviews do nothing, three open."""
    assert what(lows(2, 1)) is None
    decision = what(lows(3, 2, 1))
    assert isinstance(decision, Open)
    assert decision.finding.review_ids == (1, 2, 3)


@pytest.mark.parametrize(("ago", "kind"), [(72 * HOUR, Recur), (72 * HOUR + timedelta(seconds=1), Open)])
@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_a_new_cluster_soon_after_is_the_same_incident(ago: timedelta, kind: type, state: State) -> None:
    """Within 72 hours of its end, later it is a new one."""
    assert isinstance(what(lows(3, 2, 1), last=incident(state, ended_at=NOW - ago)), kind)


def test_later_reviews_join_with_their_count() -> None:
    """One is enough; history and reviews of another incident stay out."""
    own = lows(5, 4, 3, incident_id=1)
    decision = what([*own, *lows(1, first_id=9)], current=incident())
    assert decision == Grow(incident(), (9,), 4, Severity.NORMAL)
    assert what([*own, *lows(1, first_id=9, is_fresh=False)], current=incident()) is None
    assert what([*own, *lows(1, first_id=9, incident_id=7)], current=incident()) is None


def test_a_single_earlier_review_joins_within_a_day_only() -> None:
    """A lone low review of last week is not part of tonight."""
    own = lows(5, 4, 3, incident_id=1)
    assert isinstance(what([*own, *lows(29, first_id=9)], current=incident()), Grow)
    assert what([*own, *lows(29.1, first_id=9)], current=incident()) is None


def test_an_earlier_cluster_joins_as_a_whole() -> None:
    """Or it would open again as soon as this incident is over."""
    own = lows(5, 4, 3, incident_id=1)
    decision = what([*own, *lows(99, 98, 97, first_id=9)], current=incident())
    assert isinstance(decision, Grow)
    assert (decision.review_ids, decision.count) == ((9, 10, 11), 6)


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED, State.ACKNOWLEDGED, State.SNOOZED])
def test_quiet_closes_from_every_unresolved_state(state: State) -> None:
    """48 hours without a cluster and since anything happened."""
    own = lows(60, 59, 58, incident_id=1)
    current = incident(state)
    assert what(own, current=current, settled=48 * HOUR) == Close(current)
    assert what(own, current=current, settled=47 * HOUR) is None
    assert what(own, current=current, settled=48 * HOUR, is_blind=True) is None
    assert what([*own, *lows(30, 29, 28, incident_id=1, first_id=9)], current=current, settled=48 * HOUR) is None


def test_a_quiet_place_is_high_at_twice_and_critical_at_four_times() -> None:
    """3 -> 5 normal, 6 high, 11 high, 12 critical."""
    seen = {}
    for count in (5, 6, 11, 12):
        decision = what(lows(*(n / 10 for n in range(count))), current=incident(), usual=0.0)
        assert isinstance(decision, Grow)
        seen[count] = decision.severity
    assert seen == {5: Severity.NORMAL, 6: Severity.HIGH, 11: Severity.HIGH, 12: Severity.CRITICAL}


@pytest.mark.parametrize("severity", Severity)
def test_severity_never_goes_down(severity: Severity) -> None:
    """However little is left of the excess."""
    assert step(incident(severity=severity), -5.0) is severity


def _busy(days: int, *, per_day: float, seed: int) -> list[datetime]:
    """Low reviews of an ordinary place: a Poisson process."""
    chance = random.Random(seed)
    at, end, found = NOW, NOW + days * DAY, []
    while (at := at + timedelta(days=chance.expovariate(per_day))) < end:
        found.append(at)
    return found


def _live(times: Sequence[datetime], *, since: datetime) -> Severity:
    """Look after every fifth review from `since` on; gives the highest severity reached."""
    rule, current, usual = FixedRule(), None, None
    seen = [Observation(number, at, "google", is_fresh=at >= since) for number, at in enumerate(times) if at < since]
    for number in range(len(seen), len(times)):
        at = times[number]
        seen.append(Observation(number, at, "google"))
        if number % 5 and number + 1 < len(times):
            continue
        decision = decide(Situation(seen, current, None, usual, None, False, times[0]), detector=rule, now=at)
        match decision:
            case Open(finding):
                current = incident(first_count=finding.count, opened_at=at)
                usual = finding.usual_per_day
                joined = finding.review_ids
            case Grow(before, joined, _, severity):
                current = replace(before, severity=severity)
            case _:
                joined = ()
        for one in joined:
            seen[one] = replace(seen[one], incident_id=1)
    assert current is not None, "a place with 20 low reviews a day has an incident by the fixed rule"
    return current.severity


@pytest.mark.parametrize("seed", range(6))
def test_a_busy_place_does_not_become_critical_by_its_ordinary_reviews(seed: int) -> None:
    """20 a day for 30 days after 90 ordinary days."""
    assert _live(_busy(120, per_day=20, seed=seed), since=NOW + 90 * DAY) is not Severity.CRITICAL


def test_a_real_wave_at_a_busy_place_is_critical() -> None:
    """Sixty more in one evening stand out of twenty a day."""
    usual = _busy(91, per_day=20, seed=1)
    wave = [NOW + 91 * DAY + timedelta(minutes=n) for n in range(60)]
    assert _live(usual + wave, since=NOW + 90 * DAY) is Severity.CRITICAL
