"""Incidents in the store, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.incidents.machine import RefusedError, Request, apply
from bot.model.incident import Cause, Incident, State, Transition
from bot.store.db.engine import Store
from bot.store.incidents import incidents, memberships, timeline
from bot.store.reviews import review_views, reviews
from tests.store_cases import DAY, HOUR, NOW, Shop, parsed, ready, rows_of, save


async def _open(store: Store, shop: Shop, count: int = 3) -> Incident:
    await save(store, shop, ready(*(parsed(f"r{n}", 1, at=NOW - n * HOUR) for n in range(count))))
    ids = [row["review_id"] for row in await rows_of(store, "reviews")]
    async with store.write() as connection:
        return await incidents.open_one(
            connection, location_id=shop.location_id, review_ids=ids, count=count, usual_per_day=0.5, now=NOW
        )


async def _moved(store: Store, incident: Incident, request: Request) -> bool:
    after = apply(incident, request, now=NOW + HOUR)
    async with store.write() as connection:
        return await incidents.save(connection, incident, after)


async def test_an_opened_incident_is_read_back_as_it_is(store: Store, shop: Shop) -> None:
    """What is stored comes back equal, and as the location's current incident."""
    opened = await _open(store, shop)
    async with store.read() as connection:
        assert await incidents.find(connection, opened.incident_id) == opened
        assert await incidents.current(connection, shop.location_id) == opened
        assert await incidents.unresolved(connection, [shop.location_id]) == [opened]
        assert await incidents.last_over(connection, shop.location_id) is None
        assert len(await review_views.members(connection, opened.incident_id)) == 3


async def test_of_two_moves_on_the_same_incident_one_wins(store: Store, other: Store, shop: Shop) -> None:
    """Two processes that decided on the same state: one is stored, the other is told so."""
    opened = await _open(store, shop)
    by = shop.owner.person_id
    results = await asyncio.gather(
        _moved(store, opened, Request(Transition.ACKNOWLEDGE, by_id=by)),
        _moved(other, opened, Request(Transition.RESOLVE, by_id=by, cause=Cause.FOOD)),
    )
    assert sorted(results) == [False, True]
    moves = [row["move"] for row in await rows_of(store, "incident_moves")]
    assert moves in (["open", "acknowledge"], ["open", "resolve"]), "the loser leaves no trace"


async def test_ten_presses_at_once_give_one_holder(store: Store, shop: Shop) -> None:
    """However many press together, the version goes up once."""
    opened = await _open(store, shop)
    request = Request(Transition.ACKNOWLEDGE, by_id=shop.owner.person_id)
    results = await asyncio.gather(*(_moved(store, opened, request) for _ in range(10)))
    assert results.count(True) == 1
    async with store.read() as connection:
        now = await incidents.find(connection, opened.incident_id)
    assert now is not None
    assert (now.state, now.version) == (State.ACKNOWLEDGED, 1)


async def test_a_move_of_the_program_is_noticed_too(store: Store, shop: Shop) -> None:
    """The program's moves do not count up the version, and still win against an outdated press."""
    opened = await _open(store, shop)
    assert await _moved(store, opened, Request(Transition.CLOSE))
    assert not await _moved(store, opened, Request(Transition.ACKNOWLEDGE, by_id=shop.owner.person_id))


async def test_every_move_is_kept_with_who_and_when(store: Store, shop: Shop) -> None:
    """The history tells the whole story in order."""
    incident = await _open(store, shop)
    by = shop.owner.person_id
    story = [
        Request(Transition.ACKNOWLEDGE, by_id=by),
        Request(Transition.SNOOZE, by_id=by, until=NOW + 9 * HOUR),
        Request(Transition.SNOOZE_OVER),
        Request(Transition.RESOLVE, by_id=by, cause=Cause.WAITING),
    ]
    for hours, request in enumerate(story, 1):
        after = apply(incident, request, now=NOW + hours * HOUR)
        async with store.write() as connection:
            assert await incidents.save(connection, incident, after)
        incident = after
    async with store.read() as connection:
        history = await timeline.history(connection, incident.incident_id)
        assert await incidents.find(connection, incident.incident_id) == incident
        assert await incidents.last_over(connection, shop.location_id) == incident
        assert await incidents.current(connection, shop.location_id) is None
    assert [(one.move, one.from_state, one.to_state, one.person_id) for one in history] == [
        (Transition.OPEN, None, State.OPEN, None),
        (Transition.ACKNOWLEDGE, State.OPEN, State.ACKNOWLEDGED, by),
        (Transition.SNOOZE, State.ACKNOWLEDGED, State.SNOOZED, by),
        (Transition.SNOOZE_OVER, State.SNOOZED, State.ACKNOWLEDGED, None),
        (Transition.RESOLVE, State.ACKNOWLEDGED, State.RESOLVED, by),
    ]
    assert history[2].detail["until"] == (NOW + 9 * HOUR).isoformat()
    assert history[4].detail["cause"] == "waiting"


