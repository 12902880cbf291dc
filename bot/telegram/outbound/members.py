"""Who is a member of a group, asked of Telegram before a message that tells it."""

from __future__ import annotations

from dataclasses import replace

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import TelegramError

from bot.store.delivery.outbox import Claimed

_HERE = (ChatMember.OWNER, ChatMember.ADMINISTRATOR, ChatMember.MEMBER)


async def asked(bot: Bot, row: Claimed) -> Claimed:
    """A row with what Telegram says of each of its `groups` as `are_members`; a row without groups as it is.

    True, False, or None where it is not known: the method is only guaranteed to work where the bot is an administrator
    (Bot API, getChatMember).
    """
    if "groups" not in row.args:
        return row
    telegram_id = row.args["telegram_id"]
    found = [await _is_member(bot, group["chat_id"], telegram_id) for group in row.args["groups"]]
    return replace(row, args={**row.args, "are_members": found})


async def _is_member(bot: Bot, chat_id: int, telegram_id: int) -> bool | None:
    try:
        member = await bot.get_chat_member(chat_id, telegram_id)
    except (TelegramError, KeyError, TypeError):  # the last two: an answer without its fields
        return None
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in _HERE
