"""Storing reviews, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.model.ingest.poll import Poll, RawItem
from bot.model.review import REPLY_URL, OwnerReply
from bot.store.db.engine import Connection, Store
from bot.store.db.schema import metadata
from bot.store.ingest import raw_items, sources
from bot.store.reviews import removals, review_views, reviews, save_reviews
from tests.store_cases import DAY, HOUR, NOW, Shop, dump, parsed, ready, rows_of, save, source_row


async def test_new_known_and_changed_are_told_apart(store: Store, shop: Shop) -> None:
    """Each review counts once, as what it is."""
    assert (await save(store, shop, ready(parsed("a"), parsed("b", 1)))).new == 2
    second = await save(store, shop, ready(parsed("a"), parsed("b", 1, text="Even colder."), parsed("c", 4)))
    assert (second.new, second.changed, second.known) == (1, 1, 1)


async def test_low_counts_only_what_has_become_low(store: Store, shop: Shop) -> None:
    """A low review that is known already is no news, also when its words change."""
    assert (await save(store, shop, ready(parsed("a", 1), parsed("b", 5)))).low == 1
    assert (await save(store, shop, ready(parsed("a", 1), parsed("b", 5)))).low == 0
    assert (await save(store, shop, ready(parsed("a", 1, text="New words."), parsed("b", 5)))).low == 0
    assert (await save(store, shop, ready(parsed("a", 1, text="New words."), parsed("b", 1)))).low == 1


async def test_the_span_covers_known_reviews_too(store: Store, shop: Shop) -> None:
    """An import says which period the file covers, whatever of it was known."""
    batch = ready(parsed("a", at=NOW - 9 * DAY), parsed("b", at=NOW - 2 * DAY))
    await save(store, shop, batch)
    again = await save(store, shop, batch)
    assert (again.first_at, again.last_at) == (NOW - 9 * DAY, NOW - 2 * DAY)


async def test_importing_again_writes_no_row(store: Store, shop: Shop) -> None:
    """The same reviews a second time leave every table as it was, row for row."""
    batch = ready(*(parsed(f"r{n}", 1 + n % 5) for n in range(50)), parsed(None, 2), parsed(None, None))
    await save(store, shop, batch)
    before = await dump(store)
    async with store.write() as connection:
        start = await _changes(connection)
        arrival = save_reviews.Arrival(shop.google_id, shop.location_id, NOW, NOW + DAY, 3, is_first_sweep=False)
        saved = await save_reviews.save(connection, batch, arrival)
        assert await _changes(connection) == start
    assert (saved.new, saved.changed, saved.known) == (0, 0, 52)
    assert await dump(store) == before


async def _changes(connection: Connection) -> int:
    """Rows written so far, as the database itself counts them; PostgreSQL counts them for this transaction."""
    count = "SELECT total_changes()"
    if connection.dialect.name == "postgresql":
        count = "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::int FROM pg_stat_xact_user_tables"
    return int(await connection.scalar(sa.text(count)) or 0)


async def test_the_history_of_an_edit_is_kept(store: Store, shop: Shop) -> None:
    """What a review said before stays, in order, with the time it was replaced."""
    await save(store, shop, ready(parsed("a", 5, text="Lovely.")))
    await save(store, shop, ready(parsed("a", 3, text="Not so lovely.")), at=NOW + HOUR)
    await save(store, shop, ready(parsed("a", 1, text="Awful.")), at=NOW + 2 * HOUR)
    found = [(row["rating_value"], row["text"], row["replaced_at"]) for row in await rows_of(store, "review_versions")]
    assert found == [(5, "Lovely.", NOW + HOUR), (3, "Not so lovely.", NOW + 2 * HOUR)]
    (row,) = await rows_of(store, "reviews")
    assert (row["rating_value"], row["text"]) == (1, "Awful.")


async def test_an_answer_of_the_business_is_no_new_version(store: Store, shop: Shop) -> None:
    """A reply changes the row but is not a version of the guest's words."""
    await save(store, shop, ready(parsed("a", 1)))
    saved = await save(store, shop, ready(parsed("a", 1, reply=OwnerReply("We are sorry.", NOW))))
    assert saved.changed == 1
    assert await rows_of(store, "review_versions") == []


