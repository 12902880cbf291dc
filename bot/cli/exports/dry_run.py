"""`reviewbot import FILE --dry-run`: what would be stored, review by review, and what would be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot import app
from bot.cli.terminal.show import clean, count, local, say
from bot.clock import SystemClock
from bot.errors import UnreadableFileError
from bot.model.ingest.normal import normalise
from bot.model.ingest.poll import problem
from bot.model.ingest.understanding import Understood
from bot.reasons import restored
from bot.sources.contract.source import SourceContext
from bot.sources.files.folder import Folder
from bot.stages.ingest import identity, parse
from bot.stages.ingest.identity import UNNAMED
from bot.stages.ingest.import_file import Imported
from bot.store.ingest import uploads

if TYPE_CHECKING:
    from bot.model.ingest.normal import Review
    from bot.model.ingest.poll import Parsed, Problem
    from bot.settings import BusinessSettings, LocationSettings, Settings
    from bot.sources.files.folder import FolderSettings

_SHOWN = 10
_TEXT_LIMIT = 80
EXIT_ASKED = 3
EXIT_FAILED = 1


async def show(
    settings: Settings,
    its: BusinessSettings,
    one: LocationSettings,
    reader_settings: FolderSettings,
    files: Sequence[Path],
    *,
    as_json: bool,
) -> int:
    """Print it; gives the exit code: 0, 1 when a file could not be read, 3 when something is to be asked first."""
    from bot.cli.terminal import choose

    now = SystemClock().now()
    code = 0
    async with app.opened(settings, SystemClock()) as (store, _):
        async with store.write() as connection:
            place = await choose.stored(connection, its, one)
            remembered = await uploads.maps(connection, place.business_id)
        source = Folder(reader_settings, SourceContext(zone=one.zone)).with_answers(remembered, now)
        for path in files:
            problems: list[Problem] = []
            try:
                items, problems = Folder(reader_settings, SourceContext(zone=one.zone)).read(path)
            except UnreadableFileError as error:
                items, problems = [], [problem(path.name, None, error)]
            found: list[Parsed] = [await parse.parse_item(store, source, item, now=now) for item in items]
            reviews: list[Review] = []
            for parsed in found:
                its_platform = reader_settings.platform or f"{identity.UNNAMED}{reader_settings.id}"
                reviews += normalise(parsed.reviews, platform=its_platform, low_at_most=reader_settings.low_at_most)
            problems += [one_of for parsed in found for one_of in parsed.problems]
            asks = [ask for parsed in found for ask in parsed.asks]
            _print(reviews, found, problems, one, as_json=as_json)
            if asks:
                code = EXIT_ASKED
            elif code == 0 and not reviews and any(one_of.line is None for one_of in problems):
                code = EXIT_FAILED
    return code


def _print(
    reviews: Sequence[Review],
    found: Sequence[Parsed],
    problems: Sequence[Problem],
    one: LocationSettings,
    *,
    as_json: bool,
) -> None:
    understood = _understood(found)
    asked = [ask.stored() for parsed in found for ask in parsed.asks]
    skipped = [{"where": _where(problem), "reason": problem.reason} for problem in problems]
    skipped += [{"where": one_of["code"], "reason": _said(one_of)} for one_of in understood.get("left_out", ())]
    if as_json:
        for review in reviews:
            typer.echo(json.dumps(_review(review, one), ensure_ascii=False))
        last = {"understood": understood, "asked": asked, "skipped": skipped}
        typer.echo(json.dumps(last, ensure_ascii=False, default=str))
        return
    from bot.cli.exports.importing import asked as said
    from bot.cli.exports.importing import understood_in_words

    for review in reviews[:_SHOWN]:
        stars = "-" if review.rating is None else f"{review.rating.value:g}/{review.rating.best:g}"
        say(f"{local(review.published_at, one.zone)}  {stars:6}{clean(review.text, _TEXT_LIMIT)}")
    if len(reviews) > _SHOWN:
        say(f"and {len(reviews) - _SHOWN:,} more")
    taken = Imported()
    for parsed in found:
        taken.add_understood(parsed.understood)
    for line in understood_in_words(taken, one):
        say(line)
    if problems:
        say(f"{count(len(problems), 'row or file', 'rows or files')} skipped:")
    for bad in problems[:_SHOWN]:
        say(f"  {_where(bad)}: {bad.reason}")
    for parsed in found:
        for ask in parsed.asks:
            say(f"To be asked first: {said(ask)}.")
    say("Nothing was stored.")


def _review(review: Review, one: LocationSettings) -> dict[str, Any]:

    rating = review.rating
    return {
        "time": review.published_at.astimezone(one.zone).isoformat(),
        "rating": None if rating is None else {"value": rating.value, "min": rating.worst, "max": rating.best},
        "text": f"{review.title}\n{review.text}".strip() if review.title else review.text,
        "author": review.author,
        "platform": "" if review.platform.startswith(UNNAMED) else review.platform,
        "id": review.external_id,
    }


def _understood(found: Sequence[Parsed]) -> dict[str, Any]:

    tables = tuple(table for parsed in found if parsed.understood for table in parsed.understood.tables)
    left_out = tuple(one for parsed in found if parsed.understood for one in parsed.understood.left_out)
    return Understood(tables, left_out).stored()


def _where(problem: Problem) -> str:
    return problem.name if problem.line is None else f"{problem.name}, line {problem.line}"


def _said(left_out: Mapping[str, Any]) -> str:

    found = restored(left_out)
    return "" if found is None else str(found)
