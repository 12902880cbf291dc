"""The gallery's examples say exactly what was designed, in both languages."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot.messages.text.message import Rendered
from tests.gallery import examples, markdown
from tests.unit.messages.reading import html_of, labels, read, rows_of, text_of, units, visible

HERE = Path(__file__).parent
ROWS = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))["row"]
BUDGETS = {"card": 1200, "page": 3000, "answer": 800, "evidence": 1500, "other": 500}
FIRST_60 = {
    "S1": (
        "🔴 Marktplatz: 7 low reviews in 6 h Open – nobody has it yet ",
        "🔴 Marktplatz: 7 schlechte Bewertungen in 6 Std. Offen – noch",
    ),
    "N1": (
        "🔴 Marktplatz: now 14 low reviews, was 7 #12 · severity high ",
        "🔴 Marktplatz: jetzt 14 schlechte Bewertungen, vorher 7 #12 ·",
    ),
    "S25": (
        "🔴 Marktplatz: 1 severe review Open, high – a severe review G",
        "🔴 Marktplatz: 1 schwerwiegende Bewertung Offen, Stufe hoch –",
    ),
    "N1b": (
        "🔴 Marktplatz: severe review in #12 Severe: food poisoning – ",
        "🔴 Marktplatz: schwerwiegende Bewertung in #12 Schwerwiegend:",
    ),
    "N4": (
        "🔴 Ben, #12 Marktplatz is assigned to you 9 low reviews. By A",
        "🔴 Ben, #12 Marktplatz ist Ihnen zugewiesen 9 schlechte Bewer",
    ),
    "N8": (
        "🔴 Marktplatz: #12 open again, 2 more low reviews It was reso",
        "🔴 Marktplatz: #12 wieder offen, 2 neue schlechte Bewertungen",
    ),
    "B1": (
        "⚠️ Google cannot be read since 14:10 (Marktplatz) This is no",
        "⚠️ Google ist seit 14:10 Uhr nicht lesbar (Marktplatz) Das h",
    ),
    "D1": (
        "⚠️ The group “Linde Team” can no longer be reached The bot w",
        "⚠️ Die Gruppe „Linde Team“ ist nicht mehr erreichbar Der Bot",
    ),
    "N6": (
        "🔴 Marktplatz: snooze of #12 is over 11 low reviews, 2 more t",
        "🔴 Marktplatz: #12 ist nicht mehr zurückgestellt 11 schlechte",
    ),
    "B4": (
        "⚠️ No source can be read since 14:10 The bot sees nothing at",
        "⚠️ Seit 14:10 Uhr ist keine Quelle lesbar Der Bot sieht im M",
    ),
    "P2": (
        "🔴 Test alert: can you hear this? If there was no sound, allo",
        "🔴 Probealarm: Hören Sie das? Falls kein Ton kam, erlauben Si",
    ),
}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("index", range(len(ROWS)), ids=lambda index: f"{index}-{ROWS[index]['name']}")
def test_message_says_exactly_what_was_designed(index: int, language: str) -> None:
    """Every row is reproduced word for word, markup included; a part is a whole line or stands between separators."""
    row = ROWS[index]
    html = html_of(row["name"], language)
    if not row.get("part"):
        assert html == row[language]
    else:
        before, found, after = html.partition(row[language])
        assert found, html
        assert before[-1:] in ("", "\n", " "), html
        assert after[:1] in ("", "\n", " ", "."), html


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("row", sorted(FIRST_60))
def test_lock_screen_shows_place_number_and_news(row: str, language: str) -> None:
    """The first 60 UTF-16 units of a buzzing message carry what matters; section by section as designed."""
    expected = FIRST_60[row][language == "de"]
    text = text_of(html_of(row, language)).replace("\n", " ")
    assert text.startswith(expected)
    assert 59 <= units(expected) <= 62


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_example_is_well_formed_within_its_budget_and_plain_alike(language: str) -> None:
    """Tags close, budgets hold, and the text without markup is what a phone shows with it."""
    for one in examples(language):
        if not isinstance(one.shown, Rendered):
            assert len(one.shown.text) <= 200, one.row
            continue
        text = text_of(one.shown.html)
        is_card, is_page = one.row[0] == "S" or one.row in ("D2", "D4"), one.row[:2] in ("V1", "V2", "C3")
        kind = "card" if is_card else "page" if is_page else {"C": "answer", "E": "evidence"}.get(one.row[0], "other")
        assert units(text) <= BUDGETS[kind], one.row
        assert one.shown.plain == text
        assert len(one.shown.reply_placeholder) <= 64
        read(one.shown.html)


def test_both_languages_have_the_same_examples_with_the_same_presses() -> None:
    """Rows, payloads and colours do not depend on the language."""
    for one, other in zip(examples("en"), examples("de"), strict=True):
        assert one.row == other.row
        assert type(one.shown) is type(other.shown)
        if isinstance(one.shown, Rendered) and isinstance(other.shown, Rendered):
            presses = [[(b.data, b.url, b.copy, b.style) for b in row] for row in one.shown.rows]
            assert presses == [[(b.data, b.url, b.copy, b.style) for b in row] for row in other.shown.rows]


def test_pickers_offer_what_was_designed() -> None:
    """Whoever is on duty comes first, times and causes two per row, and a way back."""
    assert labels(rows_of("K1", "en")) == [["Ben (on duty)", "Anna"], ["Cem"], ["Back"]]
    assert labels(rows_of("K1", "de")) == [["Ben (Dienst)", "Anna"], ["Cem"], ["Zurück"]]
    assert labels(rows_of("K1b", "en")) == [["1 h", "4 h"], ["Tomorrow 10:00", "Monday 10:00"], ["Back"]]
    assert labels(rows_of("K1b", "de")) == [["1 Std.", "4 Std."], ["Morgen 10:00", "Montag 10:00"], ["Zurück"]]
    assert labels(rows_of("K1c", "en")) == [
        ["Food", "Service"],
        ["Waiting", "Price"],
        ["Cleanliness", "Other"],
        ["Possible smear", "False alarm"],
        ["Back"],
    ]
    assert labels(rows_of("K1c", "de")) == [
        ["Essen", "Service"],
        ["Wartezeit", "Preis"],
        ["Sauberkeit", "Anderes"],
        ["Schmähkampagne?", "Fehlalarm"],
        ["Zurück"],
    ]


def test_note_request_says_what_to_type() -> None:
    """The placeholder of the typed answer is in the chat's language."""
    for language, expected in (("en", "e.g. two cooks off sick"), ("de", "z. B. zwei Köche krank")):
        shown = next(one.shown for one in examples(language) if one.row == "K2")
        assert isinstance(shown, Rendered)
        assert visible(shown.reply_placeholder) == expected


def test_docs_chat_md_is_the_gallery() -> None:
    """docs/chat.md is what `python -m tests.gallery` prints."""
    page = HERE.parents[2] / "docs" / "chat.md"
    assert page.read_text(encoding="utf-8") == markdown(), "python -m tests.gallery > docs/chat.md"
