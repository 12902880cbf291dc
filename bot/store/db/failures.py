"""What a loop does about an error that it catches: try again, put the one item aside, or stop."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

import sqlalchemy as sa

from bot.errors import RetryError, StopError, StorageError


class Verdict(StrEnum):
    """What is to be done.

    LATER: nothing is wrong with the item; it is tried again when the trouble is over.
    ASIDE: it would fail again, so it is noted and the others go on. Whatever is not known is this.
    STOP: nothing can go on; the error's text says what the owner does.
    """

    LATER = "later"
    ASIDE = "aside"
    STOP = "stop"


_FULL_OR_BUSY = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)
_NO_PATH = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)
_SAYS = (
    ("locked", StorageError.BUSY),
    ("busy", StorageError.BUSY),
    ("readonly", StorageError.NO_RIGHT),
    ("unable to open", StorageError.NO_RIGHT),
    ("full", StorageError.FULL),
    ("disk i/o", StorageError.FULL),
)
_DAMAGED = ("malformed", "not a database", "file is encrypted")


def sort(error: BaseException) -> Verdict:
    """What to do about an error.

    An SQLAlchemy OperationalError is the database's trouble (locked, disk full, connection lost), not the item's.
    """
    if isinstance(error, StopError):
        return Verdict.STOP
    if isinstance(error, RetryError | MemoryError | TimeoutError | sa.exc.OperationalError | sqlite3.OperationalError):
        return Verdict.LATER
    if isinstance(error, sa.exc.TimeoutError | sa.exc.InterfaceError):
        return Verdict.LATER
    if isinstance(error, OSError) and error.errno in _FULL_OR_BUSY:
        return Verdict.LATER
    return Verdict.ASIDE


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the database file itself is broken."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(cause, sqlite3.DatabaseError) and any(part in str(cause).casefold() for part in _DAMAGED)


def in_words(error: BaseException) -> StorageError | None:
    """What an error of the disk or of the database file means to who ran a command; None for any other error.

    Texts of SQLite: https://www.sqlite.org/rescode.html
    """
    if isinstance(error, sa.exc.OperationalError) and error.orig is not None:
        return in_words(error.orig)
    if isinstance(error, sqlite3.OperationalError):
        says = next((says for part, says in _SAYS if part in str(error).casefold()), None)
        return None if says is None else StorageError(says.format(says=error))
    if isinstance(error, OSError) and error.errno in _FULL:
        return StorageError(StorageError.FULL.format(says=error.strerror))
    if isinstance(error, OSError) and error.errno in _NO_PATH and error.filename:
        return StorageError(StorageError.PATH.format(path=error.filename, says=error.strerror))
    return None
