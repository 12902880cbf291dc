"""`reviewbot settings`: what holds for each location, source and chat, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import app
from bot.choices import OF_CHAT, OF_LOCATION, About, Choice, Origin
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import local, say, table
from bot.clock import SystemClock
from bot.store.ingest import sources
from bot.store.people import chats, locations
from bot.store.people import settings as kept

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.choices import Chosen
    from bot.settings import Settings
    from bot.store.db.engine import Connection

_FROM: Final = {Origin.FILE: "file", Origin.DEFAULT: "default"}


def settings(config: ConfigFile = DEFAULT_CONFIG) -> None:
    """Show what holds for each location, source and chat, and whether the chat, the file or nobody has said so.

    What is chosen in the chat (/menu) comes before what the file says; the file comes before what is delivered.
    """
    finish(_show(begin(config, quiet=True)))


async def _show(settings: Settings) -> None:
    clock = SystemClock()
    async with app.opened(settings, clock) as (store, _), store.read() as connection:
        rows = await _rows(connection)
    table(("OF", "SETTING", "VALUE", "FROM"), rows)
    say("Change them in the chat: /menu. What the file says of each is in docs/configuration.md.")


async def _rows(connection: Connection) -> list[tuple[str, str, str, str]]:
    keys = await locations.keys(connection)
    places = {place.location_id: place for place in await locations.all_active(connection)}
    rows = []
    for location_id, place in places.items():
        for name in OF_LOCATION:
            chosen = await kept.get(connection, About.LOCATION, location_id, name)
            rows.append((keys[location_id], name.value, chosen.value, _from(chosen, place.zone)))
    for row in await sources.active(connection):
        if row.paused_until is not None:
            place = places[row.location_id]
            chosen = await _paused(connection, row.source_id, row.location_id)
            until = local(row.paused_until, place.zone)
            rows.append((f"{keys[row.location_id]}/{row.key}", "paused until", until, _from(chosen, place.zone)))
    for chat in await chats.linked(connection):
        seen = await chats.linked_locations(connection, chat.chat_id)
        for name in OF_CHAT if seen else ():
            chosen = await kept.get(connection, About.CHAT, chat.chat_id, name)
            rows.append((f"chat {chat.title}", name.value, chosen.value, _from(chosen, places[seen[0]].zone)))
    return rows


async def _paused(connection: Connection, source_id: int, location_id: int) -> Chosen:
    found = [
        await kept.get(connection, About.SOURCE, source_id, Choice.PAUSED),
        await kept.get(connection, About.LOCATION, location_id, Choice.PAUSED),
    ]
    return max(found, key=lambda one: one.number)


def _from(chosen: Chosen, zone: ZoneInfo) -> str:
    if chosen.set_at is None:
        return _FROM.get(chosen.origin, "default")
    return f"chat: {chosen.set_by or 'somebody'}, {local(chosen.set_at, zone)}, before: {chosen.was or '-'}"
