"""Groups, topics, membership, files and menus of the local Bot API server, seen through the real client."""

from __future__ import annotations

import pytest
from telegram import (
    BotCommand,
    BotCommandScopeChat,
    InputMediaPhoto,
)

from bot.demo.botapi import WorldError
from bot.demo.botapi.model import ANONYMOUS_ADMIN_ID
from tests.contract.botapi_bot import ANNA, BEN, GROUP, PNG, keyboard, refusal, talking, team

pytestmark = pytest.mark.server

FORUM = -100500


@pytest.mark.parametrize(
    ("text", "is_reply", "reaches"),
    [
        ("hello", False, False),
        ("/status", False, True),
        ("/status@review_alert_bot now", False, True),
        ("/status@other_bot", False, False),
        ("what about @review_alert_bot", False, True),
        ("thanks", True, True),
        ("either/or", False, False),
    ],
)
async def test_privacy_mode(text: str, is_reply: bool, reaches: bool) -> None:
    """In a group the bot gets commands, mentions and replies to it, nothing else."""
    async with talking() as (server, bot):
        anna, _ = team(server)
        card = await bot.send_message(GROUP, "Card")
        server.people.say(anna, GROUP, text, reply_to=card.message_id if is_reply else None)
        assert len(await bot.get_updates()) == reaches


async def test_without_privacy_mode_or_as_administrator_everything_arrives() -> None:
    """Administrators and bots without privacy mode read along; a bot that was removed reads nothing."""
    async with talking() as (server, bot):
        anna, _ = team(server)
        server.people.add_bot(anna, GROUP, status="administrator")
        server.people.say(anna, GROUP, "hello")
        updates = await bot.get_updates()
        assert [one.message.text for one in updates if one.message] == ["hello"]
        server.people.remove_bot(anna, GROUP)
        server.people.say(anna, GROUP, "/status")
        assert [one.my_chat_member is not None for one in await bot.get_updates(offset=-1)] == [True]
    async with talking(has_privacy_mode=False) as (server, bot):
        anna, _ = team(server)
        server.people.say(anna, GROUP, "hello")
        assert len(await bot.get_updates()) == 1


async def test_being_added_removed_and_blocked_is_told() -> None:
    """my_chat_member carries who did it and the old and new status."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.world.add_group(GROUP, "Team", members=[anna], bot_status="left")
        server.people.add_bot(anna, GROUP)
        server.people.remove_bot(anna, GROUP)
        server.people.block_bot(anna)
        server.people.block_bot(anna)
        server.people.unblock_bot(anna)
        changes = [one.my_chat_member for one in await bot.get_updates() if one.my_chat_member]
        seen = [(one.chat.id, one.old_chat_member.status, one.new_chat_member.status) for one in changes]
        assert seen == [
            (GROUP, "left", "member"),
            (GROUP, "member", "kicked"),
            (ANNA, "member", "kicked"),
            (ANNA, "kicked", "member"),
        ]
        assert {one.from_user.id for one in changes} == {ANNA}


async def test_start_opens_the_private_chat() -> None:
    """Only after /start may the bot write; the payload of an invitation link arrives with it."""
    async with talking() as (server, bot):
        ben = server.world.add_user(BEN, "Ben", language_code="de", has_started=False)
        text = "Forbidden: bot can't initiate conversation with a user"
        assert await refusal(server, bot.send_message(BEN, "a")) == text
        server.people.start(ben, "Zk3vQ8")
        message = (await bot.get_updates())[0].message
        assert message is not None
        assert (message.text, message.from_user and message.from_user.language_code) == ("/start Zk3vQ8", "de")
        await bot.send_message(BEN, "a")


async def test_topics() -> None:
    """A forum takes messages in its topics and in General; wrong, general, closed and deleted topics are refused."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        server.world.add_group(FORUM, "Forum", members=[anna], is_forum=True)
        topic = server.world.add_topic(FORUM, "Reviews")
        sent = await bot.send_message(FORUM, "a", message_thread_id=topic)
        assert (sent.message_thread_id, sent.is_topic_message) == (topic, True)
        assert (await bot.send_message(FORUM, "general")).message_thread_id is None
        not_found = "Bad Request: message thread not found"
        for wrong in (1, 999):
            assert await refusal(server, bot.send_message(FORUM, "a", message_thread_id=wrong)) == not_found
        server.people.say(anna, FORUM, "/status", thread_id=topic)
        message = (await bot.get_updates())[0].message
        assert message is not None
        assert message.message_thread_id == topic
        server.world.close_topic(FORUM, topic)
        closed = bot.send_message(FORUM, "a", message_thread_id=topic)
        assert await refusal(server, closed) == "Bad Request: TOPIC_CLOSED"
        server.world.delete_topic(FORUM, topic)
        gone = bot.send_message(FORUM, "a", message_thread_id=topic)
        assert await refusal(server, gone) == not_found
        assert server.messages(FORUM)[0].is_deleted
        server.world.add_group(GROUP, "Team", members=[anna])
        assert (await bot.send_message(GROUP, "a", message_thread_id=7)).message_thread_id is None


