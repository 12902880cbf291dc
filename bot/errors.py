"""Every error of the project, grouped by what the caller does about it.

ReviewBotError
├── StopError                the program cannot go on; the text says what the owner does
│   ├── ConfigError          the configuration has mistakes (all of them are listed)
│   ├── SecondInstanceError  another process already runs on this database
│   ├── DamagedDatabaseError
│   ├── BadCopyError         a backup is damaged, half, or none at all
│   ├── BackupError          a backup cannot be written
│   ├── SchemaError          the database was written by a newer release
│   └── TokenRevokedError    Telegram does not accept the bot token any more
├── RetryError               try again later; nothing is lost
│   ├── SourceUnreachableError
│   ├── TelegramUnreachableError
│   ├── StorageError         the disk is full, held by another program or not ours
│   └── WorkerError          a worker process died while it worked
│       └── WorkerDiedError
├── OwnerActionError         trying again does not help until the owner has done something
│   ├── SourceRefusedError
│   └── EgressRefusedError   (bot/egress) a connection to a host that is not configured
├── SkipError                this one thing is skipped and reported, the rest goes on
│   ├── UnreadableFileError
│   │   ├── UnsafeFileError     it ended the process that reads files
│   │   └── OpenQuestionsError  somebody has to answer first
│   ├── BadRowError
│   └── LostFileError        Telegram does not hand over a file that somebody sent
└── MoveRefusedError         somebody's move on an incident is not allowed now
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any


class ReviewBotError(Exception):
    """Base of every error that the project raises on purpose."""


class StopError(ReviewBotError):
    """The program cannot go on; the text says what the owner does."""


class ConfigError(StopError):
    """The configuration has mistakes; `problems` holds one line for each, with its key."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The configuration has mistakes:\n" + "\n".join(f"  - {p}" for p in self.problems))


class SecondInstanceError(StopError):
    """Another process already runs on this database."""


class DatabaseGoneError(StopError):
    """The database's file was removed or replaced under the running program."""

    REMOVED = (
        "{path} was removed while reviewbot was running. It has been written again from what was still open, with "
        "everything in it: start reviewbot again. Stop it before you move or remove its files."
    )
    REPLACED = (
        "{path} was replaced by another file while reviewbot was running. What was done since then is not in it. Start "
        "reviewbot again to go on with the new file; stop it first the next time, or use `reviewbot restore`."
    )


class DamagedDatabaseError(StopError):
    """The database file cannot be read any more."""

    HELP = (
        "The database is damaged ({says}). Stop the service, keep the damaged file elsewhere, and run "
        "`reviewbot restore` with the newest file of data_dir/backups (docs/install.md, 'A copy'); without one start "
        "with an empty data folder, exports are read again."
    )


class BadCopyError(StopError):
    """A backup is damaged, only half there, or no backup of this program."""


class BackupError(StopError):
    """A backup cannot be written; what it was to be made of is as it was."""


class SchemaError(StopError):
    """The database was written by a newer release of this program."""


class TokenRevokedError(StopError):
    """Telegram does not accept the bot token any more."""

    HELP = (
        "Telegram does not accept the bot token any more. Ask @BotFather for a new one (/token), "
        "put it into the configuration and start again."
    )


class SourceDownReason(StrEnum):
    """Why a source cannot be read; each value has a text in every catalogue."""

    SIGN_IN_EXPIRED = "sign_in_expired"
    NOT_APPROVED = "not_approved"
    ACCESS_REFUSED = "access_refused"
    NO_ANSWER = "no_answer"
    EMPTY = "empty"
    FORMAT_CHANGED = "format_changed"
    FOLDER_MISSING = "folder_missing"
    BUSY = "busy"
    LOGIN_REFUSED = "login_refused"
    CERTIFICATE = "certificate"
    SILENT = "silent"
    RULES = "rules"


class RetryError(ReviewBotError):
    """Try again later; nothing is lost."""


class SourceUnreachableError(RetryError):
    """A source did not answer, or asked to be left alone for a while."""

    def __init__(self, message: str, *, reason: SourceDownReason, retry_after: timedelta | None = None) -> None:
        self.reason = reason
        self.retry_after = retry_after
        super().__init__(message)


class TelegramUnreachableError(RetryError):
    """Telegram did not answer."""


class StorageError(RetryError):
    """The disk does not take or give what is asked of it; nothing is half done."""

    FULL = (
        "There is no room left on the disk, or it is broken ({says}). No change is half written: make room, look with "
        "`df -h`, and run the command again."
    )
    BUSY = "Another program holds the database ({says}). No change is half written: run the command again in a minute."
    NO_RIGHT = (
        "The data folder cannot be used ({says}). Give the user who runs this the right to read and write in it, or "
        "run the command as the user of the service."
    )
    PATH = "{path} cannot be read or written ({says}). Name another place, or give the user who runs this the right to."


class WorkerError(RetryError):
    """A worker process died while it worked, or the workers are shutting down."""


class WorkerDiedError(WorkerError):
    """The same call has ended two worker processes: trying it again as it is does not help."""


class OwnerActionError(ReviewBotError):
    """Trying again does not help until the owner has done something."""


class SourceRefusedError(OwnerActionError):
    """A source refuses us until the owner acts; the text says what to do."""

    def __init__(self, message: str, *, reason: SourceDownReason) -> None:
        self.reason = reason
        super().__init__(message)


class SkipError(ReviewBotError):
    """This one thing is skipped and reported, the rest goes on."""

    @property
    def reason(self) -> object:
        """What it was raised with: a `bot.reasons.Reason`, or a text."""
        return self.args[0] if self.args else ""


class UnreadableFileError(SkipError):
    """A file cannot be read as reviews; the text says why and what to do."""


class UnsafeFileError(UnreadableFileError):
    """A file ended the process that reads files, or took more memory or time than it may."""


class OpenQuestionsError(UnreadableFileError):
    """A file can be read as soon as somebody has answered; `asks` are `bot.model.ingest.understanding.Ask`."""

    def __init__(self, reason: object, asks: Sequence[Any]) -> None:
        super().__init__(reason)
        self.asks = tuple(asks)


class BadRowError(SkipError):
    """A row of a file is not a review; the text says why."""


class LostFileError(SkipError):
    """Telegram does not hand over a file that somebody sent; it has to be sent again."""


class MoveRefusedError(ReviewBotError):
    """A move on an incident is not allowed in its present state or to this person."""
