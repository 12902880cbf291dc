"""A whole installation in one process: the real service on a stepped clock, a local Telegram, files in folders.

`async with House.open(tmp_path) as house:` starts with two businesses: Café Linde (Marktplatz with two sources, and
Bahnhof) and Anker (Hafen). Everything goes the way it goes in a restaurant: files are put into folders, people write
and press in the chat, the clock moves on.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncEngine

from bot import app, settings
from bot.clock import SteppedClock
from bot.demo.botapi import BotApiServer
from bot.demo.botapi.model import Message, User
from bot.demo.botapi.people import Answer
from bot.model.people import Grant, Role
from bot.sources import registry
from bot.store.db.engine import Store, open_store
from bot.store.people import invitations, locations, people
from bot.work.heavy import HeavyWorkers
from bot.work.service import Service
from tests import fresh

T = TypeVar("T")

TOKEN = "123456:house"
START = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""A Tuesday, 18:00 in Berlin."""
PATIENCE_S = 600.0
"""How long a press can be answered: a busy machine may need a while."""
NO_ESCALATION: Mapping[str, Any] = MappingProxyType({"alerts": {"escalation": []}})
GROUP = -1001234567890
BASIC_GROUP = -987654
_CARD = re.compile(r"#(\d+) · (?:as of|Stand) [\d:]+")
_engines: dict[Path, AsyncEngine] = {}


def _opened(database: Path) -> Store:
    """A database, by the engine that had one of this name before: it has compiled most statements already."""
    if database not in _engines or not database.exists():
        _engines[database] = open_store(database).engine
    return Store(_engines[database])


@contextmanager
def _one_name(folder: Path) -> Iterator[Path]:
    """A name that every house beside this one has had, one after the other."""
    link = folder.parent / "the-house"
    link.symlink_to(folder)
    try:
        yield link
    finally:
        link.unlink()


class InThisProcess(HeavyWorkers):
    """Scores without worker processes, which take longer to start than a test to run."""

    async def run(self, fn: Callable[..., T], *args: object) -> T:
        return fn(*args)


@dataclass(frozen=True)
class Row:
    """One review in an export file."""

    at: datetime
    rating: int
    text: str
    author: str


