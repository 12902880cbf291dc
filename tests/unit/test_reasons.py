"""Every reason for a skipped row or file can be said in each language."""

from __future__ import annotations

import re
import string

import pytest

from bot.reasons import LANGUAGES, Reason, restored, texts


def places(text: str) -> set[str]:
    """The names of a text's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", sorted(texts()))
def test_reason_has_a_text_in_each_language(code: str) -> None:
    """The languages are the same two, the German text shows nothing that the English one lacks, and none shouts."""
    entry = texts()[code]
    assert set(entry) == set(LANGUAGES)
    assert places(entry["de"]) <= places(entry["en"])
    assert not any("!" in text or '"' in text for text in entry.values())
    assert re.search(r"\b(du|dir|dein\w*)\b", entry["de"]) is None
    reason = Reason(code, tuple((name, "x") for name in sorted(places(entry["en"]))))
    assert restored(reason.stored()) == reason
    assert all(reason.say(language) for language in LANGUAGES)
