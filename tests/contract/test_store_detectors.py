"""What the detector knows, noted and was relaxed by, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import sqlalchemy as sa

from bot.detect.adapter import Heard
from bot.detect.rhythm import RhythmDetector
from bot.detect.types import MOST_RELAXED, Alarm, Kind, Level
from bot.store.db.engine import Store
from bot.store.db.schema import reviews as reviews_table
from bot.store.incidents import incidents
from bot.store.learning import detectors
from bot.store.reviews import detector_queue, save_reviews
from tests.store_cases import DAY, HOUR, NOW, Shop, parsed, ready

SURGE = Alarm(
    time=NOW.timestamp(),
    level=Level.NOTE,
    kind=Kind.SURGE,
    since=(NOW - HOUR).timestamp(),
    n=9,
    window_h=24.0,
    expected=2.5,
    usual_per_day=2.5,
    recurrence_years=100.0,
)


def arrival(shop: Shop) -> save_reviews.Arrival:
    """Found in an ordinary sweep."""
    return save_reviews.Arrival(shop.google_id, shop.location_id, NOW - DAY, NOW, 2, is_first_sweep=False)


async def test_state_comes_back_as_it_was_saved(store: Store, shop: Shop) -> None:
    """The second time too; what it began with stays."""
    detector = RhythmDetector()
    async with store.write() as connection:
        assert await detectors.load(connection, shop.location_id) is None
        detector.tick(NOW.timestamp())
        await detectors.save(connection, shop.location_id, detector, now=NOW)
        detector.tick((NOW + DAY).timestamp())
        await detectors.save(connection, shop.location_id, detector, now=NOW + DAY)
        assert await detectors.load(connection, shop.location_id) == detector.state()
        rhythm = await detectors.rhythm(connection, shop.location_id)
    assert rhythm is not None
    assert (rhythm.began_at, rhythm.saved_at) == (NOW, NOW + DAY)


async def test_siblings_are_the_same_business_s_other_places(store: Store, shop: Shop) -> None:
    """A place does not borrow from itself."""
    async with store.write() as connection:
        await detectors.save(connection, shop.location_id, RhythmDetector(), now=NOW)
        assert await detectors.siblings(connection, shop.location_id) == []


async def test_a_surge_is_absorbed_by_the_page_that_follows(store: Store, shop: Shop) -> None:
    """Within the page's own window; a drift and an older surge stay what they are."""
    async with store.write() as connection:
        for alarm in (
            replace(SURGE, time=(NOW - 2 * DAY).timestamp()),
            SURGE,
            replace(SURGE, kind=Kind.DRIFT),
        ):
            await detectors.add_note(connection, shop.location_id, alarm)
        incident = await incidents.open_one(
            connection, location_id=shop.location_id, review_ids=[], count=3, usual_per_day=None, now=NOW
        )
        await detectors.absorb_notes(connection, shop.location_id, incident.incident_id, since=NOW - HOUR)
        notes = await detectors.notes_since(connection, shop.location_id, NOW - 3 * DAY)
        assert len(await detectors.notes_since(connection, shop.location_id, NOW)) == 2
    assert [(note.kind, note.absorbed_by) for note in notes] == [
        (Kind.SURGE, None),
        (Kind.SURGE, incident.incident_id),
        (Kind.DRIFT, None),
    ]
    assert notes[0].noted_at == NOW - 2 * DAY
    assert notes[0].noted_at.tzinfo is UTC


async def test_relaxing_is_bounded_remembered_and_undone_step_by_step(store: Store, shop: Shop) -> None:
    """Four steps; the newest goes first, or that of one incident."""
    async with store.write() as connection:
        for _ in range(MOST_RELAXED):
            assert await detectors.relax(connection, shop.location_id, now=NOW)
        assert not await detectors.relax(connection, shop.location_id, now=NOW)
        assert await detectors.take_back(connection, shop.location_id, now=NOW + HOUR)
        assert not await detectors.take_back(connection, shop.location_id, incident_id=77, now=NOW + HOUR)
        steps = await detectors.relaxations_of(connection, shop.location_id)
        assert await detectors.relaxed(connection, shop.location_id) == MOST_RELAXED - 1
    assert [step.undone_at for step in steps] == [None, None, None, NOW + HOUR]


async def heard(store: Store, shop: Shop) -> list[Heard]:
    """What the detector has not heard, which it has after this."""
    async with store.write() as connection:
        found = await detector_queue.waiting(connection, shop.location_id)
        await detector_queue.mark_fed(connection, shop.location_id)
    return found


async def test_each_review_is_heard_once_and_again_when_an_edit_lowers_it(store: Store, shop: Shop) -> None:
    """At the time of the edit; one that is raised or answered is no news."""
    first = arrival(shop)
    async with store.write() as connection:
        await save_reviews.save(connection, ready(parsed("a", 5), parsed("b", 1)), first)
    assert [(one.at, one.is_low) for one in await heard(store, shop)] == [(NOW, False), (NOW, True)]
    assert await heard(store, shop) == []
    later = replace(first, discovered_at=NOW + 3 * HOUR)
    lowered, raised = parsed("a", 1, edited_at=NOW + 2 * HOUR), parsed("b", 5, edited_at=NOW + 2 * HOUR)
    async with store.write() as connection:
        await save_reviews.save(connection, ready(lowered, raised), later)
    (one,) = await heard(store, shop)
    assert (one.at, one.seen, one.is_low, one.is_date_only) == (NOW + 2 * HOUR, NOW + 3 * HOUR, True, False)


async def test_words_are_known_on_the_platform_they_were_heard_on(store: Store, shop: Shop) -> None:
    """Only what was heard, only near in time."""
    async with store.write() as connection:
        await save_reviews.save(connection, ready(parsed("a", 1, author="Anna")), arrival(shop))
        await detector_queue.mark_fed(connection, shop.location_id)
        await save_reviews.save(connection, ready(parsed("a", 1, author="Anna"), platform="booking"), arrival(shop))
        (copy,) = await detector_queue.waiting(connection, shop.location_id)
        known = await detector_queue.known_twins(connection, shop.location_id, [copy])
        assert known == {((copy.twin, True), "google"): 1}
        far = replace(copy, at=copy.at + timedelta(days=40))
        assert await detector_queue.known_twins(connection, shop.location_id, [far]) == {}
        unheard = await connection.scalar(
            sa.select(sa.func.count()).select_from(reviews_table).where(sa.not_(reviews_table.c.is_observed))
        )
    assert unheard == 1
