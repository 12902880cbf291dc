import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.detect.evidence.cold_start import ASKED, believed, launch_odds
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, FLOOR, HOUR, Alarm, Kind, Level, OwnerRule, Prior, Review, Tuning, relax
from tests.unit.detect.places import START, low, run, steady


def burst(day: float, *, count: int, hours: float, source: str = "google") -> list[Review]:
    return [low(START + day * DAY + index * hours * HOUR / count, source=source) for index in range(count)]


def pages(alarms: list[Alarm]) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.level is Level.PAGE]


def test_burst_pages_once_with_its_numbers() -> None:
    """Seven low reviews in five hours at a place with one in three days: one page that says so."""
    usual = steady(per_day=3, share=0.1, first=-200, last=100)
    found = run(RhythmDetector(), usual + burst(60.5, count=7, hours=5), until=START + 70 * DAY)
    assert len(pages(found)) == 1
    page = pages(found)[0]
    assert page.kind is Kind.BURST
    assert START + 60.5 * DAY < page.time < START + 60.5 * DAY + 6 * HOUR
    assert page.n >= 3
    assert page.expected < 1
    assert page.usual_per_day == pytest.approx(0.3, rel=0.5)
    assert page.recurrence_years >= 1


def test_same_burst_is_usual_at_a_busy_place() -> None:
    """Seven low reviews in five hours are nothing where twenty come in a day."""
    usual = steady(per_day=200, share=0.1, first=-20, last=50)
    found = pages(run(RhythmDetector(), usual + burst(40.5, count=3, hours=5), until=START + 42 * DAY))
    assert not [page for page in found if page.time > START + 40.5 * DAY]


def test_import_never_alarms() -> None:
    """A history full of bursts is read in silence, however it ends."""
    history = steady(per_day=2, share=0.1, first=-300, last=0)
    found = [low(review.at, seen=START) for review in burst(-0.4, count=9, hours=6)]
    assert run(RhythmDetector(), [*history, *found], until=START + 2 * DAY) == []


def test_back_fill_of_old_reviews_never_alarms() -> None:
    """Forty old low reviews of one week, discovered months later, are history."""
    usual = steady(per_day=2, share=0.1, first=-100, last=60)
    old = [low(START - 200 * DAY + index * 4 * HOUR, seen=START + 40 * DAY) for index in range(40)]
    assert not pages(run(RhythmDetector(), usual + old, until=START + 60 * DAY))


def test_outage_catch_up_finds_what_happened() -> None:
    """A burst during four days without a poll is paged by the first poll after it."""
    usual = steady(per_day=2, share=0.1, first=-100, last=60)
    back = START + 44 * DAY
    reviews = [
        Review(r.at, back if START + 40 * DAY < r.at < back else r.seen, r.rating, r.source)
        for r in usual + burst(41, count=8, hours=6)
    ]
    assert [round((alarm.time - back) / HOUR) for alarm in pages(run(RhythmDetector(), reviews, until=back + DAY))] == [
        0
    ]


def test_burst_that_is_published_late_and_out_of_order_is_found() -> None:
    """Eight low reviews of one hour, found over a day in any order with later ones between, are one burst."""
    usual = steady(per_day=4, share=0.4, first=-200, last=60, seed=4)
    hours_late = (9, 1, 14, 5, 20, 3, 11, 7)
    late = [
        low(START + 50 * DAY + index * HOUR / 8, seen=START + 50 * DAY + hours * HOUR)
        for index, hours in enumerate(hours_late)
    ]
    between = [low(START + 50 * DAY + hours * HOUR) for hours in (4, 10, 16, 19)]
    assert len(pages(run(RhythmDetector(), usual + late + between, until=START + 53 * DAY))) == 1


