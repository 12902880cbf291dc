"""Backups: the whole database in one file, with a checksum, and encrypted where the owner has set a passphrase.

The file is a zip with `manifest.json` (what it is, and the SHA-256 of the database), `reviewbot.sqlite3` and the
configuration without its secrets; with a passphrase it is that zip in the age format
(https://age-encryption.org/v1), so that the `age` program opens it as well. It is written beside its place, synced and
then moved there: half a backup never has a backup's name.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import BackupError, BadCopyError
from bot.store.db import copies

DATABASE: Final = "reviewbot.sqlite3"
CONFIGURATION: Final = "reviewbot.toml"
MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
AT: Final = time(4)
"""When the daily backup is made, by the first location's clock: nobody presses buttons then."""
_NAME: Final = re.compile(r"reviewbot-(\d{8}T\d{6})Z-(daily|upgrade|restore|asked)\.zip(\.age)?")
_HALF: Final = ".half-"
_ENCRYPTED: Final = b"age-encryption.org/v1"
_ROOM: Final = 1.2
_KEPT_OTHERS: Final = 3
_CHUNK: Final = 1024 * 1024
_HALF_KEPT_FOR: Final = timedelta(hours=1)


class Why(StrEnum):
    """What a backup was made for: each day, before an upgrade of the database, before a restore, because asked."""

    DAILY = "daily"
    UPGRADE = "upgrade"
    RESTORE = "restore"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Plan:
    """How backups are made.

    Attributes:
        folder: where they lie.
        keep: how many daily ones are kept; 0 for none at all.
        passphrase: what they are encrypted to; empty for not.
    """

    folder: Path
    keep: int
    passphrase: str = ""


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup by its file."""

    path: Path
    made_at: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup that was opened and found whole.

    Attributes:
        database: a file of its own, to be moved away or left to be removed.
        configuration: the configuration without secrets; empty when there is none.
        schema: the newest migration of the database.
    """

    database: Path
    configuration: str
    made_at: datetime
    schema: str


