"""Step 5: the first export is understood, taken in, and shown as it would have alarmed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.cli.firstrun.ask import choice, text
from bot.cli.show import clean, count, local, progress, say
from bot.clock import SystemClock
from bot.errors import UnreadableFileError

if TYPE_CHECKING:
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.sources.files.questions import AskColumns, AskDate, Understood
    from bot.stages.ingest.import_file import Imported

_ROWS_SHOWN = 5


def take_in_first(settings: Settings) -> None:
    """Ask for a file, confirm how it is read, import it and replay it.

    Raises:
        LeftError: the step is left.
    """
    from bot.cli.setup import finish

    its, one = _place(settings)
    if finish(_has_reviews(settings, its, one)):
        say(f"{one.name} has reviews already. More: send a file to the bot, or `reviewbot import`.")
        return
    say("An export of your reviews shows at once what the bot would have told you. CSV, XLSX, JSON or Google Takeout.")
    path, body, found = _file(one.zone)
    say(f"   {count(len(found.parsed.reviews), 'review')}, {count(len(found.parsed.problems), 'row')} skipped.")
    for problem in found.parsed.problems[:_ROWS_SHOWN]:
        say(f"   line {problem.line}: {clean(problem.reason, 100)}")
    taken = finish(_import(settings, its, one, path, body, found.mapping))
    say(
        f"   {taken.saved.new:,} new reviews stored, {taken.saved.low:,} of them low. Old reviews never raise an alarm."
    )
    _replay(path, body, one, found.mapping)


def _place(settings: Settings) -> tuple[BusinessSettings, LocationSettings]:
    every = [(its, one) for its in settings.businesses for one in its.locations]
    if len(every) == 1:
        return every[0]
    return every[choice("Which place is the export about", [f"{one.name} ({its.name})" for its, one in every])]


def _file(zone: ZoneInfo) -> tuple[Path, bytes, Understood]:
    while True:
        path = Path(text("File (or later)").strip("'\"")).expanduser()
        try:
            body = path.read_bytes()
            return path, body, _understood(path.name, body, zone)
        except OSError as error:
            say(f"   {path} cannot be opened: {error.strerror}")
        except UnreadableFileError as error:
            say(f"   {error}")


def _understood(name: str, body: bytes, zone: ZoneInfo) -> Understood:
    from bot.sources.files.questions import AskColumns, Understood, understand

    mapping: dict[str, Any] = {}
    while True:
        found = understand(name, body, zone=zone, mapping=mapping, remembered={})
        if isinstance(found, Understood):
            return found
        mapping = _columns(found) if isinstance(found, AskColumns) else {**mapping, **_day(found)}


def _columns(question: AskColumns) -> dict[str, Any]:
    from bot.sources.files.questions import ASKED, is_enough, with_answer

    mapping = question.mapping
    firsts = {column.name: column.first for column in question.columns}
    while True:
        say(f"\n   {count(question.rows, 'row')}. Is this right?")
        for field in ASKED:
            name = mapping.get(field)
            shown = "no column" if name is None else f"{clean(name, 40)}   (first row: {clean(firsts[name], 60)})"
            worst, best = mapping.get("rating_range", (1, 5))
            scale = f"   {worst:g}-{best:g}" if field == "rating" and name else ""
            say(f"   {field:8}{shown}{scale}")
        options = (
            ["Looks right", *(f"Change {field}" for field in ASKED)]
            if is_enough(mapping)
            else [f"Choose {field}" for field in ASKED]
        )
        chosen = choice("Which", options, default=0)
        if is_enough(mapping):
            if chosen == 0:
                return mapping
            chosen -= 1
        names = [f"{column.name}   ({column.first})" for column in question.columns]
        mapping = with_answer(mapping, ASKED[chosen], question.columns[choice(f"Column of the {ASKED[chosen]}", names)])


def _day(question: AskDate) -> dict[str, Any]:
    say(f'\n   "{clean(question.example, 40)}": which day is meant? Both readings fit every row.')
    return {"date_format": ("dmy", "mdy")[choice("Which", (question.day_first, question.month_first))]}


async def _has_reviews(settings: Settings, its: BusinessSettings, one: LocationSettings) -> bool:
    from bot import app
    from bot.cli import choose
    from bot.store.reviews import reviews

    async with app.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        place = await choose.stored(connection, its, one)
        return await reviews.has_any(connection, place.location_id)


async def _import(
    settings: Settings, its: BusinessSettings, one: LocationSettings, path: Path, body: bytes, mapping: dict[str, Any]
) -> Imported:
    from bot import app
    from bot.cli import choose
    from bot.sources.files import questions
    from bot.stages.ingest.import_file import import_items
    from bot.store.ingest import sources
    from bot.store.people import locations

    source = questions.SentFile(one.zone, mapping)
    now = SystemClock().now()
    async with app.opened(settings, SystemClock()) as (store, _):
        async with store.write() as connection:
            place = await choose.stored(connection, its, one)
            source_id = await locations.put_import(connection, place.location_id)
        with progress(f"Importing {path.name}", 0) as advance:
            taken = await import_items(
                store,
                source_id,
                source,
                questions.settings_of(mapping),
                [source.item(path.name, body)],
                now=now,
                advance=advance,
            )
        async with store.write() as connection:
            await sources.mark_swept(connection, source_id, at=now)
    return taken


def _replay(path: Path, body: bytes, one: LocationSettings, mapping: dict[str, Any]) -> None:
    from bot.detect.types import Tuning
    from bot.sources.files import questions
    from bot.stages.replay.replay_export import look_back
    from bot.stages.watch.feed_detector import rule_of

    past = look_back(
        path.name,
        body,
        zone=one.zone,
        settings=questions.settings_of(mapping),
        tuning=Tuning(rule=rule_of(one.alarm)),
        until=SystemClock().now(),
    )
    if not past.incidents:
        say("   Had the bot watched all that time, it would have raised no alarm.")
        return
    say(f"   Had the bot watched all that time: {count(len(past.incidents), 'alarm')}.")
    for incident in past.incidents[-_ROWS_SHOWN:]:
        say(f"   {local(incident.opened_at, one.zone)}  {count(incident.count, 'low review')}")
    say(f"   All of them, with their quotes: reviewbot replay {path}")
