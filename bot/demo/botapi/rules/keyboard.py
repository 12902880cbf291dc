"""Inline keyboards: what Telegram refuses in a button beyond its types.

Source: core.telegram.org/bots/api#inlinekeyboardbutton, tdlib/td ReplyMarkup.cpp (get_inline_keyboard_button) and
tdlib/telegram-bot-api Client::get_inline_keyboard_button_type.
"""

from __future__ import annotations

import json
from typing import Any

from bot.demo.botapi.rules import message_refusals
from bot.demo.botapi.rules.refusals import bad_request, stricter
from bot.demo.botapi.text.links import is_link

Keyboard = tuple[tuple[dict[str, Any], ...], ...]

_BUTTON = "can't parse inline keyboard button: "
_STYLES = ("", "default", "danger", "success", "primary")
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_NEVER_EMPTY = ("url", "callback_data")
_MOST_BUTTONS = 100
_MOST_BYTES = 10_000


def inline_keyboard(markup: dict[str, Any] | None, *, is_edit: bool) -> Keyboard:
    """The checked rows of a reply markup; empty when there is none.

    Args:
        markup: The decoded `reply_markup`, already checked for types.
        is_edit: An edit takes inline keyboards only.

    Raises:
        RefusedError: a button is one Telegram refuses.
    """
    if not markup:
        return ()
    if "inline_keyboard" not in markup:
        if is_edit:
            raise bad_request("inline keyboard expected", source="tdlib/td, ReplyMarkup, get_reply_markup")
        return ()
    rows = tuple(tuple(row) for row in markup["inline_keyboard"] if row)
    if sum(map(len, rows)) > _MOST_BUTTONS or len(json.dumps(markup, ensure_ascii=False).encode()) > _MOST_BYTES:
        raise message_refusals.keyboard_too_long()
    for row in rows:
        for button in row:
            _check_button(button)
    return rows


def asks_reply(markup: dict[str, Any] | None) -> bool:
    """Whether a reply markup is a ForceReply.

    Raises:
        RefusedError: its placeholder is not of 1 to 64 characters.
    """
    placeholder = (markup or {}).get("input_field_placeholder")
    if placeholder is not None and not 1 <= len(placeholder) <= 64:
        raise stricter("input_field_placeholder must have 1-64 characters")
    return bool(markup and markup.get("force_reply"))


def _check_button(button: dict[str, Any]) -> None:
    if str(button.get("style", "")).lower() not in _STYLES:
        source = "tdlib/telegram-bot-api, Client::get_button_style"
        raise bad_request(f"{_BUTTON}invalid button style specified", source=source)
    actions = [name for name in _ACTIONS if button.get(name) is not None and (button[name] or name not in _NEVER_EMPTY)]
    if not actions:
        source = "tdlib/telegram-bot-api, Client::get_inline_keyboard_button_type"
        raise bad_request(f"{_BUTTON}Text buttons are unallowed in the inline keyboard", source=source)
    if len(actions) > 1:
        raise stricter(f"{_BUTTON}exactly one action is allowed, not {', '.join(actions)}")
    if not button["text"]:
        raise bad_request("inline keyboard button text must be non-empty", source="tdlib/td, ReplyMarkup")
    match actions[0]:
        case "callback_data" if len(str(button["callback_data"]).encode()) > 64:
            raise message_refusals.button_data_invalid()
        case "url" if not is_link(button["url"]):
            text = f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            raise bad_request(text, source="tdlib/td, LinkManager::check_link")
        case "copy_text" if not 1 <= len(button["copy_text"]["text"]) <= 256:
            raise stricter("copied text must have 1-256 characters")
