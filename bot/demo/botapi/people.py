"""What people do in Telegram: write, press, block, add the bot, delete. Each act queues what the real bot would get."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.demo.botapi.happenings import Happening, WorldError
from bot.demo.botapi.model import ANONYMOUS_ADMIN_ID, Chat, MemberStatus, Message, StoredFile, User, member_json
from bot.demo.botapi.rules import message_refusals
from bot.demo.botapi.text.entities import find_entities
from bot.demo.botapi.world import World


@dataclass(frozen=True, slots=True)
class Answer:
    """What the presser of a button saw, when, and after how many seconds of the real clock."""

    text: str
    is_alert: bool
    at: datetime
    after_s: float


@dataclass(slots=True)
class Press:
    """A pressed button. `answer` is filled when the bot answers; `expires` is in seconds of the real clock."""

    query_id: str
    user: User
    chat_id: int
    message_id: int
    data: str
    expires: float
    answer: Answer | None = None


class People:
    """The acts of people. Lives in the event loop of the server."""

    def __init__(self, world: World, *, query_lifetime_seconds: float, real_seconds: Callable[[], float]) -> None:
        self._world = world
        self._lifetime = query_lifetime_seconds
        self._real_seconds = real_seconds
        self.presses: dict[str, Press] = {}

    def say(
        self,
        user: User,
        chat_id: int,
        text: str,
        *,
        reply_to: int | None = None,
        thread_id: int | None = None,
        is_anonymous: bool = False,
    ) -> Message:
        """Somebody writes; in groups the bot gets it only if privacy mode lets it through.

        Raises:
            WorldError: not a member, no such topic, or `is_anonymous` without being an administrator.
        """
        chat = self._place(user, chat_id, thread_id=thread_id, is_anonymous=is_anonymous)
        message = self._world.post(
            chat,
            self._world.users[ANONYMOUS_ADMIN_ID] if is_anonymous else user,
            text=text,
            entities=tuple(find_entities(text, [])),
            reply_to=reply_to,
            thread_id=thread_id,
            is_anonymous=is_anonymous,
        )
        self._deliver(chat, message)
        return message

    def send_document(
        self,
        user: User,
        chat_id: int,
        content: bytes,
        *,
        name: str,
        mime_type: str = "text/csv",
        caption: str = "",
        size: int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Somebody sends a file; `size` (bytes) imitates a larger one than `content`."""
        chat = self._place(user, chat_id, thread_id=thread_id)
        stored = self._world.store_file(content, name=name, mime_type=mime_type, size=size)
        return self._send_file(chat, user, stored, caption=caption, reply_to=reply_to, thread_id=thread_id)

    def send_photo(
        self,
        user: User,
        chat_id: int,
        content: bytes,
        *,
        caption: str = "",
        size: int | None = None,
        reply_to: int | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Somebody sends a photo, which Telegram hands on as a JPEG of a size of its own."""
        chat = self._place(user, chat_id, thread_id=thread_id)
        stored = self._world.store_file(content, name="photo.jpg", mime_type="image/jpeg", sides=(90, 60), size=size)
        return self._send_file(chat, user, stored, caption=caption, reply_to=reply_to, thread_id=thread_id)

    def send_voice(
        self, user: User, chat_id: int, content: bytes, *, reply_to: int | None = None, thread_id: int | None = None
    ) -> Message:
        """Somebody speaks; Telegram hands it on as Ogg."""
        chat = self._place(user, chat_id, thread_id=thread_id)
        stored = replace(self._world.store_file(content, name="voice.ogg", mime_type="audio/ogg"), seconds=3)
        self._world.files[stored.file_id] = stored
        return self._send_file(chat, user, stored, caption="", reply_to=reply_to, thread_id=thread_id)

    def _send_file(
        self, chat: Chat, user: User, stored: StoredFile, *, caption: str, reply_to: int | None, thread_id: int | None
    ) -> Message:
        entities = tuple(find_entities(caption, []))
        message = self._world.post(
            chat, user, text=caption, entities=entities, file=stored, reply_to=reply_to, thread_id=thread_id
        )
        self._deliver(chat, message)
        return message

    def press(
        self,
        user: User,
        chat_id: int,
        message_id: int,
        button: str,
        *,
        is_stale: bool = False,
        is_inaccessible: bool = False,
    ) -> Press:
        """Somebody presses an inline button.

        Args:
            user: Who; also an anonymous administrator presses under the own id.
            chat_id: Where.
            message_id: On which message.
            button: The button's data, or else its label.
            is_stale: Also find buttons of earlier versions: two people press at the same time.
            is_inaccessible: The bot gets only the ids of the message (`InaccessibleMessage`, date 0).

        Raises:
            WorldError: no such message or button, or not a member.
        """
        message = self._world.message(chat_id, message_id)
        if message is None:
            raise WorldError(f"there is no message {message_id} in chat {chat_id}")
        data = _find_button(message, button, is_stale=is_stale)
        return self.forge(user, chat_id, message_id, data, is_inaccessible=is_inaccessible)

    def forge(self, user: User, chat_id: int, message_id: int, data: str, *, is_inaccessible: bool = False) -> Press:
        """Somebody presses with a client that sends any data it likes.

        Raises:
            WorldError: no such message, or not a member.
        """
        chat = self._place(user, chat_id)
        message = self._world.message(chat_id, message_id)
        if message is None:
            raise WorldError(f"there is no message {message_id} in chat {chat_id}")
        query_id = str(4_400_000_000_000_000_000 + len(self.presses))
        expires = self._real_seconds() + self._lifetime
        press = Press(query_id, user, chat_id, message_id, data, expires)
        self.presses[query_id] = press
        shown: dict[str, Any] = {"message_id": message_id, "chat": chat.as_json(), "date": 0}
        self._world.updates.add(
            "callback_query",
            {
                "id": query_id,
                "from": user.as_json(),
                "message": shown if is_inaccessible else self._world.as_json(message),
                "chat_instance": str(abs(chat_id) * 7919),
                "data": data,
            },
        )
        return press

    def answer(self, query_id: str, *, text: str, is_alert: bool) -> None:
        """The bot answers a press (answerCallbackQuery).

        Raises:
            RefusedError: unknown, already answered or too old.
        """
        press = self.presses.get(query_id)
        if press is None or press.answer is not None or self._real_seconds() > press.expires:
            raise message_refusals.invalid_query_id()
        after_s = self._real_seconds() - (press.expires - self._lifetime)
        press.answer = Answer(text, is_alert, self._world.now(), after_s)
        self._world.tell(Happening("answered", press.chat_id, text=text, query_id=query_id))

    def start(self, user: User, payload: str = "") -> Message:
        """Somebody opens the bot with its start button or an invitation link."""
        chat = self._world.open_private_chat(user)
        chat.is_blocked = False
        return self.say(user, user.user_id, f"/start {payload}".strip())

    def block_bot(self, user: User) -> None:
        """Somebody blocks the bot in the private chat."""
        self._set_private_status(user, is_blocked=True)

    def unblock_bot(self, user: User) -> None:
        """Somebody unblocks the bot."""
        self._set_private_status(user, is_blocked=False)

    def _set_private_status(self, user: User, *, is_blocked: bool) -> None:
        chat = self._world.open_private_chat(user)
        if chat.is_blocked != is_blocked:
            chat.is_blocked = is_blocked
            old, new = _private_status(is_blocked=not is_blocked), _private_status(is_blocked=is_blocked)
            self._tell_membership(chat, user, old=old, new=new)

    def add_bot(self, user: User, chat_id: int, *, status: MemberStatus = "member") -> None:
        """Somebody adds the bot to a group, or changes what it is there."""
        self.set_bot_status(user, chat_id, status)

    def remove_bot(self, user: User, chat_id: int) -> None:
        """Somebody removes the bot from a group."""
        self.set_bot_status(user, chat_id, "kicked")

    def set_bot_status(self, user: User, chat_id: int, status: MemberStatus) -> None:
        """The bot becomes member, administrator, left or kicked; it gets `my_chat_member`, and sees itself join."""
        chat = self._world.chat(chat_id)
        old = chat.members.get(self._world.bot.user_id, "left")
        chat.members[self._world.bot.user_id] = status
        self._tell_membership(chat, user, old=old, new=status)
        if old in ("left", "kicked") and status in ("member", "administrator"):
            joined = (("new_chat_members", [self._world.bot.as_json()]),)
            self._deliver(chat, self._world.post(chat, user, service=joined))

    def migrate(self, chat_id: int, new_chat_id: int) -> Chat:
        """A basic group becomes a supergroup under another id; both sides get their service message.

        Raises:
            WorldError: not a basic group.
        """
        old = self._world.chat(chat_id)
        if old.type != "group":
            raise WorldError(f"chat {chat_id} is no basic group")
        new = replace(old, chat_id=new_chat_id, type="supergroup", members=dict(old.members), last_message_id=0)
        self._world.chats[new_chat_id] = new
        old.migrated_to = new_chat_id
        owner = next((self._world.users[one] for one in old.members if old.members[one] == "creator"), self._world.bot)
        for chat, name, other in ((old, "migrate_to_chat_id", new_chat_id), (new, "migrate_from_chat_id", chat_id)):
            self._deliver(chat, self._world.post(chat, owner, service=((name, other),)))
        return new

    def delete_message(self, chat_id: int, message_id: int) -> None:
        """An administrator deletes a message; Telegram tells the bot nothing.

        Raises:
            WorldError: there is none.
        """
        message = self._world.message(chat_id, message_id)
        if message is None:
            raise WorldError(f"there is no message {message_id} in chat {chat_id}")
        self._world.delete(message)

    def _place(self, user: User, chat_id: int, *, thread_id: int | None = None, is_anonymous: bool = False) -> Chat:
        chat = self._world.chat(chat_id)
        status = chat.members.get(user.user_id, "left")
        if chat.type != "private" and status in ("left", "kicked"):
            raise WorldError(f"{user.first_name} is not a member of chat {chat_id}")
        if chat.type == "private" and chat.chat_id != user.user_id:
            raise WorldError(f"chat {chat_id} is somebody else's private chat")
        if chat.migrated_to is not None:
            raise WorldError(f"chat {chat_id} has become {chat.migrated_to}")
        if thread_id is not None and thread_id not in chat.topics:
            raise WorldError(f"chat {chat_id} has no topic {thread_id}")
        if is_anonymous and status not in ("creator", "administrator"):
            raise WorldError("only an administrator writes anonymously")
        return chat

    def _tell_membership(self, chat: Chat, user: User, *, old: MemberStatus, new: MemberStatus) -> None:
        self._world.updates.add(
            "my_chat_member",
            {
                "chat": chat.as_json(),
                "from": user.as_json(),
                "date": int(self._world.now().timestamp()),
                "old_chat_member": member_json(self._world.bot, old),
                "new_chat_member": member_json(self._world.bot, new),
            },
        )

    def _deliver(self, chat: Chat, message: Message) -> None:
        if chat.is_blocked or not self._reaches_bot(chat, message):
            return
        self._world.updates.add("message", self._world.as_json(message))

    def _reaches_bot(self, chat: Chat, message: Message) -> bool:
        """Privacy mode: core.telegram.org/bots/features#privacy-mode."""
        bot = self._world.bot
        if chat.type == "private" or message.service:
            return True
        if chat.members.get(bot.user_id, "left") in ("left", "kicked"):
            return False
        if not self._world.has_privacy_mode or self._world.is_admin(chat):
            return True
        replied = self._world.message(chat.chat_id, message.reply_to)
        is_named = f"@{bot.username}".lower() in (one.lower() for one in message.marked("mention"))
        return (replied is not None and replied.is_own) or is_named or self._is_for_bot(message)

    def _is_for_bot(self, message: Message) -> bool:
        commands = message.marked("bot_command")
        addressed = re.compile(rf"/\w+(@{re.escape(self._world.bot.username)})?", re.IGNORECASE)
        return any(addressed.fullmatch(command) for command in commands)


def _private_status(*, is_blocked: bool) -> MemberStatus:
    return "kicked" if is_blocked else "member"


def _find_button(message: Message, wanted: str, *, is_stale: bool) -> str:
    versions = reversed(message.versions) if is_stale else message.versions[-1:]
    for version in versions:
        buttons = [button for row in version.keyboard for button in row if "callback_data" in button]
        for name in ("callback_data", "text"):
            for button in buttons:
                if button[name] == wanted:
                    return str(button["callback_data"])
    raise WorldError(f"message {message.message_id} has no button {wanted!r}, only {message.labels()}")
