"""A review's title and text as they are quoted."""

from __future__ import annotations

import pytest

from bot.store.reviews.review_views import words_of


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("Forgotten", "Left after 90 minutes.", "Forgotten: Left after 90 minutes."),
        ("Never again!", "Left after 90 minutes.", "Never again! Left after 90 minutes."),
        ("", "Left after 90 minutes.", "Left after 90 minutes."),
        ("Forgotten", "", "Forgotten"),
        ("", "", ""),
    ],
)
def test_title_is_set_apart_from_the_text(title: str, text: str, shown: str) -> None:
    """A title without an end of its own gets a colon; alone, title and text stay as they are."""
    assert words_of(title, text) == shown
