"""The rota: who is on duty, over time zones, nights when clocks change, holidays, absences and swaps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.policy import rota
from bot.policy.rota import Absence, HolidayRule, Rota, Shift, Swap

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"),
            *("Asia/Kathmandu", "Pacific/Apia", "Africa/Cairo", "UTC"),
        )
    ]
)
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NEAR_CHANGES = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
    ]
).flatmap(lambda at: st.integers(-240, 240).map(lambda minutes: at + timedelta(minutes=minutes)))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
ANNA, BEN, CEM = 1, 2, 3


def _every_day(*shifts: tuple[int, str, str], zone: ZoneInfo = BERLIN, **more: object) -> Rota:
    rows = [
        Shift(day * 10 + number, person, day, time.fromisoformat(begins), time.fromisoformat(ends))
        for day in range(7)
        for number, (person, begins, ends) in enumerate(shifts)
    ]
    return Rota(zone, tuple(rows), **more)  # type: ignore[arg-type]


def _at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


@given(st.one_of(MOMENTS, NEAR_CHANGES), ZONES, st.lists(TIMES, min_size=1, max_size=4, unique=True))
def test_shifts_that_adjoin_on_the_wall_leave_no_hole_and_no_overlap(
    at: datetime, zone: ZoneInfo, edges: list[time]
) -> None:
    """A day divided among people: exactly one of them is on duty at any moment, whatever the clocks do."""
    edges = sorted(edges)
    following = [*edges[1:], edges[0]]
    found = Rota(
        zone,
        tuple(
            Shift(10 * day + number, number + 1, day, begins, ends)
            for day in range(7)
            for number, (begins, ends) in enumerate(zip(edges, following, strict=True))
        ),
    )
    assert len(rota.watch(found, at).on) == 1


@given(st.one_of(MOMENTS, NEAR_CHANGES), ZONES, st.integers(0, 6), TIMES, TIMES)
def test_the_next_change_is_the_first(at: datetime, zone: ZoneInfo, day: int, begins: time, ends: time) -> None:
    """Nothing changes before it, and it does change then; a weekly shift always has one within the time looked at."""
    found = Rota(zone, (Shift(1, ANNA, day, begins, ends),))
    change = rota.next_change(found, at)
    now = rota.watch(found, at).on
    assert change is not None
    assert change.on == rota.watch(found, change.at).on != now
    assert rota.watch(found, change.at - timedelta(microseconds=1)).on == now


@given(st.dates(date(2009, 1, 1), date(2035, 1, 1)), ZONES, TIMES, TIMES)
def test_moments_of_a_day_keep_the_order_of_the_wall(day: date, zone: ZoneInfo, one: time, other: time) -> None:
    """An earlier time on the wall is never a later moment, in the nights when clocks change neither."""
    first, second = sorted((one, other))
    assert rota.moment(day, first, zone) <= rota.moment(day, second, zone)


def test_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    """18:00 to 02:00 ends on the next day; between the shifts nobody is on duty."""
    found = _every_day((ANNA, "10:00", "18:00"), (BEN, "18:00", "02:00"))
    assert rota.watch(found, _at(24, 17, 59)).on == (ANNA,)
    assert rota.watch(found, _at(24, 18)).on == (BEN,)
    assert rota.watch(found, _at(25, 1, 59)).on == (BEN,)
    assert rota.watch(found, _at(25, 2)).on == ()
    change = rota.next_change(found, _at(25, 2))
    assert change is not None
    assert (change.at, change.on) == (_at(25, 10), (ANNA,))


def test_clock_change_lengthens_and_shortens_the_shift() -> None:
    """18:00 to 06:00 is 13 hours in the autumn night and 11 in spring; 02:30 in the gap is its end."""
    found = Rota(BERLIN, (Shift(1, ANNA, 5, time(18), time(6)),))
    (autumn,) = rota.turns(found, _at(24, 17, month=10), _at(25, 12, month=10))
    (spring,) = rota.turns(found, _at(28, 17, month=3), _at(29, 12, month=3))
    assert (autumn.ends - autumn.begins, spring.ends - spring.begins) == (timedelta(hours=13), timedelta(hours=11))
    assert rota.moment(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_holiday_counts_as_the_owner_says() -> None:
    """Christmas Day 2026 is a Friday: as its weekday, as a Sunday, or nobody."""
    shifts = (Shift(1, ANNA, 4, time(10), time(18)), Shift(2, BEN, 6, time(10), time(18)))
    noon, days = _at(25, 12, month=12), frozenset({date(2026, 12, 25)})
    for rule, on in ((HolidayRule.WEEKDAY, (ANNA,)), (HolidayRule.SUNDAY, (BEN,)), (HolidayRule.NOBODY, ())):
        assert rota.watch(Rota(BERLIN, shifts, holidays=days, rule=rule), noon).on == on
    assert rota.watch(Rota(BERLIN, shifts, rule=HolidayRule.SUNDAY), noon).on == (ANNA,), "an ordinary Friday"


def test_who_is_away_is_passed_over_and_named() -> None:
    """From the first moment to the last of the absence, whichever shifts it cuts."""
    away = (Absence(ANNA, _at(24, 12), _at(25, 11)),)
    found = _every_day((ANNA, "10:00", "18:00"), absences=away)
    assert rota.watch(found, _at(24, 11, 59)) == rota.Watch(on=(ANNA,))
    assert rota.watch(found, _at(24, 12)) == rota.Watch(away=(ANNA,))
    assert rota.watch(found, _at(25, 11)) == rota.Watch(on=(ANNA,))


def test_swap_hands_one_turn_over_and_may_be_handed_on() -> None:
    """The taker has it, also where the taker gives it to a third person; the week after is as ever."""
    first = Swap(1, ANNA, BEN, _at(24, 10), _at(24, 18))
    found = _every_day((ANNA, "10:00", "18:00"), swaps=(first,))
    assert rota.watch(found, _at(24, 12)).on == (BEN,)
    assert rota.watch(found, _at(25, 12)).on == (ANNA,)
    assert [one.begins for one in rota.own_turns(found, BEN, _at(24, 0), _at(27, 0))] == [_at(24, 10)]
    handed_on = _every_day((ANNA, "10:00", "18:00"), swaps=(first, Swap(2, BEN, CEM, _at(24, 10), _at(24, 18))))
    assert rota.watch(handed_on, _at(24, 12)).on == (CEM,)


def test_two_on_duty_at_once_are_both_named_once() -> None:
    """Overlapping shifts of one person are one; of two people they are both."""
    found = _every_day((ANNA, "10:00", "18:00"), (ANNA, "17:00", "20:00"), (BEN, "17:00", "20:00"))
    assert rota.watch(found, _at(24, 17, 30)).on == (ANNA, BEN)


def test_without_shifts_nobody_is_ever_on_duty() -> None:
    """And nothing is ever handed over."""
    assert rota.watch(Rota(BERLIN), _at(24, 12)) == rota.Watch()
    assert rota.next_change(Rota(BERLIN), _at(24, 12)) is None
