"""Ratings, dates and tables out of hostile files."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadRowError, UnreadableFileError
from bot.model.platforms import slug_of
from bot.model.review import Rating
from bot.sources.files.understand import read_export
from bot.sources.tables.formats.delimited import DELIMITERS, decode, read_delimited, read_large
from bot.sources.tables.values.cells import language_code, review_id_in, text_of, web_address
from bot.sources.tables.values.dates import STYLES, DateReader
from bot.sources.tables.values.day_order import Order, order_of
from bot.sources.tables.values.ratings import rated, recommendation, score

BERLIN = ZoneInfo("Europe/Berlin")
ANYTHING = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.dates(), st.times()),
    *(st.from_regex(r"\d{1,4}[-/.]\d{1,4}[-/.]\d{1,5}( \d\d?:\d\d?)?"), st.from_regex(r"-?\d+[.,/]\d* ?\w*")),
)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *[
            ("4", 4),
            ("4,5", 4.5),
            ("4.0", 4),
            (" 4 ", 4),
            ("4/5", 4),
            ("2 von 5", 2),
            ("4 out of 5", 4),
            ("4 stars", 4),
        ],
        *[
            ("1 Stern", 1),
            ("3 Sterne", 3),
            ("★★☆☆☆", 2),
            ("★", 1),
            ("⭐⭐⭐", 3),
            ("FIVE", 5),
            ("zwei Sterne", 2),
            (3, 3),
        ],
        *[(2.5, 2.5), ("5★", 5), ("+3", 3)],
    ],
)
def test_ratings_as_people_write_them(cell: Any, value: float) -> None:
    """Each usual way of writing a rating gives its number on 1-5."""
    assert rated(score(cell), worst=1, best=5) == Rating(value, 1, 5)


@pytest.mark.parametrize(
    "cell", ["", "-", "–", "n/a", "N/A", "0", 0, 0.0, None, "unknown", "k.A.", float("nan"), "None"]
)
def test_no_rating_is_never_a_low_one(cell: Any) -> None:
    """A nought, a dash and an empty cell are no rating."""
    assert rated(score(cell), worst=1, best=5) is None


@pytest.mark.parametrize(
    ("cell", "reason"),
    [("-1", "outside"), ("6", "outside 1–5"), ("x", "number"), ("3/8", "scale"), (True, "yes or no")],
)
def test_other_ratings_are_bad_rows(cell: Any, reason: str) -> None:
    """What is no rating on the scale is told with its value."""
    with pytest.raises(BadRowError, match=reason):
        rated(score(cell), worst=1, best=5)


def test_a_cell_with_its_own_scale_keeps_it() -> None:
    """ "8,5/10" is 8.5 of 10 even in a file of five stars, and a scale from nought has a nought."""
    assert rated(score("8,5/10"), worst=1, best=5) == Rating(8.5, 1, 10)
    assert rated(score("0"), worst=0, best=100) == Rating(0, 0, 100)
    assert recommendation("Nein", worst=1, best=5) == Rating(1, 1, 5)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-02T10:00:00Z", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2026-01-02T10:00:00.123456789+02:00", datetime(2026, 1, 2, 8, 0, 0, 123456, UTC)),
        ("2026-01-02 10:00:00", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("2026/1/2 10:00 UTC", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("02.01.2026, 10:00 Uhr", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("2.1.26 10:00", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("Jan 2, 2026 10:15 PM", datetime(2026, 1, 2, 21, 15, tzinfo=UTC)),
        ("Freitag, 2. Januar 2026 um 10:00", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("2nd March 2026 12:05 am", datetime(2026, 3, 1, 23, 5, tzinfo=UTC)),
        ("1767348000", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("1767348000123", datetime(2026, 1, 2, 10, 0, 0, 123000, UTC)),
        ("2026-03-29 02:30:00", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-10-25 02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_dates_as_people_and_programs_write_them(text: str, at: datetime) -> None:
    """Each usual way of writing a time gives the moment; clock changes are read with the offset before."""
    found = DateReader(BERLIN).read(text)
    assert (found.at, found.is_date_only) == (at, False)


@pytest.mark.parametrize("cell", ["2026-01-02", "02.01.2026", "2. Jänner 2026", "20260102", date(2026, 1, 2), 46024.0])
def test_a_day_is_its_last_moment(cell: Any) -> None:
    """A date without a time is the last microsecond of that day in the location's zone."""
    found = DateReader(BERLIN).read(cell)
    assert found.is_date_only
    assert found.at == datetime(2026, 1, 2, 22, 59, 59, 999999, UTC)


@pytest.mark.parametrize("zone", ["America/Havana", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"])
def test_a_day_ends_where_the_next_begins_in_zones_that_change_at_midnight(zone: str) -> None:
    """A clock change at midnight neither fails nor moves a day by more than the change."""
    for month, day in ((3, 8), (3, 28), (3, 29), (4, 23), (10, 30), (10, 31), (11, 1)):
        found = DateReader(ZoneInfo(zone)).read(date(2026, month, day))
        assert found.at.astimezone(ZoneInfo(zone)).date() == date(2026, month, day)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2026", "13/04/2026"], Order("dmy")),
        (["03/04/2026", "04/13/2026"], Order("mdy")),
        (["03/04/2026", "05-06-2026"], Order(None, "03/04/2026")),
        (["13/04/2026", "04/13/2026"], Order(None)),
        (["03/03/2026", "2026-01-02", "03.04.2026", None, 5], Order(None)),
    ],
)
def test_day_and_month_are_settled_by_the_file(cells: list[Any], order: Order) -> None:
    """One part above twelve settles all rows; nothing settles, or a contradiction, leaves it open."""
    assert order_of(cells) == order


