"""`reviewbot replay`: the incidents that the owner's own history would have raised."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, fail
from bot.cli.show import clean, count, local, progress, say
from bot.clock import SystemClock
from bot.errors import ReviewBotError
from bot.settings import Language

if TYPE_CHECKING:
    from bot.incidents.replay import PastIncident
    from bot.reports.backtest import Backtest
    from bot.settings import LocationSettings
    from bot.sources.folder import FolderSettings
    from bot.stages.past import Past

_QUOTES = 3
_QUOTE_LIMIT = 100


def replay(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="An export: CSV, XLSX, JSON, Takeout, zip.")
    ],
    config: ConfigFile = DEFAULT_CONFIG,
    location: Annotated[
        str | None, typer.Option(metavar="KEY", help="With this location's rule and time zone; else no configuration.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="KEY", help="With the settings of this folder source of the location.")
    ] = None,
    low_reviews: Annotated[
        int | None, typer.Option(min=1, max=1000, help="An incident opens at so many low reviews. [default: 3]")
    ] = None,
    within_hours: Annotated[
        float | None, typer.Option(min=0.01, max=24 * 28, help="... within so many hours. [default: 24]")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Of times without one. [default: Europe/Berlin]", show_default=False)
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Also write a page with a picture, for a browser."),
    ] = None,
    language: Annotated[
        Language | None, typer.Option(help="Of the page. [default: the business's, else en]", show_default=False)
    ] = None,
) -> None:
    """Show which incidents a file's reviews would have raised, had the bot watched from the first one on.

    Nothing is stored. Try other rules with --low-reviews and --within-hours.
    """
    from datetime import timedelta

    from bot.detect.fixed_rule import FixedRule
    from bot.settings import AlarmSettings
    from bot.stages.backtest import backtest_of
    from bot.stages.past import look_back

    one, folder, spoken = _configured(config, location, source)
    alarm = one.alarm if one is not None else AlarmSettings()
    zone = _zone(time_zone or (one.time_zone if one is not None else "Europe/Berlin"))
    rule = FixedRule(
        low_reviews=low_reviews or alarm.low_reviews, window=timedelta(hours=within_hours or alarm.within_hours)
    )
    try:
        with progress(f"Replaying {file.name}", 1) as advance:
            past = look_back(
                file.name,
                file.read_bytes(),
                zone=zone,
                settings=folder,
                detector=rule,
                until=SystemClock().now(),
            )
            advance(1)
    except ReviewBotError as error:
        fail(error)
    except OSError as error:
        say(f"{file} cannot be opened: {error.strerror}")
        raise typer.Exit(EXIT_FAILED) from error
    for number, incident in enumerate(past.incidents, start=1):
        _show(number, incident, past, zone)
    _summary(past, rule, zone)
    if html is not None:
        _write(
            html, backtest_of(past, place=one.name if one is not None else "", zone=zone, rule=rule), language or spoken
        )


def _configured(
    config: Path, location: str | None, source: str | None
) -> tuple[LocationSettings | None, FolderSettings | None, Language]:
    if location is None:
        if source is not None:
            raise typer.BadParameter("name the location too", param_hint="--source")
        return None, None, "en"
    from bot.cli import choose

    business, one = choose.location(begin(config, quiet=True), location)
    return one, None if source is None else choose.folder(one, source), business.language


def _write(path: Path, backtest: Backtest, language: Language) -> None:
    from bot.reports.page import page

    with progress(f"Drawing {path.name}", 1) as advance:
        text = page(backtest, language, made_at=SystemClock().now())
        advance(1)
    half = path.with_name(f".{path.name}.part")
    try:
        # Guests' words are nobody else's business.
        half.unlink(missing_ok=True)
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as handle:
            handle.write(text)
        half.replace(path)
    except OSError as error:
        say(f"{path} cannot be written: {error.strerror}")
        raise typer.Exit(EXIT_FAILED) from error
    say(f"{path}: open it in a browser.")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        raise typer.BadParameter(
            f"{name!r} is not one; write it like Europe/Berlin", param_hint="--time-zone"
        ) from error


def _show(number: int, incident: PastIncident, past: Past, zone: ZoneInfo) -> None:
    ended = f"ended by quiet {local(incident.ended_at, zone)}" if incident.ended_at is not None else "still open"
    again = f", went on again {count(incident.reopened, 'time')}" if incident.reopened else ""
    usual = (
        f"usual before: {incident.usual_per_day:.2f} a day"
        if incident.usual_per_day is not None
        else "usual before: not known yet"
    )
    say(f"#{number}  opened {local(incident.opened_at, zone)}, {ended}{again}")
    say(f"    {count(incident.count, 'low review')}, {usual}")
    shown = [past.reviews[place] for place in incident.review_ids if past.reviews[place].text][:_QUOTES]
    for review in shown:
        rating = f"{review.rating.value:g}/{review.rating.best:g} " if review.rating is not None else ""
        say(f'    {local(review.published_at, zone)}  {rating}"{clean(review.text, _QUOTE_LIMIT)}"')
    say()


def _summary(past: Past, rule: object, zone: ZoneInfo) -> None:
    from bot.detect.fixed_rule import FixedRule

    assert isinstance(rule, FixedRule)
    low = sum(review.is_low for review in past.reviews)
    what = f"{count(len(past.incidents), 'incident')} from {count(len(past.reviews), 'review')}, {low:,} of them low"
    if past.reviews:
        first, last = past.reviews[0].published_at, past.reviews[-1].published_at
        what += f", from {local(first, zone)} to {local(last, zone)} ({zone.key})"
    hours = rule.window.total_seconds() / 3600
    say(f"{what}. Rule: {rule.low_reviews} low reviews within {hours:g} hours.")
    if past.problems:
        first_problem = past.problems[0]
        line = f", line {first_problem.line}" if first_problem.line is not None else ""
        rows = count(len(past.problems), "row was", "rows were")
        say(f"{rows} skipped, the first: {first_problem.name}{line}: {first_problem.reason}")
