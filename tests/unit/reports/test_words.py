"""Both languages say everything, and say it in their own way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.i18n.speech import Plain
from bot.model.review import Rating
from bot.reports import alarm_text
from tests.histories import ZONE, history

EN, DE = Plain("en", ZONE), Plain("de", ZONE)


def test_numbers_dates_and_durations() -> None:
    """Each language's own separators, units and cases."""
    at = history(400, days=1000, bursts=1).alarms[0].at
    assert (EN.number(1204), DE.number(1204)) == ("1,204", "1.204")
    assert (EN.percent(0.075), DE.percent(0.075)) == ("8%", "8 %")
    assert EN.percent(0.004) == "0.4%"
    assert (EN.about(timedelta(minutes=20)), DE.about(timedelta(hours=6))) == ("20\u00a0min", "6\u00a0Std.")
    assert (EN.about(timedelta(days=3)), DE.about(timedelta(days=3), dative=True)) == ("3\u00a0days", "3\u00a0Tagen")
    assert DE.full_moment(at).endswith(" Uhr")
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
    assert alarm_text.cluster(alarm, EN) == "4 low reviews in 4\u00a0h; usual here: about 3 a week."
    assert alarm_text.cluster(alarm, DE) == "4 schlechte Bewertungen in 4\u00a0Std.; hier üblich: etwa 3 in der Woche."
    assert alarm_text.odds(alarm, EN) == "By chance alone: at most about once in 2\u00a0years."
    assert (
        alarm_text.odds(replace(alarm, recurrence_years=0.4), DE)
        == "Rein zufällig: höchstens etwa einmal in 5\u00a0Monaten."
    )
    assert (
        alarm_text.odds(replace(alarm, recurrence_years=100), EN)
        == "By chance alone: less than once in 100\u00a0years."
    )
    assert alarm_text.odds(replace(alarm, recurrence_years=None), EN) == ""
    assert alarm_text.odds(replace(alarm, is_by_rule=True), EN) == "Raised by a fixed rule, whatever the odds."


def test_sentence_without_what_is_not_known() -> None:
    """Where only the cluster is known, only the cluster is told; a day-only one is no 0 minutes long."""
    alarm = replace(
        history(400, days=1000, bursts=1).alarms[0], n=None, window_h=None, usual_per_day=None, recurrence_years=None
    )
    assert alarm_text.cluster(alarm, DE) == "5 schlechte Bewertungen in 4\u00a0Std."
    assert alarm_text.cluster(replace(alarm, last_at=alarm.first_at), EN) == "5 low reviews at once."


def test_headlines() -> None:
    """How many alarms in how long; that there was none; that there is too little; that there is nothing."""
    assert alarm_text.headline(history(400, days=1000, bursts=3), DE) == "3 Alarme in 33\u00a0Monaten"
    assert alarm_text.headline(history(400, days=1000), EN) == "No alarm in 33\u00a0months"
    assert alarm_text.headline(history(60, days=50, bursts=1), EN) == "1 alarm in 7\u00a0weeks"
    assert alarm_text.headline(history(18, days=300), EN).startswith("18 reviews are too few for a back-test")
    assert alarm_text.headline(history(0, days=1), DE) == "Die Datei enthält keine Bewertungen."
    assert alarm_text.densest_group(history(400, days=1000, low_share=0), EN) == "There was no low review at all."
