"""When sources are due, on both databases."""

from __future__ import annotations

from datetime import timedelta

from bot.model.ingest.poll import Poll
from bot.store.db.engine import Store
from bot.store.ingest import sources
from tests.store_cases import HOUR, NOW, Shop


async def test_a_wish_to_poll_at_once_outlasts_the_poll_that_was_under_way(store: Store, shop: Shop) -> None:
    """Somebody answers a question while a poll runs: the source is polled again, quiet or not."""
    later = NOW + HOUR
    async with store.write() as connection:
        (row,) = [one for one in await sources.due(connection, now=NOW, furthest=HOUR) if one.source_id == 1]
        (row,) = await sources.take(connection, [row], now=NOW)
        await sources.save_quiet(connection, {1: (row.next_poll_at, later)}, now=NOW)
        assert (await sources.find(connection, 1)).next_poll_at == later
        (row,) = await sources.take(connection, [await sources.find(connection, 1)], now=NOW)
        await sources.poll_one_now(connection, 1)
        await sources.save_quiet(connection, {1: (row.next_poll_at, later + HOUR)}, now=NOW)
        assert (await sources.find(connection, 1)).next_poll_at is None
        (row,) = await sources.take(connection, [await sources.find(connection, 1)], now=NOW)
        await sources.poll_one_now(connection, 1)
        poll = Poll((), {"n": 1}, is_complete=True)
        await sources.save_poll(connection, row, poll, now=NOW, next_poll_at=later + timedelta(days=1))
        assert (await sources.find(connection, 1)).next_poll_at is None


async def test_what_a_wrong_clock_put_off_is_due(store: Store, shop: Shop) -> None:
    """A source is due later than any interval allows: nobody has put it off but a clock that was wrong."""
    for ahead, is_due in ((HOUR / 2, False), (timedelta(days=365), True)):
        async with store.write() as connection:
            row = await sources.find(connection, 1)
            poll = Poll((), {}, is_complete=True)
            await sources.save_poll(connection, row, poll, now=NOW, next_poll_at=NOW + ahead)
            found = [one.source_id for one in await sources.due(connection, now=NOW, furthest=HOUR)]
        assert (1 in found) is is_due