async def test_where_to_answer_is_learned_and_not_lost(store: Store, shop: Shop) -> None:
    """An export that lacks the link takes it from no review, and learning it is no change of the guest's words."""
    link = {REPLY_URL: "https://business.google.com/a"}
    plain = parsed("a", 1)
    await save(store, shop, ready(plain))
    learned = await save(store, shop, ready(replace(plain, details=link)))
    await save(store, shop, ready(plain))
    edited = await save(store, shop, ready(replace(plain, text="Even colder.")))
    assert (learned.changed, learned.known, edited.changed) == (0, 1, 1)
    (row,) = await rows_of(store, "reviews")
    assert row["details"] == link


async def test_that_nothing_was_answered_is_learned_without_a_change(store: Store, shop: Shop) -> None:
    """What says that there is no answer, after what could not tell, changes nothing but that; a real answer stays."""
    answered = parsed("b", 1, reply=OwnerReply("Sorry.", NOW))
    await save(store, shop, ready(parsed("a", 1), answered))
    assert [row["reply_text"] for row in await rows_of(store, "reviews")] == [None, "Sorry."]
    saved = await save(store, shop, ready(parsed("a", 1, reply=OwnerReply("")), answered))
    assert (saved.known, saved.changed) == (2, 0)
    assert [row["reply_text"] for row in await rows_of(store, "reviews")] == ["", "Sorry."]
    async with store.read() as connection:
        places = [shop.location_id]
        found, _ = await review_views.review_page(connection, places, only="unanswered")
    assert [(one.is_replied, one.tells_replies) for one in found] == [(False, True)]


async def test_five_to_one_counts_at_the_time_of_the_edit(store: Store, shop: Shop) -> None:
    """An old good review that is lowered is a fresh low review at its edit."""
    await save(store, shop, ready(parsed("a", 5, at=NOW - 20 * DAY)), at=NOW - 19 * DAY)
    lowered = parsed("a", 1, at=NOW - 20 * DAY, edited_at=NOW - HOUR)
    await save(store, shop, ready(lowered), at=NOW)
    async with store.read() as connection:
        (low,) = await reviews.lows(connection, shop.location_id, since=NOW - DAY)
    assert (low.at, low.is_fresh) == (NOW - HOUR, True)


async def test_an_edit_without_a_time_counts_when_it_is_discovered(store: Store, shop: Shop) -> None:
    """A source that does not say when a review was changed: the time of discovery stands in."""
    await save(store, shop, ready(parsed("a", 5, at=NOW - 20 * DAY)), at=NOW - 19 * DAY)
    await save(store, shop, ready(parsed("a", 1, at=NOW - 20 * DAY)), at=NOW)
    (row,) = await rows_of(store, "reviews")
    assert (row["low_at"], row["is_fresh"]) == (NOW, True)


async def test_a_file_that_is_read_better_alarms_of_no_past(store: Store, shop: Shop) -> None:
    """What a release before has taken for five stars counts as low from the day of the review: old ones are history."""
    old, new = NOW - 20 * DAY, NOW - DAY
    await save(store, shop, ready(parsed("old", 5, at=old), parsed("new", 5, at=new)), at=NOW - HOUR)
    await save(store, shop, ready(parsed("old", 1, at=old), parsed("new", 1, at=new)), at=NOW, reads_again=True)
    found = {row["external_id"]: (row["low_at"], row["is_fresh"]) for row in await rows_of(store, "reviews")}
    assert found == {"old": (old, False), "new": (new, True)}


