"""The situations that owners are in: history that comes later, buttons, new platforms, files that come now and then."""

import json
from collections.abc import Sequence
from random import Random

import pytest

from bot.detect.evidence.scan import Scan
from bot.detect.learning import Learning
from bot.detect.page_odds import asked_of_page, is_sudden
from bot.detect.rhythm import RhythmDetector
from bot.detect.state import Memory
from bot.detect.types import DAY, HOUR, Alarm, Level, OwnerRule, Review, Tuning, relax
from bot.detect.untold import Untold
from bot.detect.usual.baseline import Usual
from bot.model.silence import Reason
from tests.unit.detect.places import START, low, run, steady


def known(seed: int = 1, *, per_day: float = 2.0, share: float = 0.1) -> tuple[RhythmDetector, list[Review]]:
    """A place with a year of history, at `START`, and what follows in the next 100 days."""
    usual = steady(per_day=per_day, share=share, first=-365, last=100, seed=seed)
    detector = RhythmDetector()
    for review in usual:
        if review.at < START:
            detector.observe(Review(review.at, START, review.rating, review.source, is_history=True))
    detector.tick(START)
    return detector, [review for review in usual if review.at >= START]


def page_at(detector: RhythmDetector, reviews: Sequence[Review]) -> int | None:
    """Reviews polled one by one: at which of them there is a page."""
    for number, review in enumerate(sorted(reviews, key=lambda one: one.seen), 1):
        detector.observe(review)
        alarm = detector.tick(review.seen)
        if alarm is not None and alarm.level is Level.PAGE:
            return number
    return None


def evening(at: float, count: int, *, source: str = "google", minutes: float = 10) -> list[Review]:
    return [low(at + 60 * minutes * number, source=source) for number in range(count)]


def test_history_counts_in_the_poll_that_brings_it() -> None:
    """A first look without reviews, the export a minute later: the same page at the same review, known odds."""
    found: list[tuple[int | None, Alarm | None]] = []
    for has_looked in (False, True):
        detector = RhythmDetector()
        if has_looked:
            detector.tick(START - 60)
        for review in steady(per_day=2, share=0.1, first=-300, last=0):
            detector.observe(Review(review.at, START, review.rating, "import", is_history=True))
        detector.tick(START)
        assert detector.usual_per_day == pytest.approx(0.2, rel=0.4)
        found.append((page_at(detector, evening(START + HOUR, 8, source="import")), None))
    assert found[0] == found[1]
    assert found[0][0] is not None
    assert found[0][0] <= 5


def test_second_platform_with_its_past_is_known_at_once() -> None:
    """Importing a platform five times as busy brings no page on that day, in forty places."""
    paged = 0
    for seed in range(40):
        detector, rest = known(seed)
        now = START + 20 * DAY
        run(detector, [one for one in rest if one.seen < now], until=now - HOUR)
        for review in steady(per_day=10, share=0.1, first=-300, last=21, seed=seed, source="booking"):
            is_past = review.at < now
            detector.observe(Review(review.at, max(now, review.seen), review.rating, "booking", is_history=is_past))
            if not is_past:
                alarm = detector.tick(review.seen)
                paged += alarm is not None and alarm.level is Level.PAGE
        detector.tick(now)
    assert paged == 0


@pytest.mark.parametrize("gap", [10.0, 600.0, 1800.0, 7200.0])
def test_after_a_person_has_ended_it_the_next_burst_is_heard(gap: float) -> None:
    """However soon it comes, at its third review; what was there before is no part of it."""
    detector, _ = known()
    assert page_at(detector, evening(START + DAY, 8)) is not None
    end = START + DAY + 3 * HOUR
    detector.end(end)
    again = [low(end + gap + 10 * number, seen=end + gap + 10 * number + 5) for number in range(30)]
    assert page_at(detector, again) == 3


