"""Single cells: text that can be stored, names of platforms and languages, addresses, ids."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from bot.errors import BadRowError
from bot.reasons import reason
from bot.text.signs import LONE_SURROGATES

LONGEST_TEXT: Final = 100_000
"""Characters of one cell; no platform lets a guest write as much."""

_LANGUAGES: Final = {
    "english": "en",
    "englisch": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "italian": "it",
}
_REVIEW_IDS: Final = ("reviewId", "reviewid")


def text_of(cell: Any) -> str:
    """A cell as text that can be stored: no NUL, no half of a surrogate pair, line ends as one sign.

    Raises:
        BadRowError: it is too long to be something a guest wrote.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, float) and cell.is_integer():
        text = f"{cell:.0f}"
    elif isinstance(cell, datetime | date):
        text = cell.isoformat()
    else:
        text = str(cell)
    if len(text) > LONGEST_TEXT:
        raise BadRowError(reason("cell_long", count=len(text), most=LONGEST_TEXT))
    if "\x00" in text:
        text = text.replace("\x00", "")
    if not text.isascii():
        try:
            text.encode()  # ten times as fast as looking for the rare half pair
        except UnicodeEncodeError:
            text = LONE_SURROGATES.sub("\ufffd", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def language_code(text: str) -> str | None:
    """ISO 639-1 from "de", "de-DE", "de_DE" or "German"; None for anything else."""
    word = text.strip().casefold()
    if word in _LANGUAGES:
        return _LANGUAGES[word]
    code = re.split(r"[-_]", word)[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def web_address(text: str) -> str:
    """The text if it is an http or https address without spaces, else nothing."""
    return text if re.fullmatch(r"https?://[^\s<>\"]{3,2000}", text, re.IGNORECASE) else ""


def review_id_in(url: str) -> str | None:
    """The review's id out of a Play Console link, today's (`reviewId=`) or the older (`#ReviewPlace:...&id=`) kind."""
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        fragment = parse_qs(parts.fragment.partition(":")[2])
    except ValueError:
        return None
    values = [value for key in _REVIEW_IDS for found in (query, fragment) for value in found.get(key, [])]
    values += fragment.get("id", [])
    return values[0] if values else None
