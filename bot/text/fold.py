"""Texts as they are compared: without case, width, accents or white space that carry no meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=64)
def fold(text: str, *, decomposed: bool = False) -> str:
    """A text reduced to what makes it the same text: compatibility forms, case and white space folded.

    Decomposed, accents are signs of their own.
    """
    if text.isascii():
        if "  " not in text and text.isprintable() and text.strip() == text:
            return text.casefold()  # one blank between words already
    else:
        text = unicodedata.normalize("NFKD" if decomposed else "NFKC", text)
    return " ".join(text.casefold().split())


def without_accents(text: str) -> str:
    """Letters without their accents, compatibility forms resolved: "Café" becomes "Cafe"."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def slug(text: str, *, otherwise: str) -> str:
    """An id for a name, at most 40 characters: "Café Linde" is "cafe-linde"; `otherwise` where nothing is left."""
    plain = without_accents(text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40] or otherwise
