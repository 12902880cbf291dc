"""Every answer with `ok` false, in Telegram's own words, with the place the wording was taken from.

Three kinds of source appear in the `source` field: the Bot API reference (core.telegram.org/bots/api), the code of the
real Bot API server and its library (tdlib/telegram-bot-api at 01a3679, tdlib/td at 022d602; the function is named), and
public issues in which the text was seen. Where the real server would let something pass that is certainly a mistake of
the caller, the text ends in "(stricter than Telegram)".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

STRICTER = "(stricter than Telegram)"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error answer of the Bot API.

    Attributes:
        code: HTTP status and `error_code`.
        description: Telegram's text.
        source: Where the wording comes from.
        parameters: `ResponseParameters`: `retry_after` (seconds) or `migrate_to_chat_id`.
    """

    code: int
    description: str
    source: str
    parameters: Mapping[str, int] = field(default_factory=dict)


class RefusedError(Exception):
    """Raised inside the server to answer a call with a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.description)
        self.refusal = refusal


def bad_request(text: str, *, source: str) -> RefusedError:
    """A 400 whose text gets the prefix and the lower-case first letter that the real server gives it.

    Source: tdlib/telegram-bot-api, Client::fail_query_with_error.
    """
    second = text[1:2]
    keeps_case = second == "_" or (second.isascii() and second.isupper())
    first = text[:1] if keeps_case else text[:1].lower()
    return RefusedError(Refusal(400, f"Bad Request: {first}{text[1:]}", source))


def stricter(text: str) -> RefusedError:
    """A 400 for something the real server would ignore or guess at."""
    return bad_request(f"{text} {STRICTER}", source="no counterpart; the Bot API reference forbids it")


def _forbidden(text: str, *, source: str) -> RefusedError:
    return RefusedError(Refusal(403, f"Forbidden: {text}", source))


_CHECK_ACCESS = "tdlib/telegram-bot-api, Client::check_chat_access"
_SEND_ERROR = "tdlib/td, MessagesManager, fix_message_send_error"


def unauthorized() -> RefusedError:
    """The token is unknown or was revoked."""
    return RefusedError(Refusal(401, "Unauthorized", "tdlib/telegram-bot-api, Client::get_closing_error"))


def invalid_token() -> RefusedError:
    """The token does not look like one."""
    source = "tdlib/telegram-bot-api, ClientManager::send"
    return RefusedError(Refusal(401, "Unauthorized: invalid token specified", source))


def not_found() -> RefusedError:
    """The path is not of the form /bot<token>/<method>."""
    return RefusedError(Refusal(404, "Not Found", "tdlib/telegram-bot-api, HttpConnection::handle"))


def method_not_found() -> RefusedError:
    """The method does not exist (here: or is not one the product uses)."""
    return RefusedError(Refusal(404, "Not Found: method not found", "tdlib/telegram-bot-api, Client::on_cmd"))


def request_too_large() -> RefusedError:
    """An upload over 50 MB."""
    return RefusedError(Refusal(413, "Request Entity Too Large", "Bot API reference, sending files (50 MB)"))


def conflict() -> RefusedError:
    """Another getUpdates took over."""
    text = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    return RefusedError(Refusal(409, text, "tdlib/telegram-bot-api, Client::abort_long_poll"))


def too_many_requests(retry_after: int) -> RefusedError:
    """Flood control; `retry_after` in seconds."""
    source = "tdlib/telegram-bot-api, Query::set_retry_after_error; ResponseParameters.retry_after"
    text = f"Too Many Requests: retry after {retry_after}"
    return RefusedError(Refusal(429, text, source, {"retry_after": retry_after}))


def chat_not_found() -> RefusedError:
    """No such chat, or one the bot has never met."""
    return bad_request("chat not found", source="tdlib/telegram-bot-api, TdOnCheckChatCallback")


def chat_id_is_empty() -> RefusedError:
    """`chat_id` is missing."""
    return bad_request("chat_id is empty", source="tdlib/telegram-bot-api, Client::check_chat")


def migrated(new_chat_id: int) -> RefusedError:
    """The group became a supergroup with another id."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return RefusedError(Refusal(400, text, _CHECK_ACCESS, {"migrate_to_chat_id": new_chat_id}))


