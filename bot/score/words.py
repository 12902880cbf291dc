"""A text as words: cleaned, folded and with their places, in time linear in what is looked at."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.text.fold import without_accents
from bot.text.signs import SHAPELESS

LONGEST_TEXT = 20_000
"""Characters of a text that are looked at; Google allows 4,096 and Tripadvisor 20,000."""

REMEMBERED = 64
"""Texts whose pieces are kept, as several readers follow one another."""

_LONGEST_WORD = 40
_FOLDED_KEPT = 50_000
"""Words that are remembered before the memory is emptied, so that hostile texts cannot fill it."""

_TOKEN = re.compile(r"\d+/\d+|[€$£]|[^\W_]+(?:['’´`-][^\W_]+)*|[:;]-?[()/D](?!\w)|[.!?;:,\n()–—…•|/\"„“”*]|[☀-➿⭐🀀-🫿]")
_LATIN = re.compile(r"[a-z]")
_LOOKALIKES = str.maketrans("авекмнорстухіјѕԁɡοανικερτυ", "abekmhopctyxijsdgoavikeptu")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "’": "'", "´": "'", "`": "'"})
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
ENDS_SENTENCE = frozenset(".!?\n;…•|")
"""Pieces that separate sentences."""

BREAKS = ENDS_SENTENCE | frozenset(',:()–—/"„“”*')
"""Pieces that separate clauses."""


class _Folded(dict[str, str]):
    """Each word that occurred and its folded form; a new word is folded."""

    def __missing__(self, word: str) -> str:
        low = _fold(word)
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _FOLDED_KEPT:
                self.clear()
            self[word] = low
        return low


_folded = _Folded()


class Words:
    """A text in pieces.

    Attributes:
        text: The text without invisible characters.
        folded: Each word as `fold` gives it, each sign that separates clauses or sentences, and each emoji.
    """

    __slots__ = ("_spans", "folded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = list(map(_folded.__getitem__, _TOKEN.findall(text)))
        self._spans: list[tuple[int, int]] | None = None

    def start(self, piece: int) -> int:
        """Where a piece begins in `text`."""
        return self._span(piece)[0]

    def end(self, piece: int) -> int:
        """Where a piece ends in `text`."""
        return self._span(piece)[1]

    def _span(self, piece: int) -> tuple[int, int]:
        if self._spans is None:
            self._spans = [match.span() for match in _TOKEN.finditer(self.text)]
        return self._spans[piece]


def readable(text: str) -> str:
    """The part of a text that is looked at, without characters that nobody sees."""
    text = text[:LONGEST_TEXT]
    return text if text.isascii() else unicodedata.normalize("NFC", SHAPELESS.sub("", text))


@lru_cache(maxsize=REMEMBERED)
def words_of(text: str) -> Words:
    """The words of a text as it was received; the last `REMEMBERED` are kept."""
    return Words(readable(text))


def fold(word: str) -> str:
    """Give the form in which words are compared: lower case, umlauts spelled out, no accents, no stretched letters.

    A word that mixes Latin letters with Cyrillic or Greek ones that look the same is taken for the Latin one.
    """
    return _folded[word]


def _fold(word: str) -> str:
    low = word[:_LONGEST_WORD].lower()
    if not low.isascii():
        low = unicodedata.normalize("NFC", word[:_LONGEST_WORD]).lower().translate(_UMLAUTS)
        if _LATIN.search(low):
            low = low.translate(_LOOKALIKES)
        low = without_accents(low)
    return _STRETCHED.sub(r"\1", low.replace("`", "'"))


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(listed.split())


def is_break(piece: str) -> bool:
    """Whether a piece separates clauses."""
    return piece in BREAKS


def ends_sentence(piece: str) -> bool:
    """Whether a piece separates sentences."""
    return piece in ENDS_SENTENCE
