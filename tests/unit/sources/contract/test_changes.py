"""What a source of an API remembers between two polls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SourceDownReason, SourceUnreachableError
from bot.sources.contract.changes import OVERLAP, SWEEP_AGAIN, SWEEP_EVERY, Known

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_the_first_poll_reads_everything_and_the_next_one_what_changed() -> None:
    """After a whole reading only changes are asked for, with an overlap, until the next whole reading is due."""
    known = Known.of({}, place="here")
    assert known.since(NOW) is None
    known = known.after([NOW - 9 * DAY, None, NOW - 3 * DAY], now=NOW, swept=2)
    assert known.since(NOW + DAY) == NOW - 3 * DAY - OVERLAP
    known = known.after([NOW], now=NOW + DAY, swept=None)
    assert known.since(NOW + 2 * DAY) == NOW - OVERLAP
    assert known.count == 2
    assert known.since(NOW + SWEEP_EVERY) is None


def test_it_survives_json_and_belongs_to_its_place() -> None:
    """The state of another account, listing or venue is no state."""
    known = Known().after([NOW], now=NOW, swept=7)
    state = json.loads(json.dumps(known.state(place="here")))
    assert Known.of(state, place="here") == known
    assert Known.of(state, place="there") == Known()
    assert Known.of({"place": "here", "newest": "soon", "sweep_due": 3}, place="here") == Known()


def test_a_time_in_the_future_hides_nothing() -> None:
    """Whatever a platform says, the next poll looks back from the present at most."""
    known = Known().after([NOW + 3650 * DAY], now=NOW, swept=1)
    assert known.since(NOW + DAY) == NOW - OVERLAP
    wrong_clock = Known(NOW + 3650 * DAY, NOW + DAY, 1)
    assert wrong_clock.since(NOW) == NOW - OVERLAP


def test_a_clock_that_was_wrong_does_not_put_off_the_next_whole_reading() -> None:
    """A due time years away is not believed."""
    assert Known(NOW, NOW + 3650 * DAY, 1).since(NOW) is None


def test_a_list_without_end_is_read_again_a_day_later() -> None:
    """Of changes that were left out nothing is known, so the next poll begins where this one began."""
    swept = Known().after([NOW], now=NOW, swept=3, is_endless=True)
    assert swept.sweep_due == NOW + SWEEP_AGAIN
    changes = Known(NOW - DAY, NOW + SWEEP_EVERY, 3).after([NOW], now=NOW, swept=None, is_endless=True)
    assert (changes.newest, changes.sweep_due) == (NOW - DAY, NOW + SWEEP_AGAIN)


@pytest.mark.parametrize(("count", "found", "is_believed"), [(5, 0, False), (5, 1, True), (4, 0, True)])
def test_many_reviews_do_not_vanish_at_once(count: int, found: int, is_believed: bool) -> None:
    """An empty list where there were many is a failure of the platform."""
    known = Known(NOW, NOW + DAY, count)
    if is_believed:
        known.refuse_empty(found, who="Shop")
        return
    with pytest.raises(SourceUnreachableError, match="Shop shows no reviews at all, where there were 5") as caught:
        known.refuse_empty(found, who="Shop")
    assert caught.value.reason is SourceDownReason.EMPTY
