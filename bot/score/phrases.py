"""Phrases of a text: one to three words in a row, in the form in which texts are compared."""

from __future__ import annotations

from functools import cache

from bot.score.patterns import Hit
from bot.score.words import Words, is_break
from bot.text.packaged import packaged

LONGEST_PHRASE = 3
_SHORTEST_WORD = 3
_READ_WORDS = 400
"""Words of a text that are looked at: reviews are shorter, and hostile texts cost no more."""


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(word for block in packaged("stopwords.toml").values() for word in block.split())


def phrases_of(words: Words) -> dict[str, Hit]:
    """The phrases of a text with their first places.

    A phrase crosses no punctuation and neither begins nor ends with a stop word or a number; a single word has at
    least three letters.

    Returns:
        Folded phrase -> where it stands; the group of the place is 0.
    """
    stop = _stop_words()
    folded = words.folded[:_READ_WORDS]
    tells = [word not in stop and len(word) >= _SHORTEST_WORD and word[0].isalpha() for word in folded]
    found: dict[str, Hit] = {}
    for first, word in enumerate(folded):
        if not tells[first]:
            continue
        found.setdefault(word, Hit(0, first, first))
        for last in range(first + 1, min(first + LONGEST_PHRASE, len(folded))):
            if is_break(folded[last]) or not folded[last][0].isalnum():
                break
            if tells[last]:
                found.setdefault(" ".join(folded[first : last + 1]), Hit(0, first, last))
    return found


def content_words(words: Words) -> frozenset[str]:
    """The words of a text that say something alone: at least three letters, no stop words, no numbers."""
    stop = _stop_words()
    return frozenset(
        word
        for word in words.folded[:_READ_WORDS]
        if len(word) >= _SHORTEST_WORD and word.isalpha() and word not in stop
    )
