"""A folder that exports are put into: every new or changed file is read, nothing in it is ever changed."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar, Final

from bot.errors import SourceDownReason, SourceRefusedError, UnreadableFileError
from bot.model.ingest.poll import problem
from bot.reasons import reason
from bot.sources.contract.source import Parsed, Poll, Problem, RawItem, SourceContext, State
from bot.sources.files import sandbox
from bot.sources.files.zips import LARGEST, Member, is_takeout_reviews
from bot.sources.tables.mapping import ColumnMapping, FolderSettings
from bot.sources.tables.table import Answers

__all__ = ["ColumnMapping", "Folder", "FolderSettings"]

READING: Final = 3
"""The version of how files are read. A higher one reads every file again, so that what an older release has read
wrongly is put right without anybody's doing."""
AGAIN: Final = "again"
"""`RawItem.kind` of a file that was read before and did not change since."""
_STILL_WRITTEN: Final = 2.0
_AFTER_NOW: Final = 1.0  # seconds: a file may be written after `now` was taken and before the sweep comes to it
_AT_ONCE: Final = 128 * 2**20
_TEMPORARY: Final = (".part", ".tmp", ".temp", ".crdownload", ".download", ".partial", ".filepart")
_BESIDE_TAKEOUT: Final = frozenset({"data.json", "additionaldata.json"})


@dataclass(slots=True)
class _Sweep:
    """One look through the folder, as it grows."""

    files: dict[str, Any] = field(default_factory=dict)
    items: list[tuple[int, RawItem]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    read_bytes: int = 0
    is_complete: bool = True
    read_before: Mapping[str, Any] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)


