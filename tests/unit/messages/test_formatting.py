"""Numbers, dates, times and durations in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.messages.text.formatting import Words
from bot.model.review import Rating
from tests.gallery.example import at, words
from tests.unit.messages.reading import visible

NOW = at(19, 0)


@pytest.mark.parametrize(
    ("moment", "en", "de"),
    [
        (at(18, 50), "18:50", "18:50 Uhr"),
        (at(18, 50, 23), "Mon 18:50", "Mo., 18:50 Uhr"),
        (at(10, 0, 25), "Wed 10:00", "Mi., 10:00 Uhr"),
        (at(10, 0, 18), "Wed 10:00", "Mi., 10:00 Uhr"),
        (at(10, 0, 17), "17 Nov", "17.11."),
        (datetime(2025, 9, 20, 12, tzinfo=UTC), "20 Sep 2025", "20.9.2025"),
    ],
)
def test_moments(moment: datetime, en: str, de: str) -> None:
    """Today the clock, within the week the weekday, else the date, and the year where it is another."""
    assert words("en").moment(moment, NOW) == en
    assert words("de").moment(moment, NOW) == de


def test_today_is_the_location_s_day() -> None:
    """An hour before midnight in UTC is tomorrow in Berlin."""
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert words("en").moment(late, NOW) == "Wed 00:30"
    assert Words("en", ZoneInfo("UTC")).moment(late, NOW) == "23:30"


def test_sentences_with_a_time() -> None:
    """Today at, within the week on a day at, else on a date."""
    assert [words("en").at(at(21, 10, day), NOW) for day in (24, 23, 3)] == ["at 21:10", "on Mon at 21:10", "on 3 Nov"]
    assert [words("de").at(at(21, 10, day), NOW) for day in (24, 23, 3)] == [
        "um 21:10 Uhr",
        "am Mo. um 21:10 Uhr",
        "am 3.11.",
    ]


def test_another_zone_than_the_chat_s_is_named() -> None:
    """A location elsewhere gets its abbreviation, one with the same clock does not."""
    chat = words("en")
    assert chat.in_zone(ZoneInfo("Atlantic/Canary")).clock(at(18, 50)) == "17:50 WET"
    assert chat.in_zone(ZoneInfo("Asia/Dubai")).clock(at(18, 50)) == "21:50 UTC+04"
    assert chat.in_zone(ZoneInfo("Europe/Paris")).clock(at(18, 50)) == "18:50"
    assert words("de").in_zone(ZoneInfo("Atlantic/Canary")).clock(at(18, 50)) == "17:50 Uhr (WET)"


@pytest.mark.parametrize(
    ("duration", "en", "de"),
    [
        (timedelta(0), "1 min", "1 Min."),
        (timedelta(minutes=25), "25 min", "25 Min."),
        (timedelta(minutes=59, seconds=40), "1 h", "1 Std."),
        (timedelta(hours=6, minutes=10), "6 h", "6 Std."),
        (timedelta(hours=47, minutes=40), "2 days", "2 Tagen"),
        (timedelta(days=3), "3 days", "3 Tagen"),
    ],
)
def test_durations_in_one_unit(duration: timedelta, en: str, de: str) -> None:
    """Minutes under an hour, hours under two days, then days; a no-break space before the unit."""
    assert words("en").about(duration, dative=True) == en.replace(" ", "\u00a0")
    assert words("de").about(duration, dative=True) == de.replace(" ", "\u00a0")


def test_durations_in_two_units() -> None:
    """Hours and minutes, from two days on days and hours."""
    assert visible(words("en").exact(timedelta(hours=2, minutes=15))) == "2 h 15 min"
    assert visible(words("de").exact(timedelta(days=3, hours=4, minutes=9))) == "3 Tage 4 Std."
    assert visible(words("de").exact(timedelta(days=3), dative=True)) == "3 Tagen"
    assert visible(words("en").exact(timedelta(minutes=45))) == "45 min"


def test_numbers_and_ratings() -> None:
    """1,204 and 4.3 or 1.204 and 4,3; stars only on the scale from 1 to 5."""
    assert (words("en").number(1204), words("en").number(4.3)) == ("1,204", "4.3")
    assert (words("de").number(1204), words("de").number(4.3)) == ("1.204", "4,3")
    assert words("en").rating(Rating(2, 1, 5)) == "2★"
    assert words("en").rating(Rating(2, 1, 10)) == "2 of 10"
    assert words("de").rating(Rating(2.5, 1, 10)) == "2,5 von 10"


@pytest.mark.parametrize(
    ("per_day", "en", "de"),
    [
        (2.4, "about 2 a day", "etwa 2 am Tag"),
        (1.0, "about 1 a day", "etwa 1 am Tag"),
        (0.97, "about 1 a day", "etwa 1 am Tag"),
        (0.5, "about 4 a week", "etwa 4 in der Woche"),
        (1 / 7, "about 1 a week", "etwa 1 in der Woche"),
        (0.1, "about 3 a month", "etwa 3 im Monat"),
        (0.02, "less than 1 a month", "weniger als 1 im Monat"),
        (0.0, "less than 1 a month", "weniger als 1 im Monat"),
    ],
)
def test_usual_rhythm(per_day: float, en: str, de: str) -> None:
    """A day, else a week, else a month, else less."""
    assert words("en").usual(per_day) == en
    assert words("de").usual(per_day) == de


def test_a_sentence_does_not_end_in_two_dots() -> None:
    """A German date or unit at the end of a sentence brings its own full stop."""
    assert words("de").say("incidents.last", incident="x", at=words("de").at(at(9, 0, 3), NOW)).endswith(" am 3.11.")
