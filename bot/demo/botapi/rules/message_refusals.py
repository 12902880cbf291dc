"""Refusals about messages: their text, buttons, topics, edits and deletions. See `refusals` for what a source is."""

from __future__ import annotations

from bot.demo.botapi.rules.refusals import RefusedError, bad_request


def not_modified() -> RefusedError:
    """An edit that would change nothing."""
    text = (
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )
    return bad_request(text, source="tdlib/telegram-bot-api, Client::fail_query_with_error (MESSAGE_NOT_MODIFIED)")


def message_not_found(role: str) -> RefusedError:
    """`role` is "message to edit", "message to delete" or "message to be replied"."""
    return bad_request(f"{role} not found", source="tdlib/telegram-bot-api, TdOnCheckMessageCallback")


def message_id_missing() -> RefusedError:
    """`message_id` is missing or no number."""
    text = "message identifier is not specified"
    return bad_request(
        text, source="tdlib/telegram-bot-api, Client::get_inline_message_id, process_delete_message_query"
    )


def cannot_edit() -> RefusedError:
    """The message is not the bot's own, or was sent with a ForceReply (can_edit_message there)."""
    return bad_request("message can't be edited", source="tdlib/td, MessagesManager::edit_message_text")


def no_text_to_edit() -> RefusedError:
    """editMessageText on a photo or a document."""
    text = "there is no text in the message to edit"
    return bad_request(text, source="tdlib/td, MessagesManager::edit_message_text")


def cannot_pin() -> RefusedError:
    """pinChatMessage in a group where the bot may not."""
    text = "not enough rights to manage pinned messages in the chat"
    return bad_request(text, source="tdlib/td, MessagesManager::can_pin_message")


def no_caption_to_edit() -> RefusedError:
    """editMessageCaption on a text message."""
    text = "there is no caption in the message to edit"
    return bad_request(text, source="tdlib/td, MessagesManager::edit_message_caption")


def cannot_delete() -> RefusedError:
    """Somebody else's message, or one in a supergroup that is too old."""
    source = "tdlib/telegram-bot-api, fail_query_with_error (MESSAGE_DELETE_FORBIDDEN); TelegramBots/Telegram.Bot#471"
    return bad_request("message can't be deleted", source=source)


def cannot_delete_for_everyone() -> RefusedError:
    """A message older than 48 hours in a private chat or a basic group."""
    source = "tdlib/td, MessagesManager::delete_messages, can_revoke_message; tdlib/telegram-bot-api#403"
    return bad_request("message can't be deleted for everyone", source=source)


def thread_not_found() -> RefusedError:
    """The topic does not exist, or is "General", which must be addressed without an id."""
    return bad_request("message thread not found", source="tdlib/telegram-bot-api, Client::check_message_topic")


def topic_closed() -> RefusedError:
    """The topic was closed by an administrator."""
    return bad_request("TOPIC_CLOSED", source="rteixeirax/qbittorrent_telegram_notification#12")


def text_is_empty() -> RefusedError:
    """`text` is missing or empty."""
    return bad_request("message text is empty", source="tdlib/telegram-bot-api, Client::get_input_message_text")


def text_must_be_non_empty() -> RefusedError:
    """Nothing is left after parsing and trimming."""
    return bad_request("text must be non-empty", source="tdlib/td, MessageEntity, fix_formatted_text")


def message_too_long() -> RefusedError:
    """More than 4096 characters after entity parsing."""
    source = "tdlib/td, MessageContent; Bot API reference, sendMessage.text"
    return bad_request("message is too long", source=source)


def text_too_long() -> RefusedError:
    """More than 32768 bytes before entity parsing."""
    return bad_request("text is too long", source="tdlib/telegram-bot-api, Client::get_formatted_text")


def caption_too_long() -> RefusedError:
    """More than 1024 characters after entity parsing."""
    source = "tdlib/td, MessageContent; Bot API reference, sendPhoto.caption"
    return bad_request("message caption is too long", source=source)


def unsupported_parse_mode() -> RefusedError:
    """`parse_mode` is none of HTML, Markdown, MarkdownV2."""
    return bad_request("unsupported parse_mode", source="tdlib/telegram-bot-api, Client::get_formatted_text")


def cannot_parse_entities(reason: str) -> RefusedError:
    """`reason` carries the byte offset."""
    source = "tdlib/td, SynchronousRequests (prefix) and MessageEntity, parse_html (reason)"
    return bad_request(f"can't parse entities: {reason}", source=source)


def invalid_query_id() -> RefusedError:
    """A callback query that is unknown, already answered or too old."""
    text = "query is too old and response timeout expired or query ID is invalid"
    return bad_request(text, source="tdlib/telegram-bot-api, Client::fail_query_with_error (QUERY_ID_INVALID)")


def callback_answer_too_long() -> RefusedError:
    """More than 200 characters in answerCallbackQuery."""
    return bad_request("MESSAGE_TOO_LONG", source="eternnoir/pyTelegramBotAPI#500; reference, answerCallbackQuery.text")


def button_data_invalid() -> RefusedError:
    """`callback_data` is not of 1 to 64 bytes."""
    return bad_request("BUTTON_DATA_INVALID", source="LiveHelperChat/telegram#64, python-telegram-bot#528")


def keyboard_too_long() -> RefusedError:
    """More than 100 buttons or 10 kB of JSON."""
    source = "rubenlagus/TelegramBots#218; figures: tginfo/Telegram-Limits#228 and #187"
    return bad_request("reply markup is too long", source=source)
