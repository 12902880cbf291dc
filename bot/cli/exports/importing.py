"""`reviewbot import`: import export files now, or show what would be imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot import app
from bot.cli.exports.scoring import scoring
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import count, local, progress, say
from bot.clock import SystemClock
from bot.errors import UnreadableFileError
from bot.messages.service.sent.understood import understood_lines
from bot.messages.text.formatting import Words
from bot.messages.text.message import plain_text
from bot.model.ingest.poll import problem
from bot.sources.contract.source import SourceContext
from bot.sources.files.folder import Folder, FolderSettings
from bot.sources.files.understand import asked_for
from bot.sources.files.zips import LARGEST
from bot.stages.ingest import parse
from bot.stages.ingest.folder_files import note_by_hand
from bot.stages.ingest.import_file import Advance, Imported, import_items
from bot.stages.replay import backtest
from bot.store.ingest import sources, uploads
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.model.ingest.poll import Parsed
    from bot.model.ingest.understanding import Ask
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.sources.files.folder import Folder, FolderSettings
    from bot.stages.ingest.import_file import Imported
    from bot.store.db.engine import Store

EXIT_ASKED: Final = 3
_SKIPPED_SHOWN = 20


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", exists=True, dir_okay=False, help="CSV, XLSX, JSON, Takeout, zip."),
    ],
    location: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="The location that the reviews are about; needed where there are several."),
    ] = None,
    config: ConfigFile = DEFAULT_CONFIG,
    source: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Read them with the settings of this folder source, as if they lay in it."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing; show what would be stored.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --dry-run: one JSON object a line.")] = False,
) -> None:
    """Import export files now, also while the service is running.

    What is imported is history: past clusters raise no alert. The same file again changes nothing. Ends with 1 when a
    file could not be read, and with 3 when something has to be asked first: in the terminal it is asked at once, else
    send the file to the chat. Skipped rows are listed and do not stop the rest.
    """
    from bot.cli.exports.dry_run import show
    from bot.cli.terminal import choose

    settings = begin(config, quiet=True)
    its, one = choose.location(settings, location)
    reader_settings = _folder(one, source)
    if dry_run or as_json:
        raise typer.Exit(finish(show(settings, its, one, reader_settings, files, as_json=as_json)))
    taken = finish(_import(settings, its, one, reader_settings, files, is_configured=source is not None))
    is_failed = _tell(taken, one)
    if taken.asks:
        raise typer.Exit(EXIT_ASKED)
    if is_failed:
        raise typer.Exit(EXIT_FAILED)


def _folder(one: LocationSettings, key: str | None) -> FolderSettings:
    from bot.cli.terminal import choose

    if key is None:
        return FolderSettings(id="import", type="folder", path=Path())
    return choose.folder(one, key)


async def _import(
    settings: Settings,
    its: BusinessSettings,
    one: LocationSettings,
    reader_settings: FolderSettings,
    files: Sequence[Path],
    *,
    is_configured: bool,
) -> Imported:
    from bot.cli.terminal import choose

    clock = SystemClock()
    source = Folder(reader_settings, SourceContext(zone=one.zone))
    async with app.opened(settings, clock) as (store, _):
        async with store.write() as connection:
            place = await choose.stored(connection, its, one)
            source_id = await (
                locations.source_id(connection, place.location_id, reader_settings.id)
                if is_configured
                else locations.put_import(connection, place.location_id)
            )
        async with scoring(settings, store) as beside:
            taken = await _take_in(store, source_id, source, reader_settings, files, stored=beside.stored)
            if taken.saved.new or taken.saved.changed:
                async with store.write() as connection:
                    # The running service replays what there is now, and shows it in the chat.
                    await backtest.ask_for(connection, place.location_id, now=clock.now())
                await beside.finish()
    return taken


async def _take_in(
    store: Store,
    source_id: int,
    source: Folder,
    settings: FolderSettings,
    files: Sequence[Path],
    *,
    stored: Callable[[int], None],
) -> Imported:
    from bot.cli.exports.answering import answer

    whole = Imported()
    for path in files:
        now = SystemClock().now()
        async with store.read() as connection:
            row = await sources.find(connection, source_id)
            place = await locations.find(connection, row.location_id)
            remembered = await uploads.maps(connection, place.business_id)
        answers: dict[str, dict[str, Any]] = {}
        read: dict[str, Parsed] = {}
        read_bytes = 0
        try:
            items, problems = source.read(path)
        except UnreadableFileError as error:
            items, problems = [], [problem(path.name, None, error)]
        for item in items:
            while True:
                parsed = await parse.parse_item(
                    store, source.with_answers({**remembered, **answers}, now), item, now=now
                )
                mapping = answer(parsed.asks[0], item.name) if parsed.asks else None
                if mapping is None:
                    break
                answers[parsed.asks[0].key] = mapping
            read_bytes += len(item.body)
            if read_bytes <= LARGEST and not parsed.asks:
                read[item.key] = parsed
        reading = source.with_answers({**remembered, **answers}, now)
        with progress(f"Importing {path.name}", 0) as show:

            def advance(done: int, more: int, show: Advance = show) -> None:
                show(done, more)
                stored(done)

            taken = await import_items(store, source_id, reading, settings, items, now=now, read=read, advance=advance)
        taken.problems = [*problems, *taken.problems]
        async with store.write() as connection:
            saved = taken.saved
            if saved.new or saved.changed or saved.known:
                for key, kept in answers.items():
                    await uploads.keep_map(connection, place.business_id, key, kept, now=now)
            if taken.understood is not None and not taken.known_before:
                await note_by_hand(
                    connection,
                    way="import",
                    name=path.name,
                    location_id=row.location_id,
                    source_id=source_id,
                    saved=saved,
                    problems=taken.problems,
                    understood=taken.understood,
                    kind=taken.kind,
                    now=now,
                )
        whole.saved.add(taken.saved)
        whole.problems += taken.problems
        whole.known_before += taken.known_before
        whole.add_understood(taken.understood)
        whole.asks += taken.asks
    return whole


def _tell(taken: Imported, one: LocationSettings) -> bool:
    """Print what happened; gives whether a file could not be read."""
    saved = taken.saved
    for name in taken.known_before:
        say(f"{name}: imported before, nothing changed")
    say(f"{saved.new:,} new, {saved.changed:,} changed, {saved.known:,} known already; {saved.low:,} low")
    if saved.first_at is not None and saved.last_at is not None:
        say(f"from {local(saved.first_at, one.zone)} to {local(saved.last_at, one.zone)} ({one.time_zone})")
    for line in understood_in_words(taken, one):
        say(line)
    if taken.problems:
        say(f"{count(len(taken.problems), 'row or file', 'rows or files')} skipped:")
    for bad in taken.problems[:_SKIPPED_SHOWN]:
        line = f", line {bad.line}" if bad.line is not None else ""
        say(f"  {bad.name}{line}: {bad.reason}")
    if len(taken.problems) > _SKIPPED_SHOWN:
        say(f"  and {len(taken.problems) - _SKIPPED_SHOWN:,} more")
    for ask in taken.asks:
        say(f"Not read yet: {asked(ask)}. Answer in a terminal, or send the file to the chat.")
    if saved.new:
        say("Past clusters raise no alert.")
    return any(problem.line is None for problem in taken.problems)


def asked(ask: Ask) -> str:
    """What is open, in English."""

    return str(asked_for(ask))


def understood_in_words(taken: Imported, one: LocationSettings) -> list[str]:
    """What was understood, as the chat says it."""

    if taken.understood is None:
        return []
    words = Words(language="en", zone=one.zone)
    return [plain_text(line) for line in understood_lines(words, taken.understood.stored())]
