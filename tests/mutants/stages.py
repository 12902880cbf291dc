"""Faults in what happens to reviews."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_STAGES = "tests/integration/test_stages.py"
_FAULTS = "tests/integration/chat/test_faults.py"
_RIGHTS = "tests/integration/chat/test_rights.py"
_DELIVERY = "tests/integration/chat/test_delivery.py"

STAGES: Final = (
    Fault(
        "a parsed item is not marked as parsed with its reviews",
        "stages/ingest/parse.py",
        "        is_news = await raw_items.mark_parsed(connection, raw, parsed.problems, now=now)\n",
        "        is_news = True\n    async with store.write() as connection:\n"
        "        await raw_items.mark_parsed(connection, raw, parsed.problems, now=now)\n",
        (f"{_STAGES}::test_a_kill_at_any_point_loses_nothing", _STAGES),
        "storing the reviews twice changes nothing, so a kill between the two costs one reading",
    ),
    Fault(
        "a quiet poll is told as news",
        "stages/ingest/poll.py",
        "return not is_news and is_well and dict(answer.state) == dict(row.state)",
        "return False",
        (f"{_FAULTS}::test_many_quiet_polls_write_once",),
    ),
    Fault(
        "a blind source is told at each failure",
        "stages/ingest/poll.py",
        "    await sources.mark_notified(connection, row.source_id, at=now)\n    others",
        "    others",
        (f"{_STAGES}::test_blind_is_told_once_and_its_all_clear_answers_it",),
    ),
    Fault(
        "a look opens an incident and forgets its card",
        "stages/watch/evaluate.py",
        "            await _absorb(connection, incident, alarm)\n"
        "            await enqueue.card(connection, incident, now=now, buzzes=True)\n",
        "            await _absorb(connection, incident, alarm)\n",
        (f"{_STAGES}::test_three_low_reviews_open_one_incident_with_a_buzz",),
    ),
    Fault(
        "a deadline is taken and its look forgotten",
        "stages/ops/timers.py",
        "            await locations.mark_look_due(connection, int(deadline.subject))\n",
        "",
        (f"{_STAGES}::test_a_kill_after_a_deadline_was_taken_leaves_the_look_to_do",),
    ),
    Fault(
        "a manager who was moved gets what waits of the old place",
        "stages/notify/right_to_see.py",
        "    return any(grant.covers(business_id=place.business_id, location_id=location_id) for grant in grants)",
        "    return place is not None",
        (f"{_RIGHTS}::test_manager_who_was_moved_gets_no_card_of_the_old_place",),
    ),
    Fault(
        "a lost chat's messages reach nobody",
        "stages/notify/chat_lifecycle.py",
        "                await outbox.hand_over(connection, told, owner.chat_id, now=now)\n",
        "                assert told is not None\n",
        (_DELIVERY,),
        "owners get the open cards anew all the same; this is the rest for one who had heard of none of it",
    ),
    Fault(
        "after a migration open cards are not posted again",
        "stages/notify/chat_lifecycle.py",
        "            await enqueue.open_cards(connection, locations, now=now)\n\n\nasync def topic_gone",
        "            assert still_open is not None\n\n\nasync def topic_gone",
        (f"{_DELIVERY}::test_group_that_migrates_by_a_refusal",),
    ),
)