def test_what_was_published_before_the_end_and_read_after_it_counts() -> None:
    """A burst among them is a page; two of them are not."""
    for count, is_paged in ((2, False), (8, True)):
        detector, _ = known()
        assert page_at(detector, evening(START + DAY, 6)) is not None
        end = START + DAY + 2 * HOUR
        detector.end(end)
        late = [low(START + DAY + 300 + 60 * number, seen=end + 5 * HOUR) for number in range(count)]
        for review in late:
            detector.observe(review)
        alarm = detector.tick(end + 5 * HOUR)
        assert (alarm is not None) is is_paged
        assert alarm is None or alarm.n == count


def test_new_platform_is_heard_from_its_first_day() -> None:
    """Ten one-star reviews in two hours on a platform nobody knew: a page by the fifth, typed in one by one too."""
    for share in (0.05, 0.1, 0.2):
        detector, rest = known(share=share)
        run(detector, [one for one in rest if one.seen < START + 40 * DAY], until=START + 40 * DAY)
        number = page_at(detector, evening(START + 40 * DAY + HOUR, 10, source="tripadvisor", minutes=12))
        assert number is not None
        assert number <= 5


def test_false_alarm_only_asks_for_more() -> None:
    """Twelve days later a real incident is found, at most one review later than without the press."""
    found = []
    for is_pressed in (False, True):
        detector, rest = known(per_day=0.57, share=0.14)
        first = evening(START + 20 * DAY, 4, minutes=120)
        run(detector, [*(one for one in rest if one.seen < START + 20 * DAY), *first], until=START + 20.5 * DAY)
        assert detector.episode is not None
        if is_pressed:
            detector.dismiss(START + 20.5 * DAY)
            detector.tuning = relax(detector.tuning)
        else:
            detector.end(START + 20.5 * DAY)
        usual = detector.usual_per_day
        run(detector, [], since=START + 20.6 * DAY, until=START + 32 * DAY)
        assert detector.usual_per_day < 3 * usual
        found.append(page_at(detector, evening(START + 32.2 * DAY, 8, minutes=200)))
    assert found[0] is not None
    assert found[1] is not None
    assert found[0] <= found[1] <= found[0] + 1


@pytest.mark.parametrize(("per_day", "share"), [(0.57, 0.14), (3.0, 0.1)])
def test_not_resolving_costs_nothing(per_day: float, share: float) -> None:
    """A second incident eight days later is found as often when the first one ended by itself."""
    hits = []
    for is_resolved in (False, True):
        count = 0
        for seed in range(20):
            detector, rest = known(seed, per_day=per_day, share=share)
            first = evening(START + 20 * DAY, 7, minutes=50)
            run(detector, [*(one for one in rest if one.seen < START + 20.5 * DAY), *first], until=START + 20.5 * DAY)
            if is_resolved:
                detector.end(START + 20.5 * DAY)
            second = evening(START + 28.3 * DAY, 7, minutes=50)
            left = [one for one in rest if START + 20.5 * DAY < one.seen < START + 30 * DAY]
            found = run(detector, [*left, *second], since=START + 20.6 * DAY, until=START + 30 * DAY)
            count += any(alarm.level is Level.PAGE and alarm.time > START + 28 * DAY for alarm in found)
        hits.append(count)
    assert hits[0] >= hits[1] - 1
    assert hits[0] >= 18


