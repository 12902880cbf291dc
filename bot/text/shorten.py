"""Shortening a text so that no character is torn apart."""

from __future__ import annotations

import unicodedata
from itertools import takewhile
from typing import Final

from bot.text.signs import one_line

ELLIPSIS: Final = "…"
_ZWJ: Final = "\u200d"
_WINDOW: Final = 64  # how many times its limit of a hostile text is looked at before it is shortened


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, the unit of Telegram's limits (Bot API, MessageEntity)."""
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF)


def short_line(text: str, limit: int) -> str:
    """A text from outside on one line of at most `limit` UTF-16 units, in time that does not grow with the text."""
    window = text.lstrip()[: limit * _WINDOW]
    line = one_line(window)
    if len(window) < len(text.strip()) and utf16_length(line) < limit // 2:
        return line + ELLIPSIS
    return shorten(line, limit)


def shorten(text: str, limit: int) -> str:
    """Cut clean text to at most `limit` UTF-16 units, at a word end where one is near, with "…".

    A character made of several code points (combining marks, emoji sequences, flags) is kept whole or left out.
    """
    if len(text) <= limit and utf16_length(text) <= limit:
        return text
    cut, units = 0, 1
    for sign in text:
        units += 2 if ord(sign) > 0xFFFF else 1
        if units > limit:
            break
        cut += 1
    space = text.rfind(" ", limit // 2, cut + 1)
    if space != -1:
        cut = space
    while cut and not _may_cut(text, cut):
        cut -= 1
    return text[:cut].rstrip(" ,;:") + ELLIPSIS


def _may_cut(text: str, index: int) -> bool:
    if index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if before == _ZWJ or _continues(after):
        return False
    if _is_flag_half(before) and _is_flag_half(after):
        return sum(1 for _ in takewhile(_is_flag_half, reversed(text[:index]))) % 2 == 0
    return True


def _continues(sign: str) -> bool:
    """Whether the code point belongs to the one before it (a short form of Unicode's UAX 29 clusters)."""
    return (
        sign in ("\u200c", _ZWJ)
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
        or "\U000e0020" <= sign <= "\U000e007f"
        or "\u1160" <= sign <= "\u11ff"
        or unicodedata.category(sign).startswith("M")
    )


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
