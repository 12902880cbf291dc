"""`reviewbot pair`: an invitation for a person or a group."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import say
from bot.clock import SystemClock
from bot.model.people import Grant, Role
from bot.store.delivery import service_status
from bot.store.people import locations
from bot.telegram.inbound.people import membership
from bot.telegram.outbound import account

if TYPE_CHECKING:
    from bot.settings import BusinessSettings, LocationSettings, Settings


class _Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"


def pair(
    config: ConfigFile = DEFAULT_CONFIG,
    role: Annotated[_Role, typer.Option(help="What the person may do: an owner also invites and connects.")] = (
        _Role.OWNER
    ),
    business: Annotated[
        str | None, typer.Option(metavar="KEY", help="Which business; not needed with one only.")
    ] = None,
    location: Annotated[
        str | None, typer.Option(metavar="KEY", help="For one location only; else all of the business.")
    ] = None,
    group: Annotated[bool, typer.Option("--group", help="Connect a Telegram group instead of a person.")] = False,
) -> None:
    """Make a link that connects one person (or a group) to the bot. It works once, for 24 hours.

    The service may be running; without it the link works as soon as it runs.
    """
    from bot.cli.terminal import choose

    settings = begin(config, quiet=True)
    if location is not None:
        key = f"{business}/{location}" if business is not None and "/" not in location else location
        its, one = choose.location(settings, key)
    else:
        its, one = choose.business(settings, business), None
    place = its.name if one is None else f"{one.name} ({its.name})"
    link = finish(_link(settings, its, one, role=role, group=group))
    say(f"\n    {link}\n")
    if group:
        say(f"Open it as an owner of {place}, choose the group, and answer the bot's question there.")
        say("In a group with topics: open the topic first and write /start in it, so that alerts go there.")
    else:
        say(f"It makes whoever opens it first {_who(role)} of {place}. Send it to that person only.")
        say('They open it on the phone, press "Start", and the bot says what comes next.')
    say("It works once, within the next 24 hours, while `reviewbot run` is running.")


def _who(role: _Role) -> str:
    return "an owner" if role is _Role.OWNER else "a manager"


async def _link(
    settings: Settings, its: BusinessSettings, one: LocationSettings | None, *, role: _Role, group: bool
) -> str:
    from bot.cli.terminal import choose

    clock = SystemClock()
    async with app.opened(settings, clock) as (store, _):
        async with store.read() as connection:
            name = (await service_status.read(connection)).bot_username
        if not name:
            token = settings.telegram.token.get_secret_value()
            name = await account.username(token, settings.telegram.base_url)
        async with store.write() as connection:
            business_id = await locations.business_id(connection, its.id)
            assert business_id is not None, "the database was just brought in line with the configuration"
            location_id = None
            if one is not None:
                location_id = (await choose.stored(connection, its, one)).location_id
            grant = Grant(Role.OWNER if group else Role(role.value), business_id, location_id)
            return await membership.make_link(
                connection, bot_username=name, grant=grant, now=clock.now(), **_kind(group)
            )


def _kind(group: bool) -> dict[str, Any]:
    return {"kind": "group", "parameter": "startgroup"} if group else {"kind": "person", "parameter": "start"}
