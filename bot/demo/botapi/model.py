"""The things of a Telegram world, and how the Bot API shows them: users, chats, files, messages.

Source: the types User, Chat, ChatFullInfo, Message, ChatMember of core.telegram.org/bots/api.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from bot.demo.botapi.rules.keyboard import Keyboard
from bot.demo.botapi.text.html import Entity

ANONYMOUS_ADMIN_ID: Final = 1087968824
GENERAL_TOPIC_ID: Final = 1

ChatType = Literal["private", "group", "supergroup"]
MemberStatus = Literal["creator", "administrator", "member", "left", "kicked"]


@dataclass(frozen=True, slots=True)
class User:
    """A person or a bot."""

    user_id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> dict[str, Any]:
        """The `User` object."""
        out: dict[str, Any] = {"id": self.user_id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            out["username"] = self.username
        if self.language_code:
            out["language_code"] = self.language_code
        return out


@dataclass(slots=True)
class Chat:
    """A private chat, a basic group or a supergroup; changed only by the world."""

    chat_id: int
    type: ChatType
    title: str
    username: str = ""
    members: dict[int, MemberStatus] = field(default_factory=dict)
    is_forum: bool = False
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    members_may_write: bool = True
    migrated_to: int | None = None
    is_blocked: bool = False
    last_message_id: int = 0
    pinned: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The `Chat` object."""
        named = "first_name" if self.type == "private" else "title"
        out: dict[str, Any] = {"id": self.chat_id, "type": self.type, named: self.title}
        if self.username:
            out["username"] = self.username
        if self.is_forum:
            out["is_forum"] = True
        return out

    def as_full_json(self) -> dict[str, Any]:
        """The `ChatFullInfo` object."""
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        accepted = dict.fromkeys(gifts, False)
        return self.as_json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on Telegram's side.

    Attributes:
        size: bytes; counts even where `content` is left out to imitate a large one.
        sides: width and height of a photo in pixels; None for a document or a voice note.
        seconds: how long a voice note is; None for anything else.
    """

    file_id: str
    unique_id: str
    name: str
    mime_type: str
    size: int
    content: bytes
    path: str
    sides: tuple[int, int] | None = None
    seconds: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The `File` object."""
        return self.identity() | {"file_path": self.path}

    def identity(self) -> dict[str, Any]:
        """What every object about a file begins with."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


@dataclass(frozen=True, slots=True)
class Version:
    """What a message said at one time."""

    at: datetime
    text: str
    entities: tuple[Entity, ...]
    keyboard: Keyboard
    file: StoredFile | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now. `text` is plain: the caption where there is a file.

    Attributes:
        versions: Everything the message has said, oldest first; the last is what it says now.
        reply_to: The id of the message it replies to.
        thread_id: The topic.
        is_silent: Sent with `disable_notification`.
        is_own: Sent by the bot.
        asks_reply: Sent with a ForceReply; such a message cannot be edited.
        service: A service message's own field, such as `migrate_to_chat_id`.
        deleted_at: When it was deleted.
    """

    chat_id: int
    message_id: int
    sender: User
    at: datetime
    versions: tuple[Version, ...]
    reply_to: int | None = None
    thread_id: int | None = None
    is_silent: bool = False
    is_own: bool = False
    is_anonymous: bool = False
    preview_disabled: bool = False
    asks_reply: bool = False
    service: tuple[tuple[str, Any], ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def _now(self) -> Version:
        return self.versions[-1]

    @property
    def text(self) -> str:
        """Plain text or caption."""
        return self._now.text

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Formatting and what Telegram found by itself."""
        return self._now.entities

    @property
    def keyboard(self) -> Keyboard:
        """Rows of inline buttons as sent."""
        return self._now.keyboard

    @property
    def file(self) -> StoredFile | None:
        """The photo or document."""
        return self._now.file

    @property
    def is_deleted(self) -> bool:
        """Whether nobody sees it any more."""
        return self.deleted_at is not None

    def labels(self) -> list[list[str]]:
        """The keyboard's texts."""
        return [[str(button["text"]) for button in row] for row in self.keyboard]

    def marked(self, kind: str) -> list[str]:
        """The stretches of text with entity `kind`."""
        raw = self.text.encode("utf-16-le")
        spans = [(one.offset * 2, (one.offset + one.length) * 2) for one in self.entities if one.kind == kind]
        return [raw[start:end].decode("utf-16-le", "replace") for start, end in spans]


def message_json(message: Message, *, chat: Chat, reply: dict[str, Any] | None = None) -> dict[str, Any]:
    """The `Message` object; `reply` is the replied message's own object."""
    out: dict[str, Any] = {
        "message_id": message.message_id,
        "from": message.sender.as_json(),
        "chat": chat.as_json(),
        "date": int(message.at.timestamp()),
    }
    if message.is_anonymous:
        out["sender_chat"] = chat.as_json()
    if message.edited_at is not None:
        out["edit_date"] = int(message.edited_at.timestamp())
    if message.thread_id is not None:
        out |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if reply is not None:
        out["reply_to_message"] = {name: value for name, value in reply.items() if name != "reply_to_message"}
    out |= dict(message.service)
    entities = [entity.as_json() for entity in message.entities]
    if message.file is None:
        if message.text:
            out["text"] = message.text
            out |= {"entities": entities} if entities else {}
    else:
        out |= _file_json(message.file)
        if message.text:
            out["caption"] = message.text
            out |= {"caption_entities": entities} if entities else {}
    if message.keyboard:
        out["reply_markup"] = {"inline_keyboard": [list(row) for row in message.keyboard]}
    return out


def _file_json(file: StoredFile) -> dict[str, Any]:
    if file.sides is not None:
        return {"photo": [file.identity() | {"width": file.sides[0], "height": file.sides[1]}]}
    if file.seconds is not None:
        return {"voice": file.identity() | {"duration": file.seconds, "mime_type": file.mime_type}}
    return {"document": file.identity() | {"file_name": file.name, "mime_type": file.mime_type}}


_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)


def member_json(user: User, status: MemberStatus, *, is_anonymous: bool = False) -> dict[str, Any]:
    """The `ChatMember` object of that status."""
    out: dict[str, Any] = {"status": status, "user": user.as_json()}
    match status:
        case "creator":
            out["is_anonymous"] = is_anonymous
        case "administrator":
            out |= {"can_be_edited": False, "is_anonymous": is_anonymous} | dict.fromkeys(_ADMIN_RIGHTS, True)
        case "kicked":
            out["until_date"] = 0
        case "member" | "left":
            pass
    return out
