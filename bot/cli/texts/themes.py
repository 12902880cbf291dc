"""`reviewbot themes`: what satisfied guests have begun to say, and how often each theme is mentioned."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, local, say, table
from bot.clock import SystemClock
from bot.incidents.slow_burn import LEAST_EARLIER, LEAST_REVIEWS
from bot.score.packs import pack_of
from bot.stages.analyse import emerging_themes
from bot.stages.analyse.packs import read_packs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.incidents.slow_burn import Statement
    from bot.incidents.statements import EmergingThemes
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.store.people.locations import Place

_QUOTE_LIMIT = 130


def themes(
    location: Annotated[
        str | None, typer.Argument(metavar="[LOCATION]", help="One location's id; otherwise all of them.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="How many weeks are compared with what was before.")] = 6,
) -> None:
    """Show what 3-5 star reviews have begun to say: no star alarm sees it.

    The last weeks are compared with the reviews before them. A theme or phrase is named when it is said more often
    than before, with at most 5 % wrong discoveries; otherwise the table says how often each theme is mentioned.
    """
    from bot.cli.terminal import choose

    settings = begin(Path(config), quiet=True)
    if location is None:
        chosen = [(business, one) for business in settings.businesses for one in business.locations]
    else:
        chosen = [choose.location(settings, location)]
    finish(_show(settings, chosen, weeks))


async def _show(settings: Settings, chosen: list[tuple[BusinessSettings, LocationSettings]], weeks: int) -> None:
    from bot.cli.terminal import choose

    clock = SystemClock()
    packs = read_packs(settings)
    async with app.opened(settings, clock) as (store, _), store.read() as connection:
        for number, (business, one) in enumerate(chosen):
            place = await choose.stored(connection, business, one)
            choice = packs[business.name, one.id]
            heard = await emerging_themes.find(connection, place.location_id, choice, now=clock.now(), weeks=weeks)
            if number:
                say()
            _print(heard, place, pack_of(choice).labels, weeks)


def _print(heard: EmergingThemes, place: Place, labels: Mapping[str, Mapping[str, str]], weeks: int) -> None:
    burn = heard.burn
    reviews = count(burn.reviews, "review")
    say(f"{place.name} ({place.business_name}): {reviews} of 3-5 stars with text in {count(weeks, 'week')}, "
        f"{burn.earlier:,} before")  # fmt: skip
    if not burn.is_compared:
        say(f"Too few to compare: it needs {LEAST_REVIEWS} lately and {LEAST_EARLIER} before.")
    elif not burn.themes and not burn.phrases:
        say("No slow burn: nothing is said more often than before.")
    for one in burn.themes:
        _statement(f"slow burn: {labels[one.what]['en']}", one, heard, place)
    for one in burn.phrases:
        _statement(f'slow burn: "{clean(heard.spelling.get(one.what, one.what), 60)}"', one, heard, place)
    named = {one.what for one in burn.themes}
    rows = [
        (
            labels[one.what]["en"],
            f"{one.count} of {one.of}",
            f"{one.usual} of {one.usual_of}",
            f"{one.chance:.2g}",
            "more than before" if one.what in named else "",
        )
        for one in burn.table
    ]
    if rows:
        say()
        table(("THEME", "LATELY", "BEFORE", "CHANCE", ""), rows)


def _statement(head: str, one: Statement, heard: EmergingThemes, place: Place) -> None:
    say(f"{head} in {one.count} of {one.of}, before in {one.usual} of {one.usual_of}")
    for quote in (*heard.themes, *heard.phrases):
        if quote.what == one.what:
            rating = f"{quote.review.rating.value:g}/{quote.review.rating.best:g}" if quote.review.rating else ""
            where = f"{clean(quote.review.source_name, 40)} {rating}, {local(quote.review.low_at, place.zone)}"
            say(f'  "{clean(quote.text, _QUOTE_LIMIT)}" ({where})')
