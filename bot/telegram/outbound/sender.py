"""Delivering the outbox: claim a row, render it, send or edit, and note Telegram's answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.errors import TokenRevokedError
from bot.messages.facts.card_facts import Delivery
from bot.messages.render.render import render
from bot.messages.text.message import Rendered, Rows
from bot.messages.text.serialization import content_hash
from bot.stages.analyse import incident_texts
from bot.stages.analyse.packs import Packs
from bot.stages.notify import chat_lifecycle, right_to_see, second_way, sound
from bot.store.db import failures
from bot.store.db.engine import Store
from bot.store.db.failures import Verdict
from bot.store.delivery import outbox, sent_messages
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.delivery.outbox import Claimed
from bot.store.people import chats
from bot.store.people.chats import Chat
from bot.telegram.limits import LARGEST_FILE
from bot.telegram.outbound import api, members
from bot.telegram.outbound.errors import Diagnosis, Failure, diagnose
from bot.telegram.outbound.rate_limit import RateLimit
from bot.telegram.outbound.unsay import unsay

log = structlog.get_logger(__name__)

AT_ONCE = 6
_WITHOUT_TEXT = ("keyboard", "delete", "retire", "unsay", "pin")
LATE_AFTER = timedelta(minutes=2)
LONGEST_WAIT = timedelta(minutes=5)
RESTS_S = 5.0  # between two looks at an empty outbox: who fills it says so, but for other processes
UNREADABLE_AT_MOST = 3
"""How often a message is sent whose answers cannot be read."""


class Sender:
    """Works the outbox off, one row of each chat at a time, in order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bot: Bot,
        *,
        files: OutgoingFiles,
        chance: Callable[[], float] = random.random,
        packs: Packs = MappingProxyType({}),
    ) -> None:
        """`files` go along with messages, `chance` spreads the waits after a failure, `packs` are each place's."""
        self.store = store
        self._files = files
        self.clock = clock
        self.bot = bot
        self._rate_limit = RateLimit()
        self._chance = chance
        self._packs = packs
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._texts = asyncio.Lock()
        self._is_broken_off = False
        self._unnoted: dict[int, Callable[[], Awaitable[None]]] = {}

    async def recover(self) -> None:
        """After a start: rows that were being sent when the process ended may have arrived."""
        async with self.store.write() as connection:
            count = await outbox.recover(connection)
        if count:
            log.warning("messages were being sent when the program ended; they may arrive twice", count=count)

    async def deliver(self) -> float:
        """Send everything that is due; gives the seconds to the next look. Raises TokenRevokedError where that is."""
        for note in list(self._unnoted.values()):
            await note()
        if self._is_broken_off:
            # There is one delivery at a time: what is still claimed belongs to the one that was broken off.
            await self.recover()
            self._is_broken_off = False
        while True:
            now = self.clock.now()
            async with self.store.read() as connection:
                rows = await outbox.ready(connection, now=now)
                targets = {row.chat_id: await chats.get(connection, row.chat_id) for row in rows}
            rows = [row for row in rows if self._rate_limit.may_send(targets[row.chat_id].telegram_chat_id, now)]
            # A few at a time, so that what becomes urgent meanwhile waits for no long row of others.
            rows = rows[:AT_ONCE]
            if not rows:
                async with self.store.read() as connection:
                    return 0.0 if await outbox.is_any_waiting(connection) else RESTS_S
            results = await asyncio.gather(
                *(self._deliver_one(row, targets[row.chat_id]) for row in rows), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    self._is_broken_off = True
                    raise result

    async def _deliver_one(self, row: Claimed, chat: Chat) -> None:
        async with self._gate:
            now = self.clock.now()
            async with self.store.write() as connection:
                if not await outbox.claim(connection, row.outbox_id, now=now):
                    return
            try:
                await self._carry_out(await members.asked(self.bot, row), chat)
            except TelegramError as error:
                await self._failed(row, chat, diagnose(error))
            except Exception as error:
                if failures.sort(error) is not Verdict.ASIDE:
                    # The trouble is not the message's fault: it stays claimed and is tried again.
                    raise
                # Trying again would fail again, and hold back everything else this chat is to be told.
                log.exception("a message could not be made; it is dropped", kind=row.kind, chat=chat.title)
                async with self.store.write() as connection:
                    await outbox.drop(connection, row.outbox_id, error=f"{type(error).__name__}: {error}", now=now)
            if "file" in row.args:
                await self._discard(row.args["file"])

    async def _discard(self, name: str) -> None:
        """Remove a file unless another chat waits for it, or this one still does."""
        async with self.store.read() as connection:
            wanted = await outbox.wanted_files(connection)
        if name not in wanted:
            await asyncio.to_thread(self._files.remove, name)

    async def _content(self, message: Rendered) -> tuple[Rendered, bytes]:
        """A message with the bytes of its file; without the file when that cannot be sent, for the text says it all."""
        if message.attachment is None:
            return message, b""
        content = await asyncio.to_thread(self._files.read, message.attachment.stored)
        if content and len(content) <= LARGEST_FILE[message.attachment.kind]:
            return message, content
        log.error(
            "a message goes without its file, which is missing, empty or too large for Telegram",
            name=message.attachment.name,
            bytes=0 if content is None else len(content),
        )
        return replace(message, attachment=None), b""

    async def _carry_out(self, row: Claimed, chat: Chat) -> None:
        now = self.clock.now()
        how = Delivery(
            now=now,
            is_repeat=row.is_repeat,
            created_at=row.created_at,
            is_late=not row.is_silent and now - row.created_at >= LATE_AFTER,
            has_failed=row.attempts > 0,
            packs=self._packs,
        )
        if "incident_id" in row.args and row.kind not in _WITHOUT_TEXT:
            # Several chats show one incident: the first works out what its texts say, the others find it.
            async with self._texts:
                await incident_texts.refresh(self.store, row.args["incident_id"], self._packs, now=now)
        async with self.store.read() as connection:
            standing = None if row.key is None else await sent_messages.find(connection, row.chat_id, row.key)
            answered = None if row.reply_to is None else await sent_messages.find(connection, row.chat_id, row.reply_to)
            message = None
            is_allowed = await right_to_see.may_get(connection, chat, row.kind, row.args)
            if is_allowed and row.kind not in _WITHOUT_TEXT:
                # An edit cannot arrive twice, so only a new message says that it may be a repeat.
                how = how if standing is None else Delivery(now=now, packs=self._packs)
                message = await render(connection, chat, row.kind, row.args, how)
        if message is not None and await sound.comes_too_late(self.store, chat, row, now=now):
            row = replace(row, is_silent=True)
        target = None if standing is None else standing.telegram_message_id
        if not is_allowed:
            log.info("a message is not sent: its reader has no right to see it any more", kind=row.kind)
            async with self.store.write() as connection:
                await outbox.drop(connection, row.outbox_id, error="", now=now)
        elif row.kind == "delete":
            if target is not None:
                await self._remove(chat, target)
            await self._done(row, forget=True)
        elif row.kind == "unsay":
            await unsay(self.bot, chat, row.args["telegram_message_id"])
            await self._done(row, forget=True)
        elif row.kind == "retire":
            await self._show_keyboard(chat, row.args["telegram_message_id"], ())
            await self._done(row)
        elif row.kind == "pin":
            if answered is not None:
                await api.pin(self.bot, chat, answered.telegram_message_id)
            await self._done(row)
        elif row.kind == "keyboard":
            if target is not None:
                await self._show_keyboard(chat, target, api.rows_from(row.args["rows"]))
                # Whatever the card shows next differs from this.
                await self._done(row, target, shown="picker")
            else:
                await self._done(row)
        elif message is None or (standing is not None and standing.content_hash == content_hash(message)):
            await self._done(row)
        elif target is None:
            reply_to = None if answered is None else answered.telegram_message_id
            sent = await self._with_fallback(row, chat, message, target=None, reply_to=reply_to)
            await self._done(row, sent, shown=content_hash(message))
        else:
            await self._with_fallback(row, chat, message, target=target, reply_to=None)
            await self._done(row, target, shown=content_hash(message))

    async def _with_fallback(
        self, row: Claimed, chat: Chat, message: Rendered, *, target: int | None, reply_to: int | None
    ) -> int:
        """Send or edit; when Telegram refuses the markup, a button's colour or the file, once more without."""
        is_plain, has_style, is_caption = False, True, False
        message, content = await self._content(message)
        while True:
            try:
                if target is not None:
                    await api.edit(
                        self.bot,
                        chat,
                        target,
                        message,
                        content=content,
                        is_caption=is_caption,
                        is_plain=is_plain,
                        has_style=has_style,
                    )
                    return target
                return await api.send(
                    self.bot,
                    chat,
                    message,
                    reply_to=reply_to,
                    is_silent=row.is_silent,
                    content=content,
                    is_plain=is_plain,
                    has_style=has_style,
                )
            except TelegramError as error:
                what = diagnose(error)
                if what.failure is Failure.NOT_MODIFIED and target is not None:
                    return target
                elif what.failure is Failure.MARKUP_REFUSED and not is_plain:
                    log.error(
                        "Telegram refused the markup of a message; sent as plain text", kind=row.kind, says=what.text
                    )
                    is_plain = True
                elif what.failure is Failure.STYLE_REFUSED and has_style:
                    has_style = False
                elif what.failure is Failure.HAS_FILE and not is_caption:
                    is_caption = True
                elif what.failure is Failure.REFUSED and message.attachment is not None:
                    log.error("Telegram refused a file; sent without it", kind=row.kind, says=what.text)
                    message = replace(message, attachment=None)
                else:
                    raise

    async def _remove(self, chat: Chat, target: int) -> None:
        """Delete a message; of one that is too old for that (Telegram: 48 hours) the buttons go."""
        try:
            await self.bot.delete_message(chat.telegram_chat_id, target)
        except TelegramError as error:
            if diagnose(error).failure is not Failure.TOO_OLD:
                raise
            await self._show_keyboard(chat, target, ())

    async def _show_keyboard(self, chat: Chat, target: int, rows: Rows) -> None:
        try:
            await api.edit_keyboard(self.bot, chat, target, rows)
        except TelegramError as error:
            # It stands there already: two people opened the same choice.
            if diagnose(error).failure is not Failure.NOT_MODIFIED:
                raise

    async def _done(
        self, row: Claimed, telegram_id: int | None = None, *, shown: str = "", forget: bool = False
    ) -> None:
        """Note what Telegram has answered; where the database cannot, it is noted before anything else is sent."""
        self._unnoted[row.outbox_id] = partial(self._note_done, row, telegram_id, shown=shown, forget=forget)
        await self._unnoted[row.outbox_id]()

    async def _note_done(self, row: Claimed, telegram_id: int | None, *, shown: str, forget: bool) -> None:
        now = self.clock.now()
        key = row.key
        if key is None and "incident_id" in row.args:
            # Never edited, but a command may answer it, so it is known which incident it is about.
            key = f"note:{row.args['incident_id']}:{row.outbox_id}"
        elif key is None:
            key = sent_messages.said_key(row.outbox_id)
        async with self.store.write() as connection:
            await outbox.mark_sent(connection, row.outbox_id, now=now)
            if key is not None and telegram_id is not None:
                await sent_messages.keep(connection, row.chat_id, key, telegram_id, content_hash=shown, now=now)
            if row.key is not None and forget:
                await sent_messages.forget(connection, row.chat_id, row.key)
        del self._unnoted[row.outbox_id]

    async def _failed(self, row: Claimed, chat: Chat, what: Diagnosis) -> None:
        now = self.clock.now()
        match what.failure:
            case Failure.MESSAGE_GONE if row.kind in _WITHOUT_TEXT:
                await self._done(row, forget=True)
            case Failure.MESSAGE_GONE:
                async with self.store.write() as connection:
                    if row.key is not None:
                        await sent_messages.forget(connection, row.chat_id, row.key)
                    await outbox.put_back(connection, row.outbox_id, error=what.text, may_have_arrived=False)
            case Failure.TOPIC_GONE if chat.thread_id:
                await chat_lifecycle.topic_gone(self.store, chat, now=now)
            case Failure.MIGRATED if what.new_chat_id is not None:
                await chat_lifecycle.migrated(self.store, row, chat, new_telegram_id=what.new_chat_id, now=now)
            case Failure.CHAT_LOST | Failure.TOPIC_GONE | Failure.MIGRATED:
                log.error("a chat cannot be reached any more", chat=chat.title, says=what.text)
                async with self.store.write() as connection:
                    await chat_lifecycle.give_up(connection, chat, reason=what.text, now=now)
            case Failure.NO_ACCOUNT:
                async with self.store.write() as connection:
                    await outbox.put_back(connection, row.outbox_id, error=what.text, may_have_arrived=False)
                    await second_way.account_lost(connection, now=now)
                raise TokenRevokedError(TokenRevokedError.HELP)
            case Failure.MAY_HAVE_ARRIVED if row.attempts + 1 >= UNREADABLE_AT_MOST and what.is_answered:
                # Each of the answers was to a message that most likely stands in the chat by now.
                log.error("Telegram's answers cannot be read; the message is taken for sent", kind=row.kind)
                await self._done(row)
            case Failure.FLOOD | Failure.NOT_SENT | Failure.MAY_HAVE_ARRIVED:
                wait = what.retry_after or self._backoff(row.attempts + 1)
                log.warning(
                    "a message waits", kind=row.kind, chat=chat.title, seconds=wait.total_seconds(), says=what.text
                )
                async with self.store.write() as connection:
                    await chats.pause(connection, chat.chat_id, until=now + wait)
                    await outbox.put_back(
                        connection,
                        row.outbox_id,
                        error=what.text,
                        may_have_arrived=what.failure is Failure.MAY_HAVE_ARRIVED,
                    )
            case _:
                log.error("Telegram refuses a message for good", kind=row.kind, chat=chat.title, says=what.text)
                async with self.store.write() as connection:
                    await outbox.drop(connection, row.outbox_id, error=what.text, now=now)

    def _backoff(self, attempts: int) -> timedelta:
        wait: timedelta = min(timedelta(seconds=2) * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
        return wait * (0.8 + 0.4 * self._chance())