async def test_an_edit_back_is_not_low_any_more(store: Store, shop: Shop) -> None:
    """A raised review stops counting; lowered once more it counts anew, at the new time."""
    await save(store, shop, ready(parsed("a", 1)))
    await save(store, shop, ready(parsed("a", 4)), at=NOW + HOUR)
    (row,) = await rows_of(store, "reviews")
    assert (row["is_low"], row["low_at"], row["is_fresh"]) == (False, None, False)
    await save(store, shop, ready(parsed("a", 2)), at=NOW + 2 * HOUR)
    (row,) = await rows_of(store, "reviews")
    assert (row["is_low"], row["low_at"], row["is_fresh"]) == (True, NOW + 2 * HOUR, True)


async def test_an_older_copy_does_not_undo_a_newer_edit(store: Store, shop: Shop) -> None:
    """An old export that is read after the live source changes nothing."""
    await save(store, shop, ready(parsed("a", 1, edited_at=NOW + HOUR)))
    stale = await save(store, shop, ready(parsed("a", 5)), source_id=shop.export_id, at=NOW + DAY)
    assert (stale.changed, stale.known) == (0, 1)
    (row,) = await rows_of(store, "reviews")
    assert row["rating_value"] == 1


async def test_the_same_review_from_two_sources_is_one(store: Store, shop: Shop) -> None:
    """Takeout and API of one platform give one review each; another platform's same id is another review."""
    await save(store, shop, ready(parsed("a", 1)))
    await save(store, shop, ready(parsed("a", 1)), source_id=shop.export_id)
    assert len(await rows_of(store, "reviews")) == 1
    await save(store, shop, ready(parsed("a", 1), platform="tripadvisor"), source_id=shop.export_id)
    assert len(await rows_of(store, "reviews")) == 2


async def test_a_key_twice_in_one_batch_is_one_review(store: Store, shop: Shop) -> None:
    """A page that repeats a review breaks nothing; its last copy counts."""
    await save(store, shop, ready(parsed("a", 5), parsed("a", 1)))
    (row,) = await rows_of(store, "reviews")
    assert row["rating_value"] == 1


async def test_hostile_text_is_stored(store: Store, shop: Shop) -> None:
    """NUL, half a surrogate pair and right-to-left marks reach no database as they came, the rest does."""
    text = "a\x00b\ud800c \u202e \U0001f600 <b>'; DROP TABLE reviews; --"
    await save(store, shop, ready(parsed("a", 1, text=text, author="\x00", details={"k\x00": "\udfff"})))
    (row,) = await rows_of(store, "reviews")
    assert row["text"] == "a\ufffdb\ufffdc \u202e \U0001f600 <b>'; DROP TABLE reviews; --"
    assert row["details"] == {"k\ufffd": "\ufffd"}


async def test_gone_needs_three_complete_sweeps_over_two_days(store: Store, shop: Shop) -> None:
    """Two sweeps, or three within a day, prove nothing; the third after 48 hours does."""
    await save(store, shop, ready(parsed("a", 1), parsed("b", 1)), sweep=1, marks_seen=True)

    async def sweep(number: int, after: timedelta) -> int:
        await save(store, shop, ready(parsed("b", 1)), sweep=number, marks_seen=True, at=NOW + after)
        async with store.write() as connection:
            return await removals.miss(connection, source_id=shop.google_id, sweep=number, now=NOW + after)

    assert [await sweep(n, n * HOUR) for n in (2, 3, 4, 5)] == [0, 0, 0, 0]
    assert await sweep(6, 2 * HOUR + 2 * DAY) == 1
    assert await sweep(7, 3 * DAY) == 0, "gone once is told once"
    gone_at = {row["external_id"]: row["gone_at"] for row in await rows_of(store, "reviews")}
    assert gone_at == {"a": NOW + 2 * HOUR + 2 * DAY, "b": None}


async def test_two_sweeps_are_not_enough_however_long_they_take(store: Store, shop: Shop) -> None:
    """Rare polling alone does not make a review gone."""
    await save(store, shop, ready(parsed("a", 1)), sweep=1, marks_seen=True)
    async with store.write() as connection:
        assert await removals.miss(connection, source_id=shop.google_id, sweep=2, now=NOW + DAY) == 0
        assert await removals.miss(connection, source_id=shop.google_id, sweep=3, now=NOW + 9 * DAY) == 0
        assert await removals.miss(connection, source_id=shop.google_id, sweep=4, now=NOW + 9 * DAY) == 1


