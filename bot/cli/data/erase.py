"""`reviewbot erase`: words that are older than a day, or single reviews."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.data import guest
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import count, say
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings


def erase(
    config: ConfigFile = DEFAULT_CONFIG,
    review: Annotated[
        list[int] | None, typer.Option("--review", metavar="N", help="This review; may be given more than once.")
    ] = None,
    before: Annotated[
        datetime | None,
        typer.Option("--before", formats=["%Y-%m-%d"], metavar="DAY", help="The words of reviews published before."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before erasing.")] = False,
) -> None:
    """Erase single reviews, as `guest erase` does, or the words of everything before a day; stars and figures stay."""
    if (review is None) == (before is None):
        raise typer.BadParameter("give either --review or --before")
    if review is not None:
        guest.erase(review, config, yes)
        return
    assert before is not None
    settings = begin(config, quiet=True)
    if not yes:
        typer.confirm(f"Erase the words of every review before {before:%Y-%m-%d}? It cannot be undone.", abort=True)
    number = finish(_before(settings, before.replace(tzinfo=UTC)))
    say(f"The words of {count(number, 'review')} are erased; stars, platform and hour stay.")
    say("The bytes that they came in go within `keep_days` (docs/privacy.md), older backups within their number.")


async def _before(settings: Settings, before: datetime) -> int:
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
