"""An answer about the scale of a platform holds for every table of that platform, whatever its headings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.model.ingest.understanding import AskKind
from bot.sources.files.questions import with_scale
from bot.sources.files.understand import understand
from tests.contract.zoo.making import Rows, book

ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, tzinfo=UTC)
FIRST = b"Datum;Portal;Bewertung;Text\n02.05.2026;Tischfreund;2;Kalt\n13.05.2026;Tischfreund;6;Toll\n"
OTHER = b"Wann;Bewertung;Text;Portal\n02.06.2026;3;Kalt;Tischfreund\n13.06.2026;6;Toll;Tischfreund\n"


def test_the_answer_names_the_platform_and_is_taken_for_its_other_tables() -> None:
    """Of 6 or of 10 is asked once; the next table of the platform is read, and one of another is still asked about."""
    (ask,) = understand("a.csv", FIRST, zone=ZONE, now=NOW).asks
    assert (ask.kind, ask.mapping) == (AskKind.SCALE, {"scale_of": "tischfreund"})
    answered = with_scale(ask.mapping, (1.0, 6.0, False))
    first = understand("a.csv", FIRST, zone=ZONE, now=NOW, answers={ask.key: answered})
    assert [one.rating.best for one in first.parsed.reviews if one.rating] == [6.0, 6.0]
    remembered = {"platform:tischfreund": {"rating_range": [1.0, 6.0], "lowest_is_best": False}}
    other = understand("b.csv", OTHER, zone=ZONE, now=NOW, answers=remembered)
    assert [one.rating.best for one in other.parsed.reviews if one.rating] == [6.0, 6.0]
    assert other.parsed.understood is not None
    assert other.parsed.understood.tables[0].scale_of == "tischfreund"
    strange = OTHER.replace(b"Tischfreund", b"Anderswo")
    assert understand("c.csv", strange, zone=ZONE, now=NOW, answers=remembered).asks
    higher = OTHER.replace(b";6;", b";7;")
    assert understand("d.csv", higher, zone=ZONE, now=NOW, answers=remembered).asks


def test_a_sheet_named_after_a_platform_gives_its_reviews_that_platform() -> None:
    """ "Google 2026" and "Booking.com" are where their reviews were written; "Gäste" is no platform."""
    rows: Rows = [["Datum", "Sterne", "Text"], [date(2026, 5, 2), 1, "Kalt"], [date(2026, 5, 13), 5, "Prima"]]
    of_ten: Rows = [["Datum", "Note", "Text"], [date(2026, 5, 3), 3, "Laut"], [date(2026, 5, 14), 9, "Gut"]]
    plain: Rows = [["Datum", "Sterne", "Text"], [date(2026, 5, 4), 2, "Langsam"], [date(2026, 5, 15), 4, "Nett"]]
    body = book({"Google 2026": rows, "Booking.com": of_ten, "Gäste": plain})
    found = understand("a.xlsx", body, zone=ZONE, now=NOW).parsed
    assert [one.platform for one in found.reviews] == ["google", "google", "booking", "booking", "", ""]
    assert [one.rating.best for one in found.reviews if one.rating] == [5, 5, 10, 10, 5, 5]
    assert found.understood is not None
    assert [table.platform for table in found.understood.tables] == ["google", "booking", ""]