async def test_a_review_that_comes_back_is_there_again(store: Store, shop: Shop) -> None:
    """Coming back clears every trace of being gone, and has the location looked at."""
    await save(store, shop, ready(parsed("a", 1)), sweep=1, marks_seen=True)
    async with store.write() as connection:
        for number in (2, 3, 4):
            await removals.miss(connection, source_id=shop.google_id, sweep=number, now=NOW + number * DAY)
        await connection.execute(metadata.tables["locations"].update().values(look_due=False))
    (row,) = await rows_of(store, "reviews")
    assert row["gone_at"] == NOW + 4 * DAY
    saved = await save(store, shop, ready(parsed("a", 1)), sweep=5, marks_seen=True, at=NOW + 5 * DAY)
    assert (saved.new, saved.known) == (0, 1)
    (row,) = await rows_of(store, "reviews")
    assert (row["gone_at"], row["missing_since"], row["missed_sweeps"], row["seen_sweep"]) == (None, None, 0, 5)
    (place,) = await rows_of(store, "locations")
    assert place["look_due"]


async def test_another_source_does_not_count_this_ones_sweeps(store: Store, shop: Shop) -> None:
    """Each source has its own count of sweeps; a listing elsewhere neither keeps nor loses a review here."""
    await save(store, shop, ready(parsed("a", 1)), sweep=1, marks_seen=True)
    await save(store, shop, ready(parsed("a", 1)), sweep=90, marks_seen=True, source_id=shop.export_id)
    (row,) = await rows_of(store, "reviews")
    assert row["seen_sweep"] == 1


async def test_a_sweep_counts_for_the_reviews_of_its_own_source_only(store: Store, shop: Shop) -> None:
    """However often a listing does not bring what an export brought, that is not gone."""
    await save(store, shop, ready(parsed("a", 1)), sweep=1, marks_seen=True, source_id=shop.export_id)
    async with store.write() as connection:
        for number in range(2, 7):
            moment = NOW + number * DAY
            assert await removals.miss(connection, source_id=shop.google_id, sweep=number, now=moment) == 0
    (row,) = await rows_of(store, "reviews")
    assert (row["missed_sweeps"], row["missing_since"], row["gone_at"]) == (0, None, None)


async def test_only_news_has_the_location_looked_at(store: Store, shop: Shop) -> None:
    """New or changed reviews ask for a look, known ones do not."""
    await save(store, shop, ready(parsed("a", 1)))
    (place,) = await rows_of(store, "locations")
    assert place["look_due"]
    async with store.write() as connection:
        await connection.execute(metadata.tables["locations"].update().values(look_due=False))
    await save(store, shop, ready(parsed("a", 1)))
    (place,) = await rows_of(store, "locations")
    assert not place["look_due"]


def _poll(*keys: str, number: int, is_complete: bool = True) -> Poll:
    items = tuple(RawItem(key=key, name=f"{key}.csv", body=key.encode() * 9) for key in keys)
    return Poll(items=items, state={"n": number}, is_complete=is_complete)


async def _save_poll(store: Store, shop: Shop, poll: Poll, *, fail: bool = False) -> None:
    row = await source_row(store, shop.google_id)
    async with store.write() as connection:
        await sources.save_poll(connection, row, poll, now=NOW, next_poll_at=NOW + HOUR)
        if fail:
            raise ConnectionResetError


async def test_raw_items_and_state_are_stored_together_or_not_at_all(store: Store, shop: Shop) -> None:
    """A failure before the commit leaves neither the items nor the state that says they were given."""
    await _save_poll(store, shop, _poll("a", number=1))
    before = await dump(store)
    with pytest.raises(ConnectionResetError):
        await _save_poll(store, shop, _poll("b", number=2), fail=True)
    assert await dump(store) == before
    row = await source_row(store, shop.google_id)
    assert (row.state, row.sweep) == ({"n": 1}, 1)


