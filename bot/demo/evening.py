"""The evening that the demo plays: two exports of a small restaurant, and when they land in its folders.

The times in the files are fixed, so the demo's clock begins at `BEGINS`, a Friday afternoon.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import OwnerActionError, SkipError
from bot.sources.files.understand import read_export

ZONE: Final = ZoneInfo("Europe/Berlin")
BEGINS: Final = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
HISTORY: Final = ("google/reviews-1.json", "tripadvisor/bewertungen-1.csv")
_OLDER: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Landing:
    """Somebody puts an export into its folder at a moment of the evening."""

    at: datetime
    name: str


EVENING: Final = (
    Landing(datetime(2026, 11, 20, 18, 55, tzinfo=UTC), "google/reviews-2.json"),
    Landing(datetime(2026, 11, 20, 20, 5, tzinfo=UTC), "tripadvisor/bewertungen-2.csv"),
)
_ALL: Final = (*HISTORY, *(landing.name for landing in EVENING))


class ExportsError(OwnerActionError):
    """The exports that the demo was given cannot be played."""


def bundled() -> Path:
    """Where the exports lie that come with the project."""
    return Path(str(files("bot"))) / "demo" / "exports"


def read(folder: Path) -> dict[str, bytes]:
    """The demo's files out of a folder, by name.

    Raises:
        ExportsError: a file is missing or holds something else than reviews; every such file is named.
    """
    found: dict[str, bytes] = {}
    wrong: list[str] = []
    for name in _ALL:
        try:
            found[name] = (folder / name).read_bytes()
        except OSError as error:
            wrong.append(f"{name}: {error.strerror or error}")
            continue
        wrong += [f"{name}: {text}" for text in _problems(name, found[name])]
    if wrong:
        lines = "\n  ".join(wrong)
        raise ExportsError(
            f"the demo cannot use the exports in {folder}:\n  {lines}\n"
            f"Copy the whole folder {bundled()} and change what you like in the copy."
        )
    return found


def _problems(name: str, body: bytes) -> list[str]:
    try:
        parsed = read_export(name, body, zone=ZONE, settings=None)
    except SkipError as error:
        return [str(error)]
    if not parsed.reviews and not parsed.problems:
        return ["there are no reviews in this file"]
    return [f"entry {problem.line}: {problem.reason}" for problem in parsed.problems]


def land(inbox: Path, name: str, body: bytes, *, now: datetime) -> None:
    """Put one export into its folder as if it had been written a little before `now`."""
    target = inbox / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(body)
    # A file that was written to just now waits for the next poll; `now` is the demo's clock, not the machine's.
    at = (now - _OLDER).timestamp()
    os.utime(target, (at, at))
