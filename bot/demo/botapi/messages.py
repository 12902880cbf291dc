"""Sending, editing and deleting messages.

Source: core.telegram.org/bots/api; what is refused follows tdlib/telegram-bot-api (process_*_query) and tdlib/td.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bot.demo.botapi.model import Chat, Message, StoredFile, Version
from bot.demo.botapi.rules import message_refusals, refusals
from bot.demo.botapi.rules.keyboard import asks_reply, inline_keyboard
from bot.demo.botapi.rules.pictures import LARGEST_PHOTO, is_presentable, size_of
from bot.demo.botapi.text.entities import CAPTION_LIMIT, TEXT_LIMIT, formatted_text
from bot.demo.botapi.text.html import Entity
from bot.demo.botapi.wire.bodies import Upload
from bot.demo.botapi.world import World

Call = dict[str, Any]

DELETABLE_FOR = timedelta(hours=48)


class Messages:
    """The methods that make or change messages; parameters are checked already."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send_text(self, call: Call) -> dict[str, Any]:
        """sendMessage.

        Raises:
            RefusedError: Telegram refuses it.
        """
        text, entities = _message_text(call)
        return self._send(call, text=text, entities=entities)

    def send_file(self, call: Call, *, kind: str) -> dict[str, Any]:
        """sendPhoto and sendDocument; `kind` is "photo" or "document".

        Raises:
            RefusedError: Telegram refuses it.
        """
        caption, entities = _caption(call)
        return self._send(call, text=caption, entities=entities, file=lambda: self._file(call[kind], kind=kind))

    def _send(
        self,
        call: Call,
        *,
        text: str,
        entities: tuple[Entity, ...],
        file: Callable[[], StoredFile] | None = None,
    ) -> dict[str, Any]:
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=False)
        chat, thread_id = self._world.writable(call["chat_id"], call.get("message_thread_id"))
        message = self._world.post(
            chat,
            self._world.bot,
            text=text,
            entities=entities,
            keyboard=keyboard,
            file=None if file is None else file(),
            reply_to=self._reply_to(call.get("reply_parameters"), chat),
            thread_id=thread_id,
            asks_reply=asks_reply(call.get("reply_markup")),
            is_silent=call.get("disable_notification", False),
            preview_disabled=call.get("link_preview_options", {}).get("is_disabled", False),
        )
        return self._world.as_json(message)

    def _reply_to(self, parameters: dict[str, Any] | None, chat: Chat) -> int | None:
        if not parameters:
            return None
        if parameters.get("chat_id", chat.chat_id) != chat.chat_id:
            raise refusals.stricter("replies to another chat are not used by this bot")
        replied = self._world.message(chat.chat_id, int(parameters["message_id"]))
        if replied is not None:
            return replied.message_id
        if parameters.get("allow_sending_without_reply", False):
            return None
        raise message_refusals.message_not_found("message to be replied")

    def _file(self, value: Upload | str, *, kind: str) -> StoredFile:
        if isinstance(value, str):
            if value not in self._world.files:
                raise refusals.wrong_file()
            return self._world.files[value]
        sides = _check_upload(value, kind=kind)
        return self._world.store_file(value.content, name=value.name, mime_type=value.mime_type, sides=sides)

    def edit_text(self, call: Call) -> dict[str, Any]:
        """editMessageText.

        Raises:
            RefusedError: Telegram refuses it.
        """
        text, entities = _message_text(call)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if message.file is not None:
            raise message_refusals.no_text_to_edit()
        version = Version(self._world.now(), text, entities, keyboard)
        return self._world.as_json(self._world.edit(message, version))

    def edit_caption(self, call: Call) -> dict[str, Any]:
        """editMessageCaption.

        Raises:
            RefusedError: Telegram refuses it.
        """
        caption, entities = _caption(call)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if message.file is None:
            raise message_refusals.no_caption_to_edit()
        version = Version(self._world.now(), caption, entities, keyboard, message.file)
        return self._world.as_json(self._world.edit(message, version))

    def edit_keyboard(self, call: Call) -> dict[str, Any]:
        """editMessageReplyMarkup.

        Raises:
            RefusedError: Telegram refuses it.
        """
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        version = Version(self._world.now(), message.text, message.entities, keyboard, message.file)
        return self._world.as_json(self._world.edit(message, version))

    def edit_media(self, call: Call) -> dict[str, Any]:
        """editMessageMedia, for photos and documents.

        Raises:
            RefusedError: Telegram refuses it.
        """
        media = call["media"]
        caption, entities = _caption(media)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if media["type"] not in ("photo", "document"):
            raise refusals.stricter(f"media of type {media['type']} is not used by this bot")
        name = str(media["media"])
        upload = call.get("uploads", {}).get(name.removeprefix("attach://")) if name.startswith("attach://") else None
        stored = self._file(upload or name, kind=media["type"])
        version = Version(self._world.now(), caption, entities, keyboard, stored)
        return self._world.as_json(self._world.edit(message, version))

    def _editable(self, call: Call) -> Message:
        if "inline_message_id" in call:
            raise refusals.stricter("inline messages are not used by this bot")
        if "chat_id" not in call and "message_id" not in call:
            raise message_refusals.message_id_missing()
        if "chat_id" not in call:
            raise refusals.chat_id_is_empty()
        chat = self._world.reachable(call["chat_id"])
        message = self._world.message(chat.chat_id, call.get("message_id"))
        if message is None:
            raise message_refusals.message_not_found("message to edit")
        if not message.is_own or message.service or message.asks_reply:
            raise message_refusals.cannot_edit()
        return message

    def pin(self, call: Call) -> bool:
        """pinChatMessage; the service message that Telegram posts about it is left out.

        Raises:
            RefusedError: Telegram refuses it.
        """
        chat = self._world.reachable(call["chat_id"])
        if chat.type != "private" and not self._world.is_admin(chat):
            raise message_refusals.cannot_pin()
        message = self._world.message(chat.chat_id, call["message_id"])
        if message is None:
            raise message_refusals.message_not_found("message to pin")
        chat.pinned.append(message.message_id)
        return True

    def delete(self, call: Call) -> bool:
        """deleteMessage: own messages within 48 hours; in private chats and as administrator also others'.

        Raises:
            RefusedError: Telegram refuses it.
        """
        chat = self._world.reachable(call["chat_id"])
        message = self._world.message(chat.chat_id, call["message_id"])
        if message is None:
            raise message_refusals.message_not_found("message to delete")
        may_delete_others = chat.type == "private" or self._world.is_admin(chat)
        if not message.is_own and not may_delete_others:
            raise message_refusals.cannot_delete()
        if self._world.now() - message.at > DELETABLE_FOR:
            raise (
                message_refusals.cannot_delete()
                if chat.type == "supergroup"
                else message_refusals.cannot_delete_for_everyone()
            )
        self._world.delete(message)
        return True


