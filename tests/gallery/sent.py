"""Examples: export files that are sent to the chat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from bot.messages.service.sent import typed_reviews, uploads
from bot.messages.service.sent.files import FileRow, files
from bot.messages.service.sent.imports import SkippedRow
from bot.messages.service.sent.uploads import Brought, SentFile
from bot.model.review import Rating
from tests.gallery.example import Example, words

_COLUMNS = {
    "en": (("Note", "3"), ("Datum", "4 Mar 2024"), ("Kommentar", "Room loud")),
    "de": (("Note", "3"), ("Datum", "4.3.2024"), ("Kommentar", "Zimmer laut")),
}
_TYPED = {"en": "Waited 70 minutes", "de": "70 Minuten gewartet"}
_REASON = {"en": "no date", "de": "kein Datum"}


def sent(language: str) -> Iterator[Example]:
    """I1 to I9 of a file in the chat."""
    say = words(language)
    booking, export = SentFile(1, "booking.csv", "Marktplatz"), SentFile(2, "export.csv", "Marktplatz")
    yield Example("F-I1", "Reading a file", uploads.reading(booking, say, done=3200, rows=8000))
    found = Brought(
        "booking",
        new=405,
        changed=2,
        known=5,
        first_at=datetime(2024, 3, 3, 12, tzinfo=UTC),
        last_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    )
    yield Example("F-I2", "File imported", uploads.imported(booking, say, found))
    places = ((1, "Marktplatz"), (2, "Bahnhof"))
    yield Example("F-I3", "Which location", uploads.which_location(booking, say, rows=412, places=places))
    columns = [{"name": name, "first": first} for name, first in _COLUMNS[language]]
    mapping = {"rating": "Note", "date": "Datum", "text": "Kommentar", "rating_range": (1, 10)}
    question = uploads.which_columns(export, say, rows=412, mapping=mapping, columns=columns)
    yield Example("F-I4", "Which column is what", question)
    day = uploads.which_day(
        export, say, rows=412, example="03/04/2026", day_first=date(2026, 4, 3), month_first=date(2026, 3, 4)
    )
    yield Example("F-I5", "Which day is meant", day)
    yield from _asked(language, export)
    rows = [SkippedRow(line, _REASON[language]) for line in (17, 33, 58)]
    partly = Brought(
        "mapping",
        new=398,
        changed=0,
        known=0,
        first_at=found.first_at,
        last_at=found.last_at,
        skipped=rows,
        skipped_count=14,
    )
    yield Example("F-I6", "Some rows skipped", uploads.imported(export, say, partly))
    yield Example("F-I6b", "The list of skipped rows", uploads.skipped_list(say, file_name="export.csv", rows=14))
    yield Example("F-I7", "No reviews in it", uploads.unreadable(SentFile(3, "scan.pdf"), say))
    yield Example("F-I8", "Too large", uploads.too_large("takeout.zip", say, size=34_000_000))
    yield Example("F-I8b", "Not handed over by Telegram", uploads.not_fetched(booking, say))
    known = Brought("booking", new=0, changed=0, known=412)
    yield Example("F-I9", "Known already", uploads.imported(booking, say, known))
    yield Example("F-I9b", "Undone", uploads.undone(say, removed=405, set_back=2))
    yield Example("F-I9c", "Cancelled", uploads.cancelled(booking, say))


_ASSUMED: Final = (("w", "rating", "Note"), ("x", "no", "Note"), ("y", "day_first", True), ("z", "month_first", True))


def _asked(language: str, export: SentFile) -> Iterator[Example]:
    """What is asked about a scale or a yes, and what was understood."""
    say = words(language)
    columns = [{"name": name, "first": first} for name, first in _COLUMNS[language]]
    guessed = {"rating": "Note", "date": "Datum", "text": "Kommentar"}
    page = uploads.which_columns(export, say, rows=412, mapping=guessed, columns=columns)
    yield Example("F-I4c", "Which column is what, the scale is asked next", page)
    facts: dict[str, Any] = {
        "column": "Note",
        "options": [[1.0, 6.0, True], [1.0, 5.0, True], [1.0, 5.0, False], [1.0, 10.0, False]],
        "why": "words",
        "top": 5.0,
        "example": [1.0, _TYPED[language]],
    }
    yield Example("F-I5b", "Which scale", uploads.which_scale(export, say, rows=412, facts=facts))
    waits = {
        "count": 7,
        "since": "2026-11-21T18:05:00+00:00",
        "until": "2026-11-21T19:40:00+00:00",
        "is_date_only": False,
        "if": {"worst": 1.0},
        "quotes": [_TYPED[language]],
    }
    asked = uploads.which_scale(export, say, rows=412, facts=facts)
    yield Example("F-I5v", "Which scale, and low reviews wait for the answer", uploads.meanwhile(asked, say, waits))
    day_only = {**waits, "is_date_only": True}
    for letter, kind, what in _ASSUMED:
        page = uploads.meanwhile(asked, say, {**day_only, "if": {kind: what}})
        yield Example(f"F-I5{letter}", "The same, with another question", page)
    bare = {**facts, "why": "numbers", "example": [1.0, ""]}
    yield Example("F-I5c", "Which scale, without words", uploads.which_scale(export, say, rows=1, facts=bare))
    about = {"column": "Weiterempfehlung", "example": "nein"}
    asked = uploads.which_recommended(export, say, rows=412, facts=about)
    yield Example("F-I5d", "Does a yes count", asked)
    yield Example("F-I5e", "Does a yes count, one row", uploads.which_recommended(export, say, rows=1, facts=about))
    for number, (change, what) in enumerate(_READINGS, start=1):
        table = {**_TABLE, **change}
        left_out = [{"code": "sheet_asks", "args": {"sheet": "Tripadvisor"}}] if number == 1 else []
        found = Brought("plain", new=618, changed=0, known=0, understood={"tables": [table], "left_out": left_out})
        yield Example(f"F-I2{'bcdk'[number - 1]}", f"What was understood, {what}", uploads.imported(export, say, found))
    many = Brought("plain", new=3000, changed=0, known=0, understood={"tables": [_TABLE], "left_out": []}, files=3000)
    yield Example("F-I2m", "Many small files imported together", uploads.imported(export, say, many))
    at = datetime(2026, 11, 22, 12, tzinfo=UTC)
    states = ("done", "asking", "undone", "cancelled", "refused", "going")
    shown = [FileRow(n, f"export-{n}.csv", at, state, reviews=n) for n, state in enumerate(states, start=1)]
    shown.append(FileRow(7, "export-7.csv", at, "done", reviews=618))
    shown.append(FileRow(8, "0001.csv", at, "done", reviews=3000, files=3000))
    yield Example("C8", "/files", files(shown, say, now=at))
    yield Example("C8b", "/files, none", files([], say, now=at))


_TABLE: dict[str, Any] = {
    "sheet": "Google",
    "columns": {"rating": ["Sterne (1-5)"], "date": ["Datum"], "text": ["Kommentar"]},
    "scale": [1.0, 5.0],
    "lowest_is_best": False,
    "order": "dmy",
    "unused": ["Bestellnummer"],
    "reviews": 618,
    "low": 72,
    "without_rating": 0,
}
_READINGS: tuple[tuple[dict[str, Any], str], ...] = (
    ({}, "five stars"),
    ({"lowest_is_best": True, "scale": [1.0, 6.0], "order": "mdy"}, "school grades"),
    ({"scale": None, "order": "swapped", "reviews": 1, "low": 0, "without_rating": 1}, "no stars"),
    ({"platform": "google"}, "a sheet taken for the platform"),
)


def typed(language: str) -> Iterator[Example]:
    """A review that somebody types."""
    say = words(language)
    text = _TYPED[language]
    places = ((1, "Marktplatz"), (2, "Bahnhof"))
    yield Example("I11a", "Which location", typed_reviews.which_location(1, say, text=text, places=places))
    stars = typed_reviews.how_many_stars(1, say, text=text, place="Marktplatz")
    yield Example("I11b", "How many stars", stars)
    asked = typed_reviews.which_platform(1, say, text=text, platforms=("google", "tripadvisor"))
    yield Example("I11c", "Where it was written", asked)
    about: dict[str, Any] = {"place": "Marktplatz", "rating": Rating(2, 1, 5), "platform": "tripadvisor"}
    yield Example("I11", "A review typed in", typed_reviews.added(1, say, is_new=True, **about))
    yield Example("I11d", "Known already", typed_reviews.added(1, say, is_new=False, **about))
    yield Example("I11e", "Taken back", typed_reviews.taken_back(say))
    yield Example("I11f", "Cancelled", typed_reviews.cancelled(say))
    yield Example("I11g", "/add alone", typed_reviews.nothing_typed(say))
