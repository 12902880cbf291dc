"""Hands each update to its handler: a press, a command, a file, an answer, or a change of membership."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.clock import Clock
from bot.stages.analyse.packs import Packs
from bot.stages.notify import chat_lifecycle
from bot.store.db.engine import Connection, Store
from bot.store.delivery import sent_messages
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.people import chats
from bot.telegram.inbound import callbacks, commands, uploads
from bot.telegram.inbound.callbacks import Press
from bot.telegram.inbound.incidents import note_files
from bot.telegram.inbound.incidents.incident_actions import Answer
from bot.telegram.inbound.people import membership
from bot.telegram.inbound.people.actor import Caller, identify

_TAKES_NOTES = re.compile(r"(?:ask|card):(\d{1,19})", re.ASCII)
"""The keys of messages of which a reply is a note on their incident: the card, and the question for a note."""
_HERE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.RESTRICTED)


class Dispatch:
    """Hands each update to the part of the chat that it is for."""

    def __init__(self, store: Store, clock: Clock, files: OutgoingFiles, packs: Packs) -> None:
        """`files` go along with answers; `packs` say what each location's reviews are searched for."""
        self._store = store
        self._clock = clock
        self._files = files
        self._packs = packs

    async def look_up(self, update: Update, username: str) -> Press | None:
        """Who presses what, and what this person may see: all that can be read before the write lock is taken.

        None for what is no press, and where the chat or its topic is not known yet.
        """
        query = update.callback_query
        if query is None or query.message is None or query.data is None:
            return None
        async with self._store.read() as connection:
            thread = await _thread_of(connection, query.message)
            chat = await chats.find(connection, query.message.chat.id, thread)
            if chat is None or chat.thread_id != thread:
                return None
            caller = await self._caller(connection, query.from_user, query.message.chat, thread, username)
            return await callbacks.look_up(caller, query.data, query.message.message_id)

    async def carry_out(
        self, connection: Connection, update: Update, username: str, pressed: Press | None
    ) -> Answer | None:
        """Do what an update asks for; the answer to a press, where it was one."""
        if update.callback_query is not None:
            return await self._press(connection, update.callback_query, username, pressed)
        if update.message is not None:
            await self._message(connection, update.message, username)
        elif update.my_chat_member is not None:
            await self._membership(connection, update.my_chat_member, username)
        return None

    async def _press(
        self, connection: Connection, query: CallbackQuery, username: str, pressed: Press | None
    ) -> Answer | None:
        message = query.message
        if message is None or query.data is None:
            return None
        caller = None if pressed is None else await pressed.caller.again(connection)
        if pressed is None or caller is None:
            thread = await _thread_of(connection, message)
            caller = await self._caller(connection, query.from_user, message.chat, thread, username)
            return await callbacks.press(await callbacks.look_up(caller, query.data, message.message_id))
        return await callbacks.press(replace(pressed, caller=caller))

    async def _message(self, connection: Connection, message: Message, username: str) -> None:
        if message.migrate_to_chat_id is not None:
            await chat_lifecycle.move_chat(
                connection, message.chat.id, message.migrate_to_chat_id, now=self._clock.now()
            )
            return
        if message.from_user is None:
            return
        thread = message.message_thread_id if message.is_topic_message else None
        if (file := note_files.attached(message)) is not None and message.reply_to_message is not None:
            caller = await self._caller(connection, message.from_user, message.chat, thread, username)
            incident_id = await _noted(caller, message.reply_to_message.message_id)
            if incident_id is not None:
                await note_files.arrived(caller, incident_id, file, message.caption or "")
                return
        if message.document is not None:
            caller = await self._caller(connection, message.from_user, message.chat, thread, username)
            await uploads.arrived(caller, message, message.document)
            return
        if message.text is None:
            return
        reply = message.reply_to_message
        reply_to = None if reply is None else reply.message_id
        command = commands.read(message.text, bot_username=username, reply_to=reply_to)
        if command is not None:
            caller = await self._caller(connection, message.from_user, message.chat, thread, username)
            await commands.carry_out(caller, command)
        elif reply_to is not None:
            await self._note(connection, message, reply_to, thread, username)
        elif message.chat.type == ChatType.PRIVATE:
            caller = await self._caller(connection, message.from_user, message.chat, thread, username)
            await uploads.offered(caller, message.text)

    async def _note(
        self, connection: Connection, message: Message, reply_to: int, thread: int | None, username: str
    ) -> None:
        assert message.from_user is not None
        assert message.text is not None
        caller = await self._caller(connection, message.from_user, message.chat, thread, username)
        incident_id = await _noted(caller, reply_to)
        if incident_id is not None:
            await commands.note_by_reply(caller, incident_id, message.text)

    async def _membership(self, connection: Connection, change: ChatMemberUpdated, username: str) -> None:
        caller = await self._who(connection, change.from_user, change.chat, None, username)
        was = change.old_chat_member.status in _HERE
        is_now = change.new_chat_member.status in _HERE
        if was and not is_now:
            for chat in await chats.at(connection, change.chat.id):
                await chat_lifecycle.give_up(connection, chat, reason="the bot was removed", now=caller.now)
        elif is_now and caller.is_private:
            await membership.back(caller)
        elif is_now and (not was or caller.chat.disabled_at is not None):
            await membership.added_to_group(caller)

    async def _caller(self, connection: Connection, user: Any, chat: Any, thread: int | None, username: str) -> Caller:
        """Who writes or presses; a chat that was given up is used again by it."""
        return await membership.back(await self._who(connection, user, chat, thread, username))

    async def _who(self, connection: Connection, user: Any, chat: Any, thread: int | None, username: str) -> Caller:
        is_private = chat.type == ChatType.PRIVATE
        return await identify(
            connection,
            now=self._clock.now(),
            telegram_id=user.id,
            name=user.first_name,
            is_bot=user.is_bot,
            app_language=user.language_code or "",
            telegram_chat_id=chat.id,
            thread_id=thread or 0,
            kind="private" if is_private else "group",
            title=chat.title or user.first_name,
            bot_username=username,
            files=self._files,
            packs=self._packs,
        )


async def _noted(caller: Caller, reply_to: int) -> int | None:
    """The incident to which an answer to a message is a note."""
    key = await sent_messages.key_of(caller.connection, caller.chat.chat_id, reply_to)
    about = _TAKES_NOTES.fullmatch(key or "")
    return None if about is None else int(about[1])


async def _thread_of(connection: Connection, message: MaybeInaccessibleMessage) -> int:
    """The topic that a pressed message stands in; 0 for none."""
    if isinstance(message, Message) and message.is_accessible:
        return (message.message_thread_id if message.is_topic_message else None) or 0
    # An old message comes without its topic, so what was sent is asked which one it stands in.
    return await sent_messages.thread_of(connection, message.chat.id, message.message_id)
