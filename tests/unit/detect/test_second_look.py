"""The second look: the count and the texts together."""

import json

import pytest

from bot.detect.evidence.agreement import LowText, Texts
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, Alarm, Level
from tests.unit.detect.places import START, low, run, steady

USUAL = [
    LowText(START - index * HOUR, START - index * HOUR, frozenset({"food"}), frozenset()) for index in range(1, 60)
]
CLUSTER = [START + 40 * DAY + hours * HOUR for hours in (0.0, 5.0, 9.0, 12.0, 14.0, 15.0, 15.5)]
AFTER = CLUSTER[-1] + HOUR


def texts(theme: str, count: int = len(CLUSTER)) -> Texts:
    """The cluster's first texts complain of the theme, those before of food."""
    return Texts([*USUAL, *(LowText(at, at, frozenset({theme}), frozenset()) for at in CLUSTER[:count])])


def place(lows: int) -> tuple[RhythmDetector, list[Alarm]]:
    """A place with four reviews a week, nearly half of them low, and so many low ones within hours; what was said."""
    detector = RhythmDetector()
    detector.reads_texts = True
    reviews = steady(per_day=4 / 7, share=0.45, first=-300, last=40, seed=5)
    said = run(detector, [*reviews, *map(low, CLUSTER[:lows])], until=AFTER)
    return detector, [alarm for alarm in said if alarm.level is Level.PAGE]


def first_page(theme: str | None) -> int:
    """With how many low reviews the cluster pages, at once or when it has been read; None: nothing can be read."""
    for lows in range(1, len(CLUSTER) + 1):
        detector, said = place(lows)
        if said or detector.read(AFTER, Texts(()) if theme is None else texts(theme, lows)) is not None:
            return lows
    raise AssertionError("no page")


def test_one_cause_pages_earlier_and_unrelated_ones_wait_for_one_more() -> None:
    """The same count: with one rare cause a low review earlier, with complaints as usual at most one later."""
    alone = first_page(None)
    assert first_page("waiting") < alone
    assert alone <= first_page("food") <= alone + 1


def test_a_page_by_texts_says_what_they_share() -> None:
    """Its theme, how many complain of it, and how many usually do."""
    detector, said = place(first_page("waiting"))
    alarm = detector.read(AFTER, texts("waiting"))
    assert not said
    assert alarm is not None
    assert alarm.shared is not None
    assert (alarm.shared.theme, alarm.shared.usual, alarm.shared.usual_of) == ("waiting", 0, len(USUAL))
    assert detector.episode is not None
    assert detector.unread.since is None


def test_the_count_waits_for_no_texts_where_nobody_reads_them() -> None:
    """As before: without a reader the count decides at once."""
    lows = first_page(None)
    detector = RhythmDetector()
    reviews = steady(per_day=4 / 7, share=0.45, first=-300, last=40, seed=5)
    said = run(detector, [*reviews, *map(low, CLUSTER[:lows])], until=AFTER)
    assert [alarm.level for alarm in said].count(Level.PAGE) == 1


def test_what_waits_survives_a_restart_and_holds_no_words() -> None:
    """Saved and restored it pages alike; the state is moments and nothing that anybody wrote."""
    detector, _ = place(first_page("waiting"))
    state = json.loads(json.dumps(detector.state()))
    restored = RhythmDetector.restored(state)
    assert restored.unread.since == detector.unread.since is not None
    assert "waiting" not in json.dumps(state)
    assert restored.read(AFTER, texts("waiting")) == detector.read(AFTER, texts("waiting")) is not None


def test_a_state_from_before_the_second_look_opens() -> None:
    """Nothing waits in it."""
    state = place(4)[0].state()
    del state["unread"]
    assert RhythmDetector.restored(state).unread.since is None


@pytest.mark.parametrize("end", ["end", "dismiss", "accept"])
def test_nothing_is_read_into_an_incident_that_is_open(end: str) -> None:
    """What waits is let go of: an incident that is open has told it, and so has one that has just ended."""
    detector, _ = place(first_page("waiting"))
    detector.resume(CLUSTER[0], AFTER)
    assert detector.read(AFTER, texts("waiting")) is None
    getattr(detector, end)(AFTER)
    assert detector.read(AFTER, texts("waiting")) is None
