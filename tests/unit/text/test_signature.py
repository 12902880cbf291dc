"""A guest who signs is not named by his own words."""

from __future__ import annotations

import pytest

from bot.text.signature import unsigned


@pytest.mark.parametrize(
    ("text", "author", "left"),
    [
        ("Cold soup. Best wishes, Zacharias  Quellenbrunn", "Zacharias Quellenbrunn", "Cold soup. Best wishes, …"),
        ("I, ZACHARIAS QUELLENBRUNN, waited.", "Zacharias Quellenbrunn", "I, …, waited."),
        ("Nie wieder. Gruß Birgit!", "Birgit", "Nie wieder. Gruß …"),
        ("Birgit served us well", "Birgit", "Birgit served us well"),
        ("The guest was cold", "Guest", "The guest was cold"),
        ("Soup (with a [bracket", "A [bracket", "Soup (with …"),
        ("So gut", "Gut", "So gut"),
        ("Nothing", "", "Nothing"),
    ],
)
def test_a_name_goes_and_other_words_stay(text: str, author: str, left: str) -> None:
    """A full name anywhere, a single one at the end only; short ones are words like any other."""
    assert unsigned(text, author) == left
