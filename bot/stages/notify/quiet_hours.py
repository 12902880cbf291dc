"""A chat chooses its quiet hours: what waits for their end, and the clocks that stand still in them, follow at once."""

from __future__ import annotations

from datetime import datetime, time

from bot.model.incident import Severity
from bot.policy.quiet import Quiet
from bot.stages.notify import escalate, sound
from bot.store.db.engine import Connection
from bot.store.people import alert_rules, chats


async def of(connection: Connection, chat_id: int) -> Quiet | None:
    """A chat's quiet hours as they hold now, its own or the configuration's; None where it has none."""
    return (await alert_rules.quiet_of(connection, [chat_id])).get(chat_id)


async def choose(
    connection: Connection,
    chat_id: int,
    hours: tuple[time, time] | None,
    *,
    breaks: Severity | None = Severity.CRITICAL,
    by_id: int | None,
    now: datetime,
) -> None:
    """Keep a chat's own quiet hours.

    Args:
        connection: the caller's transaction.
        chat_id: the chat.
        hours: beginning and end by the clock of the chat's first location; None: no quiet hours.
        breaks: the lowest severity that sounds all the same; None: none does.
        by_id: who chose.
        now: the time.
    """
    locations = await chats.linked_locations(connection, chat_id)
    await escalate.wind(connection, locations, now=now)
    await alert_rules.choose_quiet(connection, chat_id, hours, breaks, by_id=by_id, now=now)
    await escalate.go_on(connection, locations)
    await sound.awake_again(connection, [chat_id], now=now)