async def test_a_raw_item_that_comes_again_is_parsed_again(store: Store, shop: Shop) -> None:
    """A file that was changed back has the old content's key: its reviews are edits, so it is read once more."""
    await _save_poll(store, shop, _poll("a", number=1))
    async with store.write() as connection:
        (raw,) = await raw_items.unparsed(connection, shop.google_id)
        await raw_items.mark_parsed(connection, raw, [], now=NOW)
        assert await raw_items.unparsed(connection, shop.google_id) == []
    assert raw.is_first_sweep
    await _save_poll(store, shop, _poll("a", number=2))
    async with store.read() as connection:
        (again,) = await raw_items.unparsed(connection, shop.google_id)
    assert (again.raw_id, again.item, again.sweep) == (raw.raw_id, raw.item, 2)
    assert not again.is_first_sweep


async def test_a_first_sweep_lasts_until_it_is_complete(store: Store, shop: Shop) -> None:
    """A source that needs several polls for its history is in its first sweep all the while."""
    await _save_poll(store, shop, _poll("a", number=1, is_complete=False))
    await _save_poll(store, shop, _poll("b", number=2))
    await _save_poll(store, shop, _poll("c", number=3))
    async with store.read() as connection:
        found = await raw_items.unparsed(connection, shop.google_id)
    assert [(raw.item.key, raw.is_first_sweep) for raw in found] == [("a", True), ("b", True), ("c", False)]


async def test_a_file_name_that_is_no_text_is_stored(store: Store, shop: Shop) -> None:
    """A name with bytes that are no UTF-8 stops nothing."""
    item = RawItem(key="k", name="caf\udce9.csv", body=b"x", note="\udce9")
    await _save_poll(store, shop, Poll(items=(item,), state={}, is_complete=True))
    async with store.read() as connection:
        (raw,) = await raw_items.unparsed(connection, shop.google_id)
    assert (raw.item.name, raw.item.note) == ("caf\ufffd.csv", "\ufffd")


async def test_what_the_platform_says_is_removed_is_gone_at_once(store: Store, shop: Shop) -> None:
    """Whatever source brought it, and only there; an unknown id is ignored, and saying it twice changes nothing."""
    await save(store, shop, ready(parsed("a", 1), parsed("b", 1)))
    await save(store, shop, ready(parsed("c", 1)), source_id=shop.export_id)
    await save(store, shop, ready(parsed("a", 1), platform="tripadvisor"), source_id=shop.export_id)

    async def remove(*ids: str, after: timedelta) -> int:
        async with store.write() as connection:
            return await removals.remove(
                connection, location_id=shop.location_id, platform="google", external_ids=ids, now=NOW + after
            )

    assert await remove("a", "c", *(f"unknown {number}" for number in range(600)), after=DAY) == 2
    assert await remove("c", after=2 * DAY) == 0
    gone = {(row["platform"], row["external_id"]): row["gone_at"] for row in await rows_of(store, "reviews")}
    assert gone == {
        ("google", "a"): NOW + DAY,
        ("google", "b"): None,
        ("google", "c"): NOW + DAY,
        ("tripadvisor", "a"): None,
    }


async def test_what_was_removed_is_back_when_the_platform_shows_it(store: Store, shop: Shop) -> None:
    """An old export that still has it proves nothing; the source that tells of removals does."""
    await save(store, shop, ready(parsed("a", 1)), source_id=shop.export_id)
    async with store.write() as connection:
        await removals.remove(
            connection, location_id=shop.location_id, platform="google", external_ids=["a"], now=NOW + DAY
        )
    await save(store, shop, ready(parsed("a", 1)), at=NOW + 2 * DAY, source_id=shop.export_id)
    (row,) = await rows_of(store, "reviews")
    assert row["gone_at"] == NOW + DAY
    await save(store, shop, ready(parsed("a", 1)), at=NOW + 2 * DAY, tells_removed=True)
    (row,) = await rows_of(store, "reviews")
    assert (row["gone_at"], row["missing_since"], row["missed_sweeps"]) == (None, None, 0)
