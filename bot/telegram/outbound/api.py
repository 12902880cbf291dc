"""One message to Telegram: our Rendered as calls of python-telegram-bot."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx
from telegram import (
    Bot,
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import KeyboardButtonStyle, ParseMode
from telegram.error import TelegramError

from bot.messages.text.message import Button, Rendered, Rows
from bot.store.people.chats import Chat
from bot.telegram.outbound.errors import Failure, UnreadableAnswerError, diagnose
from bot.telegram.outbound.timed_request import TimedRequest

# Without it python-telegram-bot 22 gives retry_after as a number, and warns that it will not do so for ever.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UPLOAD_READ_S = 60
"""Telegram answers when it has taken a file in, which takes longer than a text."""
_STYLES = {
    "primary": KeyboardButtonStyle.PRIMARY,
    "success": KeyboardButtonStyle.SUCCESS,
    "danger": KeyboardButtonStyle.DANGER,
}


@cache
def tls_context() -> SSLContext:
    """The trusted authorities, read once: a context of its own for each client takes a tenth of a second each."""
    return httpx.create_ssl_context(trust_env=False)


def make_bot(token: str, base_url: str) -> Bot:
    """A bot on two small connection pools: one waits for updates, one sends."""
    # httpx's pool gets slow with many connections; proxies from the environment would go around the egress guard.
    options = {"trust_env": False, "verify": tls_context()}
    return Bot(
        token,
        base_url=base_url,
        base_file_url=base_url.removesuffix("/bot") + "/file/bot",
        request=TimedRequest(connection_pool_size=8, pool_timeout=20, httpx_kwargs=options),
        get_updates_request=TimedRequest(connection_pool_size=1, httpx_kwargs=options),
    )


@contextmanager
def _answers() -> Iterator[None]:
    """Around a call that is ready to go out: what breaks from here on is the answer."""
    try:
        yield
    except (TelegramError, asyncio.CancelledError):
        raise
    except Exception as error:
        raise UnreadableAnswerError(f"unreadable answer ({type(error).__name__})") from error


async def send(
    bot: Bot,
    chat: Chat,
    message: Rendered,
    *,
    reply_to: int | None,
    is_silent: bool,
    content: bytes = b"",
    is_plain: bool = False,
    has_style: bool = True,
) -> int:
    """Send a message; gives its id.

    Args:
        bot: the bot.
        chat: where to.
        message: what.
        reply_to: the message it answers; it is sent as well when that one is gone.
        is_silent: without sound.
        content: the bytes of its attachment.
        is_plain: without markup, after Telegram refused it.
        has_style: with coloured buttons.
    """
    text = message.plain if is_plain else message.html
    options: dict[str, Any] = {
        "parse_mode": None if is_plain else ParseMode.HTML,
        "message_thread_id": chat.thread_id or None,
        "disable_notification": is_silent,
        "reply_parameters": None
        if reply_to is None
        else ReplyParameters(message_id=reply_to, allow_sending_without_reply=True),
        "reply_markup": _markup(message, has_style=has_style),
    }
    if message.attachment is None:
        with _answers():
            sent = await bot.send_message(chat.telegram_chat_id, text, link_preview_options=_NO_PREVIEW, **options)
    else:
        send_file = bot.send_photo if message.attachment.kind == "photo" else bot.send_document
        file = InputFile(content, filename=message.attachment.name)
        with _answers():
            sent = await send_file(chat.telegram_chat_id, file, caption=text, read_timeout=_UPLOAD_READ_S, **options)
    return sent.message_id


async def edit(
    bot: Bot,
    chat: Chat,
    message_id: int,
    message: Rendered,
    *,
    content: bytes = b"",
    is_caption: bool = False,
    is_plain: bool = False,
    has_style: bool = True,
) -> None:
    """Change a message that was sent before.

    Args:
        bot: the bot.
        chat: where it stands.
        message_id: which.
        message: what it says from now on.
        content: the bytes of its attachment, which replaces what stands there, a text too.
        is_caption: it has a file that stays, and only what is written under it changes.
        is_plain: without markup, after Telegram refused it.
        has_style: with coloured buttons.
    """
    text = message.plain if is_plain else message.html
    parse_mode = None if is_plain else ParseMode.HTML
    markup = keyboard(message.rows, has_style=has_style)
    if message.attachment is not None:
        kind = InputMediaPhoto if message.attachment.kind == "photo" else InputMediaDocument
        media = kind(content, caption=text, parse_mode=parse_mode, filename=message.attachment.name)
        with _answers():
            await bot.edit_message_media(
                media, chat.telegram_chat_id, message_id, reply_markup=markup, read_timeout=_UPLOAD_READ_S
            )
    elif is_caption:
        with _answers():
            await bot.edit_message_caption(
                chat.telegram_chat_id, message_id, caption=text, parse_mode=parse_mode, reply_markup=markup
            )
    else:
        with _answers():
            await bot.edit_message_text(
                text,
                chat.telegram_chat_id,
                message_id,
                parse_mode=parse_mode,
                link_preview_options=_NO_PREVIEW,
                reply_markup=markup,
            )


async def edit_keyboard(bot: Bot, chat: Chat, message_id: int, rows: Rows, *, has_style: bool = True) -> None:
    """Change a message's buttons only."""
    markup = keyboard(rows, has_style=has_style)
    with _answers():
        await bot.edit_message_reply_markup(chat_id=chat.telegram_chat_id, message_id=message_id, reply_markup=markup)


async def pin(bot: Bot, chat: Chat, message_id: int) -> None:
    """Pin a message without sound; where the bot has no right to, or it is gone, nothing is said.

    Source: core.telegram.org/bots/api#pinchatmessage (in groups it takes the right can_pin_messages).
    """
    try:
        with _answers():
            await bot.pin_chat_message(chat.telegram_chat_id, message_id, disable_notification=True)
    except TelegramError as error:
        if diagnose(error).failure not in (Failure.REFUSED, Failure.MESSAGE_GONE):
            raise


def rows_from(values: Sequence[Sequence[Mapping[str, str]]]) -> Rows:
    """Our rows from JSON values."""
    return tuple(tuple(Button(**button) for button in row) for row in values)


def keyboard(rows: Rows, *, has_style: bool) -> InlineKeyboardMarkup | None:
    """Our rows as Telegram's keyboard; None for no buttons."""
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button, has_style=has_style) for button in row] for row in rows])


def _button(button: Button, *, has_style: bool) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.label,
        callback_data=button.data or None,
        url=button.url or None,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
        style=_STYLES.get(button.style) if has_style else None,
    )


def _markup(message: Rendered, *, has_style: bool) -> InlineKeyboardMarkup | ForceReply | None:
    if message.reply_placeholder:
        return ForceReply(selective=True, input_field_placeholder=message.reply_placeholder)
    return keyboard(message.rows, has_style=has_style)
