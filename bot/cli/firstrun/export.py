"""Step 5: the first export is understood, taken in, and shown as it would have alarmed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.cli.exports.importing import understood_in_words
from bot.cli.firstrun.ask import choice, text
from bot.cli.firstrun.spoken import spoken
from bot.cli.terminal.show import clean, local, program, progress, say
from bot.clock import SystemClock
from bot.errors import UnreadableFileError

if TYPE_CHECKING:
    from bot.model.ingest.poll import Parsed
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.stages.ingest.import_file import Imported

_ROWS_SHOWN = 5


def take_in_first(settings: Settings) -> None:
    """Ask for a file, confirm how it is read, import it and replay it.

    Raises:
        LeftError: the step is left.
    """
    from bot.cli.terminal.setup import finish

    its, one = _place(settings)
    if finish(_has_reviews(settings, its, one)):
        say(spoken("has_reviews", place=one.name, program=program()))
        return
    say(spoken("an_export"))
    path, body, parsed, answers = _file(one.zone)
    say(f"   {spoken('found', len(parsed.reviews))}, {spoken('skipped', len(parsed.problems))}.")
    for problem in parsed.problems[:_ROWS_SHOWN]:
        say("   " + spoken("line", line=problem.line or 0, reason=clean(problem.reason, 100)))
    taken = finish(_import(settings, its, one, path, body, answers))
    for line in understood_in_words(taken, one):
        say(f"   {line}")
    say("   " + spoken("stored", new=taken.saved.new, low=taken.saved.low))
    _replay(path, body, one, answers)


def _place(settings: Settings) -> tuple[BusinessSettings, LocationSettings]:
    every = [(its, one) for its in settings.businesses for one in its.locations]
    if len(every) == 1:
        return every[0]
    return every[choice(spoken("which_place"), [f"{one.name} ({its.name})" for its, one in every])]


def _file(zone: ZoneInfo) -> tuple[Path, bytes, Parsed, dict[str, Any]]:
    while True:
        path = Path(text(spoken("file")).strip("'\"")).expanduser()
        try:
            body = path.read_bytes()
            return path, body, *_understood(path.name, body, zone)
        except OSError as error:
            say("   " + spoken("cannot_open", path=str(path), error=error.strerror or ""))
        except UnreadableFileError as error:
            say(f"   {error}")


def _understood(name: str, body: bytes, zone: ZoneInfo) -> tuple[Parsed, dict[str, Any]]:
    from bot.cli.exports.answering import put
    from bot.cli.firstrun.ask import LeftError
    from bot.sources.files.sandbox import understand

    answers: dict[str, Any] = {}
    while True:
        found = understand(name, body, zone=zone, answers=answers, now=SystemClock().now())
        if not found.asks:
            return found.parsed, answers
        mapping = put(found.asks[0], name)
        if mapping is None:
            raise LeftError
        answers[found.asks[0].key] = mapping


async def _has_reviews(settings: Settings, its: BusinessSettings, one: LocationSettings) -> bool:
    from bot import app
    from bot.cli.terminal import choose
    from bot.store.reviews import reviews

    async with app.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        place = await choose.stored(connection, its, one)
        return await reviews.has_any(connection, place.location_id)


async def _import(
    settings: Settings, its: BusinessSettings, one: LocationSettings, path: Path, body: bytes, answers: dict[str, Any]
) -> Imported:
    from bot import app
    from bot.cli.terminal import choose
    from bot.sources.files.sent_file import SentFile, plain_settings
    from bot.stages.ingest.folder_files import note_by_hand
    from bot.stages.ingest.import_file import import_items
    from bot.store.ingest import sources, uploads
    from bot.store.people import locations

    now = SystemClock().now()
    source = SentFile(one.zone, answers, now=now)
    async with app.opened(settings, SystemClock()) as (store, _):
        async with store.write() as connection:
            place = await choose.stored(connection, its, one)
            source_id = await locations.put_import(connection, place.location_id)
        with progress(f"Importing {path.name}", 0) as advance:
            taken = await import_items(
                store,
                source_id,
                source,
                plain_settings(),
                [source.item(path.name, body)],
                now=now,
                advance=advance,
            )
        async with store.write() as connection:
            await sources.mark_fully_read(connection, source_id, at=now)
            if taken.saved.new or taken.saved.known:
                # What was answered here holds for every later file with these columns.
                for key, mapping in answers.items():
                    await uploads.keep_map(connection, place.business_id, key, mapping, now=now)
            await note_by_hand(
                connection,
                way="setup",
                name=path.name,
                location_id=place.location_id,
                source_id=source_id,
                saved=taken.saved,
                problems=taken.problems,
                understood=taken.understood,
                kind=taken.kind,
                now=now,
            )
    return taken


def _replay(path: Path, body: bytes, one: LocationSettings, answers: dict[str, Any]) -> None:
    from bot.detect.types import Tuning
    from bot.stages.replay.replay_export import look_back
    from bot.stages.watch.feed_detector import rule_of

    past = look_back(
        path.name,
        body,
        zone=one.zone,
        settings=None,
        answers=answers,
        tuning=Tuning(rule=rule_of(one.alarm)),
        until=SystemClock().now(),
    )
    if not past.incidents:
        say("   " + spoken("no_alarm"))
        return
    say("   " + spoken("alarms", len(past.incidents)))
    for incident in past.incidents[-_ROWS_SHOWN:]:
        say(f"   {local(incident.opened_at, one.zone)}  {spoken('lows', incident.count)}")
    say("   " + spoken("all_of_them", program=program(), path=str(path)))
