"""`reviewbot evidence`: an incident's evidence as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import app
from bot.cli.data.files import write_private
from bot.cli.terminal.setup import DEFAULT_CONFIG, EXIT_FAILED, ConfigFile, begin, finish
from bot.cli.terminal.show import count, say
from bot.clock import SystemClock
from bot.evidence_file.archive import pack, pack_name
from bot.evidence_file.facts import pack_facts, read_files
from bot.messages.text.formatting import Words
from bot.score.packs import USUAL_PACK
from bot.stages.analyse.packs import read_packs
from bot.store.incidents import incidents
from bot.store.people import locations

if TYPE_CHECKING:
    from bot.settings import Settings


def evidence(
    number: Annotated[int, typer.Argument(metavar="N", help="The incident's number.")],
    config: ConfigFile = DEFAULT_CONFIG,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to; by default evidence-N.zip in this folder.")
    ] = None,
) -> None:
    """Save an incident's texts, links, times, hashes and signs as one file. Nothing is sent or reported."""
    settings = begin(config, quiet=True)
    made = finish(_make(settings, number))
    if made is None:
        say(f"There is no incident #{number}; `reviewbot incidents` lists them.")
        raise typer.Exit(EXIT_FAILED)
    name, content, reviews = made
    path = out or Path(name)
    write_private(path, content)
    say(f"{path}: {count(reviews, 'review')}, {len(content):,} bytes; only you can read it. Nothing was reported.")


async def _make(settings: Settings, number: int) -> tuple[str, bytes, int] | None:

    async with app.opened(settings, SystemClock()) as (store, _), store.read() as connection:
        incident = await incidents.find(connection, number)
        if incident is None:
            return None
        place = await locations.find(connection, incident.location_id)
        choice = read_packs(settings).get((place.business_name, place.key), USUAL_PACK)
        facts = await pack_facts(connection, incident, choice)
        words = Words(language=facts.place.business_language or "en", zone=facts.place.zone)
        return pack_name(facts), pack(facts, words, read_files(app.note_files(settings), facts)), len(facts.reviews)
