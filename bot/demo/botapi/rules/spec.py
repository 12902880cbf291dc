"""Checks the parameters of a call against the Bot API's own list of methods and types.

`bot_api.json` holds the methods the product uses and every type their parameters reach: names, types and which are
required (Bot API 10.1, https://core.telegram.org/bots/api). The real server is lenient with names and types; where it
would ignore a mistake, this one refuses it and says "(stricter than Telegram)".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final

from bot.demo.botapi.rules import message_refusals, refusals
from bot.demo.botapi.rules.refusals import RefusedError, bad_request, stricter
from bot.demo.botapi.wire.bodies import Parameters, Upload

BOT_API: Final[dict[str, Any]] = json.loads(files(__package__).joinpath("bot_api.json").read_text("utf-8"))
METHODS: Final[dict[str, dict[str, dict[str, Any]]]] = BOT_API["methods"]
TYPES: Final[dict[str, dict[str, Any]]] = BOT_API["types"]
UPDATE_KINDS: Final[list[str]] = BOT_API["update_kinds"]
_BY_LOWER: Final = {name.lower(): name for name in METHODS}

_REPLY_MARKUP: Final[list[str]] = METHODS["sendMessage"]["reply_markup"]["types"]
_FIELDS = "tdlib/td, JsonObject::get_required_*_field"
_CLIENT = "tdlib/telegram-bot-api, Client"
# What the real server calls a JSON parameter: text for broken JSON, text for another JSON value than expected.
_JSON_WORDS: Final = {
    "reply_markup": ("can't parse reply keyboard markup JSON object", "object expected as reply markup"),
    "reply_parameters": ("can't parse reply parameters JSON object", "object expected as reply parameters"),
    "link_preview_options": ("can't parse link preview options JSON object", "object expected as link preview options"),
    "commands": ("can't parse commands JSON object", "expected an Array of BotCommand"),
    "scope": (
        "can't parse BotCommandScope JSON object",
        "can't parse BotCommandScope: BotCommandScope must be an Object",
    ),
    "media": ("can't parse input media JSON object", "can't parse InputMedia: expected an Object"),
}
# How the real server introduces a mistake inside an object of this type.
_INTRODUCTION: Final = {
    "InlineKeyboardButton": "can't parse inline keyboard button: ",
    "KeyboardButton": "can't parse keyboard button: ",
    "BotCommand": "can't parse BotCommand: ",
    "MessageEntity": "can't parse MessageEntity: ",
    "BotCommandScope": "can't parse BotCommandScope: ",
    "InputMedia": "can't parse InputMedia: ",
}
# A missing required parameter, in the words the real server has for it.
_MISSING: Final[dict[str, Callable[[], RefusedError]]] = {
    "chat_id": refusals.chat_id_is_empty,
    "text": message_refusals.text_is_empty,
    "callback_query_id": message_refusals.invalid_query_id,
    "message_id": message_refusals.message_id_missing,
    "user_id": refusals.invalid_user_id,
    "file_id": refusals.file_id_missing,
    "action": refusals.wrong_action,
    "photo": lambda: refusals.no_file("photo"),
    "document": lambda: refusals.no_file("document"),
}


def canonical_method(name: str) -> str:
    """The method's own spelling; the Bot API takes any case.

    Raises:
        RefusedError: there is no such method.
    """
    try:
        return _BY_LOWER[name.lower()]
    except KeyError:
        raise refusals.method_not_found() from None


def check(method: str, parameters: Parameters) -> dict[str, Any]:
    """The call's parameters as Python values: numbers, booleans, decoded JSON and uploads.

    Raises:
        RefusedError: a parameter is missing, of the wrong type or unknown.
    """
    known = METHODS[method]
    given = {name: value for name, value in parameters.values.items() if value not in ("", None)}
    attached = {str(value).removeprefix("attach://") for value in _attachments(given)}
    for name in [*given, *parameters.files]:
        if name not in known and name not in attached:
            raise stricter(f'parameter "{name}" is unknown to {method}')
    checked: dict[str, Any] = {}
    for name, rule in known.items():
        if name in parameters.files:
            if "InputFile" not in rule["types"]:
                raise stricter(f'parameter "{name}" takes no file')
            checked[name] = parameters.files[name]
        elif name in given:
            checked[name] = _parameter(name, given[name], types=rule["types"], uploads=parameters.files)
        elif rule["required"]:
            missing = _MISSING.get(name)
            raise missing() if missing else stricter(f'parameter "{name}" is required')
    return checked


def _attachments(given: dict[str, Any]) -> list[str]:
    return re.findall(r"attach://[^\"\\\s]+", json.dumps(list(given.values())))


def _parameter(name: str, value: Any, *, types: list[str], uploads: dict[str, Upload]) -> Any:
    if "InputFile" in types and isinstance(value, str):
        return uploads.get(value.removeprefix("attach://"), value)
    if "String" in types:
        return _text(name, value, is_chat_id=name == "chat_id")
    if types == ["Integer"]:
        return _number(name, value)
    if types == ["Boolean"]:
        return _truth(name, value)
    broken, wrong = _JSON_WORDS.get(
        name, (f'parameter "{name}" must be JSON', f'parameter "{name}" must be {types[0]}')
    )
    suffix = "" if name in _JSON_WORDS else f" {refusals.STRICTER}"
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise bad_request(broken + suffix, source=_CLIENT) from None
    is_array = types[0].startswith("Array of ")
    if not isinstance(value, list if is_array else dict):
        raise bad_request(wrong + suffix, source=_CLIENT)
    # An edit takes inline keyboards only, and the server says so itself; another kind is still well-formed.
    _value(name, value, types=_REPLY_MARKUP if name == "reply_markup" else types)
    return value


def _text(name: str, value: Any, *, is_chat_id: bool) -> str | int:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise stricter(f'parameter "{name}" must be a String')
    if is_chat_id and re.fullmatch(r"-?\d+", str(value)):
        return int(value)
    return str(value)


def _number(name: str, value: Any) -> int:
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", text):
        # The real server reads a broken number as 0, and 0 is no message and no user.
        if name in ("message_id", "user_id"):
            raise _MISSING[name]()
        raise stricter(f'parameter "{name}" must be an Integer')
    return int(text)


def _truth(name: str, value: Any) -> bool:
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    try:
        return words[str(value).lower()]
    except KeyError:
        raise stricter(f'parameter "{name}" must be a Boolean') from None


def _value(name: str, value: Any, *, types: list[str]) -> None:
    """Refuses a JSON value that fits none of `types`, in the words of the real server's JSON reader."""
    kind = types[0] if len(types) == 1 else _alternative(value, types)
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        if not isinstance(value, list):
            raise bad_request(f'field "{name}" must be of type Array', source=_FIELDS)
        for one in value:
            if inner.startswith("Array of ") and not isinstance(one, list):
                owner = " of the InlineKeyboardMarkup" if name == "inline_keyboard" else ""
                text = f'field "{name}"{owner} must be an Array of Arrays'
                raise bad_request(text, source=f"{_CLIENT}::get_reply_markup")
            _value(name, one, types=[inner])
    elif kind in TYPES:
        _object(name, value, kind)
    elif kind == "Boolean" and not isinstance(value, bool):
        raise bad_request(f'field "{name}" must be of type Boolean', source=_FIELDS)
    elif kind == "Integer" and (isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value))):
        raise bad_request(f'field "{name}" must be a Number', source=_FIELDS)
    elif kind == "String" and (isinstance(value, bool) or not isinstance(value, str | int)):
        raise bad_request(f'field "{name}" must be of type String', source=_FIELDS)