def blocked() -> RefusedError:
    """The person blocked the bot."""
    source = "tdlib/telegram-bot-api, Client::fail_query_with_error (USER_IS_BLOCKED)"
    return _forbidden("bot was blocked by the user", source=source)


def kicked(*, is_supergroup: bool) -> RefusedError:
    """The bot was removed from the group."""
    kind = "supergroup" if is_supergroup else "group"
    return _forbidden(f"bot was kicked from the {kind} chat", source=_CHECK_ACCESS)


def chat_deleted() -> RefusedError:
    """The group was deleted by its owner."""
    return _forbidden("the group chat was deleted", source="python-telegram-bot#3562, node-telegram-bot-api#1155")


def not_a_member(*, is_supergroup: bool) -> RefusedError:
    """The bot left the group itself."""
    kind = "supergroup" if is_supergroup else "group"
    return _forbidden(f"bot is not a member of the {kind} chat", source=_CHECK_ACCESS)


def cannot_initiate() -> RefusedError:
    """The person never started the bot."""
    return _forbidden("bot can't initiate conversation with a user", source=f"{_SEND_ERROR} (PEER_ID_INVALID)")


def no_write_access() -> RefusedError:
    """The group forbids members to write and the bot is only a member."""
    text = "not enough rights to send text messages to the chat"
    return bad_request(text, source="tdlib/td, MessageContent, can_send_message_content")


def file_too_big() -> RefusedError:
    """A download of more than 20 MB."""
    return bad_request("file is too big", source="tdlib/telegram-bot-api, Client::do_get_file")


def file_id_missing() -> RefusedError:
    """`file_id` is missing."""
    return bad_request("file_id not specified", source="tdlib/telegram-bot-api, Client::check_remote_file_id")


def invalid_file_id() -> RefusedError:
    """`file_id` is not one of the bot's."""
    return bad_request("invalid file_id", source="tdlib/telegram-bot-api, TdOnCheckRemoteFileIdCallback")


def wrong_file() -> RefusedError:
    """A string instead of an upload that is neither a known file id nor an address."""
    return bad_request("wrong file identifier/HTTP URL specified", source=_SEND_ERROR)


def no_file(kind: str) -> RefusedError:
    """`kind` is "photo" or "document"."""
    source = f"tdlib/telegram-bot-api, Client::process_send_{kind}_query"
    return bad_request(f"there is no {kind} in the request", source=source)


def not_a_picture() -> RefusedError:
    """sendPhoto with something that is no picture."""
    return bad_request("IMAGE_PROCESS_FAILED", source="TelegramBot/Api#302")


def photo_too_big(size: int) -> RefusedError:
    """sendPhoto with more than 10 MB; `size` in bytes."""
    text = f"file of size {size} bytes is too big for a photo; the maximum size is {10 << 20} bytes"
    return bad_request(text, source="tdlib/td, FileManager::check_full_local_location")


def photo_has_wrong_sides() -> RefusedError:
    """A photo that is too large or too long."""
    return bad_request("PHOTO_INVALID_DIMENSIONS", source="tdlib/td#2544; reference, sendPhoto.photo")


def file_is_empty() -> RefusedError:
    """An upload of no bytes."""
    return bad_request("file must be non-empty", source="irazasyed/telegram-bot-sdk#1102")


def invalid_user_id() -> RefusedError:
    """`user_id` is missing or no positive number."""
    return bad_request("invalid user_id specified", source="tdlib/telegram-bot-api, Client::get_user_id")


def member_not_found() -> RefusedError:
    """getChatMember of somebody Telegram does not know."""
    return bad_request("member not found", source="tdlib/td, DialogParticipantManager; tdlib/telegram-bot-api#795")


def wrong_action() -> RefusedError:
    """`action` is not one of the chat actions."""
    source = "tdlib/telegram-bot-api, Client::process_send_chat_action_query"
    return bad_request("wrong parameter action in request", source=source)
