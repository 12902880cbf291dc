"""The real service in this process, talking HTTP to the local Bot API server; people who write and press."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot import app, settings
from bot.clock import SteppedClock
from bot.demo import evening
from bot.demo.botapi import BotApiServer
from bot.demo.botapi.model import Message, User
from bot.demo.botapi.people import Press
from bot.model.people import Grant, Role
from bot.settings import Language
from bot.sources import registry
from bot.store.people import invitations, locations
from bot.telegram.inbound.people import membership
from bot.work.service import Service

TOKEN: Final = "100200300:demo-token-of-a-server-on-this-machine"  # noqa: S105 - nobody's account
GROUP_ID: Final = -1002026112000
GROUP: Final = "Linde Team"
_ACT_TAKES: Final = timedelta(seconds=30)
_PRESS_WITHIN_S: Final = 20.0
_BESIDE: Final = ("score", "upkeep", "forget")
"""The alarm waits for none of them: texts are a second opinion. `until_read` waits for them."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: the owner, a manager, and somebody from the group who is not on the team list."""

    owner: User
    manager: User
    stranger: User


class Stage:
    """The demo's world. Every act of a person takes half a minute of the stepped clock."""

    def __init__(self, *, service: Service, server: BotApiServer, clock: SteppedClock, cast: Cast, inbox: Path) -> None:
        """See `open_stage`."""
        self.service = service
        self.server = server
        self.clock = clock
        self.cast = cast
        self.inbox = inbox

    def now(self) -> datetime:
        """The time on the phones."""
        return self.clock.now()

    async def invite_owner(self) -> str:
        """A code for the owner, as `reviewbot pair` makes one."""
        code = membership.new_code()
        async with self.service.parts.store.write() as connection:
            business_id = (await locations.all_active(connection))[0].business_id
            await invitations.create(
                connection,
                code,
                kind="person",
                grant=Grant(Role.OWNER, business_id),
                now=self.now(),
                expires_at=self.now() + timedelta(hours=1),
            )
        return code

    async def start(self, user: User, code: str) -> None:
        """Somebody opens an invitation link."""
        self.clock.advance(_ACT_TAKES)
        self.server.people.start(user, code)
        await self.settle()

    async def say(self, user: User, chat_id: int, text: str, *, reply_to: int | None = None) -> None:
        """Somebody writes."""
        self.clock.advance(_ACT_TAKES)
        self.server.people.say(user, chat_id, text, reply_to=reply_to)
        await self.settle()

    async def press(self, user: User, chat_id: int, message_id: int, data: str) -> Press:
        """Somebody presses a button, also one that was there a moment ago; gives the press with its answer.

        Raises:
            WorldError: there never was such a button.
        """
        self.clock.advance(_ACT_TAKES)
        press = self.server.people.press(user, chat_id, message_id, data, is_stale=True)
        await self.server.wait_for(lambda: press.answer is not None, timeout=_PRESS_WITHIN_S)
        await self.settle()
        return press

    async def open_group(self) -> None:
        """The owner opens a group with everybody and adds the bot to it."""
        cast = self.cast
        self.clock.advance(_ACT_TAKES)
        members = (cast.owner, cast.manager, cast.stranger)
        self.server.world.add_group(GROUP_ID, GROUP, members=members, bot_status="left")
        self.server.people.add_bot(cast.owner, GROUP_ID)
        await self.settle()

    async def land(self, name: str, body: bytes) -> None:
        """An export lands in its folder, and the next poll reads it."""
        evening.land(self.inbox, name, body, now=self.now())
        await self.wait(timedelta(minutes=16))

    async def wait_until(self, at: datetime) -> None:
        """Let the clock go on to a moment, if that is still to come."""
        await self.wait(max(at - self.now(), timedelta(0)))

    async def look_around(self) -> None:
        """Do what is due now."""
        await self.service.work.step(but=_BESIDE)

    async def wait(self, duration: timedelta) -> None:
        """Let time pass. The last half minute comes by itself: what a card gains by growth may wait that long."""
        self.clock.advance(max(duration - _ACT_TAKES, timedelta(0)))
        await self.service.work.step(but=_BESIDE)
        self.clock.advance(_ACT_TAKES)
        await self.service.work.step(but=_BESIDE)

    async def until_read(self) -> None:
        """Wait until the texts have been read: on the stepped clock minutes have passed, on the machine's seconds."""
        await self.service.work.step(but=("upkeep",))

    async def settle(self) -> None:
        """Wait until the bot has taken in and answered what people did."""
        updates = self.server.world.updates
        await self.server.wait_for(lambda: updates.is_polled and not updates.pending, timeout=_PRESS_WITHIN_S)
        await self.service.work.settle(but=_BESIDE)

    def cards(self) -> list[Message]:
        """The incident cards in all chats: what the bot said with sound and has drawn buttons under."""
        return [
            message
            for chat_id in self.server.world.chats
            for message in self.server.sent(chat_id)
            if any(_is_card(version.keyboard) for version in message.versions)
        ]


def _is_card(keyboard: tuple[tuple[Mapping[str, object], ...], ...]) -> bool:
    data = {str(button.get("callback_data", ""))[:4] for row in keyboard for button in row}
    return {"ack:", "rev:"} <= data


@asynccontextmanager
async def open_stage(folder: Path, bodies: Mapping[str, bytes], language: Language) -> AsyncIterator[Stage]:
    """Start server and service over a folder for their data.

    Raises:
        StopError: the service cannot run.
    """
    clock = SteppedClock(evening.BEGINS)
    inbox = folder / "inbox"
    for name in evening.HISTORY:
        evening.land(inbox, name, bodies[name], now=clock.now())
    async with BotApiServer(token=TOKEN, now=clock.now) as server:
        world = server.world
        cast = Cast(
            owner=world.add_user(1001, "Petra", language_code=language),
            manager=world.add_user(1002, "Anna", language_code=language),
            stranger=world.add_user(1003, "Ben", language_code=language, has_started=False),
        )
        service = app.build(_settings(folder, server.base_url, language), clock)
        stage = Stage(service=service, server=server, clock=clock, cast=cast, inbox=inbox)
        try:
            await service.start()
            await stage.settle()
            yield stage
        finally:
            await service.stop()


def _settings(folder: Path, base_url: str, language: Language) -> settings.Settings:
    # A configured installation's environment must not turn the demo into that installation.
    for name in [name for name in os.environ if name.upper().startswith("REVIEWBOT_")]:
        del os.environ[name]
    sources = [
        {"id": key, "type": "folder", "path": f"inbox/{key}", "platform": key} for key in ("google", "tripadvisor")
    ]
    location = {"id": "marktplatz", "name": "Marktplatz", "time_zone": evening.ZONE.key, "languages": ["de", "en"]}
    tree = {
        "data_dir": "data",
        "telegram": {"token": TOKEN, "base_url": base_url},
        "businesses": [
            {"id": "linde", "name": "Café Linde", "language": language, "locations": [{**location, "sources": sources}]}
        ],
    }
    return settings.build(tree, source_types=registry.SETTINGS, folder=folder, name="the demo's configuration")
