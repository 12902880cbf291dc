"""Everything the local Bot API server refuses, once, in Telegram's exact words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import BotCommand, CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer
from tests.contract.botapi_bot import PNG, client, keyboard, post, refusal, talking

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
        (keyboard([("", "x")]), "inline keyboard button text must be non-empty"),
        (keyboard(*[[("a", "x")]] * 101), "reply markup is too long"),
        (keyboard(*[[("a" * 60, "x" * 60)]] * 90), "reply markup is too long"),
    ],
)
async def test_a_wrong_button_is_refused(markup: InlineKeyboardMarkup, expected: str) -> None:
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


async def test_chats_that_cannot_be_written_to() -> None:
    """Unknown, never started, blocked, kicked, left and read-only chats are told apart."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.world.add_user(1002, "Ben", has_started=False)
        server.world.add_group(GROUP, "Team", members=[anna])
        server.world.add_group(SUPERGROUP, "Big team", members=[anna])
        server.people.block_bot(anna)
        server.people.remove_bot(anna, GROUP)
        server.people.remove_bot(anna, SUPERGROUP)
        expected = {
            999: "Bad Request: chat not found",
            1002: "Forbidden: bot can't initiate conversation with a user",
            ANNA: "Forbidden: bot was blocked by the user",
            GROUP: "Forbidden: bot was kicked from the group chat",
            SUPERGROUP: "Forbidden: bot was kicked from the supergroup chat",
        }
        for chat_id, text in expected.items():
            assert await refusal(server, bot.send_message(chat_id, "a")) == text
        assert await refusal(server, bot.send_message("@nobody_here", "a")) == "Bad Request: chat not found"
        server.people.unblock_bot(anna)
        await bot.send_message(ANNA, "a")
        server.people.add_bot(anna, SUPERGROUP)
        server.world.chat(SUPERGROUP).members_may_write = False
        text = "Bad Request: not enough rights to send text messages to the chat"
        assert await refusal(server, bot.send_message(SUPERGROUP, "a")) == text
        await bot.leave_chat(SUPERGROUP)
        text = "Forbidden: bot is not a member of the supergroup chat"
        assert await refusal(server, bot.send_message(SUPERGROUP, "a")) == text
        assert await refusal(server, bot.leave_chat(ANNA)) == "Bad Request: can't leave private chat"


async def test_the_library_sees_the_right_kind_of_error() -> None:
    """403 becomes Forbidden, 400 BadRequest, and a migration carries the new id."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.world.add_group(GROUP, "Team", members=[anna])
        server.people.migrate(GROUP, SUPERGROUP)
        with pytest.raises(ChatMigrated) as migrated:
            await bot.send_message(GROUP, "a")
        assert migrated.value.new_chat_id == SUPERGROUP
        assert server.calls[-1].error == "Bad Request: group chat was upgraded to a supergroup chat"
        server.people.block_bot(anna)
        with pytest.raises(Forbidden):
            await bot.send_message(ANNA, "a")
        with pytest.raises(BadRequest):
            await bot.send_message(5, "a")


async def test_edits() -> None:
    """An edit must change something, of an own and present message of the right kind."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        buttons = keyboard([("Ack", "ack")])
        mine = await bot.send_message(ANNA, "<b>a</b>", parse_mode="HTML", reply_markup=buttons)
        photo = await bot.send_photo(ANNA, PNG, caption="c")
        hers = server.people.say(anna, ANNA, "hello")

        def edit(text: str, message_id: int, **options: Any) -> Any:
            return bot.edit_message_text(text, ANNA, message_id, **options)

        same = edit("<b>a</b>", mine.message_id, parse_mode="HTML", reply_markup=buttons)
        assert await refusal(server, same) == NOT_MODIFIED
        same = bot.edit_message_reply_markup(ANNA, mine.message_id, reply_markup=buttons)
        assert await refusal(server, same) == NOT_MODIFIED
        assert await refusal(server, edit("a", 99)) == "Bad Request: message to edit not found"
        assert await refusal(server, edit("a", hers.message_id)) == "Bad Request: message can't be edited"
        text = "Bad Request: there is no text in the message to edit"
        assert await refusal(server, edit("a", photo.message_id)) == text
        caption = bot.edit_message_caption(ANNA, mine.message_id, caption="x")
        assert await refusal(server, caption) == "Bad Request: there is no caption in the message to edit"
        assert await refusal(server, bot.edit_message_text("a")) == "Bad Request: message identifier is not specified"
        assert await refusal(server, bot.edit_message_text("a", message_id=1)) == "Bad Request: chat_id is empty"
        answer = await post(
            server,
            "editMessageText",
            data={"chat_id": ANNA, "message_id": 1, "text": "a"} | {"reply_markup": '{"force_reply":true}'},
        )
        assert answer["description"] == "Bad Request: inline keyboard expected"
        media = bot.edit_message_media(InputMediaPhoto("nofile"), ANNA, photo.message_id)
        assert await refusal(server, media) == "Bad Request: wrong file identifier/HTTP URL specified"
        # The same text without its buttons is a change: the buttons go away.
        await edit("<b>a</b>", mine.message_id, parse_mode="HTML")
        assert server.messages(ANNA)[0].keyboard == ()


