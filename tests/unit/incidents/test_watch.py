"""What the program does about a location: open, grow, recur, close."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.detect.observation import Observation
from bot.detect.types import FLOOR, Alarm, Kind, Level, OwnerRule
from bot.incidents.watch import (
    Close,
    Decision,
    Grow,
    Open,
    ReadLate,
    Recur,
    Situation,
    decide,
    evidence_of,
    step,
    usual_of,
)
from bot.model.incident import Cause, Evidence, Incident, Rule, Severity, State, Transition

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
        last_move=Transition.OPEN,
        first_count=3,
    )
    return replace(base, **more)  # type: ignore[arg-type]  # the incident's own fields


def lows(*hours_ago: float, first_id: int = 1, **more: object) -> list[Observation]:
    return [
        Observation(first_id + n, NOW - hours * HOUR, **{"platform": "google", **more})  # type: ignore[arg-type]
        for n, hours in enumerate(sorted(hours_ago, reverse=True))
    ]


def page(hours: float = 6.0, **more: object) -> Alarm:
    """What the detector says of the last hours."""
    alarm = Alarm(
        time=NOW.timestamp(),
        level=Level.PAGE,
        kind=Kind.BURST,
        since=(NOW - hours * HOUR).timestamp(),
        n=3,
        window_h=hours,
        expected=0.2,
        usual_per_day=0.8,
        recurrence_years=4.0,
    )
    return replace(alarm, **more)  # type: ignore[arg-type]  # the alarm's own fields


def what(
    observations: Iterable[Observation],
    *,
    said: Alarm | None = None,
    current: Incident | None = None,
    last: Incident | None = None,
    usual: float | None = None,
    is_lasting: bool = True,
    is_source_down: bool = False,
    zone: ZoneInfo | None = None,
) -> Decision | None:
    situation = Situation(
        lows=sorted(observations, key=lambda low: (low.at, low.review_id)),
        current=current,
        last=last,
        usual_per_day=usual,
        page=said,
        is_lasting=is_lasting,
        is_source_down=is_source_down,
        zone=zone or ZoneInfo("UTC"),
    )
    return decide(situation, now=NOW)


def test_a_page_opens_with_the_reviews_of_its_window() -> None:
    """Without a page nothing opens, however many there are; what came before the window stays out."""
    assert what(lows(3, 2, 1)) is None
    said = page(6)
    assert what(lows(9, 3, 2, 1), said=said) == Open(said, (2, 3, 4), 3)


def test_one_guest_s_copies_count_once() -> None:
    """Both belong to the incident."""
    twins = [*lows(3, 2), *lows(1, first_id=8, twin="t"), *lows(1.5, first_id=9, twin="t", platform="booking")]
    decision = what(twins, said=page())
    assert isinstance(decision, Open)
    assert (decision.review_ids, decision.count) == ((1, 2, 9, 8), 3)


def test_history_alone_opens_nothing_and_belongs_to_a_cluster_that_goes_on() -> None:
    """Two that a first import found and a new one are one cluster of three."""
    old = lows(3, 2, is_fresh=False)
    assert what(old, said=page()) is None
    decision = what([*old, *lows(1, first_id=9)], said=page())
    assert isinstance(decision, Open)
    assert decision.review_ids == (1, 2, 9)


def test_a_day_without_a_time_belongs_to_a_window_that_ends_within_it() -> None:
    """Its own moment is the end of the local day, the detector places it within the day of its date."""
    berlin = ZoneInfo("Europe/Berlin")
    monday = Observation(7, datetime(2026, 11, 23, 23, 59, 59, tzinfo=berlin), "booking", is_date_only=True)
    since = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    said = page(since=since.timestamp())
    decision = what([monday, *lows(1)], said=said, zone=berlin)
    assert isinstance(decision, Open)
    assert decision.review_ids == (7, 1)
    assert what([replace(monday, is_date_only=False), *lows(1)], said=said, zone=berlin) == Open(said, (1,), 1)


@pytest.mark.parametrize(("ago", "kind"), [(72 * HOUR, Recur), (72 * HOUR + timedelta(seconds=1), Open)])
@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_a_new_page_soon_after_is_the_same_incident(ago: timedelta, kind: type, state: State) -> None:
    """Within 72 hours of its end, later it is a new one."""
    assert isinstance(what(lows(3, 2, 1), said=page(), last=incident(state, ended_at=NOW - ago)), kind)


def test_later_reviews_join_with_their_count() -> None:
    """One is enough, without a page; history and reviews of another incident stay out."""
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


def test_a_page_during_an_incident_makes_it_high() -> None:
    """Whoever opened it; what is critical stays critical."""
    own, said = lows(5, 4, 3, incident_id=1), page()
    assert what(own, current=incident(), said=said) == Grow(incident(), (), 3, Severity.HIGH, said)
    critical = incident(severity=Severity.CRITICAL)
    assert what(own, current=critical, said=said) == Grow(critical, (), 3, Severity.CRITICAL, said)


@pytest.mark.parametrize("state", [State.OPEN, State.ASSIGNED, State.ACKNOWLEDGED, State.SNOOZED])
def test_the_end_that_the_detector_sees_closes_from_every_unresolved_state(state: State) -> None:
    """Not while it still sees the incident, and not while a source cannot be read."""
    own, current = lows(60, 59, 58, incident_id=1), incident(state)
    assert what(own, current=current, is_lasting=False) == Close(current)
    assert what(own, current=current) is None
    assert what(own, current=current, is_lasting=False, is_source_down=True) is None


def test_what_has_settled_waits_for_a_person_or_for_the_old_level() -> None:
    """Two a day where two a week were usual go on; one in five days is the old level again."""
    settled = incident(settled_at=NOW - DAY, opened_at=NOW - 15 * DAY)
    daily = lows(*(12 * n for n in range(20)), incident_id=1)
    assert what(daily, current=settled, is_lasting=False, usual=0.28) is None
    quiet = lows(*(120 + 12 * n for n in range(20)), 30, incident_id=1)
    assert what(quiet, current=settled, is_lasting=False, usual=0.28) == Close(settled)


def test_what_has_settled_does_not_add_up_to_critical() -> None:
    """A level that is there every day is no excess any more."""
    settled = incident(settled_at=NOW - DAY, opened_at=NOW - 15 * DAY)
    own = [*lows(*(12 * n for n in range(1, 40)), incident_id=1, first_id=50), *lows(1)]
    decision = what(own, current=settled, usual=0.0)
    assert isinstance(decision, Grow)
    assert decision.severity is Severity.NORMAL


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


def test_the_evidence_names_the_rule_that_opened_it() -> None:
    """The owner's, the floor of small places, or none; at a new place nothing is called usual."""
    assert evidence_of(page(), FLOOR) == Evidence(3, 6.0, 0.2, 4.0)
    assert evidence_of(page(by_rule=True), FLOOR).by_rule is Rule.FLOOR
    assert evidence_of(page(by_rule=True), OwnerRule(3, 24.0)).by_rule is Rule.OWNER
    assert usual_of(page()) == 0.8
    assert usual_of(page(is_new_place=True)) is None


