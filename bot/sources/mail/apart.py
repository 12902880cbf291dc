"""Bodies of mails are opened in a process of their own, see `bot.sources.sandbox.process`; it is not that of the files.

Only headers are read in the service: they decide whether a mail is about reviews at all.
"""

from __future__ import annotations

import pickle
from functools import lru_cache
from typing import Final

from bot.errors import UnsafeFileError
from bot.model.ingest.poll import Parsed, RawItem
from bot.sources.mail.fields import SlowPatternError
from bot.sources.mail.read import MailOptions, read
from bot.sources.mail.rules import MailRule
from bot.sources.mail.strip import only_headers, stripped
from bot.sources.sandbox.process import Worker


class MailReader:
    """Reads mails by the same options; blocks until the process has answered."""

    def __init__(self, how: MailOptions) -> None:
        self.how = how
        self._packed = pickle.dumps(how, pickle.HIGHEST_PROTOCOL)

    def read(self, raw: RawItem) -> Parsed:
        """As `bot.sources.mail.read.read`.

        Raises:
            UnreadableFileError: our own code stumbled over it.
            UnsafeFileError: it ended the process, or took more memory or time than it may.
        """
        return _WORKER.run(_read, raw, self._packed)


def without_addresses(raw: bytes, rule: MailRule) -> bytes:
    """The mail as `stripped` leaves it; only its headers where what must not be stored cannot be told from the rest."""
    try:
        return _WORKER.run(_stripped, raw, pickle.dumps(rule, pickle.HIGHEST_PROTOCOL))
    except UnsafeFileError:
        return only_headers(raw, rule)


def _read(raw: RawItem, packed: bytes) -> Parsed:
    how: MailOptions = _restored(packed)  # type: ignore[assignment]
    return read(raw, how)


def _stripped(raw: bytes, packed: bytes) -> bytes:
    rule: MailRule = _restored(packed)  # type: ignore[assignment]
    try:
        return stripped(raw, rule)
    except SlowPatternError:
        return only_headers(raw, rule)


@lru_cache(maxsize=8)
def _restored(packed: bytes) -> object:
    return pickle.loads(packed)  # noqa: S301 -- comes from our own parent


_WORKER: Final = Worker("bot.sources.mail.apart", seconds=15)
