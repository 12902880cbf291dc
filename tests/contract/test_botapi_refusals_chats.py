"""What the local Bot API server refuses in chats, edits, files, menus and tokens, in Telegram's exact words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import BotCommand, ForceReply, InputMediaPhoto, InputMediaVideo
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer, FloodLimits
from tests.contract.botapi_bot import PNG, client, keyboard, post, refusal, talking

pytestmark = pytest.mark.server

ANNA = 1001
GROUP = -400
SUPERGROUP = -100400
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


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
        for nobody in ("@nobody_here", "nobody"):
            assert await refusal(server, bot.send_message(nobody, "a")) == "Bad Request: chat not found"
        server.world.chat(SUPERGROUP).username = "big_team"
        assert await refusal(server, bot.send_message("@Big_Team", "a")) == expected[SUPERGROUP]
        assert [(await bot.get_chat(one)).id for one in (ANNA, GROUP)] == [ANNA, GROUP]
        for unreadable, text in {1002: "Bad Request: chat not found", SUPERGROUP: expected[SUPERGROUP]}.items():
            assert await refusal(server, bot.get_chat(unreadable)) == text
        assert await refusal(server, bot.get_chat_member(GROUP, ANNA)) == expected[GROUP]
        server.people.unblock_bot(anna)
        await bot.send_message(ANNA, "a")
        server.people.add_bot(anna, SUPERGROUP)
        server.world.chat(SUPERGROUP).members_may_write = False
        text = "Bad Request: not enough rights to send text messages to the chat"
        assert await refusal(server, bot.send_message(SUPERGROUP, "a")) == text
        await bot.leave_chat(SUPERGROUP)
        text = "Forbidden: bot is not a member of the supergroup chat"
        assert await refusal(server, bot.send_message(SUPERGROUP, "a")) == text
        assert await refusal(server, bot.leave_chat(ANNA)) == "Bad Request: can't leave private chats"


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
        prompt = await bot.send_message(ANNA, "Your reply?", reply_markup=ForceReply(input_field_placeholder="Text"))
        assert server.messages(ANNA)[-1].asks_reply
        assert await refusal(server, edit("a", prompt.message_id)) == "Bad Request: message can't be edited"
        video = bot.edit_message_media(InputMediaVideo("nofile"), ANNA, photo.message_id)
        text = "Bad Request: media of type video is not used by this bot (stricter than Telegram)"
        assert await refusal(server, video) == text
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
        assert await refusal(server, bot.send_photo(ANNA, PNG[:-4])) == text
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


async def test_flood_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """When asked for, the 21st message of a minute in a group is refused; a private chat goes on."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with talking(flood_limits=FloodLimits()) as (server, bot):
        server.world.add_group(GROUP, "Team", members=[server.world.add_user(ANNA, "Anna")])
        for number in range(20):
            await bot.send_message(GROUP, str(number))
        found = await refusal(server, bot.send_message(GROUP, "one more"))
        assert found in ("Too Many Requests: retry after 60", "Too Many Requests: retry after 59")
        await bot.send_message(ANNA, "still fine")
    async with talking(flood_limits=FloodLimits(per_second=3)) as (server, bot):
        for user_id in range(1, 5):
            server.world.add_user(user_id, "Anna")
        for user_id in range(1, 4):
            await bot.send_message(user_id, "a")
        assert await refusal(server, bot.send_message(4, "a")) == "Too Many Requests: retry after 1"


async def test_flood_limits_let_go() -> None:
    """After its window a group takes messages again."""
    async with talking(flood_limits=FloodLimits(per_group=1, group_seconds=0.05)) as (server, bot):
        server.world.add_group(GROUP, "Team", members=[server.world.add_user(ANNA, "Anna")])
        for _ in range(2):
            await bot.send_message(GROUP, "a")
            with pytest.raises(TimeoutError):
                await server.wait_for(lambda: False, timeout=0.06)
        assert len(server.sent(GROUP)) == 2


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
