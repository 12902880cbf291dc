"""The page: everything that was found is on it, and nothing from outside can act."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from bot.reports.backtest import Backtest, SkippedRow
from bot.reports.page import POLICY, page
from tests.histories import history

MADE = datetime(2026, 11, 25, 3, tzinfo=UTC)
HOSTILE = (
    "<script>document.title='hacked'</script><img src=x onerror=\"document.title='hacked'\">",
    "</blockquote></style><style>*{display:none}</style>\u202e\u0007&amp;<svg onload=alert(1)>",
    "word " * 4000,
)


@dataclass
class Read(HTMLParser):
    """What a browser would find."""

    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.text.append(data)


def read(backtest: Backtest, language: str = "en") -> Read:
    """The page as a browser reads it."""
    reader = Read()
    reader.feed(page(backtest, language, made_at=MADE))
    return reader


def words(backtest: Backtest, language: str = "en") -> str:
    """What stands on the page."""
    return " ".join(" ".join(read(backtest, language).text).split())


def test_what_was_found_is_told() -> None:
    """Headline, counts, each alarm with its sentence and quotes, the fixed rule, notes, skipped rows, the method."""
    said = words(history(400, days=1000, bursts=3))
    for part in (
        "3 alarms in 33 months",
        "418 reviews",
        "4 low reviews in 4 h; usual here: about 3 a week. By chance alone: at most about once in 2 years.",
        "Waited 70 minutes",
        "“3 low within 24 h”",
        "It would have alarmed 7 times. 4 of them the bot would have left alone",
        "12 low reviews in 28 days, where 6 were to be expected",
        "14 rows are not reviews.",
        "reviews.csv, line 17: no date",
        "and 13 more",
        "once in two and a half years",
    ):
        assert part in said, part


def test_german_page_speaks_german_only() -> None:
    """No English word of ours is left on it."""
    german = page(history(400, days=1000, bursts=3, words=()), "de", made_at=MADE)
    assert '<html lang="de">' in german
    said = words(history(400, days=1000, bursts=3, words=()), "de")
    assert "3 Alarme in 33 Monaten" in said
    assert not re.search(r"\b(alarms?|reviews|low|the|would|about|raised)\b", said.replace("reviews.csv", ""))


def test_nothing_that_acts_or_asks() -> None:
    """No script, frame, form, link, event handler or address, whatever guests and file names say."""
    case = history(400, days=1000, bursts=3, words=HOSTILE, place="<script>alert(1)</script>")
    case = replace(case, skipped=(SkippedRow("<img src=x>.csv", None, "<b>bold</b>"),))
    found = read(case)
    assert not {"script", "img", "iframe", "form", "a", "link", "object", "embed", "base"} & set(found.tags)
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    for name, value in found.attributes:
        if name in ("src", "href", "xlink:href", "action", "data"):
            assert value.startswith("#"), (name, value)
    assert ("content", POLICY) in found.attributes
    assert "default-src 'none'" in POLICY
    assert not re.search(r"url\((?!#)|@import|https?:", page(case, "en", made_at=MADE))


def test_hostile_words_are_shown_as_they_are() -> None:
    """A guest's markup is read as words, on one line, cut at a word; what turns a line around is gone."""
    said = words(history(400, days=1000, bursts=1, words=HOSTILE))
    assert "<script>document.title='hacked'</script>" in said
    assert "&amp;<svg onload=alert(1)>" in said
    assert "\u202e" not in said
    assert "\x07" not in said
    assert "word word…" in said
    assert len(said) < 10_000


def test_page_with_little() -> None:
    """No review, too few and no alarm each have their own page, without empty sections."""
    assert "The file holds no reviews." in words(history(0, days=1))
    few = words(history(10, days=200))
    assert "10 reviews are too few for a back-test; it needs about 30." in few
    assert "What would have been raised" not in few
    quiet = words(history(400, days=1000), "de")
    assert "Kein Alarm in 33 Monaten" in quiet
    assert "Am dichtesten waren" in quiet


def test_very_many_alarms() -> None:
    """A hundred are listed, the rest is counted; the page stays light."""
    case = history(2000, days=3000, bursts=140)
    assert "40 more alarms are not listed" in words(case)
    assert len(page(case, "en", made_at=MADE)) < 1_500_000