def _alternative(value: Any, types: list[str]) -> str:
    """Which of several types is meant: by JSON kind, then by the required field that only that type has."""
    if isinstance(value, dict):
        for kind in types:
            required = [name for name, rule in TYPES.get(kind, {}).get("fields", {}).items() if rule["required"]]
            if required and all(name in value for name in required):
                return kind
        raise stricter(f"object must be one of {', '.join(types)}")
    return "String" if "String" in types else types[0]


def _object(name: str, value: Any, kind: str) -> None:
    introduction = _INTRODUCTION.get(kind, "")
    if not isinstance(value, dict):
        what = f"{kind} must be an Object" if kind.endswith("Button") else "expected an Object"
        if not introduction:
            what = f'field "{name}" must be of type Object'
        raise bad_request(introduction + what, source=_CLIENT)
    rule = TYPES[kind]
    if "any_of" in rule:
        kind = _subtype(value, kind, introduction)
        rule = TYPES[kind]
    fields = rule["fields"]
    for field in value:
        if field not in fields:
            raise stricter(f'{introduction}field "{field}" is unknown to {kind}')
    for field, field_rule in fields.items():
        if value.get(field) is None:
            if field_rule["required"]:
                raise bad_request(f'{introduction}Can\'t find field "{field}"', source=_FIELDS)
            continue
        try:
            _value(field, value[field], types=field_rule["types"])
        except RefusedError as error:
            text = error.refusal.description.removeprefix("Bad Request: ")
            text = f"F{text[1:]}" if introduction and text.startswith("field ") else text
            raise bad_request(introduction + text, source=error.refusal.source) from None


def _subtype(value: dict[str, Any], kind: str, introduction: str) -> str:
    wanted = value.get("type")
    if wanted is None:
        raise bad_request(f'{introduction}Can\'t find field "type"', source=_FIELDS)
    for subtype in TYPES[kind]["any_of"]:
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", subtype.removeprefix(kind)).lower()
        if snake == wanted:
            return str(subtype)
    if kind == "InputMedia":
        text = f'{introduction}type "{wanted}" is unsupported'
        raise bad_request(text, source=f"{_CLIENT}::get_input_media")
    raise bad_request(f"{introduction}Unsupported type specified", source=f"{_CLIENT}::get_bot_command_scope")