class House:
    """The installation, and hands to move it."""

    def __init__(
        self,
        folder: Path,
        server: BotApiServer,
        clock: SteppedClock,
        *,
        location: Mapping[str, Any] = NO_ESCALATION,
        business: Mapping[str, Any] = MappingProxyType({}),
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """`location` and `business` are keys of the configuration for each of them, `more` for the whole.

        Nobody is told more than once of an incident, unless a test asks for a chain with `location`.
        """
        self._more = (location, business, more)
        self.folder = folder
        self.server = server
        self.clock = clock
        self._service: Service | None = None
        self._files = 0
        self._codes = 0
        self._guests = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, *, start: datetime = START, **keys: Mapping[str, Any]) -> AsyncIterator[House]:
        """A house with its service running and the first, empty, poll done; `keys` as in `__init__`."""
        clock = SteppedClock(start)
        telegram = BotApiServer(
            token=TOKEN, now=clock.now, username="review_alert_bot", query_lifetime_seconds=PATIENCE_S
        )
        async with telegram as server:
            with _one_name(folder) as name:
                house = cls(name, server, clock, **keys)
                for source in ("marktplatz", "booking", "bahnhof", "hafen"):
                    (folder / source).mkdir()
                await fresh.lay(house.settings().database)
                await house.start()
                await house.step(seconds=1)
                try:
                    yield house
                finally:
                    await house.stop()

    def settings(self) -> settings.Settings:
        """The configuration."""

        def source(name: str, platform: str) -> dict[str, Any]:
            return {"id": name, "type": "folder", "path": str(self.folder / name), "platform": platform}

        tree: dict[str, Any] = {
            "data_dir": str(self.folder / "data"),
            "telegram": {"token": TOKEN, "base_url": self.server.base_url},
            "businesses": [
                {
                    "id": "linde",
                    "name": "Café Linde",
                    "locations": [
                        {
                            "id": "marktplatz",
                            "name": "Marktplatz",
                            "sources": [source("marktplatz", "tripadvisor"), source("booking", "booking")],
                        },
                        {
                            "id": "bahnhof",
                            "name": "Bahnhof",
                            "severe": "off",
                            "sources": [source("bahnhof", "tripadvisor")],
                        },
                    ],
                },
                {
                    "id": "anker",
                    "name": "Anker",
                    "locations": [
                        {
                            "id": "hafen",
                            "name": "Hafen",
                            "severe": "silent",
                            "sources": [source("hafen", "tripadvisor")],
                        }
                    ],
                },
            ],
        }
        location, business, more = self._more
        for one in tree["businesses"]:
            one |= {**business, "locations": [{**place, **location} for place in one["locations"]]}
        tree |= more
        return settings.build(tree, source_types=registry.SETTINGS, folder=self.folder, name="house")

    # -- the process -----------------------------------------------------------------------------------------

    @property
    def service(self) -> Service:
        assert self._service is not None
        return self._service

    async def start(self) -> None:
        """Start the program."""
        its = self.settings()
        store = _opened(its.database)
        self._service = app.build(its, self.clock, chance=lambda: 0.5, store=store, workers=InThisProcess())
        await self._service.start()
        await self.service.work.settle()

    async def stop(self) -> None:
        """End the program in an orderly way."""
        if self._service is not None:
            service, self._service = self._service, None
            try:
                await service.stop()
            finally:
                # The next house has a database of the same name, also where this one's stop was broken off.
                await service.parts.store.close()

    async def restart(self, **pause: float) -> None:
        """Stop, let time go by, start again."""
        await self.stop()
        self.clock.advance(timedelta(**pause))
        await self.start()

    async def step(self, **by: float) -> None:
        """Take in what Telegram has, move the clock (`minutes=5`) and run every tick."""
        await self.fetched()
        self.clock.advance(timedelta(**by))
        await self.service.step()

    async def fetched(self) -> None:
        """Wait until every update of Telegram has been stored and confirmed."""
        updates = self.server.world.updates
        await self.server.wait_for(lambda: updates.pending == 0 and updates.is_polled)
        await self.service.work.settle()

    # -- reviews ---------------------------------------------------------------------------------------------

    def rows(self, count: int, *, rating: int = 1, at: datetime | None = None, text: str = "") -> list[Row]:
        """Reviews of different guests, a minute apart, the last one now."""
        last = at or self.clock.now()
        rows = []
        for number in range(count):
            self._guests += 1
            rows.append(
                Row(
                    at=last - timedelta(minutes=count - 1 - number),
                    rating=rating,
                    text=text or f"Guest number {self._guests} waited for {40 + self._guests} minutes.",
                    author=f"Guest {self._guests}",
                )
            )
        return rows

    def put(self, rows: Iterable[Row], *, source: str = "marktplatz", name: str = "") -> Path:
        """Put an export file into a source's folder."""
        self._files += 1
        path = self.folder / source / (name or f"export-{self._files:03d}.csv")
        lines = ["date,rating,text,author"]
        lines += [f'{row.at:%Y-%m-%dT%H:%M:%SZ},{row.rating},"{row.text}",{row.author}' for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    async def low(self, count: int = 3, *, source: str = "marktplatz", minutes: float = 16, **kind: Any) -> None:
        """Low reviews appear and are polled, `minutes` later."""
        self.clock.advance(timedelta(minutes=minutes))
        self.put(self.rows(count, **kind), source=source)
        await self.step(seconds=1)
        await self.step(seconds=2)

    # -- people ----------------------------------------------------------------------------------------------

    async def join(
        self,
        name: str,
        telegram_id: int,
        *,
        role: Role = Role.MANAGER,
        business: str = "linde",
        location: str | None = None,
        language: str = "en",
    ) -> User:
        """Somebody gets an invitation and opens it."""
        self._codes += 1
        code = f"invitation-{self._codes}"
        user = self.server.world.add_user(telegram_id, name, language_code=language)
        async with self.service.parts.store.write() as connection:
            business_id = await locations.business_id(connection, business)
            assert business_id is not None
            here = [] if location is None else await locations.find_by_key(connection, f"{business}/{location}")
            grant = Grant(role, business_id, here[0].location_id if here else None)
            await invitations.create(
                connection,
                code,
                kind="person",
                grant=grant,
                now=self.clock.now(),
                expires_at=self.clock.now() + timedelta(hours=24),
            )
        self.server.people.start(user, code)
        await self.step(seconds=10)
        return user

    async def owner(self, name: str = "Petra", telegram_id: int = 1001, **kind: Any) -> User:
        """An owner."""
        return await self.join(name, telegram_id, role=Role.OWNER, **kind)

    async def revoke(self, user: User) -> None:
        """Take somebody off the team list."""
        async with self.service.parts.store.write() as connection:
            person = await people.find(connection, user.user_id)
            assert person is not None
            await people.revoke(connection, person.person_id, now=self.clock.now())

    async def say(self, user: User, text: str, *, chat: int | None = None, **how: Any) -> list[Message]:
        """Somebody writes; gives what the bot said in answer."""
        chat_id = user.user_id if chat is None else chat
        before = {one.message_id for one in self.said(chat_id)}
        self.server.people.say(user, chat_id, text, **how)
        await self.step(seconds=7)
        return [one for one in self.said(chat_id) if one.message_id not in before]

    async def press(
        self, user: User, button: str, *, chat: int | None = None, on: Message | None = None, **how: Any
    ) -> Answer | None:
        """Somebody presses a button, by default of the newest card; gives what the person saw."""
        chat_id = user.user_id if chat is None else chat
        message = on or self.card(chat_id)
        exact = next((one for row in message.labels() for one in row if one.replace("\xa0", " ") == button), button)
        press = self.server.people.press(user, chat_id, message.message_id, exact, **how)
        await self.step(seconds=7)
        return press.answer

    async def group(self, owner: User, *others: User, chat_id: int = GROUP, press: bool = True) -> int:
        """A group that the owner connects to Marktplatz."""
        self.server.world.add_group(chat_id, "Linde Team", members=(owner, *others), bot_status="left")
        self.server.people.add_bot(owner, chat_id)
        await self.step(seconds=30)
        if press:
            question = next(one for one in self.said(chat_id) if "Marktplatz" in one.text)
            await self.press(owner, "Use this group", chat=chat_id, on=question)
            await self.step(minutes=1)
        return chat_id

    # -- what is seen ----------------------------------------------------------------------------------------

    def said(self, chat_id: int) -> list[Message]:
        """What the bot said in a chat and is still there, oldest first."""
        return self.server.sent(chat_id)

    def last(self, chat_id: int) -> Message:
        """The newest message of the bot."""
        return self.said(chat_id)[-1]

    def cards(self, chat_id: int) -> list[Message]:
        """The incident cards in a chat."""
        return [one for one in self.said(chat_id) if _CARD.search(one.text)]

    def card(self, chat_id: int) -> Message:
        """The newest incident card in a chat."""
        return self.cards(chat_id)[-1]

    def seen(self, chat_id: int, part: str) -> list[Message]:
        """The bot's messages in a chat that contain a text."""
        return [one for one in self.said(chat_id) if part in one.text]

    def texts(self, chat_id: int) -> list[str]:
        """The bot's messages in a chat as plain text."""
        return [one.text for one in self.said(chat_id)]

    async def wait(self, predicate: Callable[[], T]) -> T:
        """Wait for something that happens at Telegram."""
        return await self.server.wait_for(predicate)

    async def rest(self) -> None:
        """Let the loop run what is ready."""
        await asyncio.sleep(0)
