"""The contract that every source keeps.

A source is a frozen settings model and one class. The pipeline calls these methods in this order:

1. `poll(state, now)` gives raw items, a new state and whether the sweep was complete; all stored in one transaction;
2. `parse(raw)` turns one stored raw item into reviews and problems; it is pure and may run in a thread;
3. `confirm(state)` tells the source that everything up to this state is stored, where the source needs that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import httpx

from bot.model.ingest.poll import Parsed, Poll, Problem, RawItem, State
from bot.reasons import Reason

__all__ = [
    "Answerable",
    "Listening",
    "Parsed",
    "Poll",
    "Problem",
    "RawItem",
    "Source",
    "SourceContext",
    "SourceType",
    "State",
]


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source is built with besides its settings.

    Attributes:
        zone: the location's time zone, for times without one.
        http: the one client for the source's own hosts; None for sources without a network.
    """

    zone: ZoneInfo
    http: httpx.AsyncClient | None = None


class Source(Protocol):
    """Where reviews come from; the module's docstring says in which order the methods are called."""

    absence_means_gone: ClassVar[bool]
    """Whether a review that a complete poll does not give may have been removed by the platform.

    Where it is True, `Poll.is_complete` is a claim that has consequences: each complete poll has to give every review
    that the platform shows, known ones too, for one that three complete polls over at least 48 hours do not give is
    called gone (`bot/store/reviews/removals.py`). So a poll that reads only what has changed is never complete; neither
    is one that left out a page, or whose list changed while it was read. Read the whole list once a week, which
    `contract/changes.py` plans, and do not believe a list that is suddenly empty. Everything that a poll gives is
    stored and parsed before its absences count; a review that is given again is back.

    It is False where nothing follows from absence: an export of last month, a mail. A platform that names what was
    removed says so in `Parsed.removed`, whatever this is.
    """

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


@runtime_checkable
class Answerable(Protocol):
    """A source of files whose tables people are asked about."""

    def with_answers(self, answers: Mapping[str, Mapping[str, Any]], now: datetime) -> Source:
        """The same source, read with what people have answered; no review is from later than `now`."""
        ...


@runtime_checkable
class Filing(Protocol):
    """A source of mails: each is filed, whatever it holds."""

    def unread(self, raw: RawItem, why: Reason) -> Parsed:
        """How an item is filed that could not be opened."""
        ...


@runtime_checkable
class Listening(Protocol):
    """A source that can say when it has something new, beside being polled."""

    @property
    def listens(self) -> bool:
        """Whether the settings ask for it."""
        ...

    async def news(self) -> None:
        """Return as soon as there is something new; cancelled when the program ends.

        Raises:
            SourceUnreachableError, SourceRefusedError: as `Source.poll`.
        """
        ...


@runtime_checkable
class AskedOneByOne(Protocol):
    """A source that can be asked for one review by the platform's own id."""

    async def ask_for(self, external_id: str, now: datetime) -> RawItem | None:
        """The review as the platform shows it now; None where it shows none under this id.

        Raises:
            SourceUnreachableError, SourceRefusedError: as `Source.poll`.
        """
        ...


class SourceType(Protocol):
    """What a line of the registry builds a source with: its class."""

    def __call__(self, settings: Any, around: SourceContext) -> Source:
        """Build the source."""
        ...
