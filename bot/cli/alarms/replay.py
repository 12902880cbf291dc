"""`reviewbot replay`: the incidents that the owner's own history would have raised."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, fail
from bot.cli.terminal.show import Advance, clean, count, local, progress, say
from bot.clock import SystemClock
from bot.configured.alerting import AlarmSettings
from bot.detect.fixed_rule import FixedRule
from bot.detect.types import Tuning
from bot.errors import ReviewBotError
from bot.i18n.speech import Plain
from bot.messages.text.fragments import odds
from bot.model.silence import Reason
from bot.settings import Language
from bot.sources.files.sandbox import understand
from bot.stages.replay.backtest import backtest_of
from bot.stages.replay.replay_export import look_back
from bot.stages.watch.feed_detector import rule_of
from bot.store.ingest import uploads
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.detect.late import LateCluster
    from bot.detect.types import OwnerRule
    from bot.incidents.replay import PastIncident
    from bot.reports.backtest import Backtest
    from bot.settings import LocationSettings
    from bot.sources.files.folder import FolderSettings
    from bot.stages.replay.replay_export import Past

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
        int | None, typer.Option(min=1, max=1000, help="Also alarm whenever there are so many low reviews ...")
    ] = None,
    within_hours: Annotated[float | None, typer.Option(min=0.01, max=240, help="... within so many hours.")] = None,
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

    Nothing is stored. Try a rule of your own beside the place's rhythm with --low-reviews and --within-hours.
    """

    one, folder, spoken = _configured(config, location, source)
    answers = asyncio.run(_remembered(config)) if one is not None else {}
    alarm = one.alarm if one is not None else AlarmSettings()
    zone = _zone(time_zone or (one.time_zone if one is not None else "Europe/Berlin"))
    if low_reviews is not None or within_hours is not None:
        alarm = AlarmSettings(low_reviews=low_reviews, within_hours=within_hours)
    try:
        body = file.read_bytes()
        answers = _asked(file.name, body, zone, folder, answers)
        with progress(f"Replaying {file.name}", 0) as advance:

            def begins(reviews: int) -> Advance:
                advance(0, reviews)
                return advance

            past = look_back(
                file.name,
                body,
                zone=zone,
                settings=folder,
                answers=answers,
                tuning=Tuning(rule=rule_of(alarm)),
                until=SystemClock().now(),
                begins=begins,
            )
    except ReviewBotError as error:
        fail(error)
    except OSError as error:
        say(f"{file} cannot be opened: {error.strerror}")
        raise typer.Exit(EXIT_FAILED) from error
    for number, incident in enumerate(past.incidents, start=1):
        _show(number, incident, past, zone)
    for cluster in past.silent:
        _show_silent(cluster, zone)
    _summary(past, rule_of(alarm), zone)
    if html is not None:
        shown = backtest_of(past, place=one.name if one is not None else "", zone=zone, fixed=FixedRule())
        _write(html, shown, language or spoken)


def _asked(
    name: str, body: bytes, zone: ZoneInfo, folder: FolderSettings | None, remembered: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """What was answered, and what is answered now, where this is a terminal."""
    from bot.cli.exports.answering import answer

    answers = dict(remembered)
    while asks := understand(name, body, zone=zone, settings=folder, answers=answers).asks:
        mapping = answer(asks[0], name)
        if mapping is None:
            break
        answers[asks[0].key] = mapping
    return answers


async def _remembered(config: Path) -> dict[str, Mapping[str, Any]]:
    """What was answered about tables in setup, the chat or the terminal."""

    async with app.opened(begin(config, quiet=True), SystemClock()) as (store, _), store.read() as connection:
        found: dict[str, Mapping[str, Any]] = {}
        for place in await locations.all_active(connection):
            found |= await uploads.maps(connection, place.business_id)
        return found


def _configured(
    config: Path, location: str | None, source: str | None
) -> tuple[LocationSettings | None, FolderSettings | None, Language]:
    if location is None:
        if source is not None:
            raise typer.BadParameter("name the location too", param_hint="--source")
        return None, None, "en"
    from bot.cli.terminal import choose

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
    ended = f"ended {local(incident.ended_at, zone)}" if incident.ended_at is not None else "still open"
    again = f", went on again {count(incident.reopened, 'time')}" if incident.reopened else ""
    say(f"#{number}  opened {local(incident.opened_at, zone)}, {ended}{again}")
    say(f"    {count(incident.count, 'low review')} in all. {_sentence(incident, zone)}")
    shown = [past.reviews[place] for place in incident.review_ids if past.reviews[place].text][:_QUOTES]
    for review in shown:
        rating = f"{review.rating.value:g}/{review.rating.best:g} " if review.rating is not None else ""
        say(f'    {local(review.published_at, zone)}  {rating}"{clean(review.text, _QUOTE_LIMIT)}"')
    say()


def _show_silent(cluster: LateCluster, zone: ZoneInfo) -> None:
    since, until = (local(datetime.fromtimestamp(at, UTC), zone) for at in (cluster.since, cluster.until))
    what = f"{count(cluster.n, 'low review')} from {since} to {until}"
    if cluster.reason is Reason.UNSURE:
        what += "; too little was known of the place for an alarm"
    if cluster.first_reviews:
        what += f", of the first {cluster.first_reviews} of a new place"
    say(f"Told without sound: {what}.\n")


def _sentence(incident: PastIncident, zone: ZoneInfo) -> str:
    """What the card would have said: 7 in 6 h; usual here: about 1 a day. By chance alone: about once in 3 years."""

    words = Plain("en", zone)
    usual = incident.usual_per_day
    known = f"; {words.say('card.usual', usual=words.usual(usual))}" if usual is not None else ""
    window = words.about(timedelta(hours=incident.window_h))
    return f"{incident.n} within {window}{known}. {odds(incident.evidence, words)}."


def _summary(past: Past, rule: OwnerRule, zone: ZoneInfo) -> None:
    low = sum(review.is_low for review in past.reviews)
    what = f"{count(len(past.incidents), 'incident')} from {count(len(past.reviews), 'review')}, {low:,} of them low"
    if past.reviews:
        first, last = past.reviews[0].published_at, past.reviews[-1].published_at
        what += f", from {local(first, zone)} to {local(last, zone)} ({zone.key})"
    say(f"{what}.")
    if not rule.is_floor:
        say(f"Your own rule: always at {rule.low_reviews} low reviews within {rule.hours:g} hours.")
    say(f"The fixed rule 3 in 24 h would have alarmed {count(len(past.fixed), 'time')}.")
    if past.problems:
        first_problem = past.problems[0]
        line = f", line {first_problem.line}" if first_problem.line is not None else ""
        rows = count(len(past.problems), "row was", "rows were")
        say(f"{rows} skipped, the first: {first_problem.name}{line}: {first_problem.reason}")
