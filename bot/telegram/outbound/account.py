"""Looks up the bot's own account at Telegram, and sets its menu of commands."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot, BotCommand, MenuButtonCommands
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot import egress
from bot.errors import TelegramUnreachableError, TokenRevokedError
from bot.messages.service import command_replies
from bot.messages.text.formatting import Words
from bot.stages.notify import second_way
from bot.store.db.engine import Store
from bot.store.delivery import service_status
from bot.telegram.outbound import api

log = structlog.get_logger(__name__)

NOT_ACCEPTED = (
    "Telegram does not accept the bot token. Look it up at @BotFather (/mybots, API Token), or make a new one there "
    "(/token), and put it into the configuration."
)
_MENUS = (("en", None), ("de", "de"))
_NO_TIMES = ZoneInfo("UTC")


async def username(token: str, base_url: str) -> str:
    """The username of the bot with this token, from getMe.

    Raises:
        TokenRevokedError: Telegram does not accept the token.
        TelegramUnreachableError: Telegram does not answer, or with something else.
        EgressRefusedError: the configuration does not name the host.
    """
    try:
        bot: Bot = api.make_bot(token, base_url)
        async with bot:
            return str(bot.username)
    except InvalidToken as error:
        raise TokenRevokedError(NOT_ACCEPTED) from error
    except (TelegramError, KeyError, TypeError, ValueError) as error:
        refusal = egress.refusal_in(error)
        if refusal is not None:
            raise refusal from error
        what = "cannot be reached" if isinstance(error, NetworkError) else "answers with an error"
        raise TelegramUnreachableError(
            f"Telegram {what} at {base_url.removesuffix('/bot')}: {str(error)[:200]}. Look at the connection to the "
            "Internet, and at telegram.base_url if it is set."
        ) from error


async def introduce(bot: Bot, store: Store, *, now: datetime) -> bool:
    """Open the bot's connections, note who it is, and set its menus of commands.

    False when Telegram does not answer: the program runs all the same, its messages wait in the outbox.

    Raises:
        TokenRevokedError: Telegram does not accept the token.
    """
    try:
        await bot.initialize()
    except InvalidToken as error:
        async with store.write() as connection:
            await second_way.account_lost(connection, now=now)
        raise TokenRevokedError(TokenRevokedError.HELP) from error
    except (TelegramError, KeyError, TypeError, ValueError) as error:
        # Also an answer that python-telegram-bot makes no bot of: it is asked again a minute later.
        log.warning("Telegram does not answer yet; messages wait", says=str(error)[:200])
        return False
    async with store.write() as connection:
        await service_status.update(connection, bot_username=bot.username, telegram_error="", telegram_error_at=None)
    for language, code in _MENUS:
        commands = [BotCommand(name, text) for name, text in command_replies.commands(Words(language, _NO_TIMES))]
        try:
            await bot.set_my_commands(commands, language_code=code)
        except TelegramError as error:
            # The menu is a convenience; every command works without it.
            log.warning("the menu of commands could not be set", says=str(error)[:200])
    try:
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
    except TelegramError as error:
        log.warning("the menu's button could not be set", says=str(error)[:200])
    return True
