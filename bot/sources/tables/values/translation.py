"""Google's translations: the guest's words and Google's, which it puts into one text."""

from __future__ import annotations

import re
from typing import Final

_TRANSLATED: Final = re.compile(r"\((?:Translated by Google|Übersetzt von Google)\)")
_ORIGINAL: Final = re.compile(r"\(Original\)")


def split_translation(comment: str) -> tuple[str, str]:
    """What the guest wrote, and Google's translation of it if the comment holds both.

    Google puts the two into one text, either translation first ("(Translated by Google) …", "(Original)", …) or last.
    """
    if (found := _at_line_start(_TRANSLATED, comment)) is None:
        return comment.strip(), ""
    before, after = comment[: found.start()].strip(), comment[found.end() :]
    if before:
        return before, after.strip()
    if (mark := _at_line_start(_ORIGINAL, after)) is None:
        return after.strip(), ""
    original, translation = after[mark.end() :].strip(), after[: mark.start()].strip()
    return (original, translation) if original else (translation, "")


def _at_line_start(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match with nothing but blanks before it in its line; in linear time, since guests write the text."""
    for found in pattern.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if not line.strip():
            return found
    return None
