"""Faults in how incidents, reviews and people are stored."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_INCIDENTS = "tests/contract/test_store_incidents.py"
_REVIEWS = "tests/contract/test_store_reviews.py"
_STAGES = "tests/integration/test_stages.py"
_TOGETHER = "tests/integration/chat/test_one_transaction.py"
_CARDS = "tests/integration/chat/test_incidents.py"
_FAULTS = "tests/integration/chat/test_faults.py"
_C = "tests/contract/"
_PEOPLE = "tests/contract/test_store_people.py"
_DELIVERY = "tests/integration/chat/test_delivery.py"
_OUTBOX = "tests/contract/test_store_outbox.py"
_SCHEMA = "tests/contract/test_store_schema.py"

STORE: Final = (
    Fault(
        "compare-and-set is dropped",
        "store/incidents/incidents.py",
        '    incidents.c.state == sa.bindparam("its_state"),\n'
        '    incidents.c.version == sa.bindparam("its_version"),\n'
        '    incidents.c.moved_at == sa.bindparam("its_moved_at"),\n',
        '    sa.bindparam("its_state", type_=sa.String).is_not(None),\n'
        '    sa.bindparam("its_version", type_=sa.Integer).is_not(None),\n'
        '    sa.bindparam("its_moved_at", type_=incidents.c.moved_at.type).is_not(None),\n',
        (f"{_INCIDENTS}::test_of_two_moves_from_the_same_state_one_is_saved",),
    ),
    Fault(
        "a lost move is taken for stored",
        "store/incidents/incidents.py",
        "    if result.rowcount == 0:\n        return False\n    await _note_move",
        "    await _note_move",
        (f"{_INCIDENTS}::test_of_two_moves_on_the_same_incident_one_wins",),
    ),
    Fault(
        "a move leaves no history",
        "store/incidents/incidents.py",
        "await _note_move(connection, before, after, after.last_move, by_id=after.moved_by_id, detail=detail or {})",
        "pass",
        (f"{_INCIDENTS}::test_every_move_is_kept_with_who_and_when",),
    ),
    Fault(
        "the current incident is one that is over",
        "store/incidents/incidents.py",
        ".where(incidents.c.location_id == location_id, incidents.c.state.not_in(_OVER))",
        ".where(incidents.c.location_id == location_id)",
        (f"{_INCIDENTS}::test_every_move_is_kept_with_who_and_when",),
    ),
    Fault(
        "a review that is not low joins",
        "store/incidents/memberships.py",
        "reviews.c.review_id.in_(review_ids), reviews.c.low_at.is_not(None)",
        "reviews.c.review_id.in_(review_ids)",
        (f"{_INCIDENTS}::test_a_review_that_is_not_low_any_more_does_not_join",),
    ),
    Fault(
        "a review that comes back keeps its old time",
        "store/incidents/memberships.py",
        "    await connection.execute(sa.delete(incident_reviews).where(its))\n    if found:",
        "    found = [one for one in found if False]\n    if found:",
        (f"{_INCIDENTS}::test_a_raised_review_leaves_and_a_lowered_one_comes_back_at_its_new_time",),
    ),
    Fault(
        "raw items are stored without the source's state",
        "store/ingest/sources.py",
        "            state=dict(poll.state),\n",
        "",
        (f"{_REVIEWS}::test_raw_items_and_state_are_stored_together_or_not_at_all", f"{_STAGES}", _TOGETHER),
    ),
    Fault(
        "a first sweep ends with its first file",
        "store/ingest/sources.py",
        "swept_at=row.swept_at or (now if poll.is_complete else None),",
        "swept_at=row.swept_at or now,",
        (f"{_REVIEWS}::test_a_first_sweep_lasts_until_it_is_complete",),
    ),
    Fault(
        "a failure forgets since when it fails",
        "store/ingest/sources.py",
        "failing_since=row.failing_since or row.ok_at or now,",
        "failing_since=now,",
        (f"{_STAGES}::test_blind_is_told_once_and_its_all_clear_answers_it", f"{_CARDS}", "tests/e2e/test_outages.py"),
    ),
    Fault(
        "a first import is reported twice",
        "store/ingest/sources.py",
        ".where(sources.c.source_id == source_id, sources.c.reported_at.is_(None))",
        ".where(sources.c.source_id == source_id)",
        (f"{_CARDS}::test_first_import_is_silent_and_reported_once", _STAGES),
        "two looks at once are what it holds back; the caller reads the row anew in the same transaction",
    ),
    Fault(
        "a due time that a wrong clock put off is waited for",
        "store/ingest/sources.py",
        "sa.or_(at.is_(None), at <= now, at > now + furthest)",
        "sa.or_(at.is_(None), at <= now)",
        ("tests/contract/test_store_sources.py::test_what_a_wrong_clock_put_off_is_due",),
    ),
    Fault(
        "a raw item that comes again is not parsed again",
        "store/ingest/raw_items.py",
        '            "parsed_at": None,\n        }\n        if item.key in has:',
        "        }\n        if item.key in has:",
        (f"{_REVIEWS}::test_a_raw_item_that_comes_again_is_parsed_again",),
    ),
    Fault(
        "an older copy undoes a newer edit",
        "store/reviews/save_reviews.py",
        "return row.edited_at is not None and (review.edited_at or review.published_at) < row.edited_at",
        "return False",
        (f"{_REVIEWS}::test_an_older_copy_does_not_undo_a_newer_edit",),
    ),
    Fault(
        "an edit leaves no version",
        "store/reviews/save_reviews.py",
        "if (old_rating, row.title, row.text) != (review.rating, review.title, review.text):",
        "if False:",
        (f"{_REVIEWS}::test_the_history_of_an_edit_is_kept",),
    ),
    Fault(
        "a raised review stays low",
        "store/reviews/save_reviews.py",
        'values |= {"low_at": None, "is_fresh": False}',
        "pass",
        (f"{_REVIEWS}::test_an_edit_back_is_not_low_any_more",),
    ),
    Fault(
        "news does not have the location looked at",
        "store/reviews/save_reviews.py",
        "if saved.new or saved.changed or is_back:",
        "if saved.changed or is_back:",
        (f"{_REVIEWS}::test_only_news_has_the_location_looked_at",),
    ),
    Fault(
        "another source's sweep counts for this one's reviews",
        "store/reviews/removals.py",
        "sa.and_(reviews.c.source_id == source_id, reviews.c.seen_sweep < sweep, ",
        "sa.and_(reviews.c.seen_sweep < sweep, ",
        (f"{_REVIEWS}::test_a_sweep_counts_for_the_reviews_of_its_own_source_only",),
    ),
    Fault(
        "a review is gone after two sweeps",
        "store/reviews/removals.py",
        "GONE_AFTER_SWEEPS = 3",
        "GONE_AFTER_SWEEPS = 2",
        (f"{_REVIEWS}::test_two_sweeps_are_not_enough_however_long_they_take",),
    ),
    Fault(
        "a review is told to the detector each time",
        "store/reviews/detector_queue.py",
        ".values(is_observed=True)",
        ".values(is_observed=False)",
        (f"{_C}test_store_detectors.py::test_each_review_is_heard_once_and_again_when_an_edit_lowers_it",),
    ),
    Fault(
        "an invitation is good twice",
        "store/people/invitations.py",
        "            invitations.c.used_at.is_(None),\n            invitations.c.expires_at > now,",
        "            invitations.c.expires_at > now,",
        (f"{_PEOPLE}::test_a_code_is_used_once_whoever_tries_together",),
    ),
    Fault(
        "an invitation never expires",
        "store/people/invitations.py",
        "is_valid=row.used_at is None and row.expires_at > now,",
        "is_valid=row.used_at is None,",
        (f"{_PEOPLE}::test_a_code_expires_and_is_not_stored_itself",),
    ),
    Fault(
        "a revoked role still counts",
        "store/people/people.py",
        'where(grants.c.person_id == sa.bindparam("its_id"), grants.c.revoked_at.is_(None))',
        'where(grants.c.person_id == sa.bindparam("its_id"))',
        (f"{_PEOPLE}::test_a_revoked_person_may_nothing_and_hears_nothing",),
    ),
    Fault(
        "the chat of a revoked person stays linked",
        "store/people/people.py",
        "        await connection.execute(sa.delete(chat_links).where(chat_links.c.chat_id.in_(private)))\n"
        "    return int(result.rowcount)",
        "    return int(result.rowcount)",
        (f"{_PEOPLE}::test_a_revoked_person_may_nothing_and_hears_nothing",),
    ),
    Fault(
        "a chat gets the incidents of another business",
        "store/people/chats.py",
        "        chat_links.c.business_id == _ITS_BUSINESS.scalar_subquery(),\n",
        "",
        (f"{_PEOPLE}::test_a_chat_of_a_whole_business_gets_nothing_of_another",),
    ),
    Fault(
        "a pause of one topic is not one of its group",
        "store/people/chats.py",
        "sa.update(chats).where(chats.c.telegram_chat_id == group).values(paused_until=until)",
        "sa.update(chats).where(chats.c.chat_id == chat_id).values(paused_until=until)",
        (f"{_OUTBOX}::test_a_pause_of_one_topic_is_one_of_its_group",),
    ),
    Fault(
        "a writer begins without the lock",
        "store/db/engine.py",
        '"BEGIN IMMEDIATE" if writes else sqlite_driver.BEGIN_READING',
        '"BEGIN"',
        (f"{_SCHEMA}::test_many_writers_and_readers_at_once",),
    ),
    Fault(
        "a commit does not wait for the disk",
        "store/db/engine.py",
        '"synchronous=FULL"',
        '"synchronous=OFF"',
        (f"{_SCHEMA}::test_files_are_private_and_durable",),
    ),
    Fault(
        "a full disk is the message's own fault",
        "store/db/failures.py",
        "RetryError | MemoryError | TimeoutError | sa.exc.OperationalError | sqlite3.OperationalError",
        "RetryError | MemoryError | TimeoutError",
        (f"{_FAULTS}::test_an_error_of_the_database_leaves_an_update_for_later",),
    ),
)