async def test_an_anonymous_admin_speaks_as_the_group_but_presses_as_a_person() -> None:
    """Commands come from 1087968824 with the group as sender_chat; presses from the real id."""
    async with talking() as (server, bot):
        anna, ben = team(server)
        card = await bot.send_message(GROUP, "Card", reply_markup=keyboard([("Ack", "ack")]))
        server.people.say(anna, GROUP, "/status", is_anonymous=True)
        server.people.press(anna, GROUP, card.message_id, "Ack")
        said, pressed = await bot.get_updates()
        assert said.message is not None
        assert said.message.from_user is not None
        assert said.message.sender_chat is not None
        assert pressed.callback_query is not None
        assert (said.message.from_user.id, said.message.sender_chat.id) == (ANONYMOUS_ADMIN_ID, GROUP)
        assert pressed.callback_query.from_user.id == ANNA
        with pytest.raises(WorldError, match="only an administrator"):
            server.people.say(ben, GROUP, "/status", is_anonymous=True)
        assert await refusal(server, bot.send_message(ANONYMOUS_ADMIN_ID, "a")) == "Bad Request: chat not found"


async def test_migration() -> None:
    """Both sides tell the other id, old messages are out of reach, and the new group works."""
    async with talking() as (server, bot):
        team(server)
        card = await bot.send_message(GROUP, "Card")
        server.people.migrate(GROUP, -100400)
        messages = [one.message for one in await bot.get_updates() if one.message]
        assert [(one.chat.id, one.migrate_to_chat_id, one.migrate_from_chat_id) for one in messages] == [
            (GROUP, -100400, None),
            (-100400, None, GROUP),
        ]
        await bot.send_message(-100400, "a")
        with pytest.raises(WorldError, match="has become -100400"):
            server.people.say(server.world.users[ANNA], GROUP, "a")
        text = "Bad Request: group chat was upgraded to a supergroup chat"
        assert await refusal(server, bot.edit_message_text("b", GROUP, card.message_id)) == text
        edit = bot.edit_message_text("b", -100400, 77)
        assert await refusal(server, edit) == "Bad Request: message to edit not found"


async def test_files_go_both_ways() -> None:
    """A person's file is downloaded byte for byte; the bot's file and picture are kept; media can be exchanged."""
    async with talking() as (server, bot):
        anna = server.world.add_user(ANNA, "Anna")
        content = bytes(range(256)) * 20
        server.people.send_document(anna, ANNA, content, name="booking.csv", caption="/import")
        message = (await bot.get_updates())[0].message
        assert message is not None
        assert message.document is not None
        assert (message.document.file_name, message.document.file_size) == ("booking.csv", len(content))
        assert message.caption == "/import"
        file = await bot.get_file(message.document.file_id)
        assert bytes(await file.download_as_bytearray()) == content
        photo = await bot.send_photo(ANNA, PNG, caption="<b>Chart</b>", parse_mode="HTML")
        again = await bot.send_photo(ANNA, photo.photo[-1].file_id)
        assert again.photo[-1].file_unique_id == photo.photo[-1].file_unique_id
        await bot.edit_message_media(InputMediaPhoto(PNG + b"2", caption="New"), ANNA, photo.message_id)
        await bot.edit_message_caption(ANNA, again.message_id, caption="Old")
        shown = [(one.text, one.file.content) for one in server.sent(ANNA) if one.file]
        assert shown == [("New", PNG + b"2"), ("Old", PNG)]
        sent = await bot.send_document(ANNA, content, filename="evidence.csv")
        assert sent.document is not None
        assert sent.document.file_name == "evidence.csv"


async def test_menus_chats_and_members() -> None:
    """Command menus are kept by scope and language; chats and members are described."""
    async with talking() as (server, bot):
        _, ben = team(server)
        menu, german = [BotCommand("status", "What is watched")], [BotCommand("status", "Was beobachtet wird")]
        await bot.set_my_commands(menu)
        await bot.set_my_commands(german, scope=BotCommandScopeChat(GROUP), language_code="de")
        assert list(await bot.get_my_commands()) == menu
        assert list(await bot.get_my_commands(BotCommandScopeChat(GROUP), "de")) == german
        await bot.delete_my_commands()
        assert await bot.get_my_commands() == ()
        elsewhere = bot.set_my_commands(menu, scope=BotCommandScopeChat(-1))
        assert await refusal(server, elsewhere) == "Bad Request: chat not found"
        assert (await bot.get_chat(GROUP)).title == "Team"
        assert [(await bot.get_chat_member(GROUP, one)).status for one in (ANNA, BEN)] == ["creator", "member"]
        server.world.chat(GROUP).members[ben.user_id] = "administrator"
        assert (await bot.get_chat_member(GROUP, BEN)).status == "administrator"
        assert (await bot.get_chat_member(GROUP, ANONYMOUS_ADMIN_ID)).status == "left"
        assert await bot.send_chat_action(GROUP, "typing")