def test_a_pattern_of_the_owner_is_followed() -> None:
    """A `strptime` pattern reads what nothing else could."""
    assert DateReader(BERLIN, "%Y|%d|%m %H").read("2026|02|01 10").at == datetime(2026, 1, 2, 9, tzinfo=UTC)
    assert DateReader(BERLIN, "%d%m%y").read("020126").is_date_only


@given(ANYTHING)
def test_rating_parser_raises_bad_row_only(cell: Any) -> None:
    """Whatever a cell holds, the outcome is a rating, none, or a bad row."""
    reasons: list[str] = []
    for worst, best in ((1, 5), (1, 10), (0, 100)):
        try:
            found = rated(score(cell), worst=worst, best=best)
        except BadRowError as error:
            reasons.append(str(error))
        else:
            assert found is None or found.worst <= found.value <= found.best
    assert all(0 < len(reason) < 200 for reason in reasons)


@given(ANYTHING, st.sampled_from(["", "%d.%m.%Y", "%c %z", *STYLES]), st.sampled_from([None, "dmy", "mdy"]))
@settings(max_examples=300)
def test_date_parser_raises_bad_row_only(cell: Any, style: str, order: str | None) -> None:
    """Whatever a cell holds, the outcome is an aware moment between 1995 and 2101, or a bad row."""
    reason = "-"
    try:
        found = DateReader(BERLIN, style, order).read(cell)
    except BadRowError as error:
        reason = str(error)
    else:
        assert found.at.tzinfo is UTC
        assert 1994 <= found.at.year <= 2101
    assert 0 < len(reason) < 200


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\ufeff\r", exclude_categories=["Cc", "Cs"]), max_size=30
)


@given(
    st.lists(st.tuples(CELL, st.integers(1, 5)), min_size=1, max_size=8),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_tables_survive_every_encoding_and_delimiter(
    rows: list[tuple[str, int]], delimiter: str, encoding: str, end: str
) -> None:
    """What a program wrote with any usual encoding and delimiter is read back cell by cell."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerow(["Date", "Rating", "The guest's own words, as text"])
    table = [["2026-01-02 10:00:00", str(stars), f'{text}\n{delimiter}"x'] for text, stars in rows]
    writer.writerows(table)
    body = stream.getvalue().encode(encoding)
    grid = read_delimited(decode(body))
    if encoding.startswith("utf-8"):
        assert read_large(body) == grid
    assert [cells for _, cells in grid.rows[1:]] == table
    assert [line for line, _ in grid.rows[1:]] == [2 + 2 * index for index in range(len(rows))]


@pytest.mark.parametrize(
    ("body", "is_whole"),
    [
        (b"sep=;\na;b\n1;2\r3;4\r\n", True),
        ("\ufeffa,b\n😀,ü\n".encode(), True),
        (b'"a,b"\n"1,2"\n"3,4"\n', True),
        (b'a,b\n="1",2\n', True),
        (b'a,b\n"1 \\"x\\" y",2\n', True),
        (b'a,b\n"1,2\n3,4\n', False),
        (b"a,b\n\xfc,2\n", False),
        (b"a,b\n\x00,2\n", False),
    ],
)
def test_a_large_table_is_read_as_a_small_one(body: bytes, is_whole: bool) -> None:
    """A piece at a time gives the same rows; what needs the whole text says so."""
    grid = read_large(body)
    assert (grid == read_delimited(decode(body))) if is_whole else grid is None


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.json", "a.xlsx", "a.zip", "a.jsonl"]))
@settings(max_examples=300)
def test_any_bytes_are_read_or_refused(body: bytes, name: str) -> None:
    """No bytes at all crash the reader."""
    reasons = []
    for start in (b"", b"Date,Rating\n", b"PK\x03\x04", b"[{", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        try:
            read_export(name, start + body, zone=BERLIN, settings=None)
        except UnreadableFileError as error:
            reasons.append(str(error))
    assert all(reasons)


def test_small_cells() -> None:
    """Platforms, languages, addresses, ids and texts come out in one form."""
    assert [slug_of(text) for text in ("Google Maps", "Booking.com", "HolidayCheck", "TripAdvisor", "")] == [
        *("google", "booking", "holidaycheck", "tripadvisor", ""),
    ]
    assert [language_code(text) for text in ("de-DE", "Deutsch", "EN_us", "klingon", "")] == [
        "de",
        "de",
        "en",
        None,
        None,
    ]
    assert (web_address("https://a.example/x"), web_address("javascript:alert(1)")) == ("https://a.example/x", "")
    assert review_id_in("https://p.example/d?reviewId=gp%3AAO&c=1") == "gp:AO"
    assert review_id_in("http://[bad") is None
    assert text_of("a\x00\ud800\r\nb") == "a\ufffd\nb"
    assert (text_of(5.0), text_of(date(2026, 1, 2)), text_of(None)) == ("5", "2026-01-02", "")