def test_day_only_reviews_are_no_burst_at_midnight() -> None:
    """A busy day-only source whose reviews all carry midnight stays silent."""
    usual = [
        Review(r.at // DAY * DAY, max(START, (r.at // DAY + 1) * DAY + 3 * HOUR), r.rating, r.source, day_only=True)
        for r in steady(per_day=12, share=0.2, first=-60, last=90)
    ]
    assert not pages(run(RhythmDetector(), usual, until=START + 90 * DAY))


def test_day_only_burst_is_found() -> None:
    """Ten low reviews on one day are found although nobody knows the hour."""
    usual = steady(per_day=2, share=0.1, first=-100, last=60)
    day = START + 50 * DAY
    extra = [low(day, seen=day + 27 * HOUR, day_only=True) for _ in range(10)]
    assert len(pages(run(RhythmDetector(), usual + extra, until=START + 55 * DAY))) == 1


def test_late_source_learns_in_silence() -> None:
    """A platform that is connected later, with the place's own share and twice its volume, brings no page by itself."""
    usual = steady(per_day=2, share=0.1, first=-200, last=100)
    late = steady(per_day=4, share=0.1, first=60, last=88, source="late")
    assert not pages(run(RhythmDetector(), usual + late, until=START + 88 * DAY))


def test_sale_with_the_same_mix_does_not_page() -> None:
    """Six times the reviews with the same share: no page."""
    usual = steady(per_day=15, share=0.1, first=-100, last=60, seed=2)
    sale = steady(per_day=75, share=0.1, first=40, last=43, seed=5)
    assert not pages(run(RhythmDetector(), usual + sale, until=START + 60 * DAY))


def test_surge_of_complaints_is_a_note() -> None:
    """Fifteen times the reviews with the same share: a note of its own kind."""
    usual = steady(per_day=10, share=0.1, first=-100, last=60)
    surge = steady(per_day=140, share=0.1, first=40, last=43, seed=5)
    found = run(RhythmDetector(), usual + surge, until=START + 60 * DAY)
    assert not pages(found)
    assert Kind.SURGE in [alarm.kind for alarm in found]


def test_drift_is_a_note() -> None:
    """A share that doubles and stays is a note, not a page."""
    usual = steady(per_day=10, share=0.1, first=-200, last=60, seed=2) + steady(
        per_day=10, share=0.2, first=60, last=100, seed=9
    )
    found = run(RhythmDetector(), usual, until=START + 100 * DAY)
    assert [alarm.kind for alarm in found if alarm.time > START + 60 * DAY][:1] == [Kind.DRIFT]


def test_incident_that_lasts_is_one() -> None:
    """Ten low reviews a day for ten days where one is usual: one page, and time spent open."""
    usual = steady(per_day=5, share=0.1, first=-200, last=100)
    lasting = steady(per_day=8, share=1.0, first=60, last=70, seed=3)
    detector = RhythmDetector()
    assert len(pages(run(detector, usual + lasting, until=START + 70 * DAY))) == 1
    assert detector.episode is not None
    assert detector.episode.opened < START + 62 * DAY


def test_stronger_burst_inside_escalates() -> None:
    """Forty low reviews in three hours within an incident of five a day are said again, as an escalation."""
    usual = steady(per_day=5, share=0.1, first=-200, last=100)
    lasting = steady(per_day=5, share=1.0, first=60, last=70, seed=3)
    found = run(RhythmDetector(), usual + lasting + burst(66, count=40, hours=3), until=START + 70 * DAY)
    assert [alarm.escalates for alarm in pages(found)] == [False, True]


def test_second_incident_a_week_later_is_found() -> None:
    """Seven days after a burst, a second one of the same size pages again."""
    usual = steady(per_day=3, share=0.1, first=-200, last=100)
    both = burst(60, count=7, hours=6) + burst(67.25, count=7, hours=6)
    assert len(pages(run(RhythmDetector(), usual + both, until=START + 75 * DAY))) == 2


def test_incident_does_not_teach() -> None:
    """Two weeks after an incident of a hundred low reviews the usual is what it was."""
    usual = steady(per_day=5, share=0.1, first=-200, last=100)
    quiet, loud = RhythmDetector(), RhythmDetector()
    run(quiet, usual, until=START + 84 * DAY)
    run(loud, usual + burst(60, count=100, hours=48), until=START + 84 * DAY)
    assert loud.usual_per_day == pytest.approx(quiet.usual_per_day, rel=0.35)


def test_accepted_normal_is_usual_and_silent() -> None:
    """After "accept as normal" the usual is the incident's level, and it does not page again."""
    usual = steady(per_day=5, share=0.1, first=-200, last=60)
    after = steady(per_day=10, share=0.6, first=60, last=100, seed=3)
    detector = RhythmDetector()
    assert pages(run(detector, usual + after, until=START + 70 * DAY))
    detector.accept(START + 70 * DAY)
    assert detector.episode is None
    later = [review for review in after if review.at > START + 70 * DAY]
    assert not pages(run(detector, later, since=START + 70 * DAY, until=START + 100 * DAY))
    assert detector.usual_per_day > 3


@pytest.mark.parametrize("share", [0.65, 0.85])
def test_bombed_launch_pages(share: float) -> None:
    """A launch without history of which most reviews are low is paged by the fortieth low one, and said to be new."""
    for seed in range(5):
        reviews = steady(per_day=100, share=share, first=0, last=3, seed=seed)
        found = pages(run(RhythmDetector(), reviews, until=START + 3 * DAY))
        assert found
        assert found[0].is_new_place
        assert sum(review.rating == 1 and review.seen <= found[0].time for review in reviews) <= 40


def test_busy_launch_does_not_page() -> None:
    """A hundred reviews a day from the first day on, one in five low: an ordinary launch."""
    paged = 0
    for seed in range(10):
        reviews = steady(per_day=100, share=0.2, first=0, last=3, seed=seed)
        paged += len(pages(run(RhythmDetector(), reviews, until=START + 3 * DAY)))
    assert paged <= 1


def test_launch_odds() -> None:
    """Nine of the first fourteen are enough, half of the first ten and one in five of many are not."""
    assert launch_odds(9, 5, believed(Prior(), 0, 0)) >= ASKED
    assert launch_odds(3, 0, believed(Prior(), 0, 0)) >= ASKED
    assert launch_odds(5, 5, believed(Prior(), 0, 0)) < ASKED
    assert launch_odds(20, 80, believed(Prior(), 0, 0)) < 0.1
    assert launch_odds(3, 0, believed(Prior(), 0, 0)) > 3 * launch_odds(3, 0, believed(Prior(), 10, 20))


def test_usual_launch_pages_once_in_twelve_at_most() -> None:
    """The odds are those of Ville: places drawn from the prior reach what is asked less often than once in twelve."""
    rng, reached = Random(3), 0
    for _ in range(600):
        share, low = rng.betavariate(2.4, 9.6), 0
        for number in range(1, 80):
            low += rng.random() < share
            if launch_odds(low, number - low, believed(Prior(), 0, 0)) >= ASKED:
                reached += 1
                break
    assert 0 < reached <= 600 / ASKED


def test_owner_rule_needs_no_history() -> None:
    """Three in a day page where the owner says so, whatever the other reviews say; without any rule nothing does."""
    lows = burst(2, count=3, hours=20)
    good = [replace(low, at=low.at - 60, seen=low.seen, rating=5) for low in lows]
    both = sorted([*lows, *good], key=lambda review: review.seen)
    found = run(RhythmDetector(Tuning(rule=OwnerRule(3, 24))), both, until=START + 5 * DAY)
    assert [(alarm.by_rule, alarm.n) for alarm in found] == [(True, 3)]
    assert not run(RhythmDetector(Tuning(rule=None)), lows, until=START + 5 * DAY)


def test_floor_holds_at_a_new_place_only_when_most_are_low() -> None:
    """Out of the box three low reviews at a new place page, but not among as many good ones."""
    assert Tuning().rule == FLOOR
    lows = burst(2, count=3, hours=20)
    found = run(RhythmDetector(), lows, until=START + 5 * DAY)
    assert [(alarm.by_rule, alarm.n, alarm.is_new_place) for alarm in found] == [(True, 3, True)]
    good = [replace(low, at=low.at - 60, seen=low.seen, rating=5) for low in lows]
    assert not run(RhythmDetector(), sorted([*lows, *good], key=lambda r: r.seen), until=START + 5 * DAY)


def test_first_day_asks_the_floor_for_more() -> None:
    """Three low reviews in the first hours are a page where nothing else has come; beside a good one it takes nine."""
    good = replace(low(START + DAY / 20), rating=5)
    three, nine = burst(0.1, count=3, hours=5), burst(0.1, count=9, hours=5)
    assert pages(run(RhythmDetector(), three, until=START + DAY - HOUR))
    assert not run(RhythmDetector(), [good, *three], until=START + DAY - HOUR)
    assert pages(run(RhythmDetector(), [good, *nine], until=START + DAY - HOUR))


def test_floor_is_gone_once_the_place_is_known() -> None:
    """A place with forty reviews behind it is judged by its own rhythm: three in a day may be nothing there."""
    usual = steady(per_day=2, share=0.5, first=-60, last=40)
    ruled = [alarm for alarm in run(RhythmDetector(), usual, until=START + 40 * DAY) if alarm.by_rule]
    assert ruled == []


def test_false_alarm_relaxes_within_bounds() -> None:
    """Each false alarm asks for more, at most sixteen times."""
    tuning = Tuning()
    for _ in range(9):
        tuning = relax(tuning)
    assert tuning.relaxed == 4
    usual = steady(per_day=3, share=0.1, first=-200, last=100)
    found = [
        pages(run(RhythmDetector(tuned), usual + burst(60, count=count, hours=24), until=START + 64 * DAY))
        for count in (3, 5, 20)
        for tuned in (Tuning(), tuning)
    ]
    assert sum(map(len, found[0::2])) > sum(map(len, found[1::2])), "relaxed says less"
    assert found[5], "twenty are said all the same"


def test_dismissed_incident_teaches() -> None:
    """A false alarm closes the incident, and its days count as usual."""
    usual = steady(per_day=5, share=0.1, first=-200, last=60)
    detector = RhythmDetector()
    assert run(detector, usual + burst(50, count=12, hours=24), until=START + 52 * DAY)
    detector.dismiss(START + 52 * DAY)
    assert detector.episode is None


def answers(
    reviews: list[Review], *, cut: float | None, shuffled: int | None = None, shift: float = 0.0
) -> list[Alarm]:
    """What a detector says over some months, optionally saved and restored in the middle, or with shuffled polls."""
    detector = RhythmDetector()
    said = []
    polls: dict[float, list[Review]] = {}
    for review in reviews:
        moment = (review.seen // HOUR + 1) * HOUR
        polls.setdefault(moment, []).append(review)
    for moment in sorted(polls):
        found = polls[moment]
        if shuffled is not None:
            Random(shuffled).shuffle(found)
        for review in found:
            detector.observe(
                Review(review.at + shift, review.seen + shift, review.rating, review.source, review.day_only)
            )
        if cut is not None and moment >= cut:
            cut = None
            detector = RhythmDetector.restored(json.loads(json.dumps(detector.state())))
        alarm = detector.tick(moment + shift)
        if alarm is not None:
            said.append(alarm)
    return said


def _eventful(seed: int) -> list[Review]:
    rng = Random(seed)
    reviews = steady(per_day=rng.uniform(0.5, 8), share=rng.uniform(0.05, 0.4), first=-60, last=60, seed=seed)
    reviews += steady(per_day=2, share=0.3, first=20, last=60, seed=seed, source="second")
    for _ in range(3):
        reviews += burst(rng.uniform(1, 55), count=rng.randint(4, 12), hours=rng.uniform(1, 40))
    return [
        Review(r.at // DAY * DAY, r.seen + DAY, r.rating, r.source, day_only=True) if rng.random() < 0.1 else r
        for r in reviews
    ]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), cut=st.floats(0.0, 60.0))
def test_saved_and_restored_says_the_same(seed: int, cut: float) -> None:
    """Saving as JSON and restoring at any moment, in the middle of a poll too, changes no alarm in any digit."""
    reviews = _eventful(seed)
    assert answers(reviews, cut=None) == answers(reviews, cut=START + cut * DAY)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.integers(0, 100))
