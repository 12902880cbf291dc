"""What the local Bot API server refuses in texts and buttons, in Telegram's exact words."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import CopyTextButton, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup

from tests.contract.botapi_bot import keyboard, refusal, talking

pytestmark = pytest.mark.server

ANNA = 1001
GROUP = -400
SUPERGROUP = -100400
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<x>a", 'Unsupported start tag "x" at byte offset 0'),
        ("ü<x>a", 'Unsupported start tag "x" at byte offset 2'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("a <b", "Unclosed start tag at byte offset 2"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("5 < 6 and", 'Unsupported start tag "" at byte offset 2'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href>a</a", "Unclosed end tag at byte offset 9"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<tg-emoji emoji-id="x">a</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
async def test_broken_html_is_refused_with_the_byte_offset(text: str, expected: str) -> None:
    """Markup that Telegram cannot parse is refused with its own text."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        found = await refusal(server, bot.send_message(ANNA, text, parse_mode="HTML"))
        assert found == f"Bad Request: can't parse entities: {expected}"
        assert server.messages(ANNA) == []


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("", {}, "message text is empty"),
        (" \n ", {}, "text must be non-empty"),
        ("<b> </b>", {"parse_mode": "HTML"}, "text must be non-empty"),
        ("a" * 4097, {}, "message is too long"),
        ("\N{GRINNING FACE}" * 2049, {}, "message is too long"),
        ("a" * 32769, {}, "text is too long"),
        ("a", {"parse_mode": "BBCode"}, "unsupported parse_mode"),
        ("*a*", {"parse_mode": "MarkdownV2"}, "parse_mode MarkdownV2 is not used by this bot (stricter than Telegram)"),
        ("a", {"message_thread_id": 5}, "message thread not found"),
        ("a", {"reply_to_message_id": 77}, "message to be replied not found"),
    ],
)
async def test_a_wrong_text_is_refused(text: str, options: dict[str, Any], expected: str) -> None:
    """Length, emptiness, thread and reply are checked before anything is sent."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        assert await refusal(server, bot.send_message(ANNA, text, **options)) == f"Bad Request: {expected}"
        assert server.messages(ANNA) == []


async def test_length_counts_after_parsing() -> None:
    """4096 characters of text pass however much markup surrounds them, and so do 2048 surrogate pairs."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        await bot.send_message(ANNA, f"<b>{'&amp;' * 4096}</b>", parse_mode="HTML")
        await bot.send_message(ANNA, "\N{GRINNING FACE}" * 2048)
        assert [len(one.text) for one in server.messages(ANNA)] == [4096, 2048]


def _markup(**button: Any) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("a", **button)]])


_BUTTON = "can't parse inline keyboard button: "


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (_markup(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (_markup(callback_data="ü" * 33), "BUTTON_DATA_INVALID"),
        (_markup(callback_data="x", style="blue"), f"{_BUTTON}invalid button style specified"),
        (_markup(), f"{_BUTTON}Text buttons are unallowed in the inline keyboard"),
        (_markup(callback_data=""), f"{_BUTTON}Text buttons are unallowed in the inline keyboard"),
        (_markup(url="http://localhost/"), "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL"),
        (
            _markup(copy_text=CopyTextButton("x" * 257)),
            "copied text must have 1-256 characters (stricter than Telegram)",
        ),
        (
            _markup(callback_data="x", url="https://example.org"),
            f"{_BUTTON}exactly one action is allowed, not url, callback_data (stricter than Telegram)",
        ),
        (
            ForceReply(input_field_placeholder="x" * 65),
            "input_field_placeholder must have 1-64 characters (stricter than Telegram)",
        ),
        (keyboard([("", "x")]), "inline keyboard button text must be non-empty"),
        (keyboard(*[[("a", "x")]] * 101), "reply markup is too long"),
        (keyboard(*[[("a" * 60, "x" * 60)]] * 90), "reply markup is too long"),
    ],
)
async def test_a_wrong_button_is_refused(markup: InlineKeyboardMarkup | ForceReply, expected: str) -> None:
    """Buttons are checked for data, style, action, link and number."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        assert await refusal(server, bot.send_message(ANNA, "a", reply_markup=markup)) == f"Bad Request: {expected}"


async def test_button_limits_that_just_pass() -> None:
    """64 bytes of data, every style, and a link with a host pass."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        styles = [InlineKeyboardButton("a", callback_data="x", style=one) for one in ("danger", "success", "primary")]
        others = [
            InlineKeyboardButton("b", callback_data="ü" * 32),
            InlineKeyboardButton("c", url="https://a.example/b"),
        ]
        await bot.send_message(ANNA, "a", reply_markup=InlineKeyboardMarkup([styles, others]))
        assert server.sent(ANNA)[0].labels() == [["a", "a", "a"], ["b", "c"]]
