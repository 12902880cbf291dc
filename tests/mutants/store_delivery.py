"""Faults in how messages, updates and deadlines are stored."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_OUTBOX = "tests/contract/test_store_outbox.py"
_STRANGE = "tests/integration/chat/test_strange_faults.py"
_MOVES = "tests/integration/chat/test_moves.py"

STORE_DELIVERY: Final = (
    Fault(
        "a row is claimed whoever has claimed it",
        "store/delivery/outbox.py",
        ".where(outbox.c.outbox_id == outbox_id, outbox.c.state == WAITING)\n        .values(state=SENDING",
        ".where(outbox.c.outbox_id == outbox_id)\n        .values(state=SENDING",
        (f"{_OUTBOX}::test_of_two_claimers_one_gets_the_row",),
    ),
    Fault(
        "a chat's next row is given while one is being sent",
        "store/delivery/outbox.py",
        "outbox.c.chat_id.not_in(sa.select(outbox.c.chat_id).where(outbox.c.state == SENDING)),",
        "",
        (f"{_OUTBOX}::test_a_chats_messages_stay_in_order",),
    ),
    Fault(
        "a message is given before its time",
        "store/delivery/outbox.py",
        '            outbox.c.not_before <= sa.bindparam("now"),\n            sa.or_(chats',
        "            sa.or_(chats",
        (f"{_OUTBOX}::test_a_message_is_not_given_before_its_time",),
    ),
    Fault(
        "Telegram's wait is not kept",
        "store/delivery/outbox.py",
        'sa.or_(chats.c.paused_until.is_(None), chats.c.paused_until <= sa.bindparam("now")),',
        "",
        (f"{_OUTBOX}::test_a_paused_chat_waits_and_goes_on",),
    ),
    Fault(
        "a merged row loses its sound",
        "store/delivery/outbox.py",
        'is_silent=sa.and_(outbox.c.is_silent, sa.bindparam("its_silence", type_=sa.Boolean())),',
        'is_silent=sa.bindparam("its_silence", type_=sa.Boolean()),',
        (f"{_OUTBOX}::test_waiting_rows_of_one_message_become_one_and_keep_the_buzz",),
    ),
    Fault(
        "a change goes into a row that is being sent",
        "store/delivery/outbox.py",
        "outbox.c.outbox_id.in_(_NEWEST_OF_IT), outbox.c.state == WAITING, ",
        "outbox.c.outbox_id.in_(_NEWEST_OF_IT), ",
        (f"{_OUTBOX}::test_what_is_being_sent_takes_nothing_in",),
    ),
    Fault(
        "a row found in flight after a start is no repeat",
        "store/delivery/outbox.py",
        ".values(state=WAITING, claimed_at=None, is_repeat=True)",
        ".values(state=WAITING, claimed_at=None)",
        (f"{_OUTBOX}::test_after_a_restart_what_was_being_sent_may_be_a_repeat",),
    ),
    Fault(
        "rows in flight are not recovered at all",
        "store/delivery/outbox.py",
        "sa.update(outbox).where(outbox.c.state == SENDING).values(state=WAITING",
        "sa.update(outbox).where(outbox.c.state == DROPPED).values(state=WAITING",
        (f"{_OUTBOX}::test_after_a_restart_what_was_being_sent_may_be_a_repeat",),
    ),
    Fault(
        "a later harmless failure unmarks a repeat",
        "store/delivery/outbox.py",
        "is_repeat=sa.or_(outbox.c.is_repeat, sa.literal(may_have_arrived)),",
        "is_repeat=may_have_arrived,",
        (f"{_OUTBOX}::test_a_failed_row_waits_with_its_error",),
    ),
    Fault(
        "giving a chat up drops every chat's rows",
        "store/delivery/outbox.py",
        "is_it = sa.and_(outbox.c.chat_id == chat_id, outbox.c.state.in_([WAITING, SENDING]))",
        "is_it = outbox.c.state.in_([WAITING, SENDING])",
        (f"{_OUTBOX}::test_giving_a_chat_up_drops_its_rows_only",),
    ),
    Fault(
        "upkeep drops what still waits",
        "store/delivery/outbox.py",
        "sa.delete(outbox).where(outbox.c.done_at < before)",
        "sa.delete(outbox).where(outbox.c.created_at < before)",
        (f"{_OUTBOX}::test_done_rows_are_dropped_after_a_while",),
    ),
    Fault(
        "a new card does not overtake",
        "store/delivery/outbox.py",
        "sa.func.coalesce(first_new_card, sa.case((is_jammed, first_other)), first)",
        "sa.func.coalesce(sa.case((is_jammed, first_other)), first)",
        (f"{_OUTBOX}::test_a_new_card_overtakes_reports_and_edits",),
    ),
    Fault(
        "an update that came twice is handled twice",
        "store/delivery/inbox.py",
        "if row is not None and row.body != body and now - row.received_at >= RENEWED_AFTER:",
        "if row is not None:",
        (f"{_OUTBOX}::test_an_update_is_stored_and_handled_once",),
    ),
    Fault(
        "lower numbers after a week are confirmed away",
        "store/delivery/inbox.py",
        "return None if now - row.last_update_at >= RENEWED_AFTER else int(row.last_update_id) + 1",
        "return int(row.last_update_id) + 1",
        (f"{_OUTBOX}::test_numbers_of_updates_begin_anew_after_a_week_and_with_another_bot",),
    ),
    Fault(
        "another bot's updates are kept",
        "store/delivery/inbox.py",
        "    if known is not None:\n        await connection.execute(sa.delete(inbox))\n",
        "",
        (f"{_OUTBOX}::test_numbers_of_updates_begin_anew_after_a_week_and_with_another_bot",),
    ),
    Fault(
        "presses wait behind messages",
        "store/delivery/inbox.py",
        ".order_by(sa.case((is_press, 0), else_=1), inbox.c.update_id)",
        ".order_by(inbox.c.update_id)",
        (f"{_STRANGE}::test_a_pile_of_updates_holds_no_press_up",),
    ),
    Fault(
        "a deadline is doubled instead of moved",
        "store/delivery/timers.py",
        "    if result.rowcount == 0:\n",
        "    if result.rowcount >= 0:\n",
        (f"{_OUTBOX}::test_a_deadline_is_moved_not_doubled",),
    ),
    Fault(
        "two workers do one deadline",
        "store/delivery/timers.py",
        "return result.rowcount > 0",
        "return result.rowcount >= 0",
        (f"{_OUTBOX}::test_two_workers_share_a_deadline_between_them",),
    ),
    Fault(
        "a standing message is not found by its number",
        "store/delivery/sent_messages.py",
        "messages.c.telegram_message_id == telegram_message_id,\n            messages.c.key",
        "messages.c.telegram_message_id != telegram_message_id,\n            messages.c.key",
        (f"{_OUTBOX}::test_a_standing_message_is_remembered_and_forgotten", _MOVES),
    ),
)
