"""Foreign files are opened in a process of their own, see `bot.sources.sandbox.process`.

`understand` is that of `bot.sources.files.understand`; it blocks until the process has answered.
Plain text under `SMALL` bytes is read in this process: it costs less than handing it over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from bot.errors import UnsafeFileError
from bot.model.ingest.poll import Problem
from bot.sources.files import understand as here
from bot.sources.files.understand import Understanding
from bot.sources.files.zips import Member
from bot.sources.files.zips import listing_name as listing_here
from bot.sources.files.zips import unpacked as unpacked_here
from bot.sources.sandbox.process import Worker
from bot.sources.tables.mapping import FolderSettings
from bot.sources.tables.table import Answers

T = TypeVar("T")

SMALL: Final = 16 * 1024
"""Bytes of plain text that are read in this process."""
_PACKED: Final = (b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


def needs_worker(body: bytes) -> bool:
    """Whether these bytes are never read in this process: anything packed, and any text that is not small."""
    return len(body) >= SMALL or body.startswith(_PACKED)


def understand(
    name: str,
    body: bytes,
    *,
    zone: ZoneInfo,
    settings: FolderSettings | None = None,
    answers: Answers | None = None,
    now: Any = None,
    place: str = "",
) -> Understanding:
    """As `bot.sources.files.understand.understand`.

    Raises:
        UnreadableFileError: nothing in it is reviews; the reason says why and what to do.
        UnsafeFileError: it ended the worker, or took more memory or time than it may.
    """
    if not needs_worker(body):
        return here.understand(name, body, zone=zone, settings=settings, answers=answers, now=now, place=place)
    first, *others = _WORKER.run_in_parts(
        here.in_parts, name, body, zone=zone, settings=settings, answers=answers, now=now, place=place
    )
    assert isinstance(first, Understanding)
    reviews = tuple(review for part in reversed(others) if isinstance(part, list) for review in part)
    return replace(first, parsed=replace(first.parsed, reviews=reviews))


def unpacked(archive: bytes | Path, name: str) -> list[Member | Problem] | None:
    """As `bot.sources.files.zips.unpacked`.

    Raises:
        UnsafeFileError: it ended the worker, or took more memory or time than it may.
    """
    if isinstance(archive, bytes) and not archive.startswith(b"PK"):
        return None
    return _WORKER.run(unpacked_here, archive, name)


def listing_name(body: bytes) -> str:
    """As `bot.sources.files.zips.listing_name`; nothing as well where it cannot be read safely."""
    try:
        return (_WORKER.run if needs_worker(body) else _here)(listing_here, body)
    except UnsafeFileError:
        return ""


async def in_turn(fn: Callable[..., T], *args: Any) -> T:
    """Call what waits for the worker in the one thread for that, so that a slow file takes no other thread."""
    return await asyncio.get_running_loop().run_in_executor(_TURNS, fn, *args)


def _here(job: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    return job(*args, **kwargs)


_WORKER: Final = Worker("bot.sources.files.understand")
_TURNS: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="files")
