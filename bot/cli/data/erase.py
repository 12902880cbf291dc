"""`reviewbot erase`: single reviews, a whole place or business, or words that are older than a day."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.data import erasing, guest
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import count, say
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.people.locations import NamedPlace


def erase(
    config: ConfigFile = DEFAULT_CONFIG,
    review: Annotated[
        list[int] | None, typer.Option("--review", metavar="N", help="This review; may be given more than once.")
    ] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="PLACE", help="Every review of a place, as `check` names it.")
    ] = None,
    business: Annotated[
        str | None, typer.Option("--business", metavar="ID", help="Every review of all places of a business.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option("--before", formats=["%Y-%m-%d"], metavar="DAY", help="The words of reviews published before."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase reviews as `guest erase` does, single ones or all of a place, or the words of everything before a day.

    Stars and figures stay, so that counts stay true. Reviews that come later are kept again: to end that, take the
    place out of the configuration.
    """
    if sum(one is not None for one in (review, location, business, before)) != 1:
        raise typer.BadParameter("give one of --review, --location, --business and --before")
    if review is not None:
        guest.erase(review, config, yes)
    elif before is not None:
        _before(config, before.replace(tzinfo=UTC), is_sure=yes)
    else:
        _places(config, location or "", business or "", is_sure=yes)


def _places(config: ConfigFile, location: str, business: str, *, is_sure: bool) -> None:
    from bot.stages.ops import erase as stage

    settings = begin(config, quiet=True)
    wanted = finish(_named(settings, location, business))
    names = ", ".join(place.name for place in wanted)
    if not wanted:
        say(f"There is no {'place' if location else 'business'} {location or business!r} here; nothing was erased.")
        raise typer.Exit(EXIT_FAILED)
    if location and len(wanted) > 1:
        say(f"{location!r} is in several businesses: give one of {names}. Nothing was erased.")
        raise typer.Exit(EXIT_FAILED)
    if not is_sure:
        typer.confirm(f"Erase every review of {names} for good? It cannot be undone.", abort=True)
    clock, by = SystemClock(), getpass.getuser()
    done = finish(
        erasing.carried_out(
            settings,
            clock,
            lambda store: stage.begin_places(store, wanted, by=by, now=clock.now()),
            lambda one: one.scope.get("places") == [place.name for place in wanted],
        )
    )
    if done is None:
        say(f"There is no review of {names} that was not erased before.")
        raise typer.Exit(EXIT_FAILED)
    erasing.show_receipt(*done)


async def _named(settings: Settings, location: str, business: str) -> list[NamedPlace]:
    from bot import app
    from bot.store.people import locations

    async with app.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        return await locations.named(connection, business=business, location=location)


def _before(config: ConfigFile, before: datetime, *, is_sure: bool) -> None:
    settings = begin(config, quiet=True)
    if not is_sure:
        typer.confirm(f"Erase the words of every review before {before:%Y-%m-%d}? It cannot be undone.", abort=True)
    number = finish(_aged(settings, before))
    say(f"The words of {count(number, 'review')} are erased; stars, platform and hour stay.")
    say("The bytes that they came in go within `keep_days` (docs/privacy.md), older backups within their number.")


async def _aged(settings: Settings, before: datetime) -> int:
    from bot import app
    from bot.stages.ops import retention
    from bot.store.people import locations

    clock = SystemClock()
    total = 0
    async with app.opened(settings, clock) as (store, _):
        async with store.read() as connection:
            businesses = [business_id for business_id, _ in await locations.ids_by_business(connection)]
        for business_id in businesses:
            while number := await retention.let_age(store, business_id, before, now=clock.now()):
                total += number
    return total
