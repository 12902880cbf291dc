"""Both languages say everything, and say it in their own way."""

from __future__ import annotations

import string
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.review import Rating
from bot.reports import alarm_text
from bot.reports.words import ReportWords, catalogue
from tests.histories import ZONE, history

EN, DE = ReportWords("en", ZONE), ReportWords("de", ZONE)
SAME = {"chart.alarm", "alarm.sentence"}


def places(text: str) -> set[str]:
    """The names of a text's places."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_every_text_in_both_languages(key: str) -> None:
    """The same keys and places, and other words, except where a word is the same in both."""
    assert catalogue("en").keys() == catalogue("de").keys()
    assert places(catalogue("en")[key]) == places(catalogue("de")[key])
    assert key.partition(".")[0] in ("pattern", "unit", "fact") or (
        (catalogue("en")[key] == catalogue("de")[key]) == (key in SAME)
    )


def test_another_language_is_english() -> None:
    """A chat in a language that has no catalogue gets English."""
    assert catalogue("fr") == catalogue("en")


def test_numbers_dates_and_durations() -> None:
    """Each language's own separators, units and cases."""
    at = history(400, days=1000, bursts=1).alarms[0].at
    assert (EN.number(1204), DE.number(1204)) == ("1,204", "1.204")
    assert (EN.percent(0.075), DE.percent(0.075)) == ("8%", "8 %")
    assert EN.percent(0.004) == "0.4%"
    assert (EN.span(timedelta(minutes=20)), DE.span(timedelta(hours=6))) == ("20 min", "6 Std.")
    assert (EN.span(timedelta(days=3)), DE.span(timedelta(days=3))) == ("3 days", "3 Tagen")
    assert DE.moment(at).endswith(" Uhr")
    assert (EN.rating(Rating(2, 1, 5)), DE.rating(Rating(2.5, 1, 10))) == ("2★", "2,5 von 10")
    assert [EN.usual(per_day) for per_day in (2.2, 0.4, 0.05, 0.01)] == [
        "about 2 a day",
        "about 3 a week",
        "about 2 a month",
        "less than 1 a month",
    ]


def test_sentence_of_an_alarm() -> None:
    """How many in what time, what is usual, and how seldom by chance."""
    alarm = history(400, days=1000, bursts=1).alarms[0]
    assert alarm_text.cluster(alarm, EN) == "4 low reviews in 4 h; usual here: about 3 a week."
    assert alarm_text.cluster(alarm, DE) == "4 schlechte Bewertungen in 4 Std.; hier üblich: etwa 3 in der Woche."
    assert alarm_text.odds(alarm, EN) == "By chance alone about once in 3 years."
    assert alarm_text.odds(replace(alarm, recurrence_years=0.4), DE) == "Rein zufällig etwa einmal in 5 Monaten."
    assert alarm_text.odds(replace(alarm, recurrence_years=100), EN) == "By chance alone less than once in 100 years."
    assert alarm_text.odds(replace(alarm, recurrence_years=None), EN) == ""
    assert alarm_text.odds(replace(alarm, is_by_rule=True), EN) == "Raised by a fixed rule, whatever the odds."


def test_sentence_without_what_is_not_known() -> None:
    """Where only the cluster is known, only the cluster is told; a day-only one is no 0 minutes long."""
    alarm = replace(
        history(400, days=1000, bursts=1).alarms[0], n=None, window_h=None, usual_per_day=None, recurrence_years=None
    )
    assert alarm_text.cluster(alarm, DE) == "5 schlechte Bewertungen in 4 Std."
    assert alarm_text.cluster(replace(alarm, last_at=alarm.first_at), EN) == "5 low reviews at once."


def test_headlines() -> None:
    """How many alarms in how long; that there was none; that there is too little; that there is nothing."""
    assert alarm_text.headline(history(400, days=1000, bursts=3), DE) == "3 Alarme in 33 Monaten"
    assert alarm_text.headline(history(400, days=1000), EN) == "No alarm in 33 months"
    assert alarm_text.headline(history(60, days=50, bursts=1), EN) == "1 alarm in 7 weeks"
    assert alarm_text.headline(history(18, days=300), EN).startswith("18 reviews are too few for a back-test")
    assert alarm_text.headline(history(0, days=1), DE) == "Die Datei enthält keine Bewertungen."
    assert alarm_text.densest_group(history(400, days=1000, low_share=0), EN) == "There was no low review at all."