async def test_a_note_changes_no_state(store: Store, shop: Shop) -> None:
    """A note is kept with who wrote it; a press on the card stays valid."""
    opened = await _open(store, shop)
    by = shop.owner.person_id
    async with store.write() as connection:
        after = replace(opened, note="two cooks sick – Petra")
        await incidents.set_note(connection, after, "two cooks sick", by_id=by, now=NOW + HOUR)
        assert await incidents.find(connection, opened.incident_id) == after
    assert await _moved(store, opened, Request(Transition.ACKNOWLEDGE, by_id=by))


async def test_a_raised_review_leaves_and_a_lowered_one_comes_back_at_its_new_time(store: Store, shop: Shop) -> None:
    """Membership belongs to one time a review was low: raised it is no member, lowered again it can join again."""
    opened = await _open(store, shop)
    await save(store, shop, ready(parsed("r0", 5)), at=NOW + HOUR)
    async with store.read() as connection:
        assert len(await review_views.members(connection, opened.incident_id)) == 2
    await save(store, shop, ready(parsed("r0", 1)), at=NOW + 2 * HOUR)
    async with store.write() as connection:
        lows = await reviews.lows(connection, shop.location_id, since=NOW - DAY)
        assert [low.incident_id for low in lows] == [opened.incident_id, opened.incident_id, None]
        await memberships.join(connection, opened.incident_id, [lows[-1].review_id], now=NOW + 2 * HOUR)
        lows = await reviews.lows(connection, shop.location_id, since=NOW - DAY)
        assert {low.incident_id for low in lows} == {opened.incident_id}
        assert len(await review_views.members(connection, opened.incident_id)) == 3


async def test_a_review_that_is_not_low_any_more_does_not_join(store: Store, shop: Shop) -> None:
    """An offer that is taken up late leaves out what was raised meanwhile."""
    opened = await _open(store, shop)
    await save(store, shop, ready(parsed("good", 5)))
    ids = [row["review_id"] for row in await rows_of(store, "reviews") if row["external_id"] == "good"]
    async with store.write() as connection:
        await memberships.join(connection, opened.incident_id, ids, now=NOW)
    assert len(await rows_of(store, "incident_reviews")) == 3


async def test_of_two_moves_from_the_same_state_one_is_saved(store: Store, shop: Shop) -> None:
    """Two people press at the same moment: the second read a state that is gone, and changes nothing."""
    opened = await _open(store, shop)
    by = shop.owner.person_id
    first = apply(opened, Request(Transition.ACKNOWLEDGE, by_id=by), now=NOW + HOUR)
    second = apply(opened, Request(Transition.SNOOZE, by_id=by, until=NOW + 9 * HOUR), now=NOW + HOUR)
    async with store.write() as connection:
        assert await incidents.save(connection, opened, first)
    async with store.write() as connection:
        assert not await incidents.save(connection, opened, second)
    async with store.read() as connection:
        assert await incidents.find(connection, opened.incident_id) == first
        assert len(await timeline.history(connection, opened.incident_id)) == 2


async def test_it_is_known_when_an_incident_last_became_open(store: Store, shop: Shop) -> None:
    """Reopening counts, acknowledging does not."""
    incident = await _open(store, shop)
    by = shop.owner.person_id
    for hours, request in enumerate(
        [Request(Transition.CLOSE), Request(Transition.REOPEN, by_id=by), Request(Transition.ACKNOWLEDGE, by_id=by)], 1
    ):
        after = apply(incident, request, now=NOW + hours * HOUR)
        async with store.write() as connection:
            assert await incidents.save(connection, incident, after)
        incident = after
    async with store.read() as connection:
        assert await timeline.begun_at(connection, incident.incident_id) == NOW + 2 * HOUR


async def test_an_outdated_request_is_refused_by_the_table_as_well(store: Store, shop: Shop) -> None:
    """The machine and the store agree on what is over."""
    opened = await _open(store, shop)
    await _moved(store, opened, Request(Transition.RESOLVE, by_id=shop.owner.person_id, cause=Cause.FOOD))
    async with store.read() as connection:
        resolved = await incidents.find(connection, opened.incident_id)
    assert resolved is not None
    with pytest.raises(RefusedError) as refused:
        apply(resolved, Request(Transition.ACKNOWLEDGE, by_id=shop.owner.person_id), now=NOW)
    assert refused.value.incident == resolved
