"""`reviewbot files`: the last files, what was understood of them, and taking one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import clean, local, say
from bot.clock import SystemClock

if TYPE_CHECKING:
    from bot.settings import Settings

_SHOWN = 10


def files(
    config: ConfigFile = DEFAULT_CONFIG,
    location: Annotated[
        str | None, typer.Option(metavar="KEY", help="Of this location only; else of all of them.")
    ] = None,
    undo: Annotated[int | None, typer.Option(metavar="NUMBER", help="Take this file's import back.")] = None,
    forget: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Forget what was answered about this file's columns.")
    ] = None,
) -> None:
    """Show the last ten files that were imported or wait for an answer."""
    settings = begin(config, quiet=True)
    if not finish(_files(settings, location, undo, forget)):
        raise typer.Exit(EXIT_FAILED)


async def _files(settings: Settings, location: str | None, undo: int | None, forget: int | None) -> bool:
    from bot import app
    from bot.cli.terminal import choose
    from bot.messages.service.sent.understood import understood_lines
    from bot.messages.text.formatting import Words
    from bot.messages.text.message import plain_text
    from bot.messages.text.sanitize import code
    from bot.stages.ingest import upload_actions
    from bot.store.ingest import uploads
    from bot.store.people import locations

    async with app.opened(settings, SystemClock()) as (store, _), store.write() as connection:
        places = {place.location_id: place for place in await locations.all_active(connection)}
        if location is not None:
            one = await choose.stored(connection, *choose.location(settings, location))
            places = {one.location_id: one}
        number = undo if undo is not None else forget
        if number is not None:
            upload = await uploads.find(connection, number)
            if upload is None or upload.location_id not in places:
                say(f"There is no file {number}.")
                return False
            if undo is not None:
                if not await upload_actions.take_back(connection, upload, now=SystemClock().now()):
                    say(f"{clean(upload.name)}: there is nothing to take back.")
                    return False
                say(f"{clean(upload.name)}: taken back.")
                return True
            tables = (upload.facts.get("understood") or {}).get("tables", [])
            for table in tables:
                await uploads.forget_map(
                    connection, places[upload.location_id].business_id, table["key"], scale_of=table.get("scale_of", "")
                )
            say(f"{clean(upload.name)}: asked about again when a file with these columns comes.")
            return True
        found = await uploads.latest(connection, list(places), limit=_SHOWN)
    if not found:
        say("No file was imported yet.")
    for upload in found:
        assert upload.location_id is not None
        place = places[upload.location_id]
        words = Words(language="en", zone=place.zone)
        name = clean(upload.name, 60)
        if (files := upload.facts.get("files", 1)) > 1:
            name = plain_text(words.say("files.several", files - 1, file=code(name)))
        say(f"{upload.upload_id:>5}  {local(upload.created_at, place.zone)}  {upload.state}  {name}")
        for line in understood_lines(words, upload.facts.get("understood") or {}):
            say(f"       {plain_text(line)}")
    return True