async def test_deletions() -> None:
    """Own messages go within 48 hours, others' only where the bot may."""
    clock = SteppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    async with talking(now=clock.now) as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.world.add_group(SUPERGROUP, "Team", members=[anna])
        private = await bot.send_message(ANNA, "a")
        group = await bot.send_message(SUPERGROUP, "a")
        hers = server.people.say(anna, SUPERGROUP, "hello")
        text = "Bad Request: message to delete not found"
        assert await refusal(server, bot.delete_message(ANNA, 99)) == text
        cannot = "Bad Request: message can't be deleted"
        assert await refusal(server, bot.delete_message(SUPERGROUP, hers.message_id)) == cannot
        clock.advance(timedelta(hours=48, seconds=1))
        assert await refusal(server, bot.delete_message(ANNA, private.message_id)) == f"{cannot} for everyone"
        assert await refusal(server, bot.delete_message(SUPERGROUP, group.message_id)) == cannot
        young = await bot.send_message(ANNA, "b")
        clock.advance(timedelta(hours=48))
        assert await bot.delete_message(ANNA, young.message_id)
        assert server.messages(ANNA)[-1].is_deleted


async def test_callback_answers() -> None:
    """A press is answered once, in time, in at most 200 characters."""
    async with talking(query_lifetime_seconds=0.2) as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        card = await bot.send_message(ANNA, "a", reply_markup=keyboard([("Ack", "ack")]))
        press = server.people.press(anna, ANNA, card.message_id, "Ack")
        long = bot.answer_callback_query(press.query_id, "x" * 201)
        assert await refusal(server, long) == "Bad Request: MESSAGE_TOO_LONG"
        await bot.answer_callback_query(press.query_id, "x" * 200)
        assert press.answer is not None
        assert await refusal(server, bot.answer_callback_query(press.query_id)) == OLD_QUERY
        assert await refusal(server, bot.answer_callback_query("17")) == OLD_QUERY
        late = server.people.press(anna, ANNA, card.message_id, "ack")
        with pytest.raises(TimeoutError):
            await server.wait_for(lambda: False, timeout=0.25)
        assert await refusal(server, bot.answer_callback_query(late.query_id)) == OLD_QUERY
        assert late.answer is None


async def test_files() -> None:
    """Files must be there, known, small enough to fetch, and a photo must be a picture."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        big = server.people.send_document(anna, ANNA, b"x", name="takeout.zip", size=(20 << 20) + 1)
        assert big.file is not None
        assert await refusal(server, bot.get_file(big.file.file_id)) == "Bad Request: file is too big"
        assert await refusal(server, bot.get_file("nofile")) == "Bad Request: invalid file_id"
        text = "Bad Request: IMAGE_PROCESS_FAILED"
        assert await refusal(server, bot.send_photo(ANNA, b"no picture")) == text
        text = "Bad Request: wrong file identifier/HTTP URL specified"
        assert await refusal(server, bot.send_document(ANNA, "nofile")) == text
        text = "Bad Request: message caption is too long"
        assert await refusal(server, bot.send_photo(ANNA, PNG, caption="a" * 1025)) == text


async def test_members_and_actions() -> None:
    """Unknown people, ids that are none, and unknown chat actions are refused."""
    async with talking() as (server, bot):
        server.world.add_user(ANNA, "Anna")
        assert await refusal(server, bot.get_chat_member(ANNA, 42)) == "Bad Request: member not found"
        assert await refusal(server, bot.get_chat_member(ANNA, 0)) == "Bad Request: invalid user_id specified"
        text = "Bad Request: wrong parameter action in request"
        assert await refusal(server, bot.send_chat_action(ANNA, "dancing")) == text


@pytest.mark.parametrize(
    ("command", "description", "expected"),
    [
        ("", "a", "command must be non-empty"),
        ("x" * 33, "a", "command length must not exceed 32"),
        ("status", " ", "command description must be non-empty"),
        ("status", "a" * 257, "command description length must not exceed 256"),
        ("Status", "a", "BOT_COMMAND_INVALID"),
    ],
)
async def test_commands(command: str, description: str, expected: str) -> None:
    """A command menu entry has the form Telegram asks for."""
    async with talking() as (server, bot):
        menu = bot.set_my_commands([BotCommand(command, description)])
        assert await refusal(server, menu) == f"Bad Request: {expected}"


async def test_command_menu_limits() -> None:
    """At most 100 commands, and a language of two letters."""
    async with talking() as (server, bot):
        many = [BotCommand(f"c{number}", "a") for number in range(101)]
        assert await refusal(server, bot.set_my_commands(many)) == "Bad Request: BOT_COMMANDS_TOO_MUCH"
        wrong = bot.set_my_commands(many[:1], language_code="german")
        assert await refusal(server, wrong) == "Bad Request: invalid language code specified"


async def test_tokens() -> None:
    """Another token is unauthorized; something that is no token is said to be none."""
    async with BotApiServer(token="123:abc") as server:
        server.token = "123:new"
        stranger = client(server)
        server.token = "123:abc"
        with pytest.raises(InvalidToken):
            await stranger.initialize()
        await stranger.shutdown()
        server.token = "nonsense"
        assert (await post(server, "getMe"))["description"] == "Unauthorized: invalid token specified"
        server.token = "123:abc"
        assert (await post(server, "flyToTheMoon"))["description"] == "Not Found: method not found"