def _check_upload(value: Upload, *, kind: str) -> tuple[int, int] | None:
    """The sides of a photo; None for a document."""
    if not value.content:
        raise refusals.file_is_empty()
    if not value.name or not value.name.isprintable() or "/" in value.name:
        raise refusals.stricter(f"a file is not to be called {value.name!r}")
    if kind == "document":
        return None
    if len(value.content) > LARGEST_PHOTO:
        raise refusals.photo_too_big(len(value.content))
    sides = size_of(value.content)
    if sides is None:
        raise refusals.not_a_picture()
    if not is_presentable(*sides):
        raise refusals.photo_has_wrong_sides()
    return sides


def _message_text(call: Call) -> tuple[str, tuple[Entity, ...]]:
    if not call.get("text"):
        raise message_refusals.text_is_empty()
    _refuse_entities(call, "entities")
    text, entities = formatted_text(call["text"], parse_mode=call.get("parse_mode", ""), limit=TEXT_LIMIT)
    if not text:
        raise message_refusals.text_must_be_non_empty()
    return text, entities


def _caption(call: Call) -> tuple[str, tuple[Entity, ...]]:
    _refuse_entities(call, "caption_entities")
    return formatted_text(call.get("caption", ""), parse_mode=call.get("parse_mode", ""), limit=CAPTION_LIMIT)


def _refuse_entities(call: Call, name: str) -> None:
    # The product formats by HTML only; a list of entities would pass here unchecked.
    if call.get(name):
        raise refusals.stricter(f'parameter "{name}" is not used by this bot')
