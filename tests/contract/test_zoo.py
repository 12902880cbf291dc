"""The export zoo: each file is read right, asked about, or refused with its reason; nothing is guessed in silence."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UnreadableFileError
from bot.model.review import ParsedReview
from bot.sources.files.understand import Understanding, understand
from tests.contract.zoo.table import Entry, entries

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
ALL = list(entries())


def read(entry: Entry) -> Understanding | str:
    """What came of a file; the code of the reason where it was refused."""
    try:
        found = understand(entry.name, entry.body, zone=ZONE, now=NOW)
    except UnreadableFileError as error:
        return str(getattr(error.reason, "code", error.reason))
    problems = found.parsed.problems
    if not found.asks and not found.parsed.reviews and problems:
        return problems[0].why.code if problems[0].why else problems[0].reason
    return found


def line(review: ParsedReview) -> str:
    """A review as the table writes it."""
    at = review.published_at.astimezone(ZONE)
    when = f"{at:%Y-%m-%d}" if review.is_date_only else f"{at:%Y-%m-%d %H:%M}"
    rating = "-" if review.rating is None else f"{round(review.rating.value, 2):g}/{review.rating.best:g}"
    return f"{when} {rating} {review.body}"


def is_right(found: list[str], wanted: str) -> bool:
    """Whether these are the reviews that the table names."""
    lines = [one for one in wanted.split("\n") if one]
    return len(lines) == len(found) and all(one.startswith(want) for one, want in zip(found, lines, strict=True))


def test_there_are_enough_of_each_kind() -> None:
    """At least 150 files, and each kind in five variations."""
    assert len(ALL) >= 150
    assert min(Counter(entry.kind for entry in ALL).values()) >= 5


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: f"{entry.kind}: {entry.what}")
def test_is_read_right_or_asked(entry: Entry) -> None:
    """Each file is read as the table says, or asked about with at most three questions, or refused."""
    found = read(entry)
    if isinstance(found, str):
        assert (entry.must, found) == ("refuse", entry.code)
        return
    assert entry.must != "refuse"
    if found.asks:
        assert entry.must in ("ask", "either")
        assert len(found.asks) <= 3
        return
    assert entry.must in ("read", "either")
    lines = [line(review) for review in found.parsed.reviews]
    assert is_right(lines, entry.right) or (entry.other and is_right(lines, entry.other)), lines


@pytest.mark.parametrize("entry", ALL[::7], ids=lambda entry: f"{entry.kind}: {entry.what}")
def test_what_came_of_it_can_be_sent_to_another_process(entry: Entry) -> None:
    """The result can be pickled, whatever came of the file."""
    found = read(entry)
    assert pickle.loads(pickle.dumps(found)) == found
