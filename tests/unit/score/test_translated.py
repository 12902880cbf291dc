"""Fields with a translation beside the original are taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.score.languages.translated import Translation, split_translation


@pytest.mark.parametrize(
    ("text", "translated", "original"),
    [
        ("(Translated by Google) Good soup.\n\n(Original)\nGute Suppe.", "Good soup.", "Gute Suppe."),
        ("Gute Suppe.\n\n(Translated by Google)\nGood soup.", "Good soup.", "Gute Suppe."),
        ("(Original)\nGute Suppe.\n\n(Translated by Google)\nGood soup.", "Good soup.", "Gute Suppe."),
        ("(Translated by Google)Good\r\n\r\n(Original)\r\nGut\r\nSehr", "Good", "Gut\r\nSehr"),
        ("(Translated by Google) Good soup.", "Good soup.", ""),
        ("(Translated by Google)\n\n(Original)\n", "", ""),
    ],
)
def test_both_orders_are_split(text: str, translated: str, original: str) -> None:
    """The translation and the guest's words are found, whichever comes first, without markers and edge spaces."""
    assert split_translation(text) == Translation(translated=translated, original=original)


@pytest.mark.parametrize(
    "text", ["", "Good soup.", "(Original) recipe", "The menu says (Translated by Google) on each page."]
)
def test_other_texts_are_left_whole(text: str) -> None:
    """A text without the marker, or with it inside a sentence, is not a translated one."""
    assert split_translation(text) is None


own_words = st.text(alphabet=st.characters(exclude_characters="()")).map(str.strip)


@given(own_words, own_words)
def test_no_word_is_lost(english: str, own: str) -> None:
    """Any two texts joined in Google's way come back as they were."""
    assert split_translation(f"(Translated by Google) {english}\n\n(Original)\n{own}") == Translation(english, own)
    assert split_translation(f"{own}\n\n(Translated by Google)\n{english}") == Translation(english, own)
