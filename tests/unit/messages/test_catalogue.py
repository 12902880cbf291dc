"""The catalogues are complete, alike in their places, and in one tone."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import bot
from bot.errors import SourceDownReason
from bot.i18n import catalogue
from bot.i18n.catalogue import PLURAL_FORMS
from bot.messages.text.message import Html
from bot.model.incident import Cause, Severity, Transition
from tests.gallery.example import words
from tests.parsed import parsed
from tests.unit.messages.reading import read

PACKAGE = Path(bot.__file__).parent
EQUAL = {
    *(
        "card.headline",
        "command.takes.assign",
        "command.takes.snooze",
        "command.until.1",
        "card.headline_plain",
        "incidents.row",
        "status.read",
        "rating.given",
        "time.moment.today",
        "time.moment.else",
    ),
    *(
        "upload.is_text",
        "upload.scale_option",
        "files.line.done",
        "pattern.weekday",
        "language.en",
        "language.de",
        "picker.cause.service",
        "severity.normal",
        "evidence.theme",
    ),
    *("digest.headline", "digest.trend", "privacy.line"),
    *("button.sta", "menu.button.pause", "menu.choice_title", "menu.digests.weekly", "menu.line"),
    *("backtest.alarm", "backtest.alarm_at_once", "backtest.rule_name", "pattern.month"),
    *("after.line", "month.headline", "several.low"),
    *(
        "smear.named",
        "pack.link",
        "pattern.tick_month",
        "pattern.tick_year",
        "chart.alarm",
        "report.alarm.sentence",
        "demo.writes",
    ),
}
"""Texts that are the same in both languages: punctuation around places, names, and words that both share."""


def places(text: str) -> set[str]:
    """The names of a text's places."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_language_has_every_text() -> None:
    """No language lacks a key of another, plural forms aside."""
    keys = [{stem(key) for key in catalogue.load(language)} for language in catalogue.languages()]
    assert catalogue.languages() == ("de", "en")
    assert all(one == keys[0] for one in keys)


def stem(key: str) -> str:
    """A key without its plural form."""
    head, _, tail = key.rpartition(".")
    return head if tail in PLURAL_FORMS and f"{head}.one" in catalogue.load("en") else key


@pytest.mark.parametrize("key", sorted(catalogue.load("en")))
def test_text_has_the_same_places_and_other_words_in_each_language(key: str) -> None:
    """Places are equal and plain names; the words differ, except for a listed few."""
    en, de = catalogue.load("en")[key], catalogue.load("de")[key]
    assert places(en) == places(de)
    assert all(name.isidentifier() for name in places(en))
    assert (en == de) == (key in EQUAL)


@pytest.mark.parametrize("language", catalogue.languages())
def test_every_text_renders(language: str) -> None:
    """Filled with hostile values every text is well formed, and nothing of a place is left."""
    for key, text in catalogue.load(language).items():
        if key.startswith("pattern."):
            continue
        n = None if stem(key) == key else 1 if key.endswith(".one") else 7
        named = places(text) - {"n"}
        filled = words(language).say(stem(key), n, **dict.fromkeys(named, "<b>&{x}"))
        assert ("{x}" in "".join(read(filled).text)) == bool(named), key
        assert filled.strip() == filled != "", key
        assert "{" not in words(language).say(stem(key), n, **dict.fromkeys(named, Html("7"))), key


@pytest.mark.parametrize("language", catalogue.languages())
def test_tone(language: str) -> None:
    """No exclamation marks, no "(s)", no straight quotation marks; German says Sie; numbers keep their unit."""
    for key, text in catalogue.load(language).items():
        shown = re.sub(r"<[^>]*>", "", text)
        assert "!" not in shown, key
        assert "(s)" not in shown, key
        assert '"' not in shown, key
        assert re.search(r"[}\d] (min|h|days?|Min\.|Std\.|Tage?n?)\b", shown) is None, key
        if language == "de":
            assert re.search(r"\b(du|dir|dich|dein\w*|euch|euer)\b", shown) is None, key


def test_every_text_is_used() -> None:
    """Each key is written somewhere in the code, whole or with its last parts filled in."""
    patterns = []
    for file in PACKAGE.glob("**/*.py"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.JoinedStr):
                patterns.append(
                    "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else r"\w+" for p in node.values)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
                patterns.append(re.escape(node.value))
    for page in PACKAGE.glob("**/*.html"):
        for text, is_begun in re.findall(r'"([\w.]+)"( ~)?', page.read_text(encoding="utf-8")):
            whole = re.escape(text) + (r"\w+" if is_begun else "")
            patterns += [whole, rf"pack\.{whole}"]
    known = re.compile("|".join(pattern for pattern in patterns if "\\." in pattern))
    unused = [key for key in catalogue.load("en") if known.fullmatch(stem(key)) is None]
    assert unused == []


def test_every_value_of_the_model_has_its_words() -> None:
    """Reasons, causes, severities and moves that the chat names are in the catalogue."""
    keys = catalogue.load("en")
    wanted = [f"{kind}.{reason}" for reason in SourceDownReason for kind in ("reason", "todo")]
    wanted += [f"cause.{cause}" for cause in Cause] + [f"picker.cause.{cause}" for cause in Cause]
    wanted += [f"severity.{severity}" for severity in Severity]
    wanted += [f"toast.done.{move}" for move in list(Transition)[: list(Transition).index(Transition.OPEN)]]
    assert [key for key in wanted if key not in keys] == []


def test_unknown_language_is_refused() -> None:
    """A language without a catalogue names those that there are."""
    with pytest.raises(KeyError, match="de, en"):
        catalogue.load("fr")
