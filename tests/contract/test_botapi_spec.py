"""Every parameter of every method: missing, ill-typed and unknown ones are refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.demo.botapi import BotApiServer
from bot.demo.botapi.rules.spec import METHODS, TYPES
from tests.contract.botapi_bot import PNG, post

pytestmark = pytest.mark.server

ANNA = 1001
_BROKEN_BY_TYPE: dict[str, Any] = {"Integer": "abc", "Boolean": "maybe", "String": ["a", "list"]}
_VALID: dict[str, Any] = {
    "chat_id": ANNA,
    "text": "a",
    "message_id": 1,
    "user_id": ANNA,
    "callback_query_id": "1",
    "action": "typing",
    "commands": [{"command": "a", "description": "b"}],
    "media": {"type": "photo", "media": "file"},
    "photo": "file",
    "document": "file",
    "file_id": "file",
}
_MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    "commands": 'parameter "commands" is required (stricter than Telegram)',
    "media": 'parameter "media" is required (stricter than Telegram)',
}
_SCOPE = "can't parse BotCommandScope"
_WRONG_JSON = {
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
_REQUIRED = [(method, name) for method, rules in METHODS.items() for name, rule in rules.items() if rule["required"]]
_TYPED = [(method, name) for method, rules in METHODS.items() for name in rules]
_JSON = [(method, name) for method, name in _TYPED if name in _WRONG_JSON]


def _valid(method: str) -> dict[str, Any]:
    return {name: _VALID[name] for name, rule in METHODS[method].items() if rule["required"]}


async def _description(method: str, parameters: dict[str, Any]) -> str:
    async with BotApiServer() as server:
        server.world.add_user(ANNA, "Anna")
        answer = await post(server, method, json=parameters)
        assert not answer["ok"]
        assert answer["error_code"] == 400
        assert server.messages(ANNA) == []
        return str(answer["description"])


@pytest.mark.parametrize(("method", "name"), _REQUIRED)
async def test_a_missing_required_parameter_is_refused(method: str, name: str) -> None:
    """Each required parameter left out gives the text Telegram has for it."""
    parameters = _valid(method)
    del parameters[name]
    assert await _description(method, parameters) == f"Bad Request: {_MISSING[name]}"


@pytest.mark.parametrize(("method", "name"), _TYPED)
async def test_an_ill_typed_parameter_is_refused(method: str, name: str) -> None:
    """Each parameter with a value of another type is refused, and the text says which one."""
    kind = METHODS[method][name]["types"][-1]
    found = await _description(method, _valid(method) | {name: _BROKEN_BY_TYPE.get(kind, 17)})
    assert found == f"Bad Request: {_ill_typed(name, kind)}"


def _ill_typed(name: str, kind: str) -> str:
    if name in _WRONG_JSON:
        return _WRONG_JSON[name][1]
    if name in ("message_id", "user_id"):
        return _MISSING[name]
    article = {"Integer": "an ", "Boolean": "a ", "String": "a "}.get(kind, "")
    return f'parameter "{name}" must be {article}{kind} (stricter than Telegram)'


@pytest.mark.parametrize(("method", "name"), _JSON)
async def test_json_parameters_have_telegrams_own_words(method: str, name: str) -> None:
    """Broken JSON and JSON of another kind are told apart as the real server does."""
    broken, wrong = _WRONG_JSON[name]
    assert await _description(method, _valid(method) | {name: "{"}) == f"Bad Request: {broken}"
    assert await _description(method, _valid(method) | {name: "7"}) == f"Bad Request: {wrong}"


@pytest.mark.parametrize("method", METHODS)
async def test_an_unknown_parameter_is_refused(method: str) -> None:
    """A misspelt parameter is refused, which the real server would ignore."""
    found = await _description(method, _valid(method) | {"parse_mod": "HTML"})
    assert found == f'Bad Request: parameter "parse_mod" is unknown to {method} (stricter than Telegram)'


_BUTTON = "can't parse inline keyboard button: "


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("reply_markup", {"inline_keyboard": 5}, 'field "inline_keyboard" must be of type Array'),
        (
            "reply_markup",
            {"inline_keyboard": [{"text": "a"}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ("reply_markup", {"inline_keyboard": [["a"]]}, f"{_BUTTON}InlineKeyboardButton must be an Object"),
        ("reply_markup", {"inline_keyboard": [[{"callback_data": "a"}]]}, f'{_BUTTON}Can\'t find field "text"'),
        ("reply_markup", {"inline_keyboard": [[{"text": []}]]}, f'{_BUTTON}Field "text" must be of type String'),
        (
            "reply_markup",
            {"inline_keyboard": [[{"text": "a", "callbackdata": "b"}]]},
            f'{_BUTTON}field "callbackdata" is unknown to InlineKeyboardButton (stricter than Telegram)',
        ),
        (
            "reply_markup",
            {"keyboards": []},
            "object must be one of InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply "
            "(stricter than Telegram)",
        ),
        ("reply_parameters", {}, 'can\'t find field "message_id"'),
        ("reply_parameters", {"message_id": "x"}, 'field "message_id" must be a Number'),
        (
            "reply_parameters",
            {"message_id": 1, "allow_sending_without_reply": "yes"},
            'field "allow_sending_without_reply" must be of type Boolean',
        ),
        ("link_preview_options", {"is_disabled": 1}, 'field "is_disabled" must be of type Boolean'),
        ("entities", [{"type": "bold", "offset": 0}], "can't parse MessageEntity: Can't find field \"length\""),
        ("entities", [5], "can't parse MessageEntity: expected an Object"),
        (
            "entities",
            [{"type": "bold", "offset": 0, "length": 1}],
            'parameter "entities" is not used by this bot (stricter than Telegram)',
        ),
    ],
)
async def test_nested_objects_are_checked(name: str, value: Any, expected: str) -> None:
    """A mistake inside a JSON parameter is refused as the real server's JSON reader does."""
    parameters = {"chat_id": ANNA, "text": "a", name: json.dumps(value)}
    assert await _description("sendMessage", parameters) == f"Bad Request: {expected}"


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ({"chat_id": 1}, 'Can\'t find field "type"'),
        ({"type": "everybody"}, "Unsupported type specified"),
        ({"type": "chat"}, 'Can\'t find field "chat_id"'),
    ],
)
async def test_command_scopes_are_checked(scope: dict[str, Any], expected: str) -> None:
    """A scope must be one of the seven kinds, with what that kind needs."""
    found = await _description("getMyCommands", {"scope": scope})
    assert found == f"Bad Request: can't parse BotCommandScope: {expected}"


