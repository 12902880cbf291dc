"""An installation in a folder: configuration, exports, database, and the team's chats on the local Bot API server."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer, BotApiThread, FaultKind, Message, Press, User
from bot.model.people import Grant, Role
from bot.store.db.engine import Connection, open_store
from bot.store.ingest import sources
from bot.store.people import chats, invitations
from tests import fresh
from tests.e2e.driven import INSIDE
from tests.e2e.process import GIVE_UP_S, Driven

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_012345"
START = datetime(2026, 11, 2, 18, tzinfo=UTC)
BUSINESS = "trattoria"
PATIENCE_S = 600.0
"""How long a press can be answered: a busy machine may need a while."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an export."""

    id: str
    rating: int
    at: datetime
    text: str = "Cold soup."


@dataclass(slots=True)
class House:
    """Everything around one service.

    Attributes:
        root: the folder of the configuration, the data and the exports.
        clock: the time of the installation and of Telegram.
        is_inside: texts are read without worker processes.
    """

    root: Path
    telegram: BotApiThread
    clock: SteppedClock
    service: Driven | None = None
    is_inside: bool = False

    # -- the installation --------------------------------------------------------------------------------------

    def configure(self, locations: Sequence[dict[str, Any]], *, level: str = "debug", **other: Any) -> None:
        """Write the configuration, and an empty database where there is none."""
        tree = {
            "data_dir": "data",
            "telegram": {"token": TOKEN, "base_url": self.telegram.base_url},
            "log": {"level": level},
            "businesses": [{"id": BUSINESS, "name": "Trattoria", "locations": list(locations)}],
            **other,
        }
        self.config.write_text("\n".join(f"{key} = {_toml(value)}" for key, value in tree.items()), encoding="utf-8")
        if not self.database.exists():
            asyncio.run(fresh.lay(self.database))

    @property
    def config(self) -> Path:
        return self.root / "reviewbot.toml"

    @property
    def database(self) -> Path:
        return self.root / "data" / "reviewbot.sqlite3"

    @property
    def log(self) -> Path:
        return self.root / "service.log"

    def folder(self, name: str, *, every_minutes: float = 1) -> dict[str, Any]:
        """A source that reads a folder of the installation."""
        (self.root / name).mkdir(exist_ok=True)
        return {"id": name, "type": "folder", "path": name, "platform": "tripadvisor", "every_minutes": every_minutes}

    def export(self, folder: str, name: str, lines: Sequence[Line]) -> Path:
        """Put an export into a folder, finished a minute ago."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["id", "rating", "date", "text"])
        writer.writerows([line.id, line.rating, line.at.isoformat(), line.text] for line in lines)
        path = self.root / folder / name
        before = path.with_name(f".{name}")
        before.write_text(out.getvalue(), encoding="utf-8")
        moment = (self.clock.now() - timedelta(minutes=1)).timestamp()
        os.utime(before, (moment, moment))
        before.rename(path)
        return path

    def ago(self, minutes: float) -> datetime:
        return self.clock.now() - timedelta(minutes=minutes)

    # -- the process -------------------------------------------------------------------------------------------

    def start(self, *marking: str, is_forked: bool = True) -> Driven:
        """Start the service at the present time and wait until it runs."""
        service = self.launch(*marking, is_forked=is_forked)
        service.wait_started()
        return service

    def launch(self, *marking: str, is_forked: bool = True) -> Driven:
        """Start the service at the present time."""
        if self.service is not None:
            self.service.__exit__()
        make = Driven.fork if is_forked else Driven.start
        inside = [INSIDE] if self.is_inside else []
        self.service = make(str(self.config), self.clock.now().isoformat(), *marking, *inside, log=self.log)
        return self.service

    @property
    def running(self) -> Driven:
        assert self.service is not None
        return self.service

    def step(self, seconds: float, *, timeout: float = 300.0) -> None:
        """Let time pass, at Telegram and in the service, and everything happen that is due."""
        self.clock.advance(timedelta(seconds=seconds))
        self.running.ask(f"step {seconds}", timeout=timeout)

    def poll_now(self) -> None:
        """Make every source due, as another process may."""
        asyncio.run(self._write(sources.poll_now))

    def close(self) -> None:
        if self.service is not None:
            self.service.__exit__()
            self.service = None

    # -- the database, seen from outside ------------------------------------------------------------------------

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Read from the database."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            connection.row_factory = sqlite3.Row
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def value(self, query: str, *values: Any) -> Any:
        """The first value of the first row."""
        return self.rows(query, *values)[0][0]

    # -- people ------------------------------------------------------------------------------------------------

    def person(self, user_id: int, name: str, *, language: str = "en") -> User:
        """Somebody with a phone."""
        return self.telegram.call(lambda t: t.world.add_user(user_id, name, language_code=language, has_started=False))

    def join(self, user: User, role: Role) -> None:
        """Somebody opens an invitation's link and is welcomed."""
        code = token_urlsafe(16)
        asyncio.run(self._write(lambda connection: self._invite(connection, code, role)))
        self.telegram.call(lambda t: t.people.start(user, code))
        self.telegram.wait_for(lambda t: t.sent(user.user_id))

    async def _write(self, change: Callable[[Connection], Awaitable[None]]) -> None:
        store = open_store(self.database)
        async with store.write() as connection:
            await change(connection)
        await store.close()

    @property
    def business_id(self) -> int:
        return int(self.value("SELECT business_id FROM businesses WHERE key = ?", BUSINESS))

    async def _invite(self, connection: Connection, code: str, role: Role) -> None:
        now = self.clock.now()
        grant = Grant(role, self.business_id)
        expires_at = now + timedelta(hours=24)
        await invitations.create(connection, code, kind="person", grant=grant, now=now, expires_at=expires_at)

    def link_group(self, members: Sequence[User], chat_id: int = -1001, title: str = "Team") -> None:
        """A group that gets the incidents of every place, linked without the questions of `connect_group`."""
        self.telegram.call(lambda t: t.world.add_group(chat_id, title, members=members))
        asyncio.run(self._write(lambda connection: self._link(connection, chat_id, title)))

    async def _link(self, connection: Connection, chat_id: int, title: str) -> None:
        chat = await chats.put(
            connection, telegram_chat_id=chat_id, kind="group", title=title, language="en", now=self.clock.now()
        )
        await chats.link(connection, chat.chat_id, business_id=self.business_id, location_id=None)

    def connect_group(self, owner: User, members: Sequence[User], chat_id: int = -1001, title: str = "Team") -> None:
        """The owner puts the bot into a group and lets the incidents of the one place go there."""
        self.telegram.call(lambda t: t.world.add_group(chat_id, title, members=[owner, *members], bot_status="left"))
        self.telegram.call(lambda t: t.people.add_bot(owner, chat_id))
        asked = self.telegram.wait_for(lambda t: [m for m in t.sent(chat_id) if _asks(m)])[0]
        self.press(owner, asked, "gry")
        self.telegram.wait_for(lambda t: not _asks(t.world.message(asked.chat_id, asked.message_id)))

    def fault(self, kind: FaultKind, method: str | None = None, *, times: int | None = 1) -> None:
        """Let Telegram fail."""
        self.telegram.call(lambda t: t.faults.add(kind=kind, method=method, times=times))

    # -- the chats ---------------------------------------------------------------------------------------------

    def said(self, chat_id: int) -> list[Message]:
        """What the bot said in a chat and is still there."""
        return self.telegram.call(lambda t: t.sent(chat_id))

    def cards(self, chat_id: int) -> list[Message]:
        """The incident cards in a chat."""
        return [message for message in self.said(chat_id) if is_card(message)]

    def press(self, user: User, message: Message, verb: str) -> Press:
        """Somebody presses the button of that verb."""
        data = button(message, verb)
        return self.telegram.call(lambda t: t.people.press(user, message.chat_id, message.message_id, data))

    def answer(self, press: Press) -> str:
        """What the presser is told."""
        found = self.telegram.wait_for(lambda _: press.answer)
        assert found is not None
        return found.text

    def wait_for_card(self, chat_id: int, text: str, *, timeout: float = GIVE_UP_S) -> Message:
        """Wait until a card in a chat says something."""
        return self.telegram.wait_for(
            lambda t: [one for one in t.sent(chat_id) if is_card(one) and text in one.text], timeout=timeout
        )[0]

    def now_says(self, message: Message) -> Message:
        """A message as it stands now."""
        found = self.telegram.call(lambda t: t.world.message(message.chat_id, message.message_id))
        assert found is not None
        return found


def is_card(message: Message) -> bool:
    """Whether a message is an incident's card: it ends with the number and the clock."""
    return any(words in message.text for words in (" · as of ", " · Stand "))


def data_of(message: Message) -> list[str]:
    """What the buttons of a message send."""
    rows = message.versions[-1].keyboard
    return [str(one["callback_data"]) for row in rows for one in row if "callback_data" in one]


def button(message: Message, verb: str) -> str:
    """The data of the button of a verb."""
    found = [data for data in data_of(message) if data.startswith(verb)]
    assert found, f"no {verb} among {data_of(message)} of\n{message.text}"
    return found[0]


def edits(server: BotApiServer, chat_id: int) -> int:
    """How often the bot changed a message's text in a chat."""
    return sum(1 for call in server.calls_of("editMessageText") if call.params.get("chat_id") == chat_id)


def _asks(message: Message | None) -> bool:
    return message is not None and any(data.startswith("gry") for data in data_of(message))


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return json.dumps(value)
