"""Orders in which people, platforms and clocks do things: no cluster of low reviews passes without a word."""

import json

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, Level, Review
from bot.model.silence import Reason
from tests.unit.detect.places import START, low, run
from tests.unit.detect.test_situations import evening, known, page_at

LATE = START + 30 * DAY


def saved(detector: RhythmDetector) -> RhythmDetector:
    """The same detector after a restart."""
    return RhythmDetector.restored(json.loads(json.dumps(detector.state())), detector.tuning)


def watched() -> RhythmDetector:
    """A place that has been watched for 30 days."""
    detector, rest = known(per_day=1)
    run(detector, [one for one in rest if one.seen < LATE], until=LATE)
    return detector


def take(detector: RhythmDetector, reviews: list[Review], *, now: float) -> bool:
    """One poll: whether it pages."""
    for review in reviews:
        detector.observe(review)
    alarm = detector.tick(now)
    return alarm is not None and alarm.level is Level.PAGE


def late_evening(at: float, count: int, *, seen: float, source: str = "google") -> list[Review]:
    return [low(at + 600 * number, seen=seen, source=source) for number in range(count)]


def test_what_an_incident_held_is_no_evidence_when_it_comes_back() -> None:
    """Four page, somebody ends it, their platform removes them and shows them again: nothing new has happened."""
    detector = watched()
    bad = evening(LATE + HOUR, 4)
    assert page_at(detector, bad) is not None
    detector.take_back(bad[0])
    detector.end(LATE + 5 * HOUR)
    for review in bad[1:]:
        detector.take_back(review)
    detector = saved(detector)
    taught = detector.experience
    assert not take(detector, bad, now=LATE + 9 * HOUR)
    assert detector.experience == taught
    assert page_at(detector, evening(LATE + 12 * HOUR, 6)) is not None


def test_what_nothing_has_told_is_evidence_when_it_comes_back() -> None:
    """Two are removed and shown again: the next one makes three. None of them teaches twice."""
    detector = watched()
    bad = evening(LATE + HOUR, 3)
    assert not take(detector, bad[:2], now=LATE + 2 * HOUR)
    day = detector.state()["memory"]["histories"]["google"][3][-1]
    for review in bad[:2]:
        detector.take_back(review)
    assert not take(detector, bad[:2], now=LATE + 3 * HOUR)
    assert detector.state()["memory"]["histories"]["google"][3][-1] == day
    assert take(detector, bad[2:], now=LATE + 4 * HOUR)


def test_what_is_removed_in_the_poll_that_brings_it_is_not_heard() -> None:
    """Six come and are gone before the poll is complete; six others an hour later are heard."""
    detector = watched()
    bad = evening(LATE + HOUR, 6)
    for review in bad:
        detector.observe(review)
        detector.take_back(review)
    assert detector.tick(LATE + 3 * HOUR) is None
    assert page_at(detector, evening(LATE + 4 * HOUR, 6)) is not None


def test_an_incident_opened_for_what_is_long_over_does_not_hide_the_next() -> None:
    """Found three weeks late and opened by hand: the next evening's eight buzz at once, and it lasts as any other."""
    detector = watched()
    assert not take(detector, late_evening(LATE - 21 * DAY, 7, seen=LATE), now=LATE)
    assert [one.n for one in detector.take_late()] == [7]
    detector.resume(LATE - 21 * DAY, LATE + 300)
    detector.tick(LATE + DAY)
    assert detector.episode is not None
    alarm = None
    for number, review in enumerate(evening(LATE + DAY + HOUR, 8)):
        detector.observe(review)
        alarm = alarm or detector.tick(review.seen)
        assert alarm is not None or number < 5
    assert alarm is not None
    assert alarm.escalates


def test_late_reviews_of_the_days_of_an_incident_that_is_over_are_told() -> None:
    """Eleven days later another platform tells of eight low ones of the same evening."""
    detector = watched()
    assert page_at(detector, evening(LATE + HOUR, 4)) is not None
    detector.end(LATE + 5 * HOUR)
    now = LATE + 11 * DAY
    detector.tick(now - HOUR)
    assert not take(detector, late_evening(LATE + HOUR, 8, seen=now, source="booking"), now=now)
    assert [(one.n, one.reason) for one in detector.take_late()] == [(8, Reason.LATE)]


def test_what_lies_before_an_open_incident_is_told() -> None:
    """Seven low ones of five days ago are found while an incident is open: too old for its card, so they are told."""
    detector = watched()
    assert page_at(detector, evening(LATE + HOUR, 4)) is not None
    assert not take(detector, late_evening(LATE - 5 * DAY, 7, seen=LATE + 6 * HOUR), now=LATE + 6 * HOUR)
    assert [one.n for one in detector.take_late()] == [7]


def test_late_reviews_that_come_one_by_one_are_judged_together() -> None:
    """A platform that tells of everything nine days later, one at a time; what has been told is not told again."""
    detector = watched()
    told: list[int] = []
    for number in range(6):
        now = LATE + (9 + number) * DAY
        assert not take(detector, [low(LATE + HOUR + 600 * number, seen=now)], now=now)
        told += [one.n for one in detector.take_late() if one.reason is Reason.LATE]
        detector = saved(detector)
    assert told == [3, 3]


def test_a_clock_that_was_ahead_does_not_deafen() -> None:
    """One poll with a date of next month, then the right one: the next evening is heard, as after a restart."""
    detector = watched()
    detector.tick(LATE + 40 * DAY)
    detector.tick(LATE + HOUR)
    assert page_at(saved(detector), evening(LATE + 2 * HOUR, 8)) == page_at(detector, evening(LATE + 2 * HOUR, 8))
    assert detector.episode is not None
    assert detector.episode.opened < LATE + 5 * HOUR
    detector.tick(LATE + 60 * DAY)
    detector.resume(LATE + 59 * DAY, LATE + 60 * DAY)
    detector.tick(LATE + DAY)
    assert detector.episode is not None
    assert detector.episode.opened == LATE + DAY
