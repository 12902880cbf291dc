"""Quiet hours and the clock that stands still in them, in every night of the year."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.configured.alerting import clock_range
from bot.model.incident import Severity
from bot.policy import escalation, quiet
from bot.policy.escalation import Clock, Step, Whom
from bot.policy.quiet import MOST_SOUNDS, Ear, Quiet

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Quiet(time(22), time(8), BERLIN)
NORMAL, HIGH, CRITICAL = Severity.NORMAL, Severity.HIGH, Severity.CRITICAL


def berlin(day: int, hour: int, minute: int = 0, *, month: int = 11, fold: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN, fold=fold).astimezone(UTC)


clocks = st.times(max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
moments = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from([BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe"), UTC])
quiets = st.builds(
    lambda pair, zone, breaks: Quiet(pair[0], pair[1], zone, breaks),
    st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]),
    zones,
    st.sampled_from([None, CRITICAL, HIGH]),
)
waits = st.timedeltas(timedelta(), timedelta(hours=6))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("22:00-08:00", (time(22), time(8))),
        ("22-8", (time(22), time(8))),
        ("22.30 bis 7 Uhr", (time(22, 30), time(7))),
        ("23:00 – 24:00", (time(23), time(0))),
        ("22:00", None),
        ("22:00-22:00", None),
        ("25-8", None),
        ("22 Uhr bis 8 Uhr", (time(22), time(8))),
        ("24:30-8", None),
        ("8:60-9", None),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(text: str, found: tuple[time, time] | None) -> None:
    """Colons, dots, nothing, "bis" and "to"; a period without a length is none."""
    assert clock_range(text) == found


def test_period_reaches_over_midnight() -> None:
    """22:00 to 8:00 holds at 7:59 and not at 8:00, and is named with its own beginning and end."""
    assert NIGHT.period(berlin(24, 7, 59)) == (berlin(23, 22), berlin(24, 8))
    assert NIGHT.period(berlin(24, 8)) is None
    assert NIGHT.period(berlin(24, 21, 59)) is None


def test_nights_when_clocks_change_have_their_real_length() -> None:
    """In autumn the night is an hour longer, in spring an hour shorter; both end at 8:00 on the wall."""
    autumn = NIGHT.period(berlin(25, 3, month=10))
    assert autumn == (berlin(24, 22, month=10), berlin(25, 8, month=10))
    assert autumn[1] - autumn[0] == timedelta(hours=11)
    spring = NIGHT.period(berlin(29, 4, month=3))
    assert spring is not None
    assert spring[1] - spring[0] == timedelta(hours=9)


def test_an_end_in_the_repeated_hour_is_the_later_one() -> None:
    """Quiet until 2:30 in the night when 2:00 to 3:00 comes twice: the second 2:29 is quiet too."""
    until = Quiet(time(22), time(2, 30), BERLIN)
    assert until.period(berlin(25, 2, 29, month=10, fold=1)) is not None
    assert until.period(berlin(25, 2, 30, month=10, fold=1)) is None


def test_an_hour_that_the_clock_skips_is_no_quiet_hour() -> None:
    """Quiet from 2:00 to 2:30 in the night when the clock goes from 2:00 to 3:00."""
    gap = Quiet(time(2), time(2, 30), BERLIN)
    at = berlin(29, 0, month=3)
    while at < berlin(29, 6, month=3):
        assert gap.period(at) is None or at.astimezone(BERLIN).hour == 3
        at += timedelta(minutes=10)


@given(quiets, moments)
def test_a_period_that_holds_ends_later_and_is_the_same_all_through(one: Quiet, at: datetime) -> None:
    """Whatever the zone and the night, a moment is in at most one period, and its edges are where it changes."""
    period = one.period(at)
    if period is None:
        edge = one.next_edge(at)
        assert one.period(edge - timedelta(microseconds=1)) is None
    else:
        begins, ends = period
        assert begins <= at < ends
        assert one.period(begins) == period
        assert one.period(ends) is None
        assert ends - begins < timedelta(hours=26)


@given(st.lists(quiets, max_size=3), moments, waits, st.sampled_from(Severity))
def test_the_clock_counts_exactly_the_time_in_which_somebody_is_awake(
    some: list[Quiet], start: datetime, wait: timedelta, severity: Severity
) -> None:
    """What is due has waited as long as asked, not a second of it in quiet hours, and never falls into them."""
    due = quiet.due_after(some, start, wait, severity=severity)
    assert due >= start + wait
    assert quiet.awake_between(some, start, due, severity=severity) == wait
    assert quiet.all_quiet_until(some, due, severity=severity) is None


@given(st.lists(quiets, max_size=3), moments, waits, waits)
def test_the_clock_may_be_read_in_between(
    some: list[Quiet], start: datetime, wait: timedelta, after: timedelta
) -> None:
    """Reckoning it up to any moment before it is due changes nothing about when that is."""
    clock = Clock(0, wait, start)
    due = escalation.due_at(clock, some, severity=NORMAL)
    between = min(due, start + after)
    wound = escalation.wound(clock, some, severity=NORMAL, now=between)
    assert escalation.due_at(wound, some, severity=NORMAL) == due


@given(st.lists(quiets, max_size=2), moments, waits)
def test_what_breaks_quiet_hours_never_waits_longer(some: list[Quiet], start: datetime, wait: timedelta) -> None:
    """A stronger incident is never told later than a weaker one."""
    times = [quiet.due_after(some, start, wait, severity=one) for one in Severity]
    assert times == sorted(times, reverse=True)


def test_critical_goes_on_at_night_and_normal_stands_still() -> None:
    """Open at 21:50 with 20 minutes: 10 are left at 22:00, so that it is due at 8:10; a critical one at 22:10."""
    assert quiet.due_after([NIGHT], berlin(24, 21, 50), timedelta(minutes=20), severity=NORMAL) == berlin(25, 8, 10)
    assert quiet.due_after([NIGHT], berlin(24, 21, 50), timedelta(minutes=20), severity=CRITICAL) == berlin(24, 22, 10)


def test_becoming_critical_at_night_counts_what_is_left() -> None:
    """Ten minutes were left at 22:00; critical at 2:00, so it is due at 2:10 and not at once nor in the morning."""
    clock = escalation.begin([Step(timedelta(minutes=20), Whom.OWNERS)], now=berlin(24, 21, 50))
    assert clock is not None
    wound = escalation.wound(clock, [NIGHT], severity=NORMAL, now=berlin(25, 2))
    assert escalation.due_at(wound, [NIGHT], severity=CRITICAL) == berlin(25, 2, 10)


def test_one_chat_that_is_awake_keeps_the_clock_going() -> None:
    """The group has other hours than the owner: somebody can react."""
    early = Quiet(time(20), time(6), BERLIN)
    assert quiet.due_after([NIGHT, early], berlin(24, 5), timedelta(minutes=90), severity=NORMAL) == berlin(24, 7, 30)
    assert quiet.due_after([NIGHT, early], berlin(24, 21), timedelta(minutes=90), severity=NORMAL) == berlin(25, 6, 30)


def test_the_question_never_falls_into_the_night_and_its_hour_is_awake() -> None:
    """Taken at 19:00: asked at 8:00, not at 23:00; open again at 9:00. Taken at 10:00: asked at 14:00."""
    assert escalation.ask_at([NIGHT], taken_at=berlin(24, 19), severity=NORMAL) == berlin(25, 8)
    assert escalation.expires_at([NIGHT], asked_at=berlin(25, 8), severity=NORMAL) == berlin(25, 9)
    assert escalation.expires_at([NIGHT], asked_at=berlin(24, 21, 30), severity=NORMAL) == berlin(25, 8, 30)
    assert escalation.ask_at([NIGHT], taken_at=berlin(24, 10), severity=NORMAL) == berlin(24, 14)


_people = st.frozensets(st.integers(1, 4), max_size=4)
_nights = st.lists(st.lists(st.tuples(st.integers(1, 2), _people), max_size=2), min_size=1, max_size=6)


@given(_nights)
def test_nobody_is_woken_more_than_twice_a_night_and_nobody_who_may_be_is_missed(
    messages: list[list[tuple[int, frozenset[int]]]],
) -> None:
    """Whatever groups people are in: each message wakes everybody who was not woken twice yet, and nobody else."""
    groups: dict[int, frozenset[int]] = {}
    heard: dict[int, int] = {}
    rang: dict[int, int] = {}
    for message in messages:
        groups |= {100 + number: people for number, people in message}
        ears = [Ear(chat, True, people) for chat, people in groups.items()]
        ears += [Ear(person, False, frozenset({person})) for person in range(1, 5)]
        before = dict(heard)
        loud = quiet.woken(ears, heard, rang)
        for ear in ears:
            if ear.chat_id in loud:
                rang[ear.chat_id] = rang.get(ear.chat_id, 0) + 1
                for person in ear.people:
                    heard[person] = heard.get(person, 0) + 1
        assert all(count <= MOST_SOUNDS for count in heard.values())
        for person in range(1, 5):
            assert heard.get(person, 0) > before.get(person, 0) or before.get(person, 0) == MOST_SOUNDS


def test_a_group_of_which_nobody_is_known_sounds_twice_itself() -> None:
    """Nobody has ever written there, so its own sounds are counted."""
    unknown = [Ear(100, True, frozenset())]
    assert quiet.woken(unknown, {}, {100: 1}) == {100}
    assert quiet.woken(unknown, {}, {100: 2}) == set()
