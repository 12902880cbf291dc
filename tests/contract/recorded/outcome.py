"""What a poll gave, as JSON that a person can read and compare."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from bot.errors import UnreadableFileError
from bot.model.ingest.poll import Parsed, Poll, Problem, RawItem, problem
from bot.model.review import ParsedReview
from bot.sources.contract.source import Source


def parsed_of(source: Source, items: Iterable[RawItem]) -> list[Parsed]:
    """What the items hold; one that cannot be read as a whole is a problem, as in the pipeline."""
    found = []
    for item in sorted(items, key=lambda item: item.name):
        try:
            found.append(source.parse(item))
        except UnreadableFileError as error:
            found.append(Parsed((), (problem(item.name, None, error),)))
    return found


def outcome(source: Source, poll: Poll, requests: list[str] | None) -> dict[str, Any]:
    """Reviews, problems and whether that was all; with the requests where a platform was asked."""
    parsed = parsed_of(source, poll.items)
    removed = [one for each in parsed for one in each.removed or ()]
    return {
        "reviews": [plain(review) for each in parsed for review in each.reviews],
        **({"removed": removed} if removed else {}),
        "problems": [[one.name, one.line, one.reason] for one in problems_of(parsed, poll)],
        "is_complete": poll.is_complete,
        **({} if requests is None else {"requests": requests}),
    }


def problems_of(parsed: Iterable[Parsed], poll: Poll) -> list[Problem]:
    """Everything that was left out, and why."""
    return [*poll.problems, *(one for each in parsed for one in each.problems)]


def plain(review: ParsedReview) -> dict[str, Any]:
    """A review without what is empty."""
    found: dict[str, Any] = {}
    for entry in fields(review):
        value = getattr(review, entry.name)
        if entry.name == "rating":
            found["rating"] = [value.value, value.worst, value.best] if value else None
        elif entry.name == "reply" and value:
            found["reply"] = [value.text, value.at.isoformat() if value.at else None]
        elif isinstance(value, datetime):
            found[entry.name] = value.isoformat()
        elif value:
            found[entry.name] = dict(value) if entry.name == "details" else value
    return found
