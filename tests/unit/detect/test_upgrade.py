"""A state that version 1 of the detector has saved is read by this one."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.detect.rhythm import RhythmDetector
from bot.detect.types import DAY, HOUR, Level
from tests.unit.detect.places import START, low, run

NOW = START + 60 * DAY
USUAL_OF_VERSION_2 = 0.1092
SAVED = Path(__file__).parent / "state_of_version_1.json"
"""Written by version 1: 260 days of two sources, a page on day 57, its incident ended by a person on day 58."""


def saved() -> dict[str, Any]:
    state: dict[str, Any] = json.loads(SAVED.read_text(encoding="utf-8"))
    assert state["version"] == 1
    return state


def test_what_was_learned_is_kept() -> None:
    """Both sources, what is usual to a tenth of what version 1 had worked out, and no open incident."""
    detector = RhythmDetector.restored(saved())
    assert detector.usual_per_day == pytest.approx(0.156, rel=0.1)
    share, reviews = detector.experience
    assert 0.05 < share < 0.2
    assert reviews > 100
    assert detector.episode is None
    assert not detector.has_late


def test_it_is_saved_as_one_of_this_version() -> None:
    """Saved again and restored once more, nothing is lost."""
    detector = RhythmDetector.restored(saved())
    state = json.loads(json.dumps(detector.state()))
    assert state["version"] > 1
    assert RhythmDetector.restored(state).state() == detector.state()


def test_the_next_burst_is_a_page_where_version_1_would_have_paged() -> None:
    """At the third low review two hours later; the six that an incident had told are no part of it."""
    detector = RhythmDetector.restored(saved())
    for number in range(3):
        review = low(NOW + 2 * HOUR + 600 * number)
        detector.observe(review)
        alarm = detector.tick(review.seen)
    assert alarm is not None
    assert alarm.level is Level.PAGE
    assert alarm.n == 3
    assert not alarm.is_new_place


def test_quiet_days_after_the_upgrade_say_nothing() -> None:
    """A fortnight with a low review a week: no page."""
    detector = RhythmDetector.restored(saved())
    said = run(detector, [low(NOW + day * DAY) for day in (2, 9)], since=NOW, until=NOW + 14 * DAY)
    assert not [alarm for alarm in said if alarm.level is Level.PAGE]


def test_an_open_incident_lasts_through_the_upgrade() -> None:
    """Saved while an incident was open, it goes on and is over in this version."""
    state = saved() | {"episode": [NOW - 6 * HOUR, NOW - 5 * HOUR, NOW - 5 * HOUR]}
    detector = RhythmDetector.restored(state)
    assert detector.episode is not None
    run(detector, [], since=NOW, until=NOW + 10 * DAY)
    assert detector.episode is None


def test_a_state_of_version_2_goes_on_as_it_was() -> None:
    """260 days of two sources: what is usual stays, the past is believed, the next evening is a page."""
    state = json.loads(SAVED.with_name("state_of_version_2.json").read_text(encoding="utf-8"))
    detector = RhythmDetector.restored(state)
    assert detector.usual_per_day == pytest.approx(USUAL_OF_VERSION_2, rel=0.01)
    run(detector, [], since=NOW, until=NOW + 2 * DAY)
    assert detector.usual_per_day == pytest.approx(USUAL_OF_VERSION_2, rel=0.1)
    said = run(detector, [low(NOW + 2 * DAY + 600 * n) for n in range(5)], since=NOW + 2 * DAY, until=NOW + 3 * DAY)
    assert [alarm.level for alarm in said] == [Level.PAGE]


def test_a_state_of_version_3_goes_on_as_it_was() -> None:
    """220 days of a source, and one that tells of a day when it is over: both are known, the next evening is a page."""
    detector = RhythmDetector.restored(json.loads(SAVED.with_name("state_of_version_3.json").read_text("utf-8")))
    now = START + 20 * DAY
    assert detector.usual_per_day == pytest.approx(0.11, rel=0.01)
    run(detector, [], since=now, until=now + 2 * DAY)
    assert detector.usual_per_day == pytest.approx(0.11, rel=0.2)
    said = run(detector, [low(now + 2 * DAY + 600 * n) for n in range(5)], since=now + 2 * DAY, until=now + 3 * DAY)
    assert [alarm.level for alarm in said] == [Level.PAGE]
