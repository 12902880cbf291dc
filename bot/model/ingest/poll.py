"""What a source gives when it is asked, on its way into the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.errors import SkipError
from bot.model.ingest.understanding import Ask, Understood
from bot.model.review import ParsedReview
from bot.reasons import Reason

State = Mapping[str, Any]
"""A source's own notes between two polls: JSON values only; empty before the first poll."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """Something a source gave, kept as it came until it is parsed.

    Attributes:
        key: the same for the same content, and another one for other content. An item whose key is stored already
            takes the place of what was there and is parsed again, so that an edit that was taken back is seen.
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
        reason: one sentence that says what is wrong and what to do, in English.
        why: the same for every language, where the catalogue of reasons has it.
    """

    name: str
    line: int | None
    reason: str
    why: Reason | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """The answer of one poll.

    Attributes:
        items: what is new, oldest first.
        state: the source's notes for the next poll.
        is_complete: everything the source has was looked at (not only what is new since the last poll).
        problems: files that could not be read at all; the pipeline reports each once.
        has_more: there is more already than was given at once: the source is asked again without waiting.
        reads_anew: what is kept of earlier raw items would be read differently now, so it is parsed again.
        next_poll_at: set where nothing came: when the source is asked again.
        waiting: files that are still being written; a later poll gives them.
    """

    items: tuple[RawItem, ...]
    state: State
    is_complete: bool
    problems: tuple[Problem, ...] = ()
    has_more: bool = False
    reads_anew: bool = False
    next_poll_at: datetime | None = None
    waiting: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What became of a mail."""

    READ = "read"
    UNREAD = "unread"
    UNVERIFIED = "unverified"
    FAILED = "failed"
    ELSEWHERE = "elsewhere"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Filed:
    """How a mail is filed, so that none is lost silently.

    Attributes:
        outcome: READ, or why its reviews are not counted: UNREAD (the rule does not fit), UNVERIFIED (nobody proves who
            sent it), FAILED (it is proved to be forged), ELSEWHERE (another place's), IGNORED (no rule is about it).
        rule: the name of the rule that is about it.
        platform: the rule's platform.
        sender, subject: as the mail says, for people to read; hostile text.
        sent_at: when it arrived.
        why: what is wrong and what to do; None when it was read.
    """

    outcome: Outcome
    rule: str
    platform: str
    sender: str
    subject: str
    sent_at: datetime
    why: Reason | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one raw item holds.

    Attributes:
        kind: which known table it is ("booking", "plain", ...), "takeout", or "mapping" for the owner's own columns.
        removed: the ids of reviews that the platform itself says are removed; they are gone at once, and back when
            they are among `reviews` again. None where the platform does not say; for what is just missing see
            `Source.absence_means_gone`.
        filed: for mails only.
        understood: for files only: how each table was read.
        asks: for files only: what has to be asked before they can be read; then there are no reviews.
    """

    reviews: tuple[ParsedReview, ...]
    problems: tuple[Problem, ...] = ()
    removed: tuple[str, ...] | None = None
    kind: str = ""
    filed: Filed | None = None
    understood: Understood | None = None
    asks: tuple[Ask, ...] = ()


def problem(name: str, line: int | None, why: Reason | SkipError) -> Problem:
    """A problem with its reason, or with that of the error that it raised."""
    found = why.reason if isinstance(why, SkipError) else why
    return Problem(name, line, str(why), found if isinstance(found, Reason) else None)
