"""Downloads a file that was sent to the chat from Telegram's servers."""

from __future__ import annotations

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import LostFileError, TelegramUnreachableError
from bot.telegram.outbound.errors import Failure, diagnose

_READ_S = 60
_LATER = (Failure.FLOOD, Failure.NOT_SENT, Failure.MAY_HAVE_ARRIVED)


async def fetch(bot: Bot, file_id: str) -> bytes:
    """The bytes of a file, at most 20 MB (Bot API, getFile).

    Raises:
        TelegramUnreachableError: try again later.
        LostFileError: Telegram does not give it, now or ever.
    """
    try:
        file = await bot.get_file(file_id)
        return bytes(await file.download_as_bytearray(read_timeout=_READ_S))
    except (KeyError, TypeError, ValueError) as error:
        raise TelegramUnreachableError(f"unreadable answer ({type(error).__name__})") from error
    except TelegramError as error:
        what = diagnose(error)
        if what.failure in _LATER:
            raise TelegramUnreachableError(what.text) from error
        raise LostFileError(what.text) from error
