"""What holds for every message; how each is worded is pinned in docs/chat.md alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.messages.text.message import Rendered
from tests.gallery import examples, markdown
from tests.unit.messages.reading import html_of, labels, read, rows_of, text_of, units

BUDGETS = {"card": 1200, "page": 3000, "answer": 800, "evidence": 1500, "other": 500, "digest": 900}
_KINDS = {"C": "answer", "E": "evidence", "G": "digest", "J": "answer"}
BUZZING = ("S1", "S25", "N1", "N1b", "N4", "N6", "N8", "B1", "B4b", "D1")


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("row", BUZZING)
def test_lock_screen_shows_what_it_is_about(row: str, language: str) -> None:
    """The first 60 UTF-16 units of a buzzing message begin with its mark and name the location or the incident."""
    text = text_of(html_of(row, language)).replace("\n", " ")
    start = text.encode("utf-16-le")[:120].decode("utf-16-le", "ignore")
    assert text[0] in "🔴⚠", text
    assert any(name in start for name in ("Marktplatz", "#12", "Linde Team")), start


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_example_is_well_formed_within_its_budget_and_plain_alike(language: str) -> None:
    """Tags close, budgets hold, and the text without markup is what a phone shows with it."""
    for one in examples(language):
        if not isinstance(one.shown, Rendered):
            assert len(one.shown.text) <= 200, one.row
            continue
        text = text_of(one.shown.html)
        is_card, is_page = one.row[0] == "S" or one.row in ("D2", "D4"), one.row[:2] in ("V1", "V2", "C3")
        kind = "card" if is_card else "page" if is_page else _KINDS.get(one.row[0], "other")
        assert units(text) <= BUDGETS[kind], one.row
        assert one.shown.plain == text
        assert len(one.shown.reply_placeholder) <= 64
        read(one.shown.html)


def test_both_languages_have_the_same_examples_with_the_same_presses() -> None:
    """Rows, payloads and colours do not depend on the language."""
    assert len({one.row for one in examples("en")}) == len(examples("en"))
    for one, other in zip(examples("en"), examples("de"), strict=True):
        assert one.row == other.row
        assert type(one.shown) is type(other.shown)
        if isinstance(one.shown, Rendered) and isinstance(other.shown, Rendered):
            presses = [[(b.data, b.url, b.copy, b.style) for b in row] for row in one.shown.rows]
            assert presses == [[(b.data, b.url, b.copy, b.style) for b in row] for row in other.shown.rows]


def test_pickers_offer_two_per_row_and_a_way_back() -> None:
    """People, times and causes stand two per row; the last row leads back."""
    for row, sizes in (("K1", [2, 1, 1]), ("K1b", [2, 2, 1]), ("K1c", [2, 2, 2, 2, 1])):
        for language, back in (("en", "Back"), ("de", "Zurück")):
            shown = labels(rows_of(row, language))
            assert [len(one) for one in shown] == sizes
            assert shown[-1] == [back]


def test_docs_chat_md_is_the_gallery() -> None:
    """docs/chat.md is what `python -m tests.gallery` prints."""
    page = Path(__file__).parents[3] / "docs" / "chat.md"
    assert page.read_text(encoding="utf-8") == markdown(), "python -m tests.gallery > docs/chat.md"