def due(last: datetime | None, *, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a night has begun since the last daily backup."""
    here = now.astimezone(zone)
    at = datetime.combine(here.date(), AT, zone)
    if at > here:
        at = datetime.combine(here.date() - timedelta(days=1), AT, zone)
    return last is None or last < at.astimezone(UTC)


def found(folder: Path) -> list[Backup]:
    """The backups in a folder, the newest first."""
    names = [_NAME.fullmatch(path.name) for path in folder.iterdir()] if folder.is_dir() else []
    made = [
        Backup(folder / one.string, datetime.strptime(one[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC), Why(one[2]))
        for one in names
        if one is not None
    ]
    return sorted(made, key=lambda one: (one.made_at, one.path.name), reverse=True)


def make(
    database: Path, plan: Plan, why: Why, *, now: datetime, configuration: str = "", to: Path | None = None
) -> Path:
    """Write a backup and remove those beyond the number that is kept; gives its path. Blocks for seconds.

    Args:
        database: the database; others may read and write it meanwhile.
        plan: where to, and how.
        why: what for.
        now: the time.
        configuration: the configuration's text, without secrets.
        to: another file than the plan's; then nothing is removed.

    Raises:
        BackupError: it cannot be written; nothing was changed, and no half file has a backup's name.
    """
    name = f"reviewbot-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z-{why.value}.zip" + (".age" if plan.passphrase else "")
    path = plan.folder / name if to is None else to
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _need_room(path.parent, database)
        with _apart(path.parent) as apart:
            schema = copies.snapshot(database, apart / DATABASE)
            whole = apart / "whole"
            pack(apart / DATABASE, whole, schema=schema, made_at=now, configuration=configuration, why=why)
            _seal(whole, plan.passphrase)
            move(whole, path)
    except (OSError, MemoryError) as error:
        raise BackupError(_no_backup(path, str(getattr(error, "strerror", None) or error))) from error
    except Exception as error:
        if type(error).__module__.startswith("sqlite3"):
            raise BackupError(_no_backup(path, str(error))) from error
        raise
    if to is None:
        prune(plan, now=now)
    return path


def prune(plan: Plan, *, now: datetime) -> None:
    """Remove daily backups beyond those that are kept, all but the newest three others, and old halves."""
    there = found(plan.folder)
    of_days = [one for one in there if one.why is Why.DAILY]
    for one in (*of_days[max(plan.keep, 1) :], *[o for o in there if o.why is not Why.DAILY][_KEPT_OTHERS:]):
        one.path.unlink(missing_ok=True)
    drop_halves(plan.folder, before=now - _HALF_KEPT_FOR)


def drop_halves(folder: Path, *, before: datetime | None = None) -> int:
    """Remove what a kill left of backups that were begun before a moment, or of all; gives how many.

    One that is being made just now fails then, and is made again by whoever makes it.
    """
    gone = 0
    for half in folder.glob(f"{_HALF}*"):
        if before is None or datetime.fromtimestamp(half.stat().st_mtime, UTC) < before:
            shutil.rmtree(half, ignore_errors=True)
            gone += 1
    return gone


@contextmanager
def opened(path: Path, passphrase: str, *, within: Path) -> Iterator[Opened]:
    """A backup, unpacked into a folder inside `within` that is removed in the end.

    Raises:
        BadCopyError: it is damaged, only half there, encrypted to another passphrase, or no backup at all.
        SchemaError: a newer release made it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadCopyError(f"{path} cannot be read: {error.strerror or error}.") from error
    if content.startswith(_ENCRYPTED):
        content = _decrypted(content, passphrase, path.name)
    within.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _apart(within) as apart:
        yield _unpack(content, path.name, apart)


def pack(database: Path, to: Path, *, schema: str, made_at: datetime, configuration: str, why: Why = Why.ASKED) -> None:
    """Write the zip of a database that stands alone."""
    about = {
        "format": FORMAT,
        "made_at": made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "why": why.value,
        "schema": schema,
        "sha256": _sha256(database),
        "bytes": database.stat().st_size,
    }
    with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        archive.writestr(MANIFEST, json.dumps(about, indent=2))
        if configuration:
            archive.writestr(CONFIGURATION, configuration)
        archive.write(database, DATABASE)


def _unpack(content: bytes, name: str, apart: Path) -> Opened:
    database = apart / DATABASE
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            about = json.loads(archive.read(MANIFEST))
            members = set(archive.namelist())
            configuration = archive.read(CONFIGURATION).decode() if CONFIGURATION in members else ""
            with archive.open(DATABASE) as packed, database.open("xb") as handle:
                shutil.copyfileobj(packed, handle, _CHUNK)
        made_at, wanted = datetime.fromisoformat(about["made_at"]), about["sha256"]
        newer = about["format"] > FORMAT
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise BackupError(f"{name} cannot be unpacked: {error.strerror}.") from error
        raise BadCopyError(
            f"{name} is damaged, only half there, or no backup of this program. Nothing was changed; take another one."
        ) from error
    if newer:
        raise BadCopyError(f"{name} was made by a newer release. Install that one first; nothing was changed.")
    if _sha256(database) != wanted:
        raise BadCopyError(f"{name} is damaged: its checksum does not fit. Nothing was changed; take another one.")
    return Opened(database, configuration, made_at, copies.examine(database))


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _seal(path: Path, passphrase: str) -> None:
    if passphrase:
        # Its library takes a few milliseconds that only encrypted backups need.
        from pyrage import passphrase as age

        sealed = age.encrypt(path.read_bytes(), passphrase)
        path.unlink()
        path.write_bytes(sealed)
    path.chmod(0o600)
    with path.open("rb") as handle:
        os.fsync(handle.fileno())


def _decrypted(content: bytes, passphrase: str, name: str) -> bytes:
    if not passphrase:
        raise BadCopyError(
            f"{name} is encrypted. Put its passphrase into a file and name it with --passphrase-file, or in the "
            "configuration as backup.passphrase_file."
        )
    from pyrage import DecryptError
    from pyrage import passphrase as age

    try:
        return bytes(age.decrypt(content, passphrase))
    except DecryptError as error:
        raise BadCopyError(f"{name} is damaged, or encrypted to another passphrase. Nothing was changed.") from error


@contextmanager
def _apart(within: Path) -> Iterator[Path]:
    """A folder on the same disk that only the owner can read; what a kill leaves is removed later (`prune`)."""
    apart = Path(mkdtemp(prefix=_HALF, dir=within))
    try:
        yield apart
    finally:
        shutil.rmtree(apart, ignore_errors=True)


def move(whole: Path, path: Path) -> None:
    """Put a file that is synced into its place, and sync the folder."""
    whole.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _need_room(folder: Path, database: Path) -> None:
    needed = database.stat().st_size * _ROOM
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, f"the disk has less than {needed / 1e6:,.0f} MB left")


def _no_backup(path: Path, says: str) -> str:
    return (
        f"No backup could be written to {path.parent} ({says}). Make room, or name another folder in backup.path; "
        "nothing was changed."
    )
