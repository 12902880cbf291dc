"""Google puts a translation and the guest's own words into one field; this takes them apart again."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TRANSLATED = re.compile(r"^[ \t]*\(Translated by Google\)", re.MULTILINE)
_ORIGINAL = re.compile(r"^[ \t]*\(Original\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Translation:
    """The two halves of a translated review.

    Attributes:
        translated: Google's translation; the marker is in English where the translation is.
        original: What the guest wrote; empty if the field holds the translation alone.
    """

    translated: str
    original: str


def split_translation(text: str) -> Translation | None:
    r"""Split a field that holds a translation beside the original.

    Both orders occur: "(Translated by Google) English\n\n(Original)\nOwn words" in Google's export and in its reviews
    API, and "Own words\n\n(Translated by Google)\nEnglish". A marker counts only at the start of a line, so that a
    guest who mentions one within a sentence is not cut short.

    Args:
        text: The whole field.

    Returns:
        The two parts without the markers, or None if the field is not translated.
    """
    if "(Translated by Google)" not in text or (translated := _TRANSLATED.search(text)) is None:
        return None
    original = _ORIGINAL.search(text, translated.end())
    if original is not None:
        before = text[: translated.start()]
        own = f"{before.strip()}\n{text[original.end() :].strip()}".strip()
        return Translation(translated=text[translated.end() : original.start()].strip(), original=own)
    own = _ORIGINAL.sub("", text[: translated.start()], count=1)
    return Translation(translated=text[translated.end() :].strip(), original=own.strip())
