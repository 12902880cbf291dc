"""Step 4 of the set-up: pair the owner's phone and send a test alert until it is confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot import app
from bot.cli.firstrun.spoken import spoken
from bot.cli.terminal.setup import finish
from bot.cli.terminal.show import say
from bot.clock import SystemClock
from bot.i18n import catalogue
from bot.model.people import Grant, Role
from bot.stages.notify import enqueue
from bot.store.delivery import service_status
from bot.store.people import chats, locations
from bot.telegram.inbound.people import membership

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.db.engine import Store

_LOOK_EVERY_S = 0.5


def connect(settings: Settings) -> None:
    """Show the pairing link until it is opened, then repeat the test alert until it is confirmed."""
    finish(_connect(settings))


async def _connect(settings: Settings) -> None:

    service = app.build(settings, SystemClock())
    try:
        await service.start()
        store = service.parts.store
        if not await _owner_chats(store):
            await _pair(settings, store)
        if await _is_heard(store):
            say(spoken("heard_before"))
            return
        await _ring(store)
        service.work.nudge("deliver")
        labels = " / ".join(f"“{catalogue.load(language)['button.tok']}”" for language in catalogue.languages())
        say(spoken("ring", labels=labels))
        say(spoken("go_on"))
        await _until(lambda: _is_heard(store))
        say(spoken("heard"))
    finally:
        await service.stop()


async def _pair(settings: Settings, store: Store) -> None:
    import segno

    async with store.write() as connection:
        name = (await service_status.read(connection)).bot_username
        business_id = await locations.business_id(connection, settings.businesses[0].id)
        assert business_id is not None
        link = await membership.make_link(
            connection,
            bot_username=name,
            grant=Grant(Role.OWNER, business_id),
            now=SystemClock().now(),
            kind="person",
            parameter="start",
        )
    say(spoken("scan") + "\n")
    segno.make(link, error="l").terminal(compact=True)
    say(f"\n    {link}\n")
    say(spoken("go_on"))
    await _until(lambda: _owner_chats(store))
    say(spoken("connected"))


async def _ring(store: Store) -> None:

    async with store.write() as connection:
        await enqueue.test_alert(connection, await _owner_chats(store), now=SystemClock().now())


async def _owner_chats(store: Store) -> list[int]:

    async with store.read() as connection:
        found = {
            chat.chat_id
            for place in await locations.all_active(connection)
            for chat in await chats.of_owners(connection, business_id=place.business_id)
        }
    return sorted(found)


async def _is_heard(store: Store) -> bool:

    chat_ids = await _owner_chats(store)
    async with store.read() as connection:
        return await chats.has_heard(connection, chat_ids)


async def _until(condition: Callable[[], Awaitable[object]]) -> None:
    # The answer comes through the database, which rings no bell.
    while not await condition():  # noqa: ASYNC110
        await asyncio.sleep(_LOOK_EVERY_S)