def test_order_within_a_poll_does_not_matter(seed: int, order: int) -> None:
    """Platforms list newest first or oldest first: the same alarms."""
    reviews = _eventful(seed)
    assert answers(reviews, cut=None) == answers(reviews, cut=None, shuffled=order)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), weeks=st.integers(1, 500))
def test_weeks_later_is_the_same(seed: int, weeks: int) -> None:
    """Nothing depends on the date: the same stream some weeks later brings the same alarms."""
    reviews = _eventful(seed)
    plain = answers(reviews, cut=None)
    later = answers(reviews, cut=None, shift=weeks * 7 * DAY)
    assert [(a.kind, a.level, a.n, a.window_h, a.time) for a in plain] == [
        (a.kind, a.level, a.n, a.window_h, a.time - weeks * 7 * DAY) for a in later
    ]


def test_state_is_bounded() -> None:
    """Eighty days at three hundred a day leave a state of less than 100 kB."""
    detector = RhythmDetector()
    sizes = []
    for days in (40, 80):
        run(
            detector,
            steady(per_day=300, share=0.2, first=days - 40, last=days),
            since=START + (days - 40) * DAY,
            until=START + days * DAY,
        )
        sizes.append(len(json.dumps(detector.state())))
    assert max(sizes) < 100_000
    assert sizes[1] < 1.3 * sizes[0]


