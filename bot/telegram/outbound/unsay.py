"""Taking back what was said in a chat: deleted, or where Telegram does not let us any more, made to say nothing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from telegram import Bot
from telegram.error import TelegramError

from bot.messages.service import delivery_notices
from bot.messages.text.formatting import Words
from bot.messages.text.message import Attachment
from bot.store.people.chats import Chat
from bot.telegram.outbound import api
from bot.telegram.outbound.errors import Failure, diagnose

_NO_TIMES = ZoneInfo("UTC")
_EMPTY_FILE = Attachment(kind="document", stored="", name="-.txt")


async def unsay(bot: Bot, chat: Chat, message_id: int) -> None:
    """Take a message of ours back. One that is gone already is fine.

    Telegram lets a bot delete its message for 48 hours, and edit it for ever; a file is replaced by an empty one.

    Raises:
        TelegramError: it can neither be deleted nor edited.
    """
    try:
        await bot.delete_message(chat.telegram_chat_id, message_id)
    except TelegramError as error:
        what = diagnose(error).failure
        if what is Failure.MESSAGE_GONE:
            return
        if what not in (Failure.TOO_OLD, Failure.REFUSED):
            raise
        await _empty(bot, chat, message_id)


async def _empty(bot: Bot, chat: Chat, message_id: int) -> None:
    words = Words(language="de" if chat.language == "de" else "en", zone=_NO_TIMES)
    message = delivery_notices.erased(words)
    try:
        await api.edit(bot, chat, message_id, message)
    except TelegramError as error:
        if diagnose(error).failure is not Failure.HAS_FILE:
            raise
        with_file = delivery_notices.erased(words, _EMPTY_FILE)
        await api.edit(bot, chat, message_id, with_file, content=b"-\n")
