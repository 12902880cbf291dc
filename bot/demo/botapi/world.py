"""The state behind the Bot API: who exists, which chats, what was said, and what the bot may do where."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.demo.botapi.happenings import Happening, WorldError
from bot.demo.botapi.model import (
    ANONYMOUS_ADMIN_ID,
    GENERAL_TOPIC_ID,
    Chat,
    MemberStatus,
    Message,
    StoredFile,
    User,
    Version,
    message_json,
)
from bot.demo.botapi.rules import message_refusals, refusals
from bot.demo.botapi.text.html import Entity
from bot.demo.botapi.updates import UpdateQueue


class World:
    """Users, chats, files and messages around one bot."""

    def __init__(self, *, bot: User, now: Callable[[], datetime], has_privacy_mode: bool = True) -> None:
        self.bot = bot
        self.now = now
        self.has_privacy_mode = has_privacy_mode
        self.updates = UpdateQueue(now, on_waiting=lambda: self.tell(Happening("polling")))
        anonymous = User(ANONYMOUS_ADMIN_ID, "Group", username="GroupAnonymousBot", is_bot=True)
        self.users: dict[int, User] = {bot.user_id: bot, anonymous.user_id: anonymous}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self._messages: dict[tuple[int, int], Message] = {}
        self._observers: list[Callable[[Happening], None]] = []

    def observe(self, observer: Callable[[Happening], None]) -> None:
        """Call `observer` at everything a person could see."""
        self._observers.append(observer)

    def tell(self, happening: Happening) -> None:
        """Tell the observers."""
        for observer in self._observers:
            observer(happening)

    # -- who and where -------------------------------------------------------------------------------------------

    def add_user(
        self, user_id: int, first_name: str, *, username: str = "", language_code: str = "", has_started: bool = True
    ) -> User:
        """A person; `has_started` opens the private chat with the bot, silently."""
        user = User(user_id, first_name, username=username, language_code=language_code)
        self.users[user_id] = user
        if has_started:
            self.open_private_chat(user)
        return user

    def open_private_chat(self, user: User) -> Chat:
        """The private chat of a person with the bot; from now on the bot may write there."""
        if user.user_id not in self.chats:
            self.chats[user.user_id] = Chat(user.user_id, "private", user.first_name, username=user.username)
        return self.chats[user.user_id]

    def add_group(
        self,
        chat_id: int,
        title: str,
        *,
        members: Iterable[User] = (),
        bot_status: MemberStatus = "member",
        is_forum: bool = False,
    ) -> Chat:
        """A group; the id says which kind: -100… is a supergroup, another negative number a basic group.

        The first of `members` is the owner. No update is queued: use `People.add_bot` for that.

        Raises:
            WorldError: a positive id, or topics in a basic group.
        """
        is_supergroup = str(chat_id).startswith("-100")
        if chat_id >= 0 or (is_forum and not is_supergroup):
            raise WorldError("a group has a negative id; only a supergroup (-100…) has topics")
        chat = Chat(chat_id, "supergroup" if is_supergroup else "group", title, is_forum=is_forum)
        for number, user in enumerate(members):
            chat.members[user.user_id] = "creator" if number == 0 else "member"
        chat.members[self.bot.user_id] = bot_status
        self.chats[chat_id] = chat
        return chat

    def add_topic(self, chat_id: int, name: str) -> int:
        """A topic in a forum; its id is that of the service message that opened it.

        Raises:
            WorldError: the chat has no topics.
        """
        chat = self.chat(chat_id)
        if not chat.is_forum:
            raise WorldError(f"chat {chat_id} has no topics")
        chat.last_message_id = max(chat.last_message_id, GENERAL_TOPIC_ID) + 1
        chat.topics[chat.last_message_id] = name
        return chat.last_message_id

    def delete_topic(self, chat_id: int, thread_id: int) -> None:
        """A topic goes away with all its messages."""
        self.chat(chat_id).topics.pop(thread_id, None)
        for message in self.messages(chat_id):
            if message.thread_id == thread_id:
                self.delete(message)

    def close_topic(self, chat_id: int, thread_id: int) -> None:
        """A topic takes no more messages."""
        self.chat(chat_id).closed_topics.add(thread_id)

    def chat(self, chat_id: int) -> Chat:
        """The chat of that id.

        Raises:
            WorldError: there is none.
        """
        if chat_id not in self.chats:
            raise WorldError(f"there is no chat {chat_id}")
        return self.chats[chat_id]

    # -- what the bot may do ------------------------------------------------------------------------------------

    def readable(self, chat_id: int | str) -> Chat:
        """The chat a method names that only looks: blocked and migrated chats can be looked at.

        Raises:
            RefusedError: unknown, or a supergroup the bot is not in.
        """
        chat = self._named(chat_id)
        if chat is None:
            raise refusals.chat_not_found()
        return self.reachable(chat_id) if chat.type == "supergroup" else chat

    def reachable(self, chat_id: int | str) -> Chat:
        """The chat a method names, if the bot may act there.

        Nobody documents whether the real server lets an edit pass where the person blocked the bot, or in a group
        that has migrated; both are refused here like a new message.

        Raises:
            RefusedError: unknown, migrated, blocked, kicked or never met.
        """
        chat = self._named(chat_id)
        if chat is None:
            if chat_id in self.users and chat_id != ANONYMOUS_ADMIN_ID:
                raise refusals.cannot_initiate()
            raise refusals.chat_not_found()
        if chat.migrated_to is not None:
            raise refusals.migrated(chat.migrated_to)
        if chat.is_blocked:
            raise refusals.blocked()
        is_supergroup = chat.type == "supergroup"
        status = chat.members.get(self.bot.user_id, "left")
        if chat.type != "private" and status == "kicked":
            raise refusals.kicked(is_supergroup=is_supergroup)
        if chat.type != "private" and status == "left":
            raise refusals.not_a_member(is_supergroup=is_supergroup)
        return chat

    def _named(self, chat_id: int | str) -> Chat | None:
        if isinstance(chat_id, int):
            return self.chats.get(chat_id)
        groups = (one for one in self.chats.values() if one.type == "supergroup" and one.username)
        return next((one for one in groups if f"@{one.username}".lower() == chat_id.lower()), None)

    def writable(self, chat_id: int | str, thread_id: int | None) -> tuple[Chat, int | None]:
        """The chat and topic a message can be sent to; outside forums Telegram ignores a topic of a group.

        Raises:
            RefusedError: see `reachable`; no such topic; a closed one; members may not write.
        """
        chat = self.reachable(chat_id)
        if chat.type != "private" and not chat.members_may_write and not self.is_admin(chat):
            raise refusals.no_write_access()
        if thread_id is None or (chat.type != "private" and not chat.is_forum):
            return chat, None
        if thread_id == GENERAL_TOPIC_ID or thread_id not in chat.topics:
            raise message_refusals.thread_not_found()
        if thread_id in chat.closed_topics and not self.is_admin(chat):
            raise message_refusals.topic_closed()
        return chat, thread_id

    def is_admin(self, chat: Chat) -> bool:
        """Whether the bot is an administrator of the group."""
        return chat.members.get(self.bot.user_id) in ("administrator", "creator")

    # -- messages ----------------------------------------------------------------------------------------------

    def message(self, chat_id: int, message_id: int | None) -> Message | None:
        """The message, unless it never was or is deleted."""
        found = self._messages.get((chat_id, message_id or 0))
        return None if found is None or found.is_deleted else found

    def messages(self, chat_id: int) -> list[Message]:
        """Everything ever said in a chat, oldest first, the deleted with `is_deleted`."""
        return [one for (chat, _), one in sorted(self._messages.items()) if chat == chat_id]

    def post(
        self,
        chat: Chat,
        sender: User,
        *,
        text: str = "",
        entities: tuple[Entity, ...] = (),
        keyboard: tuple[tuple[dict[str, Any], ...], ...] = (),
        file: StoredFile | None = None,
        **details: Any,
    ) -> Message:
        """Put a message into a chat; `details` are further fields of `Message`."""
        chat.last_message_id += 1
        at = self.now()
        message = Message(
            chat_id=chat.chat_id,
            message_id=chat.last_message_id,
            sender=sender,
            at=at,
            versions=(Version(at, text, entities, keyboard, file),),
            is_own=sender == self.bot,
            **details,
        )
        self._messages[chat.chat_id, message.message_id] = message
        self.tell(Happening("sent", chat.chat_id, message))
        return message

    def edit(self, message: Message, version: Version) -> Message:
        """A message says something else from now on.

        Raises:
            RefusedError: nothing would change.
        """
        if replace(version, at=message.versions[-1].at) == message.versions[-1]:
            raise message_refusals.not_modified()
        edited = replace(message, versions=(*message.versions, version), edited_at=version.at)
        self._messages[message.chat_id, message.message_id] = edited
        self.tell(Happening("edited", message.chat_id, edited))
        return edited

    def delete(self, message: Message) -> None:
        """A message is gone for everybody."""
        gone = replace(message, deleted_at=self.now())
        self._messages[message.chat_id, message.message_id] = gone
        self.tell(Happening("deleted", message.chat_id, gone))

    def as_json(self, message: Message) -> dict[str, Any]:
        """The `Message` object with what it replies to."""
        chat = self.chats[message.chat_id]
        replied = self.message(message.chat_id, message.reply_to)
        reply = None if replied is None else message_json(replied, chat=chat)
        return message_json(message, chat=chat, reply=reply)

    def store_file(
        self,
        content: bytes,
        *,
        name: str,
        mime_type: str,
        sides: tuple[int, int] | None = None,
        size: int | None = None,
    ) -> StoredFile:
        """Keep a file, a photo if it has `sides`; `size` (bytes) can pretend that it is larger than its content."""
        number = len(self.files) + 1
        digest = hashlib.sha256(content + str(number).encode()).hexdigest()
        path = f"{'photos' if sides else 'documents'}/file_{number}{name[name.rfind('.') :] if '.' in name else ''}"
        file_id = f"{'AgAC' if sides else 'BQAC'}{digest[:40]}"
        stored = StoredFile(
            file_id=file_id,
            unique_id=digest[40:56],
            name=name,
            mime_type=mime_type,
            size=len(content) if size is None else size,
            content=content,
            path=path,
            sides=sides,
        )
        self.files[file_id] = stored
        return stored
