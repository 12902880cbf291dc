"""`reviewbot tune`: what each place's detector has learned, and how much a false alarm has relaxed it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot import app
from bot.cli.terminal.setup import DEFAULT_CONFIG, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, count, local, say
from bot.clock import SystemClock
from bot.detect.types import MOST_RELAXED
from bot.stages.watch.feed_detector import rule_of
from bot.store.learning import detectors, not_severe
from bot.store.people import locations, people

if TYPE_CHECKING:
    from bot.detect.types import OwnerRule
    from bot.settings import Settings
    from bot.store.db.engine import Connection, Store
    from bot.store.learning.detectors import Note, Relaxation, Rhythm
    from bot.store.learning.not_severe import NotSevere
    from bot.store.people.locations import Place

_NOTES_OF = timedelta(days=90)


def tune(
    location: Annotated[
        str | None, typer.Argument(metavar="[LOCATION]", help="One location, as `id` or `business/id`.")
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    relax: Annotated[
        bool, typer.Option("--relax", help="Let the location alarm later: ask for twice the odds.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take back the newest relaxation of the location.")] = False,
    severe_again: Annotated[
        int | None,
        typer.Option("--severe-again", metavar="NUMBER", help="Let words count as severe again that the list numbers."),
    ] = None,
) -> None:
    """Show what is usual at each location and what has relaxed its alarm, or change that for one location.

    A false alarm marked in the chat relaxes by one step, four at most. "Not severe" pressed in the chat lets the words
    that were found count no more at that location. A change takes effect with the next look at the location, also
    while the service is running.
    """
    if sum((relax, undo, severe_again is not None)) > 1:
        raise typer.BadParameter("choose one of --relax, --undo and --severe-again")
    if (relax or undo or severe_again is not None) and location is None:
        raise typer.BadParameter("name the location", param_hint="LOCATION")
    settings = begin(config, quiet=True)
    finish(_tune(settings, location, by=1 if relax else -1 if undo else 0, severe_again=severe_again))


async def _tune(settings: Settings, key: str | None, *, by: int, severe_again: int | None) -> None:
    from bot.cli.terminal import choose

    clock = SystemClock()
    wanted = None if key is None else choose.location(settings, key)[1]
    rules = {
        (business.name, one.id): rule_of(one.alarm)
        for business in settings.businesses
        for one in business.locations
        if wanted is None or one is wanted
    }
    async with app.opened(settings, clock) as (store, _):
        async with store.read() as connection:
            every = await locations.all_active(connection)
        chosen = [place for place in every if (place.business_name, place.key) in rules]
        if by:
            await _change(store, chosen[0], by=by, clock=clock)
        if severe_again is not None:
            await _let_count(store, chosen[0], severe_again, clock=clock)
        async with store.read() as connection:
            for place in chosen:
                await _show(connection, place, rules[(place.business_name, place.key)], clock=clock)


async def _change(store: Store, place: Place, *, by: int, clock: SystemClock) -> None:

    async with store.write() as connection:
        if by > 0:
            done = await detectors.relax(connection, place.location_id, now=clock.now())
        else:
            done = await detectors.take_back(connection, place.location_id, now=clock.now())
    if by > 0:
        say("Relaxed by one step." if done else f"It is relaxed by {MOST_RELAXED} steps already; that is the most.")
    else:
        say("The newest relaxation is undone." if done else "There is no relaxation to undo.")
    say()


async def _let_count(store: Store, place: Place, number: int, *, clock: SystemClock) -> None:

    async with store.write() as connection:
        done = await not_severe.take_back(connection, place.location_id, now=clock.now(), not_severe_id=number)
    say("These words count as severe again." if done else f"There are no words with the number {number} to take back.")
    say()


async def _show(connection: Connection, place: Place, rule: OwnerRule, *, clock: SystemClock) -> None:

    now = clock.now()
    say(f"{place.name} ({place.business_name})")
    say(f"    {_learned(await detectors.rhythm(connection, place.location_id), place)}")
    if not rule.is_floor:
        say(f"    Your own rule: always alarm at {rule.low_reviews} low reviews within {rule.hours:g} h.")
    steps = await detectors.relaxations_of(connection, place.location_id)
    standing = sum(step.undone_at is None for step in steps)
    if standing:
        say(f"    Relaxed by {count(standing, 'step')}: an alarm asks for {2**standing} times the odds.")
    else:
        say("    Not relaxed.")
    for step in steps:
        say(f"      {await _step(connection, step, place)}")
    notes = await detectors.notes_since(connection, place.location_id, now - _NOTES_OF)
    for one in await not_severe.of_location(connection, place.location_id):
        say(f"    {await _forgiven(connection, one, place)}")
    say(f"    Noted in the last 90 days: {count(len(notes), 'change') if notes else 'nothing'}.")
    for note in notes:
        say(f"      {_note(note, place)}")
    say()


def _learned(rhythm: Rhythm | None, place: Place) -> str:
    if rhythm is None:
        return "Nothing learned yet: the place has not been looked at."
    return (
        f"Usual: {rhythm.usual_per_day:.2f} low reviews a day, {rhythm.share:.0%} of all; "
        f"learned from about {rhythm.reviews:.0f} reviews, since {local(rhythm.began_at, place.zone)}."
    )


async def _step(connection: Connection, step: Relaxation, place: Place) -> str:
    text = f"{local(step.made_at, place.zone)}  relaxed by {await _who(connection, step.person_id)}"
    if step.incident_id is not None:
        text += f", false alarm #{step.incident_id}"
    if step.undone_at is not None:
        text += f"; undone {local(step.undone_at, place.zone)} by {await _who(connection, step.undone_by_id)}"
    return text


async def _forgiven(connection: Connection, one: NotSevere, place: Place) -> str:
    text = (
        f"Not severe here ({one.not_severe_id}): {clean(one.words, 60)!r}, "
        f"{local(one.made_at, place.zone)} by {await _who(connection, one.person_id)}"
    )
    if one.incident_id is not None:
        text += f", #{one.incident_id}"
    return text if one.undone_at is None else f"{text}; taken back {local(one.undone_at, place.zone)}"


async def _who(connection: Connection, person_id: int | None) -> str:

    if person_id is None:
        return "reviewbot tune"
    person = await people.by_id(connection, person_id)
    return clean(person.name, 40) if person is not None else f"person {person_id}"


def _note(note: Note, place: Place) -> str:
    what = "more low reviews than before" if note.kind.value == "drift" else "more reviews than usual"
    text = (
        f"{local(note.noted_at, place.zone)}  {what}: {note.n} low ones within {note.window_h / 24:g} days, "
        f"{note.expected:.1f} are usual"
    )
    return text if note.absorbed_by is None else f"{text}; became #{note.absorbed_by}"
