"""Polls a source once without storing anything, for `reviewbot check`."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from bot.errors import UnreadableFileError
from bot.model.ingest.normal import normalise
from bot.model.ingest.poll import Problem, State
from bot.settings import SourceSettings
from bot.sources.contract.source import Source


@dataclass(frozen=True, slots=True)
class Probe:
    """What a source gave when it was tried.

    Attributes:
        items: files or pages.
        reviews: in them; low: of these.
        last_at: when the newest of them was published.
        problems: what could not be read.
        is_complete: everything was looked at.
        waiting: files that are still being written.
        asking: files of which something has to be asked before they can be read.
    """

    items: int
    reviews: int
    low: int
    last_at: datetime | None
    problems: tuple[Problem, ...]
    is_complete: bool
    waiting: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()


async def probe(source: Source, settings: SourceSettings, state: State, *, now: datetime) -> Probe:
    """Poll a source and read what it gives; nothing is stored or confirmed.

    Raises:
        SourceUnreachableError, SourceRefusedError: as the source itself.
    """
    answer = await source.poll(state, now)
    count, low, last_at = 0, 0, None
    problems = list(answer.problems)
    asking: list[str] = []
    for item in answer.items:
        try:
            parsed = await asyncio.to_thread(source.parse, item)
        except UnreadableFileError as error:
            problems.append(Problem(item.name, None, str(error)))
            continue
        problems += parsed.problems
        asking += [item.name] if parsed.asks else []
        reviews = normalise(parsed.reviews, platform=settings.platform or settings.id, low_at_most=settings.low_at_most)
        count += len(reviews)
        low += sum(review.is_low for review in reviews)
        last_at = max([*(review.published_at for review in reviews), *([last_at] if last_at else [])], default=None)
    return Probe(
        len(answer.items),
        count,
        low,
        last_at,
        tuple(problems),
        answer.is_complete,
        waiting=answer.waiting,
        asking=tuple(asking),
    )