async def test_media_of_an_unknown_type_is_refused() -> None:
    """editMessageMedia takes the kinds of the reference only."""
    media = {"type": "hologram", "media": "x"}
    found = await _description("editMessageMedia", {"chat_id": ANNA, "message_id": 1, "media": media})
    assert found == 'Bad Request: can\'t parse InputMedia: type "hologram" is unsupported'


async def test_all_body_kinds_and_method_spellings_work() -> None:
    """Query string, form, JSON and multipart carry the same call; the method name takes any case."""
    async with BotApiServer() as server:
        server.world.add_user(ANNA, "Anna")
        call = {"chat_id": str(ANNA), "text": "a"}
        for request in ({"params": call}, {"data": call}, {"json": call}):
            assert (await post(server, "SENDMESSAGE", **request))["ok"]
        upload = {"document": ("a.csv", b"1\r\n--2\r\n", "text/csv")}
        assert (await post(server, "sendDocument", data={"chat_id": str(ANNA)}, files=upload))["ok"]
        stored = server.messages(ANNA)[-1].file
        assert stored is not None
        assert (stored.content, stored.name, stored.mime_type) == (b"1\r\n--2\r\n", "a.csv", "text/csv")
        broken = await post(server, "sendMessage", content=b"[1]", headers={"content-type": "application/json"})
        assert broken["description"] == "Bad Request: JSON object expected"
        noise = {"content-type": "multipart/form-data"}
        broken = await post(server, "sendMessage", content=b"x", headers=noise)
        assert broken["description"] == "Bad Request: boundary not found"
        misplaced = await post(server, "sendMessage", data={"chat_id": str(ANNA)}, files={"text": ("a", PNG)})
        assert misplaced["description"] == 'Bad Request: parameter "text" takes no file (stricter than Telegram)'


async def test_broken_bodies_and_paths() -> None:
    """What is no call at all gets the real server's answer for it."""
    async with BotApiServer() as server, httpx.AsyncClient(trust_env=False, verify=False) as http:
        root = server.base_url.removesuffix("/bot")
        broken = await post(server, "getMe", content=b"{", headers={"content-type": "application/json"})
        assert broken["description"] == "Bad Request: JSON object expected"
        nameless = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
        kind = {"content-type": "multipart/form-data; boundary=b"}
        broken = await post(server, "getMe", content=nameless, headers=kind)
        assert broken["description"] == "Bad Request: field name in multipart/form-data not found"
        assert (await http.get(f"{root}/robots.txt")).json()["description"] == "Not Found"
        missing = await http.get(f"{server.base_file_url}{server.token}/documents/none.csv")
        assert missing.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
        large = await http.post(f"{server.base_url}{server.token}/getMe", content=bytes((50 << 20) + 1))
        assert (large.status_code, large.json()["description"]) == (413, "Request Entity Too Large")
        with pytest.raises(httpx.TransportError):
            await http.post(f"{server.base_url}{server.token}/getMe", content=_endless())


async def _endless() -> AsyncIterator[bytes]:
    for _ in range(53):
        yield bytes(1 << 20)


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        ("editMessageText", {"chat_id": ANNA, "message_id": 1}, "message text is empty"),
        (
            "editMessageText",
            {"inline_message_id": "x", "text": "a"},
            "inline messages are not used by this bot (stricter than Telegram)",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "a", "reply_parameters": {"message_id": 1, "chat_id": 5}},
            "replies to another chat are not used by this bot (stricter than Telegram)",
        ),
        (
            "sendMessage",
            {"chat_id": ANNA, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "copy_text": 5}]]}},
            f'{_BUTTON}Field "copy_text" must be of type Object',
        ),
    ],
)
async def test_uses_that_the_product_has_not(method: str, parameters: dict[str, Any], expected: str) -> None:
    """Parts of the API the product leaves alone are refused by name."""
    assert await _description(method, parameters) == f"Bad Request: {expected}"


def test_the_bundled_reference_is_closed() -> None:
    """Every type that a parameter or a field names is in the bundled list or is a plain one."""
    plain = {"Integer", "String", "Boolean", "Float"}
    rules = [rule for method in METHODS.values() for rule in method.values()]
    rules += [rule for kind in TYPES.values() for rule in kind.get("fields", {}).values()]
    named = {one.replace("Array of ", "") for rule in rules for one in rule["types"]}
    named |= {one for kind in TYPES.values() for one in kind.get("any_of", [])}
    assert named - plain <= set(TYPES)
