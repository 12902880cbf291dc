"""Telegram's updates: fetched, stored, only then confirmed; handled once, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import structlog
from telegram import Bot, CallbackQuery, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.clock import Clock
from bot.errors import TokenRevokedError
from bot.messages.incident import toasts
from bot.messages.text.formatting import Words
from bot.messages.text.message import Toast
from bot.stages.analyse.packs import Packs
from bot.store.db import failures
from bot.store.db.engine import Store
from bot.store.db.failures import Verdict
from bot.store.delivery import inbox, service_status
from bot.store.delivery.attachments import OutgoingFiles
from bot.store.delivery.inbox import Incoming
from bot.telegram.inbound.dispatch import Dispatch
from bot.telegram.inbound.incidents.incident_actions import Answer, worded
from bot.telegram.inbound.people.strangers import Strangers
from bot.telegram.raw_updates import raw_updates

T = TypeVar("T")

log = structlog.get_logger(__name__)

ALLOWED = ["message", "callback_query", "my_chat_member"]
"""Telegram remembers the last list it was given, so it is given every time."""
WAIT = 50
LONGEST_PAUSE = 60.0
LONGEST_FLOOD = 3600.0
"""Seconds after which Telegram is asked again, however long it said to wait."""
ANSWER_WITHIN = 3.0
ERROR_KEPT = 500
HANDLED_AT_ONCE = 10
_UTC = ZoneInfo("UTC")


class Updates:
    """Stores Telegram's updates and works them off in order."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        bot: Bot,
        *,
        files: OutgoingFiles,
        packs: Packs,
        arrived: Callable[[], None],
        changed: Callable[[], None],
        failed: Callable[[BaseException], None] = lambda error: log.error("Telegram's updates", exc_info=error),
    ) -> None:
        """`files` go along with answers; `packs` say what each location's reviews are searched for.

        `arrived` is called when updates were stored, `changed` when handling one may have written messages, `failed`
        with an error that is over when it is tried again.
        """
        self.store = store
        self.clock = clock
        self.bot = bot
        self._dispatch = Dispatch(store, clock, files, packs)
        self._arrived = arrived
        self._changed = changed
        self._failed = failed
        self._has_begun = False
        self._strangers = Strangers()
        self._has_rival = False
        self._is_stopping = False
        self._waiting: asyncio.Future[Any] | None = None

    def stop(self) -> None:
        """Make `fetch_forever` return: at once while it waits, else after what it is storing is stored."""
        self._is_stopping = True
        if self._waiting is not None:
            self._waiting.cancel()

    async def fetch_forever(self) -> None:
        """Wait for updates and store them, until stopped.

        No other error ends it: what Telegram or the database cannot do now is asked of them again.

        Raises:
            TokenRevokedError: Telegram does not accept the token.
            StopError: the database cannot be used any more.
        """
        pause = 1.0
        while not self._is_stopping:
            try:
                await self._fetch_once()
                pause = 1.0
            except InvalidToken as error:
                await self._note_status(telegram_error=TokenRevokedError.HELP, telegram_error_at=self.clock.now())
                raise TokenRevokedError(TokenRevokedError.HELP) from error
            except RetryAfter as error:
                wait = error.retry_after
                seconds = wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
                await self._wait(asyncio.sleep(min(max(seconds, 1.0), LONGEST_FLOOD)))
            except TelegramError as error:
                await self._report(error)
                await self._wait(asyncio.sleep(pause))
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:
                if failures.sort(error) is Verdict.STOP:
                    raise
                self._failed(error)
                await self._wait(asyncio.sleep(pause))
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _note_status(self, **values: Any) -> None:
        """Note something for the health check; what is more important goes on when that cannot be done."""
        try:
            async with self.store.write() as connection:
                await service_status.update(connection, **values)
        except Exception as error:
            if failures.sort(error) is Verdict.STOP:
                raise
            self._failed(error)

    async def _wait(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What `stop` may break off; None when it did."""
        self._waiting = asyncio.ensure_future(work)
        try:
            result: T = await self._waiting
            return result
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
            return None
        finally:
            self._waiting = None

    async def _fetch_once(self) -> None:
        if not self._has_begun:
            await self._begin()
        async with self.store.read() as connection:
            offset = await inbox.offset(connection, now=self.clock.now())
        updates = await self._wait(raw_updates(self.bot, offset=offset, wait_s=WAIT, allowed=ALLOWED))
        if updates is None:
            return
        if self._has_rival:
            self._has_rival = False
            log.info("this bot's messages arrive here again")
            await self._note_status(telegram_error="", telegram_error_at=None)
        if updates:
            now = self.clock.now()
            async with self.store.read() as connection:
                kept = await self._strangers.without_floods(connection, updates, now=now)
            async with self.store.write() as connection:
                await inbox.save(connection, kept, now=now)
                await inbox.note_newest(connection, updates[-1][0], now=now)
            self._arrived()

    async def _begin(self) -> None:
        """Make sure that the stored updates are this bot's: the token begins with the account's number."""
        number = self.bot.token.partition(":")[0]
        if number.isdecimal():
            async with self.store.write() as connection:
                is_other = await inbox.begin(connection, int(number))
            if is_other:
                log.warning("this is another bot account than before; what the old one was sent is dropped")
        self._has_begun = True

    async def _report(self, error: TelegramError) -> None:
        if isinstance(error, Conflict):
            text = (
                "Another copy is running: another program takes this bot's messages. Stop it (after a restore: the old "
                "one), or give this installation a bot of its own."
            )
            log.error(text)
            self._has_rival = True
            await self._note_status(telegram_error=text, telegram_error_at=self.clock.now())
        else:
            log.warning("Telegram does not answer", says=str(error)[:200])

    async def handle(self) -> None:
        """Handle every stored update that is not handled yet; a press that comes meanwhile is next but a few."""
        while True:
            async with self.store.read() as connection:
                waiting = await inbox.unhandled(connection, limit=HANDLED_AT_ONCE)
                username = (await service_status.read(connection)).bot_username
            if not waiting:
                return
            for incoming in waiting:
                await self._handle_one(incoming, username)

    async def _handle_one(self, incoming: Incoming, username: str) -> None:
        update: Update | None = None
        answer: Answer | None = None
        try:
            update = Update.de_json(incoming.body, self.bot)
            pressed = await self._dispatch.look_up(update, username)
            is_short = pressed is not None and pressed.is_about_incident
            async with self.store.write(is_short=is_short) as connection:
                now = self.clock.now()
                answer = await self._dispatch.carry_out(connection, update, username, pressed)
                await inbox.mark_handled(connection, incoming.update_id, now=now)
        except Exception as error:
            if failures.sort(error) is not Verdict.ASIDE:
                # The update stays as it is, and is handled when the database can be written again.
                raise
            # One update that we cannot handle must not stop all later ones; it is kept with its error.
            log.exception("an update could not be handled", update_id=incoming.update_id)
            async with self.store.write() as connection:
                await inbox.mark_handled(
                    connection,
                    incoming.update_id,
                    now=self.clock.now(),
                    error=f"{type(error).__name__}: {error}"[:ERROR_KEPT],
                )
            answer = _not_saved(update)
        if update is not None and update.callback_query is not None:
            await self._answer(update.callback_query, answer)
        self._changed()

    async def _answer(self, query: CallbackQuery, answer: Answer | None) -> None:
        """Answer a press. Telegram takes an answer for seconds only; after a pause it is too late, and no harm."""
        toast = None
        if answer is not None:
            # The press is stored; nobody waits for the write lock while its answer is put into words.
            try:
                async with self.store.read() as connection:
                    toast = await worded(answer, connection)
            except Exception:
                log.exception("a press is stored, but its answer could not be put into words")
        try:
            await self.bot.answer_callback_query(
                query.id,
                text=None if toast is None else toast.text,
                show_alert=None if toast is None else toast.is_alert,
                read_timeout=ANSWER_WITHIN,
            )
        except TelegramError as error:
            log.info("a press could not be answered", says=str(error)[:200])


def _not_saved(update: Update | None) -> Toast | None:
    query = None if update is None else update.callback_query
    if query is None:
        return None
    language = (query.from_user.language_code or "en")[:2]
    return toasts.not_saved(Words(language=language if language == "de" else "en", zone=_UTC))
