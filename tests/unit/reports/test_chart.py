"""The picture: right in size and weight, the same each time, and for a page in the page's own colours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest

from bot.demo.botapi.rules.pictures import is_presentable, size_of
from bot.i18n.speech import Plain
from bot.reports import chart
from bot.reports.backtest import Backtest, Mark
from bot.reports.series import periods
from tests.histories import ZONE, history


@pytest.mark.parametrize(
    "case",
    [
        history(0, days=1),
        history(1, days=1),
        history(10, days=200),
        history(60, days=50, bursts=1),
        history(400, days=1000, bursts=3),
        replace(history(40, days=400), marks=tuple(replace(one, stars=None) for one in history(40, days=400).marks)),
        history(300, days=9000, bursts=40),
    ],
    ids=["none", "one", "ten", "weeks", "months", "unrated", "decades"],
)
def test_picture_is_one_that_telegram_takes(case: Backtest) -> None:
    """From no review to decades of them: 1200 x 675, far below the limits."""
    picture = chart.png(case, "de")
    size = size_of(picture)
    assert size == (1200, 675)
    assert is_presentable(*size)
    assert len(picture) < 300_000


def test_a_first_week_is_a_bar_and_not_a_wall() -> None:
    """However few weeks there are, the bar of one stays narrow and stands in their middle."""
    bars = re.findall(
        rf'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" [^>]*{chart.COLOURS["volume"]}',
        chart.svg(history(9, days=5), "en"),
    )
    ((left, width),) = [(float(left), float(width)) for left, width in bars]
    assert width <= 90
    assert 600 < left + width / 2 < 672


def test_twenty_thousand_reviews() -> None:
    """A busy place makes a picture that is no heavier than a photo, and a page below a megabyte."""
    case = history(20_000, days=1100, bursts=20, low_share=0.12)
    assert len(chart.png(case, "en")) < 1_000_000
    assert len(chart.svg(case, "en")) < 1_000_000
    crowded = history(30_000, days=700, low_share=0.5)
    assert len(chart.svg(crowded, "en")) < 1_000_000


def test_same_history_same_picture() -> None:
    """Nothing in it depends on the moment or on chance, so that a repeat shows the same; the language changes it."""
    case = history(200, days=400, bursts=2)
    assert chart.png(case, "de") == chart.png(case, "de")
    assert chart.svg(case, "en") == chart.svg(case, "en")
    assert chart.png(case, "de") != chart.png(case, "en")


def test_svg_is_one_element_that_asks_for_nothing() -> None:
    """Well-formed, without style sheets, scripts, addresses or fonts; each colour can be set by the page."""
    text = chart.svg(history(200, days=400, bursts=2), "en")
    root = ElementTree.fromstring(text)
    tags = {element.tag for element in root.iter()}
    assert tags <= {"svg", "defs", "path", "circle", "rect", "pattern", "text"}
    assert not {name for element in root.iter() for name in element.attrib if name.endswith("href")}
    assert "http" not in text
    assert "font-family" not in text
    assert set(re.findall(r"url\(.*?\)", text)) == {"url(#chart-hatching)"}
    for role, colour in chart.COLOURS.items():
        assert f"var(--chart-{role}, {colour})" in text
    assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= set(chart.COLOURS.values())


def test_every_letter_of_the_words_is_in_the_font() -> None:
    """Umlauts and the months of both languages are drawn by the font that comes with the program."""
    letters = set()
    for language in ("de", "en"):
        words = Plain(language, ZONE)
        texts = [words.say(f"chart.{key}") for key in ("nothing", "average_week", "low", "alarm", "volume_month")]
        texts += [words.dated(date(2026, month, 1), "tick_month") for month in range(1, 13)]
        letters |= set("".join(texts) + words.number(1234.5))
    blank = chart.drawn("<svg></svg>")
    missing = {
        one for one in letters - {" "} if chart.drawn(f'<svg><text y="300" font-size="200">{one}</text></svg>') == blank
    }
    assert missing == set()


def test_an_alarm_is_shaded() -> None:
    """An alarm of hours in a history of years is wide enough to be seen, with a hatching of its own."""
    case = history(200, days=400, bursts=1)
    text = chart.svg(case, "en")
    assert "<pattern" in text
    assert "<pattern" not in chart.svg(replace(case, alarms=()), "en")


def test_periods_are_those_of_the_location() -> None:
    """A review just after midnight in Berlin counts for the new month, not for the old one of UTC."""
    at = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    marks = (Mark(at - timedelta(days=300), 5.0, is_low=False), Mark(at, 1.0, is_low=True))
    last = periods(marks, ZONE)[-1]
    assert (last.start.month, last.count, last.average) == (2, 1, 1.0)
