"""A text as words: cleaned, folded and with their places, in time linear in what is looked at."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at; Google allows 4,096 and Tripadvisor 20,000."""

_LONGEST_WORD = 40
_REMEMBERED = 50_000
"""Words that are remembered before the memory is emptied, so that hostile texts cannot fill it."""

_TOKEN = re.compile(r"\d+/\d+|[€$£]|[^\W_]+(?:['’´`-][^\W_]+)*|[:;]-?[()/D](?!\w)|[.!?;:,\n()–—…•|/\"„“”*]|[☀-➿⭐🀀-🫿]")
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0E, 0xFE0F]
    + [0xFEFF, *range(0x1F3FB, 0x1F400), *range(0xE0000, 0xE0080)]
)
_LATIN = re.compile(r"[a-z]")
_LOOKALIKES = str.maketrans("авекмнорстухіјѕԁɡοανικερτυ", "abekmhopctyxijsdgoavikeptu")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "´": "'", "`": "'"})
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ENDS_SENTENCE = frozenset(".!?\n;…•|")
_BREAKS = _ENDS_SENTENCE | frozenset(',:()–—/"„“”*')

_folded: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """A text in pieces.

    Attributes:
        text: The text without invisible characters, to which the places refer.
        folded: Each word as `fold` gives it, each sign that separates clauses or sentences, and each emoji.
        places: Start and end of each piece in `text`.
    """

    text: str
    folded: list[str]
    places: list[tuple[int, int]]


def readable(text: str) -> str:
    """The part of a text that is looked at, without characters that nobody sees."""
    text = text[:LONGEST_TEXT]
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_INVISIBLE))


def split(text: str) -> Words:
    """Cut a text (as `readable` gives it) into words, separating signs and emoji."""
    folded: list[str] = []
    places: list[tuple[int, int]] = []
    known = _folded
    for match in _TOKEN.finditer(text):
        raw = match[0]
        word = known.get(raw)
        folded.append(fold(raw) if word is None else word)
        places.append(match.span())
    return Words(text, folded, places)


def fold(word: str) -> str:
    """Give the form in which words are compared: lower case, umlauts spelled out, no accents, no stretched letters.

    A word that mixes Latin letters with Cyrillic or Greek ones that look the same is taken for the Latin one.
    """
    known = _folded.get(word)
    if known is not None:
        return known
    low = unicodedata.normalize("NFC", word[:_LONGEST_WORD]).lower().translate(_UMLAUTS)
    if not low.isascii():
        if _LATIN.search(low):
            low = low.translate(_LOOKALIKES)
        plain = unicodedata.normalize("NFKD", low)
        low = "".join(letter for letter in plain if not unicodedata.combining(letter))
    low = _STRETCHED.sub(r"\1", low)
    if len(_folded) >= _REMEMBERED:
        _folded.clear()
    if len(word) <= _LONGEST_WORD:
        _folded[word] = low
    return low


def is_break(piece: str) -> bool:
    """Whether a piece separates clauses."""
    return piece in _BREAKS


def ends_sentence(piece: str) -> bool:
    """Whether a piece separates sentences."""
    return piece in _ENDS_SENTENCE
