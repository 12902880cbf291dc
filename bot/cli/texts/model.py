"""`reviewbot model`: what was learned from the business's own reviews, or what is missing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from babel import Locale, UnknownLocaleError

from bot import app
from bot.cli.terminal import choose
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import count, local, say, table
from bot.clock import SystemClock
from bot.stages.analyse.learn import FIRST_AT
from bot.store.learning import models
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.db.engine import Connection
    from bot.store.learning.models import Stored
    from bot.store.people.locations import Place

_OLD = {"en": "VADER", "de": "the lexicon"}


def model(
    location: Annotated[
        str | None, typer.Argument(metavar="[LOCATION]", help="Only the business of this location.")
    ] = (None),
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """Show what was learned from each business's own reviews: how texts of a language are scored, how well, since when.

    AUC is how often a review with 4-5 stars scores above one with 1-2 stars (1 is always, 0.5 is chance), measured on
    reviews that were held out. Without a location every business is shown.
    """
    settings = begin(config, quiet=True)
    key = None
    if location is not None:
        its, one = choose.location(settings, location)
        key = f"{its.id}/{one.id}"
    finish(_show(settings, key))


async def _show(settings: Settings, key: str | None) -> None:

    async with app.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        shown = await (locations.all_active(connection) if key is None else locations.find_by_key(connection, key))
        for index, place in enumerate({place.business_id: place for place in shown}.values()):
            if index:
                say()
            await _show_business(connection, place)


async def _show_business(connection: Connection, place: Place) -> None:

    stored = [one for one in await models.of_business(connection, place.business_id) if one.language]
    now = await models.count_teaching(connection, place.business_id)
    say(f"{place.business_name}: {count(now, 'review')} with text and 1-2 or 4-5 stars")
    if stored:
        headers = ("LANGUAGE", "LOW", "HIGH", "SCORED BY", "AUC", "AUC BEFORE", "SINCE", "WHAT IS MISSING")
        table(headers, [_row(one, place) for one in stored])
    elif now < FIRST_AT:
        say(f"Nothing is learned yet: it needs {count(FIRST_AT - now, 'more review')}.")
    else:
        say("Nothing is learned yet. The running service learns within ten minutes after the reviews were read.")


def _row(one: Stored, place: Place) -> tuple[str, ...]:
    facts = one.facts
    old = _OLD.get(one.language, "nothing")
    by = "its own reviews" if one.is_used else old
    since = local(one.since, place.zone) if one.since is not None else "-"
    counts = (f"{facts['low']:,}", f"{facts['high']:,}")
    return (
        _name(one.language),
        *counts,
        by,
        _figure(facts.get("learned")),
        _figure(facts.get("before")),
        since,
        _missing(one),
    )


def _name(language: str) -> str:

    try:
        return Locale.parse(language).english_name or language
    except (UnknownLocaleError, ValueError):
        return language


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _missing(one: Stored) -> str:
    if one.is_used:
        return "-"
    wanted = [
        f"{one.facts[key]} more {kind} reviews"
        for key, kind in (("missing_low", "low"), ("missing_high", "high"))
        if one.facts.get(key)
    ]
    if wanted:
        return "needs " + " and ".join(wanted)
    return "not yet proven better than " + (_OLD.get(one.language) or "chance") + "; more reviews help"
