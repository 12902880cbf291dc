"""The one table of platforms."""

from __future__ import annotations

import re
from pathlib import Path

import bot
from bot.i18n import catalogue
from bot.model.platforms import known, name_of, proves_visit, reportable, slug_of


def test_each_platform_is_told_apart_by_slug_and_names() -> None:
    """Slugs are one word, no other name means two platforms, and each name leads back to its platform."""
    names = [name for one in known().values() for name in (one.slug, *one.also)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z]+", slug) for slug in known())
    assert {slug_of(name) for one in known().values() for name in one.also} <= set(known())


def test_names_of_platforms() -> None:
    """A known platform by its own spelling, another by its slug, a source that names none by the source's name."""
    assert [slug_of(text) for text in ("www.Booking.com", "GOOGLE Maps", "Mein Portal")] == [
        "booking",
        "google",
        "mein-portal",
    ]
    assert [name_of(slug) for slug in ("booking", "ubereats", "mein-portal")] == [
        "Booking.com",
        "Uber Eats",
        "Mein portal",
    ]
    assert name_of("source:exports", source_name="Exports") == "Exports"


def test_what_else_is_known_of_a_platform() -> None:
    """Booking.com alone proves a visit; ways to report are told in every language of the chat."""
    assert [slug for slug in known() if proves_visit(slug)] == ["booking"]
    assert not proves_visit("elsewhere")
    for one in reportable(known()):
        assert set(one.report) == set(catalogue.languages())


def test_no_other_module_lists_platforms() -> None:
    """Names of platforms stand in the table alone, apart from each source's own files."""
    listing = re.compile(r'"(holidaycheck|thefork|HolidayCheck|TheFork)"')
    found = [path.name for path in Path(bot.__file__).parent.rglob("*.py") if listing.search(path.read_text("utf-8"))]
    assert found == ["platforms.py"]  # its docstrings give examples
