"""`reviewbot settings`: what holds for each location, source and chat, and where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot import app
from bot.choices import OF_CHAT, OF_DUTY, OF_LOCATION, About, Choice, Origin
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import local, say, table
from bot.clock import SystemClock
from bot.store.delivery import routes
from bot.store.ingest import sources
from bot.store.people import alert_rules, chats, locations, people
from bot.store.people import settings as kept

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.choices import Chosen
    from bot.policy.escalation import Step
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
        for name in (*OF_LOCATION, *OF_DUTY):
            chosen = await kept.get(connection, About.LOCATION, location_id, name)
            rows.append((keys[location_id], name.value, chosen.value or "-", _from(chosen, place.zone)))
        steps = await alert_rules.steps_of(connection, location_id)
        chosen = await alert_rules.chosen_steps(connection, location_id)
        shown = ", ".join([await _step(connection, one) for one in steps]) or "-"
        rows.append((keys[location_id], "escalation", shown, _from(chosen, place.zone)))
    for row in await sources.active(connection):
        if row.paused_until is not None:
            place = places[row.location_id]
            chosen = await _paused(connection, row.source_id, row.location_id)
            until = local(row.paused_until, place.zone)
            rows.append((f"{keys[row.location_id]}/{row.key}", "paused until", until, _from(chosen, place.zone)))
    for chat in await chats.linked(connection):
        seen = await chats.linked_locations(connection, chat.chat_id)
        if seen:
            zone = places[seen[0]].zone
            quiet = (await alert_rules.quiet_of(connection, [chat.chat_id])).get(chat.chat_id)
            hours = "-" if quiet is None else f"{quiet.begins:%H:%M}-{quiet.ends:%H:%M}"
            origin = _from(await alert_rules.quiet_chosen(connection, chat.chat_id), zone)
            rows.append((f"chat {chat.title}", "quiet hours", hours, origin))
        for name in OF_CHAT if seen else ():
            chosen = await kept.get(connection, About.CHAT, chat.chat_id, name)
            rows.append((f"chat {chat.title}", name.value, chosen.value, _from(chosen, places[seen[0]].zone)))
    for route in await routes.every(connection):
        is_off = route.off_at is not None
        by = f"chat: {route.off_by or 'somebody'}" if is_off else "file"
        rows.append((f"route {route.business_key}/{route.key}", "switched", "off" if is_off else "on", by))
    return rows


async def _step(connection: Connection, step: Step) -> str:
    person = await people.by_id(connection, step.person_id)
    return f"{step.after.total_seconds() / 60:g} min {step.whom.value if person is None else person.name}"


async def _paused(connection: Connection, source_id: int, location_id: int) -> Chosen:
    found = [
        await kept.get(connection, About.SOURCE, source_id, Choice.PAUSED),
        await kept.get(connection, About.LOCATION, location_id, Choice.PAUSED),
    ]
    return max(found, key=lambda one: one.number)


def _from(chosen: Chosen, zone: ZoneInfo) -> str:
    if chosen.set_at is None:
        return _FROM.get(chosen.origin, "default")
    before = f", before: {chosen.was}" if chosen.was else ""
    return f"chat: {chosen.set_by or 'somebody'}, {local(chosen.set_at, zone)}{before}"
