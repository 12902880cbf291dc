"""Updates as Telegram gives them, before anything is understood of them."""

from __future__ import annotations

from typing import Any

from telegram import Bot

_ANSWERS_WITHIN_S = 10


async def raw_updates(
    bot: Bot, *, offset: int | None, wait_s: int, allowed: list[str]
) -> list[tuple[int, dict[str, Any]]]:
    """Updates with their numbers, oldest first (Bot API, getUpdates); what has no number is left out.

    `Bot.get_updates` makes objects of all of them at once, so that one which it cannot read would hide the others, and
    come again at every call.

    Args:
        bot: the bot.
        offset: the first one wanted; those before it are confirmed. None: whatever waits.
        wait_s: how long Telegram may wait for the first.
        allowed: the kinds of updates.

    Raises:
        telegram.error.TelegramError: as for every call.
    """
    found = await bot._post(
        "getUpdates",
        {"offset": offset, "timeout": wait_s, "allowed_updates": allowed},
        read_timeout=wait_s + _ANSWERS_WITHIN_S,
    )
    updates = found if isinstance(found, list) else []
    return [
        (one["update_id"], one)
        for one in updates
        if isinstance(one, dict) and isinstance(one.get("update_id"), int) and not isinstance(one["update_id"], bool)
    ]
