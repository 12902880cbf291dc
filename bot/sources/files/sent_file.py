"""A file that was handed over, by the chat, setup or the terminal."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import ClassVar
from zoneinfo import ZoneInfo

from bot.sources.contract.source import Parsed, Poll, RawItem, State
from bot.sources.files.sandbox import understand
from bot.sources.tables.mapping import FolderSettings
from bot.sources.tables.table import Answers


class SentFile:
    """The source of one file; it is never polled."""

    absence_means_gone: ClassVar[bool] = False

    def __init__(self, zone: ZoneInfo, answers: Answers, *, now: datetime | None = None) -> None:
        """`answers` are mappings by the key of a table's columns."""
        self._zone = zone
        self._answers = answers
        self._now = now

    def item(self, name: str, body: bytes) -> RawItem:
        """The file as a raw item; the same file read the same way has the same key."""
        reading = json.dumps(self._answers, sort_keys=True, default=str)
        return RawItem(
            key=sha256(b"%s\x1f%s" % (sha256(body).digest(), reading.encode())).hexdigest(), name=name, body=body
        )

    async def poll(self, state: State, now: datetime) -> Poll:
        """Nothing comes by itself."""
        return Poll((), state, is_complete=False)

    def parse(self, raw: RawItem) -> Parsed:
        """Read the file.

        Raises:
            UnreadableFileError: it is not reviews; the reason says why and what to do.
        """
        found = understand(raw.name, raw.body, zone=self._zone, answers=self._answers, now=self._now)
        return Parsed((), asks=found.asks) if found.asks else found.parsed

    async def confirm(self, state: State) -> None:
        """Nothing to do."""


def plain_settings() -> FolderSettings:
    """The settings of a file that lies in no folder."""
    return FolderSettings.model_validate({"id": "sent", "type": "folder", "path": "."})
