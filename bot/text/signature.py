"""A guest's own name in his own words: nobody in a chat needs it to put things right. Pure."""

from __future__ import annotations

import re

INSTEAD = "…"
_SHORTEST = 4


def unsigned(text: str, author: str) -> str:
    """A review's text without its guest's name: first and last name anywhere, a single word at the end."""
    words = author.split()
    if len("".join(words)) < _SHORTEST or words[0].casefold() not in text.casefold():
        return text
    name = r"\s+".join(re.escape(word) for word in words)
    if len(words) == 1:
        return re.sub(rf"(?<!\w){name}\W*\Z", INSTEAD, text, flags=re.IGNORECASE)
    return re.sub(rf"(?<!\w){name}(?!\w)", INSTEAD, text, flags=re.IGNORECASE)
