"""Faults in the chat: who may what, and what is sent."""

from __future__ import annotations

from typing import Final

from tests.mutants.fault import Fault

_TOGETHER = "tests/integration/chat/test_one_transaction.py"
_UPDATES = "tests/integration/chat/test_updates.py"
_RIGHTS = "tests/integration/chat/test_rights.py"
_STRANGERS = "tests/integration/chat/test_strangers.py"
_DELIVERY = "tests/integration/chat/test_delivery.py"

TELEGRAM: Final = (
    Fault(
        "an update is marked handled before its work, in a transaction of its own",
        "telegram/inbound/updates.py",
        "            async with self.store.write(is_short=is_short) as connection:\n"
        "                now = self.clock.now()\n",
        "            async with self.store.write() as connection:\n"
        "                await inbox.mark_handled(connection, incoming.update_id, now=self.clock.now())\n"
        "            async with self.store.write() as connection:\n                now = self.clock.now()\n",
        (f"{_TOGETHER}::test_update_is_marked_handled_only_when_its_work_stands",),
    ),
    Fault(
        "updates are confirmed before they are stored",
        "telegram/inbound/updates.py",
        "                await inbox.save(connection, kept, now=now)\n",
        "",
        (f"{_UPDATES}::test_update_is_stored_before_it_is_confirmed",),
    ),
    Fault(
        "who has no role left is not refused",
        "telegram/inbound/commands.py",
        "if caller.person is None or not caller.grants:",
        "if caller.person is None:",
        (f"{_RIGHTS}::test_who_has_lost_every_role_presses_and_says_nothing_that_counts",),
    ),
    Fault(
        "a role that changes during a press is not noticed",
        "telegram/inbound/people/actor.py",
        "return replace(self, connection=connection) if tuple(now) == self.grants else None",
        "return replace(self, connection=connection) if now is not None else None",
        (f"{_RIGHTS}::test_a_role_that_is_taken_during_a_press_counts",),
    ),
    Fault(
        "a press is not asked whether its location is seen",
        "telegram/inbound/rights.py",
        "    if place is None:\n        return toasts.stranger(caller.words)\n    return None",
        "    if place is None:\n        return None\n    return None",
        (f"{_RIGHTS}::test_owner_of_another_business_in_the_group_presses_nothing_forged",),
    ),
    Fault(
        "every stranger's message is answered",
        "telegram/inbound/people/strangers.py",
        "if is_silent or lately >= REFUSALS_A_MINUTE:",
        "if lately >= REFUSALS_A_MINUTE:",
        (f"{_STRANGERS}::test_stranger_is_refused_once_an_hour",),
    ),
    Fault(
        "hundreds of strangers are refused at once",
        "telegram/inbound/people/strangers.py",
        "if is_silent or lately >= REFUSALS_A_MINUTE:",
        "if is_silent:",
        (f"{_STRANGERS}::test_of_hundreds_of_strangers_twenty_a_minute_are_refused",),
    ),
    Fault(
        "a broken-off delivery is not recovered",
        "telegram/outbound/sender.py",
        "                    self._is_broken_off = True\n",
        "",
        (f"{_TOGETHER}::test_a_delivery_that_is_broken_off_is_taken_up_again",),
    ),
    Fault(
        "what Telegram has taken is not noted when the disk has room again",
        "telegram/outbound/sender.py",
        "        for note in list(self._unnoted.values()):\n            await note()\n",
        "",
        (f"{_TOGETHER}::test_a_card_whose_sending_cannot_be_noted_is_sent_once",),
    ),
    Fault(
        "a message that may have arrived is sent again unmarked",
        "telegram/outbound/sender.py",
        "may_have_arrived=what.failure is Failure.MAY_HAVE_ARRIVED,",
        "may_have_arrived=False,",
        (f"{_DELIVERY}::test_message_that_may_have_arrived_is_repeated_and_marked",),
    ),
    Fault(
        "an equal card is edited again and again",
        "telegram/outbound/sender.py",
        "elif message is None or (standing is not None and standing.content_hash == content_hash(message)):",
        "elif message is None:",
        (f"{_DELIVERY}::test_equal_card_is_not_sent_and_not_modified_is_success",),
    ),
    Fault(
        "a deleted card is given up",
        "telegram/outbound/sender.py",
        "                    if row.key is not None:\n"
        "                        await sent_messages.forget(connection, row.chat_id, row.key)\n"
        "                    await outbox.put_back",
        "                    await outbox.put_back",
        (f"{_DELIVERY}::test_deleted_card_is_posted_anew",),
    ),
    Fault(
        "a flood wait is not waited for",
        "telegram/outbound/sender.py",
        "                    await chats.pause(connection, chat.chat_id, until=now + wait)\n",
        "",
        (f"{_DELIVERY}::test_flood_wait_survives_a_restart",),
    ),
    Fault(
        "a refused connection counts as sent",
        "telegram/outbound/errors.py",
        "_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)",
        "_NEVER_SENT: tuple[type[Exception], ...] = ()",
        ("tests/integration/chat/test_surroundings.py::test_a_refused_connection_has_sent_nothing",),
    ),
    Fault(
        "groups are written to as fast as people",
        "telegram/outbound/rate_limit.py",
        "per_second = 10 / 60 if telegram_chat_id < 0 else 1.0",
        "per_second = 1.0",
        (f"{_DELIVERY}::test_many_messages_keep_to_the_pace_and_none_is_dropped",),
    ),
)
