"""The methods of the Bot API that the product uses, on top of the world.

Source: core.telegram.org/bots/api; what is refused follows tdlib/telegram-bot-api (process_*_query) and tdlib/td.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from bot.demo.botapi import message_refusals, refusals
from bot.demo.botapi.bodies import Upload
from bot.demo.botapi.commands import CommandMenu
from bot.demo.botapi.entities import CAPTION_LIMIT, TEXT_LIMIT, formatted_text
from bot.demo.botapi.html import Entity, utf16_length
from bot.demo.botapi.keyboard import asks_reply, inline_keyboard
from bot.demo.botapi.model import Chat, Message, StoredFile, Version, member_json
from bot.demo.botapi.people import People
from bot.demo.botapi.pictures import is_picture
from bot.demo.botapi.world import Happening, World

Call = dict[str, Any]

DELETABLE_FOR = timedelta(hours=48)
LARGEST_DOWNLOAD = 20 << 20
_ANSWER_LIMIT = 200
_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


class Methods:
    """One public coroutine or function per Bot API method, found by `answer`."""

    def __init__(self, world: World, people: People) -> None:
        self._world = world
        self._people = people
        self._menu = CommandMenu(world)
        self._table: Final[dict[str, Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]]] = {
            "getMe": lambda _: self._get_me(),
            "sendMessage": self._send_message,
            "sendPhoto": lambda call: self._send_file(call, kind="photo"),
            "sendDocument": lambda call: self._send_file(call, kind="document"),
            "editMessageText": self._edit_text,
            "editMessageCaption": self._edit_caption,
            "editMessageReplyMarkup": self._edit_keyboard,
            "editMessageMedia": self._edit_media,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_callback,
            "sendChatAction": self._chat_action,
            "getFile": self._get_file,
            "getChat": lambda call: self._world.reachable(call["chat_id"]).as_full_json(),
            "getChatMember": self._get_chat_member,
            "leaveChat": self._leave_chat,
            "setMyCommands": self._menu.set,
            "getMyCommands": self._menu.get,
            "deleteMyCommands": self._menu.delete,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda _: self._webhook_info(),
        }

    async def answer(self, method: str, call: Call) -> Any:
        """The `result` of a call whose parameters are checked already.

        Raises:
            RefusedError: Telegram refuses it.
        """
        if method == "getUpdates":
            return await self._get_updates(call)
        return self._table[method](call)

    async def _get_updates(self, call: Call) -> list[dict[str, Any]]:
        return await self._world.updates.poll(
            offset=call.get("offset", 0),
            limit=call.get("limit", 100),
            seconds=call.get("timeout", 0),
            allowed=call.get("allowed_updates"),
        )

    def _get_me(self) -> dict[str, Any]:
        flags = {"can_join_groups": True, "supports_inline_queries": False}
        reads_all = {"can_read_all_group_messages": not self._world.has_privacy_mode}
        return self._world.bot.as_json() | flags | reads_all

    # -- sending -------------------------------------------------------------------------------------------------

    def _send_message(self, call: Call) -> dict[str, Any]:
        text, entities = _message_text(call)
        return self._send(call, text=text, entities=entities)

    def _send_file(self, call: Call, *, kind: str) -> dict[str, Any]:
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
        if kind == "photo" and not is_picture(value.content):
            raise refusals.not_a_picture()
        mime_type = value.mime_type
        return self._world.store_file(value.content, name=value.name, mime_type=mime_type, is_photo=kind == "photo")

    # -- editing and deleting ------------------------------------------------------------------------------------

    def _edit_text(self, call: Call) -> dict[str, Any]:
        text, entities = _message_text(call)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if message.file is not None:
            raise message_refusals.no_text_to_edit()
        version = Version(self._world.now(), text, entities, keyboard)
        return self._world.as_json(self._world.edit(message, version))

    def _edit_caption(self, call: Call) -> dict[str, Any]:
        caption, entities = _caption(call)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if message.file is None:
            raise message_refusals.no_caption_to_edit()
        version = Version(self._world.now(), caption, entities, keyboard, message.file)
        return self._world.as_json(self._world.edit(message, version))

    def _edit_keyboard(self, call: Call) -> dict[str, Any]:
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        version = Version(self._world.now(), message.text, message.entities, keyboard, message.file)
        return self._world.as_json(self._world.edit(message, version))

    def _edit_media(self, call: Call) -> dict[str, Any]:
        media = call["media"]
        caption, entities = _caption(media)
        keyboard = inline_keyboard(call.get("reply_markup"), is_edit=True)
        message = self._editable(call)
        if media["type"] not in ("photo", "document"):
            raise refusals.stricter(f"media of type {media['type']} is not used by this bot")
        name = str(media["media"]).removeprefix("attach://")
        stored = self._file(call.get("uploads", {}).get(name, media["media"]), kind=media["type"])
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

    def _delete_message(self, call: Call) -> bool:
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

    # -- the rest ------------------------------------------------------------------------------------------------

    def _answer_callback(self, call: Call) -> bool:
        text = call.get("text", "")
        if utf16_length(text) > _ANSWER_LIMIT:
            raise message_refusals.callback_answer_too_long()
        self._people.answer(call["callback_query_id"], text=text, is_alert=call.get("show_alert", False))
        return True

    def _chat_action(self, call: Call) -> bool:
        if call["action"] not in _ACTIONS:
            raise refusals.wrong_action()
        chat, _ = self._world.writable(call["chat_id"], call.get("message_thread_id"))
        self._world.tell(Happening("action", chat.chat_id, text=call["action"]))
        return True

    def _get_file(self, call: Call) -> dict[str, Any]:
        stored = self._world.files.get(call["file_id"])
        if stored is None:
            raise refusals.invalid_file_id()
        if stored.size > LARGEST_DOWNLOAD:
            raise refusals.file_too_big()
        return stored.as_json()

    def _get_chat_member(self, call: Call) -> dict[str, Any]:
        chat = self._world.reachable(call["chat_id"])
        user = self._world.users.get(call["user_id"])
        if call["user_id"] <= 0:
            raise refusals.invalid_user_id()
        if user is None:
            raise refusals.member_not_found()
        is_here = chat.type == "private" and chat.chat_id == user.user_id
        return member_json(user, "member" if is_here else chat.members.get(user.user_id, "left"))

    def _leave_chat(self, call: Call) -> bool:
        chat = self._world.reachable(call["chat_id"])
        if chat.type == "private":
            source = "tdlib/td, DialogParticipantManager::leave_dialog"
            raise refusals.bad_request("can't leave private chat", source=source)
        chat.members[self._world.bot.user_id] = "left"
        self._world.tell(Happening("left", chat.chat_id))
        return True

    def _delete_webhook(self, call: Call) -> bool:
        if call.get("drop_pending_updates", False):
            self._world.updates.drop_all()
        return True

    def _webhook_info(self) -> dict[str, Any]:
        updates = self._world.updates
        info: dict[str, Any] = {"url": "", "has_custom_certificate": False, "pending_update_count": updates.pending}
        return info | ({"allowed_updates": list(updates.allowed)} if updates.allowed else {})


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
