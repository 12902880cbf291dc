"""What is typed behind /snooze."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.telegram.inbound.arguments import until_of

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 11, 24, 18, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        *[(text, 24, "20:00") for text in ("90m", "90 min", "90 min.", "90 Minuten", "1,5 h", "1.5h", "1h 30min")],
        *[(text, 24, "22:30") for text in ("4h", "4 h", "4 Std", "4 Std.", "for 4 hours", "in 4 Stunden", "4 HOURS")],
        *[(text, 26, "18:30") for text in ("2d", "2\xa0d", "2 Tage", "2 days", "für 2 Tage", "in 2 Tagen", "48h")],
        *[
            (text, 25, "10:00")
            for text in ("morgen", "Morgen", "tomorrow", "bis morgen", "morgen früh", "until tomorrow")
        ],
        *[
            (text, 25, "09:30")
            for text in ("morgen 9:30", "tomorrow at 9:30", "bis morgen um 9:30 Uhr", "9:30", "bis 9.30")
        ],
        *[(text, 30, "10:00") for text in ("bis Montag 10:00", "Monday", "until Mon 10", "Mo.", "bis Montag, 10 Uhr")],
        *[(text, 24, "23:00") for text in ("heute 23:00", "today 23:00", "23 Uhr", "bis 23 Uhr", "Dienstag 23 Uhr")],
        ("übermorgen", 26, "10:00"),
    ],
)
def test_lengths_and_moments(text: str, day: int, clock: str) -> None:
    """German and English, short and long; a day alone is its morning, a clock time the next such."""
    until = until_of(text, now=TUESDAY, zone=BERLIN)
    assert until is not None, text
    assert f"{until.astimezone(BERLIN):%d %H:%M}" == f"{day} {clock}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "4 weeks",
        "8d",
        "0 min",
        "heute",
        "heute 12:00",
        "gestern",
        "someday",
        "25:00",
        "23:70",
        "5 x",
        "bis",
        "-4h",
    ],
)
def test_what_is_none(text: str) -> None:
    """A number without its unit, what is past, more than seven days ahead, or no time at all."""
    assert until_of(text, now=TUESDAY, zone=BERLIN) is None


def test_a_weekday_that_has_passed_is_the_next_one_and_stays_on_the_clock_through_the_change() -> None:
    """Tuesday evening's "Tuesday 10:00" is next week; the night when clocks change does not move it."""
    until = until_of("Tuesday", now=TUESDAY, zone=BERLIN)
    assert until == datetime(2026, 12, 1, 10, 0, tzinfo=BERLIN)
    saturday = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    assert until_of("morgen", now=saturday, zone=BERLIN) == datetime(2026, 10, 25, 10, 0, tzinfo=BERLIN)