def deliveries(reviews: Sequence[Review], *, every: float, late: float = 0.0) -> list[Review]:
    """The same reviews as files bring them."""
    return [Review(r.at, ((r.at - START) // every + 1) * every + START + late, r.rating, r.source) for r in reviews]


def test_files_that_come_weekly_bring_no_false_pages() -> None:
    """Eight places at three a day, a year of weekly files: not more than a page in all."""
    pages = 0
    for seed in range(8):
        detector, rest = known(seed, per_day=3, share=0.15)
        found = run(detector, deliveries(rest, every=7 * DAY), until=START + 98 * DAY)
        pages += sum(alarm.level is Level.PAGE for alarm in found)
    assert pages <= 2


@pytest.mark.parametrize(("every", "late"), [(14 * DAY, 0.0), (7 * DAY, 12 * HOUR)])
def test_what_is_found_too_late_is_judged_as_of_its_own_time(every: float, late: float) -> None:
    """A bad evening at the beginning of the time that a file covers: no page, one late cluster with its dates."""
    for seed in range(6):
        detector, rest = known(seed)
        begin = START + 6 * every + HOUR
        bad = [low(begin + 900 * number) for number in range(8)]
        arriving = deliveries([*rest, *bad], every=every, late=late)
        run(detector, arriving, until=START + 7 * every + late - HOUR)
        detector.take_late()
        polled = [one for one in arriving if one.seen == START + 7 * every + late and one.at < begin + 3 * HOUR]
        found = run(detector, polled, since=START + 7 * every + late, until=START + 7 * every + late)
        assert not found
        clusters = detector.take_late()
        assert len(clusters) == 1
        assert clusters[0].n >= 8
        assert begin <= clusters[0].since + 3 * HOUR
        assert clusters[0].until <= begin + 3 * HOUR
        assert detector.take_late() == []


def test_at_most_three_late_clusters() -> None:
    """The strongest three of the last 60 days, oldest first, and none that is older."""
    detector, _ = known()
    now = START + 80 * DAY
    sizes = {5: 20, 25: 9, 40: 12, 50: 8, 60: 15}
    for day, size in sizes.items():
        for number in range(size):
            detector.observe(low(START + day * DAY + 600 * number, seen=now))
    assert detector.tick(now) is None
    assert [one.n for one in detector.take_late()] == [9, 12, 15]


def test_the_owners_rule_holds_for_late_ones() -> None:
    """Three within a day, found three weeks later, where the owner asked for three within a day."""
    for rule, found in ((OwnerRule(3, 24.0), 1), (None, 0)):
        detector, rest = known(per_day=1, share=0.05)
        detector.tuning = Tuning(rule=rule)
        run(detector, [one for one in rest if one.seen < START + 30 * DAY], until=START + 30 * DAY)
        detector.take_late()
        for number in range(3):
            detector.observe(low(START + 10 * DAY + HOUR * number, seen=START + 30 * DAY, source="booking"))
            for _ in range(6):
                detector.observe(Review(START + 10 * DAY + HOUR * number, START + 30 * DAY, 5, "booking"))
        detector.tick(START + 30 * DAY)
        assert len(detector.take_late()) == found


def test_a_day_that_is_not_delivered_is_unknown() -> None:
    """Told or guessed from the silence, three silent weeks leave what is usual as it was."""
    for is_told in (True, False):
        detector, rest = known(per_day=3, share=0.1)
        before = detector.usual_per_day
        if is_told:
            detector.deliver("google", START)
        run(detector, [], until=START + 21 * DAY)
        assert detector.usual_per_day == pytest.approx(before, rel=0.3)
        found = [Review(r.at, START + 21 * DAY, r.rating, r.source) for r in rest if r.at < START + 21 * DAY]
        for review in found:
            detector.observe(review)
        detector.tick(START + 21 * DAY)
        assert detector.usual_per_day == pytest.approx(before, rel=0.5)


def test_reopening_after_a_closed_season_is_no_incident() -> None:
    """Four months without a review, then as before: at most one false page in twenty places."""
    paged = 0
    for seed in range(20):
        detector, rest = known(seed, per_day=3, share=0.12)
        first = [one for one in rest if one.seen < START + 30 * DAY]
        shift = 120 * DAY
        again = [
            Review(r.at + shift, r.seen + shift, r.rating, r.source)
            for r in rest
            if START + 30 * DAY <= r.seen < START + 50 * DAY
        ]
        found = run(detector, [*first, *again], until=START + 170 * DAY)
        paged += sum(alarm.level is Level.PAGE and alarm.time > START + 140 * DAY for alarm in found)
    assert paged <= 1


def test_all_of_this_survives_a_restart() -> None:
    """Saved as JSON and restored before every poll, the detector says the same."""
    said: list[list[object]] = []
    for is_restarted in (False, True):
        detector, rest = known(3, per_day=3)
        arriving = deliveries([*rest, *evening(START + 40 * DAY, 9)], every=14 * DAY)
        arriving += evening(START + 50 * DAY, 6, source="new") + evening(START + 61 * DAY, 9, source="new")
        arriving.sort(key=lambda one: one.seen)
        Random(1).shuffle(arriving[:3])
        heard: list[object] = []
        for review in arriving:
            if is_restarted:
                detector = RhythmDetector.restored(json.loads(json.dumps(detector.state())))
            detector.observe(review)
            detector.deliver("google", review.seen - HOUR)
            heard.append((detector.tick(review.seen), detector.take_late()))
        said.append(heard)
    assert said[0] == said[1]


def test_tenth_low_review_of_a_new_place_is_told() -> None:
    """A launch of which half is low, at one a day: a page or a silent word by the tenth low review, in all places."""
    silent = 0
    for seed in range(24):
        detector = RhythmDetector()
        reviews = steady(per_day=1, share=0.5, first=0, last=60, seed=seed)
        lows = [review for review in reviews if review.rating == 1]
        tenth = lows[9].seen + HOUR
        found = run(detector, [one for one in reviews if one.seen < tenth], until=tenth)
        told = detector.take_late()
        assert told or any(alarm.level is Level.PAGE for alarm in found)
        if told:
            silent += 1
            (cluster,) = told
            polled = [review for review in lows if review.at <= cluster.until]
            assert cluster.n == len(polled)
            assert 10 <= cluster.n <= 12  # three came in one poll at one of the places
            assert cluster.first_reviews >= cluster.n + sum(
                review.rating == 5 and review.seen <= cluster.until for review in reviews
            )
            assert cluster.since == lows[0].at
    assert silent >= 18


def test_first_reviews_are_told_once_and_survive_a_restart() -> None:
    """Saved between all polls: one word in a place's first sixty days, the same as without."""
    said = []
    for is_restarted in (False, True):
        detector = RhythmDetector()
        heard: list[object] = []
        for review in steady(per_day=2, share=0.4, first=0, last=60, seed=4):
            if is_restarted:
                detector = RhythmDetector.restored(json.loads(json.dumps(detector.state())))
            detector.observe(review)
            detector.tick(review.seen)
            heard += detector.take_late()
        said.append(heard)
    assert said[0] == said[1]
    assert len(said[0]) == 1


def test_a_place_with_a_history_is_not_new() -> None:
    """After an import of a year no first reviews are told, however many low ones come."""
    detector, rest = known(per_day=2, share=0.3)
    run(detector, rest, until=START + 60 * DAY)
    assert not [cluster for cluster in detector.take_late() if cluster.first_reviews]


def test_what_a_page_has_told_is_not_told_again() -> None:
    """An evening of twelve at a new place is a page, and no silent word follows it."""
    detector = RhythmDetector()
    run(detector, steady(per_day=1, share=0.0, first=0, last=9), until=START + 9 * DAY)
    assert page_at(detector, evening(START + 9 * DAY + HOUR, 12)) is not None
    assert not detector.has_late


def test_it_says_what_it_is_still_learning() -> None:
    """A new place, a young one, a new platform for 28 days; and nothing where all is known."""
    new = RhythmDetector()
    new.tick(START)
    assert new.learning.is_new_place
    young = RhythmDetector()
    run(young, steady(per_day=5, share=0.1, first=0, last=12), until=START + 12 * DAY)
    assert not young.learning.is_new_place
    until = young.learning.young_until
    assert until is not None
    assert START + 28 * DAY <= until <= START + 34 * DAY
    run(young, steady(per_day=5, share=0.1, first=12, last=40), since=START + 12 * DAY, until=until + 2 * DAY)
    assert young.learning.young_until is None
    detector, rest = known()
    assert detector.learning == Learning(False, None, {})
    run(detector, [*rest, low(START + 40 * DAY + HOUR, source="tripadvisor")], until=START + 41 * DAY)
    assert detector.learning == Learning(False, None, {"tripadvisor": START + 68 * DAY})
    run(detector, [], since=START + 41 * DAY, until=START + 68 * DAY)
    assert detector.learning.sources == {}


def test_what_only_too_little_knowledge_keeps_from_a_page_has_a_word() -> None:
    """It waits for its texts, is handed over once, and not twice within a week; a page of its window takes it back."""
    memory = Memory()
    memory.usual = Usual(0.2, 1.0, 10.0, 40.0, 20.0, 0.2, {}, 0.2)
    scan = Scan(12.0, 0.0, START, START + 6 * HOUR, 6.0, 4, 0.1)
    untold = Untold()
    untold.add_unsure(memory, scan, now=START + 6 * HOUR)
    untold.add_unsure(memory, scan, now=START + 2 * DAY)
    assert not untold.take(is_read=False)
    assert [(one.n, one.reason) for one in untold.take(is_read=True)] == [(4, Reason.UNSURE)]
    assert not untold.take(is_read=True)
    untold.add_unsure(memory, scan, now=START + 8 * DAY)
    untold.drop(START + HOUR)
    assert not untold.take(is_read=True)


def test_a_page_takes_back_what_it_says_itself() -> None:
    """Nobody asked between the review that was not enough and the one that was: the page alone speaks."""
    detector, _ = known(per_day=1, share=0.2)
    assert page_at(detector, evening(START + HOUR, 12, minutes=30)) is not None
    assert not detector.take_late()


@pytest.mark.parametrize("day_only", [False, True])
def test_a_review_that_is_removed_is_no_evidence(day_only: bool) -> None:
    """Two of four low reviews are removed: the next ones begin anew. Two others of that day stay."""
    detector, _ = known(share=0.02)
    at = START + (0.0 if day_only else HOUR)
    bad = [low(at + (0 if day_only else 60 * number), seen=at + 10 * HOUR, day_only=day_only) for number in range(4)]
    for review in bad[:2]:
        detector.observe(review)
    detector.tick(at + 10 * HOUR)
    for review in bad[:2]:
        detector.take_back(review)
    assert page_at(detector, bad[2:]) is None
    detector.take_back(low(at, source="never heard of"))


def test_a_sudden_volume_is_a_population_of_its_own() -> None:
    """A day with many more others than usual asks for more, two weeks of the same are what is usual."""
    detector, rest = known(per_day=1)
    memory = detector._memory
    assert not is_sudden(memory, START + HOUR)
    collected = steady(per_day=12, share=0.0, first=20, last=40, seed=7)
    run(detector, [one for one in [*rest, *collected] if one.seen < START + 21 * DAY], until=START + 21 * DAY)
    assert is_sudden(memory, START + 21 * DAY)
    run(
        detector,
        [one for one in [*rest, *collected] if START + 21 * DAY <= one.seen < START + 40 * DAY],
        since=START + 21 * DAY,
        until=START + 40 * DAY,
    )
    assert not is_sudden(memory, START + 40 * DAY)
    usual = memory.usual
    asked = [
        asked_of_page(usual, is_open=False, is_import_day=False, is_crowded=is_crowded, relaxed=0)
        for is_crowded in (False, True)
    ]
    assert asked[1] == 3 * asked[0]


def test_a_bad_week_is_heard_where_most_reviews_are_low() -> None:
    """Three of four reviews are low, and for a week nearly four times as many low ones: as at any other share."""
    paged = 0
    for seed in range(10):
        detector, rest = known(seed, per_day=2, share=0.75)
        bad = steady(per_day=4, share=1.0, first=20, last=27, seed=seed + 500)
        found = run(detector, [*rest, *bad], until=START + 27 * DAY)
        paged += any(alarm.level is Level.PAGE and alarm.time >= START + 20 * DAY for alarm in found)
    assert paged >= 5  # of ten; two where more is asked at a high share
