"""`reviewbot incidents`: what happened, and who did what when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, local, say, span, table
from bot.clock import SystemClock
from bot.messages.text import fragments
from bot.messages.text.formatting import Words
from bot.messages.text.message import plain_text
from bot.store.incidents import incidents as stored
from bot.store.incidents import timeline
from bot.store.people import locations, people
from bot.store.reviews import review_views

if TYPE_CHECKING:
    from bot.model.incident import CardReview, Evidence, Incident
    from bot.settings import Settings
    from bot.store.db.engine import Connection
    from bot.store.incidents.timeline import Moved
    from bot.store.people.locations import Place

_TEXT_LIMIT = 200


def incidents(
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="One incident, with everything about it.")] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many of the newest to list.")] = 20,
) -> None:
    """List the newest incidents, or show one with every move made on it and its reviews."""
    settings = begin(config, quiet=True)
    if number is None:
        finish(_list(settings, limit))
    elif not finish(_show(settings, number)):
        say(f"There is no incident #{number}; `reviewbot incidents` lists them.")
        raise typer.Exit(EXIT_FAILED)


async def _list(settings: Settings, limit: int) -> None:

    rows = []
    clock = SystemClock()
    async with app.opened(settings, clock) as (store, _), store.read() as connection:
        for incident in await stored.recent(connection, limit):
            place = await locations.find(connection, incident.location_id)
            reviews = await review_views.members(connection, incident.incident_id)
            rows.append(
                (
                    f"#{incident.incident_id}",
                    local(incident.opened_at, place.zone),
                    place.name,
                    await _state(connection, incident, place),
                    incident.severity.value,
                    str(len(reviews)),
                    span(await timeline.open_for(connection, incident, now=clock.now())),
                )
            )
    if not rows:
        say("There has been no incident yet.")
        return
    table(("NO", "OPENED", "PLACE", "STATE", "SEVERITY", "LOW REVIEWS", "OPEN FOR"), rows)


async def _state(connection: Connection, incident: Incident, place: Place) -> str:
    text = incident.state.value
    if incident.holder_id is not None and not incident.state.is_over:
        text += f" by {await _name(connection, incident.holder_id)}"
    if incident.snoozed_until is not None:
        text += f" until {local(incident.snoozed_until, place.zone)}"
    if incident.ended_at is not None:
        text += f" {local(incident.ended_at, place.zone)}"
    if incident.cause is not None:
        text += f" ({incident.cause.value})"
    return text


async def _name(connection: Connection, person_id: int | None) -> str:

    if person_id is None:
        return "reviewbot"
    person = await people.by_id(connection, person_id)
    return clean(person.name, 40) if person is not None else f"person {person_id}"


async def _show(settings: Settings, number: int) -> bool:

    clock = SystemClock()
    async with app.opened(settings, clock) as (store, _), store.read() as connection:
        incident = await stored.find(connection, number)
        if incident is None:
            return False
        place = await locations.find(connection, incident.location_id)
        usual = await stored.usual_per_day(connection, number)
        say(f"Incident #{number}, {place.name} ({place.business_name}); times of {place.zone.key}")
        say(f"State: {await _state(connection, incident, place)}; severity {incident.severity.value}")
        say(f"Open for {span(await timeline.open_for(connection, incident, now=clock.now()))} in all")
        before = f"{usual:.2f} low reviews a day" if usual is not None else "not known"
        first = count(incident.first_count, "low review")
        say(f"Opened {local(incident.opened_at, place.zone)} at {first}; usual before: {before}")
        if incident.evidence is not None:
            say(_why(incident.evidence, place))
        if incident.note:
            say("Note: " + clean(incident.note.replace("\n", " · "), 1000))
        say("\nHistory")
        for moved in await timeline.history(connection, number):
            who = await _name(connection, moved.person_id)
            say(f"  {local(moved.moved_at, place.zone)}  {who}: {await _move(connection, moved, place)}")
        reviews = await review_views.members(connection, number)
        say(f"\n{count(len(reviews), 'low review')}, newest first")
        for review in reviews:
            _review(review, place)
    return True


def _why(evidence: Evidence, place: Place) -> str:

    odds = plain_text(fragments.odds(evidence, Words(language="en", zone=place.zone)))
    return f"{evidence.n} within {evidence.window_h:g} h where {evidence.expected:.1f} are usual. {odds}"


async def _move(connection: Connection, moved: Moved, place: Place) -> str:
    text = moved.move.value.replace("_", " ")
    if moved.from_state is not moved.to_state:
        text += f" ({moved.from_state.value} -> {moved.to_state.value})" if moved.from_state else ""
    return text + await _details(connection, moved.detail, place, move=moved.move.value)


async def _details(connection: Connection, detail: Any, place: Place, *, move: str) -> str:

    text = ""
    if "count" in detail:
        text += f", {count(int(detail['count']), 'low review')}"
    if move == "assign" and "holder_id" in detail:
        text += f", to {await _name(connection, int(detail['holder_id']))}"
    if move == "resolve" and "cause" in detail:
        text += f", cause: {detail['cause']}"
    if move == "snooze" and "until" in detail:
        text += f", until {local(datetime.fromisoformat(detail['until']), place.zone)}"
    if "note" in detail:
        text += f', "{clean(str(detail["note"]), _TEXT_LIMIT)}"'
    return text


def _review(review: CardReview, place: Place) -> None:
    rating = f"{review.rating.value:g}/{review.rating.best:g}" if review.rating is not None else "no rating"
    was = f" (was {review.was_rating.value:g})" if review.was_rating is not None else ""
    marks = "".join(
        mark
        for mark, holds in ((", answered", review.is_replied), (", gone from the platform", review.gone_at is not None))
        if holds
    )
    say(f"  {local(review.low_at, place.zone)}  {clean(review.source_name, 40)}  {rating}{was}{marks}")
    if review.text:
        say(f'    "{clean(review.text, _TEXT_LIMIT)}"')
