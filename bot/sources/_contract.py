"""What a source is.

A source is a frozen settings model and one class. The pipeline calls, in this order and with nothing lost between:

1. `poll(state, now)` gives raw items, a new state and whether the sweep was complete; both are stored in one transaction;
2. `parse(raw)` turns one stored raw item into reviews and problems; it is pure and may run in a thread;
3. `confirm(state)` tells the source that everything up to this state is stored, where the source needs that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

import httpx

from bot.model.review import ParsedReview
from bot.settings import SourceSettings

State = Mapping[str, Any]
"""A source's own notes between two polls: JSON values only; empty before the first poll."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """Something a source gave, kept as it came until it is parsed.

    Attributes:
        key: the same for the same content; a key already stored for this source is not stored again.
        name: what a person calls it: a file's name, a page of an API.
        body: the bytes as they came.
        kind: tells `parse` what the bytes are, where a source has several kinds.
        note: anything else `parse` needs that only `poll` knew, as text.
    """

    key: str
    name: str
    body: bytes
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A row or file that was skipped, for the owner to read.

    Attributes:
        name: the file's name.
        line: 1-based line or row in it; None when the file as a whole is meant.
        reason: one sentence that says what is wrong and what to do.
    """

    name: str
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Poll:
    """The answer of one poll.

    Attributes:
        items: what is new, oldest first.
        state: the source's notes for the next poll.
        is_complete: everything the source has was looked at (not only what is new since the last poll).
        problems: files that could not be read at all; the pipeline reports each once.
    """

    items: tuple[RawItem, ...]
    state: State
    is_complete: bool
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw item holds."""

    reviews: tuple[ParsedReview, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source is built with besides its settings.

    Attributes:
        zone: the location's time zone, for times without one.
        http: the one client for the source's own hosts; None for sources without a network.
    """

    zone: ZoneInfo
    http: httpx.AsyncClient | None = None


class Source(Protocol):
    """The contract; see the module's docstring. Errors are SourceUnreachableError and SourceRefusedError."""

    absence_means_gone: ClassVar[bool]
    """Whether a review missing from a complete sweep may have been removed by the platform."""

    async def poll(self, state: State, now: datetime) -> Poll:
        """Look for what is new.

        Raises:
            SourceUnreachableError: try again later.
            SourceRefusedError: the owner has to act first.
        """
        ...

    def parse(self, raw: RawItem) -> Parsed:
        """Read one raw item.

        Raises:
            UnreadableFileError: the item as a whole is not reviews.
        """
        ...

    async def confirm(self, state: State) -> None:
        """Tell the source that everything up to `state` is stored."""
        ...


class SourceType(Protocol):
    """How a registry line makes a source."""

    def __call__(self, settings: Any, around: Surroundings) -> Source:
        """Build the source."""
        ...