def test_what_was_there_when_it_went_on_is_no_growth() -> None:
    """It opened with three and ended with seven; four more make it go on: its start is eleven then, not seven."""
    ended = incident(State.RESOLVED, ended_at=NOW - 20 * HOUR, opened_at=NOW - 30 * HOUR)
    own = lows(29, 28, 27, 26, 25, 24, 23, incident_id=1)
    decision = what([*own, *lows(3, 2, 1, 0.5, first_id=20)], said=page(), last=ended)
    assert isinstance(decision, Recur)
    assert (decision.count, decision.total) == (4, 11)
    again = incident(first_count=decision.total)
    members = [*own, *lows(3, 2, 1, 0.5, first_id=20, incident_id=1)]
    grown = what([*members, *lows(0.1, first_id=40)], current=again, usual=0.0)
    assert isinstance(grown, Grow)
    assert grown.severity is Severity.NORMAL


def test_what_is_read_after_the_end_is_counted_without_copies() -> None:
    """Two of one guest, one of whom the incident holds already, add one to what it begins with when it goes on."""
    ended = incident(State.RESOLVED, ended_at=NOW - HOUR)
    own = [*lows(5, 4, incident_id=1), *lows(3, incident_id=1, first_id=9, twin="words")]
    late = [*lows(2.5, first_id=20), *lows(2, first_id=21, twin="words", platform="booking")]
    decision = what([*own, *late], last=ended)
    assert isinstance(decision, ReadLate)
    assert decision.review_ids == (20, 21)
    assert decision.count == 1


def test_what_was_known_when_it_began_raises_nothing() -> None:
    """Three more of the day before were there when it opened: it began with six. Three read since make it high."""
    own = lows(5, 4, 3, incident_id=1)
    for seen, known, severity in ((NOW - HOUR, 3, Severity.NORMAL), (NOW, 0, Severity.HIGH)):
        decision = what([*lows(20, 19, 18, first_id=20, seen=seen), *own], current=incident(), usual=0.0)
        assert isinstance(decision, Grow)
        assert (decision.count, decision.known, decision.severity) == (6, known, severity)


@pytest.mark.parametrize(
    ("days", "cause", "old", "new", "goes_on"),
    [
        (5, Cause.WAITING, ("food",), ("waiting",), True),
        (5, Cause.WAITING, ("waiting",), ("food",), False),
        (5, None, ("waiting", "food"), ("waiting",), True),
        (5, Cause.OTHER, ("waiting",), ("waiting",), True),
        (5, Cause.WAITING, ("waiting",), None, False),
        (5, None, None, ("waiting",), False),
        (5, Cause.FALSE, ("waiting",), ("waiting",), False),
        (5, Cause.SMEAR, ("waiting",), ("waiting",), False),
        (8, Cause.WAITING, ("waiting",), ("waiting",), False),
        (2, Cause.WAITING, ("waiting",), ("food",), True),
    ],
)
def test_the_same_cause_within_a_week_is_the_same_incident(
    days: int, cause: Cause | None, old: tuple[str, ...] | None, new: tuple[str, ...] | None, goes_on: bool
) -> None:
    """What a person said it was, else what its reviews complain of, against what the new ones complain of."""
    ended = incident(State.RESOLVED if cause else State.CLOSED, ended_at=NOW - days * DAY, cause=cause)
    own = lows(200.0, 201.0, incident_id=1, themes=None if old is None else frozenset(old))
    fresh = lows(1.0, 2.0, 3.0, first_id=20, themes=None if new is None else frozenset(new))
    decision = what([*own, *fresh], said=page(), last=ended)
    assert isinstance(decision, Recur if goes_on else Open)


def test_one_word_among_many_is_no_common_cause() -> None:
    """Two of the new reviews and half of those that say anything must complain of it."""
    ended = incident(State.RESOLVED, ended_at=NOW - 5 * DAY, cause=Cause.WAITING)
    words = [frozenset({"waiting"}), *[frozenset({"food"})] * 3]
    fresh = [replace(low, themes=its) for low, its in zip(lows(1.0, 2.0, 3.0, 4.0), words, strict=True)]
    assert isinstance(what(fresh, said=page(), last=ended), Open)
    waited = [replace(low, themes=its) for low, its in zip(lows(1.0, 2.0, 3.0), words, strict=False)]
    assert isinstance(what(waited, said=page(), last=ended), Open)