def test_what_a_person_ended_is_told_again_when_it_goes_on() -> None:
    """After `end` a new burst pages a week later, and what came before counts no more."""
    usual = steady(per_day=3, share=0.1, first=0, last=80)
    detector = RhythmDetector()
    assert pages(run(detector, usual + burst(50, count=8, hours=6), until=START + 50.5 * DAY))
    detector.end(START + 50.5 * DAY)
    assert detector.episode is None
    again = [one for one in usual if one.seen > START + 50.5 * DAY] + burst(57.5, count=8, hours=6)
    assert len(pages(run(detector, again, since=START + 50.5 * DAY, until=START + 60 * DAY))) == 1


def test_what_a_person_opened_ends_like_any_other() -> None:
    """`resume` begins an incident that is over when the days are usual; not while a source cannot be read."""
    usual = steady(per_day=3, share=0.1, first=0, last=80)
    for is_blind in (False, True):
        detector = RhythmDetector()
        run(detector, usual, until=START + 50 * DAY)
        detector.resume(START + 49.9 * DAY, START + 50 * DAY)
        detector.is_blind = is_blind
        run(detector, [], since=START + 50 * DAY, until=START + 58 * DAY)
        assert (detector.episode is not None) is is_blind


def test_lasting_two_weeks_is_said_once() -> None:
    """In the poll in which the incident becomes the new normal."""
    usual = steady(per_day=5, share=0.1, first=-200, last=100)
    lasting = steady(per_day=8, share=1.0, first=60, last=100, seed=3)
    detector, settled = RhythmDetector(), []
    found = sorted(usual + lasting, key=lambda one: one.seen)
    now = START
    while now <= START + 80 * DAY:
        while found and found[0].seen <= now:
            detector.observe(found.pop(0))
        detector.tick(now)
        if detector.has_settled:
            settled.append(now)
        now += HOUR
    assert len(settled) == 1
    assert START + 74 * DAY <= settled[0] <= START + 77 * DAY
    assert detector.episode is None