class Folder:
    """The files of one folder.

    The state remembers size, modification time (nanoseconds) and SHA-256 of each file, and a digest of how files are
    read: a changed mapping, and a release that reads them better, read all files again.
    """

    absence_means_gone: ClassVar[bool] = False

    def __init__(self, settings: FolderSettings, around: SourceContext) -> None:
        self._settings = settings
        self._globs = [glob.lower() for glob in settings.include]
        self._zone = around.zone
        self._digest = _reading_digest(settings)
        self._answers: Answers = {}
        self._now: datetime | None = None

    def with_answers(self, answers: Answers, now: datetime) -> Folder:
        """The same folder, read with what people have answered; no review is from later than `now`."""
        other = Folder(self._settings, SourceContext(self._zone))
        other._answers, other._now = answers, now
        return other

    async def poll(self, state: State, now: datetime) -> Poll:
        """Look for new and changed files.

        A file that was written to less than two seconds before `now`, or that grows while it is read, waits for the
        next poll.

        Raises:
            SourceRefusedError: the folder is missing or may not be read.
        """
        return await asyncio.to_thread(self._sweep, state, now)

    def parse(self, raw: RawItem) -> Parsed:
        """Read one file; what has to be asked first is in `asks`.

        Raises:
            UnreadableFileError: it is not reviews; the reason says why and what to do.
        """
        found = sandbox.understand(
            raw.name,
            raw.body,
            zone=self._zone,
            settings=self._settings,
            answers=self._answers,
            now=self._now,
            place=raw.note,
        )
        return Parsed((), asks=found.asks) if found.asks else found.parsed

    def read(self, path: Path) -> tuple[list[RawItem], list[Problem]]:
        """One file, wherever it lies, as `poll` would give it from the folder: known content is known again.

        Raises:
            UnreadableFileError: it cannot be opened.
        """
        try:
            _, items, problems = self._read(path, path.name, size=path.stat().st_size)
        except OSError as error:
            raise UnreadableFileError(reason("file_unopened", why=str(error.strerror))) from error
        return items, problems

    async def confirm(self, state: State) -> None:
        """Nothing to do: files stay where they are."""

    def _sweep(self, state: State, now: datetime) -> Poll:
        root = self._settings.path
        real = _opened(root)
        files = state.get("files", {})
        is_same_reading = state.get("reading") == self._digest
        known = files if is_same_reading else {}
        sweep = _Sweep(read_before=state.get("read_before", {}) if is_same_reading else files)
        for name in self._candidates(root, real, sweep, known):
            before = known.get(name)
            if sweep.read_bytes >= _AT_ONCE:
                sweep.is_complete = False
                if before is not None:
                    sweep.files[name] = before
                continue
            self._look(sweep, root, name=name, before=before, now=now)
        items = tuple(item for _, item in sorted(sweep.items, key=lambda pair: pair[0]))
        after = {"reading": self._digest, "files": sweep.files}
        if not sweep.is_complete and sweep.read_before:
            after["read_before"] = {name: its for name, its in sweep.read_before.items() if name not in sweep.files}
        return Poll(
            items,
            after,
            is_complete=sweep.is_complete,
            problems=tuple(sweep.problems),
            waiting=tuple(sweep.waiting),
        )

    def _candidates(self, root: Path, real: Path, sweep: _Sweep, known: Mapping[str, Any]) -> Iterator[str]:
        """The names of what may be a file of reviews, from `root` on, each folder sorted. Links to folders are none."""
        folders = [""]
        while folders:
            inner = folders.pop()
            try:
                with os.scandir(root / inner) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                _keep_unopened(sweep, inner.rstrip("/"), error, known)
                continue
            for entry in entries:
                name = inner + entry.name
                # What is no link lies where it stands: only links may lead out of the folder.
                if self._is_wanted(name) and (not entry.is_symlink() or _is_inside(root / name, real)):
                    yield name
            inside = [one.name for one in entries if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
            folders += [f"{inner}{name}/" for name in reversed(inside)]

    def _is_wanted(self, name: str) -> bool:
        whole = name.lower()
        low = whole.rpartition("/")[2]
        if low.startswith((".", "~$", "~")) or low.endswith(_TEMPORARY):
            return False
        if low in _BESIDE_TAKEOUT and any(part.startswith(("account-", "location-")) for part in name.split("/")[:-1]):
            return False
        return any(fnmatchcase(low, glob) or fnmatchcase(whole, glob) for glob in self._globs)

    def _look(self, sweep: _Sweep, root: Path, *, name: str, before: Any, now: datetime) -> None:
        path = f"{root}/{name}"
        try:
            seen = os.stat(path)
            if not stat.S_ISREG(seen.st_mode):
                return
            mark = {"size": seen.st_size, "mtime_ns": seen.st_mtime_ns}
            same = isinstance(before, Mapping) and all(before.get(key) == value for key, value in mark.items())
            if same and not before.get("refused"):
                sweep.files[name] = dict(before)
                return
            if -_AFTER_NOW <= now.timestamp() - seen.st_mtime < _STILL_WRITTEN:
                _wait(sweep, name, before)
                return
            found = self._read(Path(path), name, size=seen.st_size)
            later = os.stat(path)
        except FileNotFoundError:
            return
        except OSError as error:
            sweep.files[name] = {**_mark_of(Path(path)), "refused": True}
            if not (isinstance(before, Mapping) and before.get("refused")):
                sweep.problems.append(problem(name, None, reason("file_unopened", why=str(error.strerror))))
            return
        if (later.st_size, later.st_mtime_ns) != (seen.st_size, seen.st_mtime_ns):
            _wait(sweep, name, before)
            return
        digest, items, problems = found
        sweep.files[name] = {**mark, "sha256": digest}
        if isinstance(before, Mapping) and before.get("sha256") == digest:
            return
        if (sweep.read_before.get(name) or {}).get("sha256") == digest:
            items = [replace(item, kind=AGAIN) for item in items]
        sweep.read_bytes += sum(len(item.body) for item in items)
        sweep.items.extend((seen.st_mtime_ns, item) for item in items)
        sweep.problems.extend(problems)

    def _read(self, path: Path, name: str, *, size: int) -> tuple[str, list[RawItem], list[Problem]]:
        """The SHA-256 of a file, the raw items in it and what cannot be read of it."""
        if size > LARGEST and path.suffix.lower() != ".zip":
            return f"size {size}", [], [problem(name, None, reason("file_large", most=LARGEST >> 20))]
        if path.suffix.lower() == ".zip" and size > LARGEST:
            with path.open("rb") as stream:
                digest = _digest_of(stream)
            return digest, *self._unpack(path, name)
        body = path.read_bytes()
        digest = sha256(body).hexdigest()
        try:
            inside = sandbox.unpacked(body, name)
        except UnreadableFileError as error:
            return digest, [], [problem(name, None, error)]
        if inside is not None:
            return digest, *self._items(inside, name)
        note = ""
        if is_takeout_reviews(name):
            beside = path.with_name("additionalData.json")
            note = (
                sandbox.listing_name(beside.read_bytes()) if beside.is_file() and beside.stat().st_size < 2**20 else ""
            )
        return digest, [self._item(body, name, note=note)], []

    def _unpack(self, archive: Path, name: str) -> tuple[list[RawItem], list[Problem]]:
        try:
            return self._items(sandbox.unpacked(archive, name) or (), name)
        except UnreadableFileError as error:
            return [], [problem(name, None, error)]

    def _items(self, inside: Iterable[Member | Problem], name: str) -> tuple[list[RawItem], list[Problem]]:
        items: list[RawItem] = []
        problems: list[Problem] = []
        for member in inside:
            if isinstance(member, Problem):
                problems.append(member)
            else:
                inner = f"{name}/{member.name}"
                items.append(self._item(member.body, inner, member=member.name, note=member.place))
        return items, problems

    def _item(self, body: bytes, name: str, *, member: str = "", note: str = "") -> RawItem:
        parts = (sha256(body).hexdigest(), member, note, self._digest)
        key = sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        return RawItem(key=key, name=name, body=body, note=note)


def _reading_digest(settings: FolderSettings) -> str:
    """What changes the reading of a file besides its bytes."""
    mapping = settings.mapping.model_dump_json() if settings.mapping else ""
    return sha256(f"{READING}\x1f{mapping}\x1f{settings.location}".encode()).hexdigest()[:16]


def _opened(root: Path) -> Path:
    """Where a folder really lies.

    Raises:
        SourceRefusedError: it is not there or may not be read; whatever else the system says of it is told as well.
    """
    try:
        real = root.resolve(strict=True)
        os.listdir(real)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceRefusedError(
            f"the folder {root} does not exist; create it or correct `path` in this source's settings",
            reason=SourceDownReason.FOLDER_MISSING,
        ) from error
    except (OSError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "its links lead in a circle"
        raise SourceRefusedError(
            f"the folder {root} cannot be read ({why}); give the bot's user the right to read it",
            reason=SourceDownReason.ACCESS_REFUSED,
        ) from error
    return real


def _keep_unopened(sweep: _Sweep, name: str, error: OSError, known: Mapping[str, Any]) -> None:
    """Tell once of a folder inside that may not be read; what was read of it before stays known."""
    before = known.get(name)
    sweep.files |= {one: its for one, its in known.items() if one.startswith(f"{name}/")}
    sweep.files[name] = {"refused": True}
    if not (isinstance(before, Mapping) and before.get("refused")):
        sweep.problems.append(problem(name, None, reason("folder_unopened", why=str(error.strerror))))


def _is_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False  # a link that leads nowhere or in a circle is no file


def _wait(sweep: _Sweep, name: str, before: Any) -> None:
    sweep.waiting.append(name)
    if before is not None:
        sweep.files[name] = before


def _mark_of(path: Path) -> dict[str, int]:
    try:
        seen = path.stat()
    except OSError:
        return {}
    return {"size": seen.st_size, "mtime_ns": seen.st_mtime_ns}


def _digest_of(stream: Any) -> str:
    digest = sha256()
    while chunk := stream.read(2**20):
        digest.update(chunk)
    return digest.hexdigest()
