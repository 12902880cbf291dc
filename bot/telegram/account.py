"""Who the bot is, asked of Telegram."""

from __future__ import annotations

from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TelegramError

from bot import egress
from bot.errors import TelegramUnreachableError, TokenRevokedError
from bot.telegram import wire

NOT_ACCEPTED = (
    "Telegram does not accept the bot token. Look it up at @BotFather (/mybots, API Token), or make a new one there "
    "(/token), and put it into the configuration."
)


async def username(token: str, base_url: str) -> str:
    """The username of the bot with this token, from getMe.

    Raises:
        TokenRevokedError: Telegram does not accept the token.
        TelegramUnreachableError: Telegram does not answer, or with something else.
        EgressRefusedError: the configuration does not name the host.
    """
    try:
        bot: Bot = wire.make_bot(token, base_url)
        async with bot:
            return str(bot.username)
    except InvalidToken as error:
        raise TokenRevokedError(NOT_ACCEPTED) from error
    except TelegramError as error:
        refusal = egress.refusal_in(error)
        if refusal is not None:
            raise refusal from error
        what = "cannot be reached" if isinstance(error, NetworkError) else "answers with an error"
        raise TelegramUnreachableError(
            f"Telegram {what} at {base_url.removesuffix('/bot')}: {str(error)[:200]}. Look at the connection to the "
            "Internet, and at telegram.base_url if it is set."
        ) from error
