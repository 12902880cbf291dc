"""One figure reads the same wherever it is read: on the card, on the page of a back-test and on the terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.detect.types import YEARS_CAP
from bot.i18n.speech import RAREST_YEARS, Plain, plain
from bot.messages.incident.backtest import BackTest, back_test
from bot.messages.incident.cards import card
from bot.messages.text.fragments import odds
from bot.model.incident import Evidence
from bot.reports import alarm_text
from bot.reports.page import page
from tests.gallery.example import ZONE, facts, incident, words
from tests.histories import history
from tests.unit.messages.reading import visible

MADE = datetime(2026, 11, 25, 3, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("years", [0.04, 0.4, 0.96, 1.0, 1.17, 1.5, 2.6, 9.4, 10.2, 12, 13, 14.9, 37, 99, 100])
def test_the_same_odds_read_the_same_everywhere(years: float, language: str) -> None:
    """14 months are no year on the card and 14 months on the page; 13 years are no 15 elsewhere."""
    evidence = Evidence(n=7, window_h=7.0, expected=0.4, recurrence_years=years)
    sentence = visible(odds(evidence, Plain(language, ZONE)))
    assert sentence in visible(card(facts(language, incident(evidence=evidence)), words(language)).html)
    past = history(400, days=1000, bursts=1)
    past = replace(past, alarms=tuple(replace(one, recurrence_years=years) for one in past.alarms))
    assert f"{sentence}." in visible(page(past, language, made_at=MADE))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("per_day", [2.4, 0.97, 0.5, 0.1, 0.01])
def test_the_same_rhythm_reads_the_same_everywhere(per_day: float, language: str) -> None:
    """What is usual here is one phrase."""
    phrase = visible(Plain(language, ZONE).say("card.usual", usual=Plain(language, ZONE).usual(per_day)))
    assert phrase in visible(card(facts(language, incident(), usual_per_day=per_day), words(language)).html)
    past = history(400, days=1000, bursts=1)
    alarm = replace(past.alarms[0], usual_per_day=per_day)
    assert phrase in visible(alarm_text.cluster(alarm, Plain(language, ZONE)))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("days", [1, 13, 20, 50, 59, 61, 200, 1000])
def test_a_history_is_as_long_in_the_chat_as_on_the_page(days: int, language: str) -> None:
    """Days, weeks or months: the caption of the picture and the page's headline agree."""
    past = history(400, days=days)
    first, last = past.marks[0].at, past.marks[-1].at
    shown = BackTest(
        location_name="Marktplatz", names_location=False, reviews=400, is_too_small=False, first_at=first, last_at=last,
        is_weekly=False, alarm_count=0, alarms=(), densest=(2, timedelta(days=1)), rule_low=3, rule_hours=24,
        rule_alarms=0, has_picture=False,
    )  # fmt: skip
    span = re.search(r"(?:in|innerhalb von) (\d+ \w+)", visible(back_test(shown, words(language)).html))
    assert span is not None
    assert visible(alarm_text.headline(replace(past, alarms=()), Plain(language, ZONE))).endswith(span[1])


def test_the_detector_caps_where_words_stop_telling_apart() -> None:
    """Odds beyond what is said are not computed either."""
    assert YEARS_CAP == RAREST_YEARS


def test_a_language_without_a_catalogue_is_english() -> None:
    """A report for a chat in French is in English."""
    assert plain("fr", ZoneInfo("Europe/Paris")).say("unit.years", 2) == plain("en", ZONE).say("unit.years", 2)
