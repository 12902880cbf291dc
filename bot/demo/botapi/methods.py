"""The methods of the Bot API that the product uses, on top of the world.

Source: core.telegram.org/bots/api; what is refused follows tdlib/telegram-bot-api (process_*_query) and tdlib/td.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.demo.botapi.commands import CommandMenu
from bot.demo.botapi.happenings import Happening
from bot.demo.botapi.messages import Messages
from bot.demo.botapi.model import member_json
from bot.demo.botapi.people import People
from bot.demo.botapi.rules import message_refusals, refusals
from bot.demo.botapi.rules.spec import UPDATE_KINDS
from bot.demo.botapi.text.html import utf16_length
from bot.demo.botapi.world import World

Call = dict[str, Any]

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
        self._messages = Messages(world)
        self._table: Final[dict[str, Callable[[Call], Any] | Callable[[Call], Awaitable[Any]]]] = {
            "getMe": lambda _: self._get_me(),
            "sendMessage": self._messages.send_text,
            "sendPhoto": lambda call: self._messages.send_file(call, kind="photo"),
            "sendDocument": lambda call: self._messages.send_file(call, kind="document"),
            "editMessageText": self._messages.edit_text,
            "editMessageCaption": self._messages.edit_caption,
            "editMessageReplyMarkup": self._messages.edit_keyboard,
            "editMessageMedia": self._messages.edit_media,
            "deleteMessage": self._messages.delete,
            "pinChatMessage": self._messages.pin,
            "answerCallbackQuery": self._answer_callback,
            "sendChatAction": self._chat_action,
            "getFile": self._get_file,
            "getChat": lambda call: self._world.readable(call["chat_id"]).as_full_json(),
            "getChatMember": self._get_chat_member,
            "leaveChat": self._leave_chat,
            "setMyCommands": self._menu.set,
            "getMyCommands": self._menu.get,
            "deleteMyCommands": self._menu.delete,
            "setChatMenuButton": self._menu.set_button,
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
        unknown = set(call.get("allowed_updates", ())) - set(UPDATE_KINDS)
        if unknown:
            raise refusals.stricter(f"allowed_updates names no such kind: {', '.join(sorted(unknown))}")
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
        chat = self._world.readable(call["chat_id"])
        if chat.type != "private":
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
            source = "tdlib/td, DialogParticipantManager, leaving a dialog"
            raise refusals.bad_request("can't leave private chats", source=source)
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
