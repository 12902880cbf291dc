"""`reviewbot people`: who is connected, and taking it back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, local, say, table
from bot.clock import SystemClock
from bot.model.people import Role
from bot.store.people import locations
from bot.store.people import people as stored

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.db.engine import Store
    from bot.store.people.people import Member


class _Action(StrEnum):
    LIST = "list"


def people(
    action: Annotated[_Action, typer.Argument(help="Show everybody (this is also what happens without it).")] = (
        _Action.LIST
    ),
    config: ConfigFile = DEFAULT_CONFIG,
    revoke: Annotated[int | None, typer.Option(metavar="ID", help="Take every role from the person with this ID.")] = (
        None
    ),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before revoking.")] = False,
) -> None:
    """Show everybody who is connected to the bot, or take the connection back with --revoke.

    It takes effect at once, also while the service is running.
    """
    assert action is _Action.LIST
    settings = begin(config, quiet=True)
    if revoke is None:
        finish(_list(settings))
    else:
        finish(_revoke(settings, revoke, is_sure=yes))


async def _list(settings: Settings) -> None:

    async with app.opened(settings, SystemClock()) as (store, _):
        rows = [await _row(store, member) for member in await _members(store)]
    if not rows:
        say("Nobody is connected yet, so alerts reach nobody. `reviewbot pair` makes a link for the first owner.")
        return
    table(("ID", "NAME", "ROLE", "PLACE", "SINCE"), rows)


async def _members(store: Store) -> list[Member]:

    async with store.read() as connection:
        return await stored.members(connection)


async def _row(store: Store, member: Member) -> tuple[str, str, str, str, str]:

    async with store.read() as connection:
        if member.grant.location_id is not None:
            place = await locations.find(connection, member.grant.location_id)
            where, zone = f"{place.name} ({place.business_name})", place.zone
        else:
            its = [p for p in await locations.all_active(connection) if p.business_id == member.grant.business_id]
            where = its[0].business_name if its else "a business that is not configured any more"
            zone = its[0].zone if its else ZoneInfo("UTC")
    since = local(member.granted_at, zone)
    return str(member.person.person_id), member.person.name, member.grant.role.value, where, since


async def _revoke(settings: Settings, person_id: int, *, is_sure: bool) -> None:

    clock = SystemClock()
    async with app.opened(settings, clock) as (store, _):
        members = await _members(store)
        theirs = [member for member in members if member.person.person_id == person_id]
        if not theirs:
            raise typer.BadParameter(
                f"nobody with the ID {person_id} is connected; `reviewbot people` shows the IDs", param_hint="--revoke"
            )
        name = clean(theirs[0].person.name)
        roles = ", ".join(member.grant.role.value for member in theirs)
        if not is_sure:
            typer.confirm(f"Take from {name} every role ({roles})?", abort=True)
        async with store.write() as connection:
            taken = await stored.revoke(connection, person_id, now=clock.now())
    say(f"{name} has no access any more ({count(taken, 'role')} taken, private chat unlinked).")
    owners = {m.person.person_id for m in members if m.grant.role is Role.OWNER} - {person_id}
    if not owners:
        say("Nobody is an owner now; `reviewbot pair` makes a link for one.")
