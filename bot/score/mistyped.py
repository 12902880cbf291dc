"""Long words with a slip of the finger: "vomitting", "diarhoea", "Erbrehcen"."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST_MISTYPED = 7
"""Letters; shorter words are too often another word."""


class Mistyped:
    """Finds the known words that a word may have been meant to be.

    Args:
        known: The words, folded; those that are short or not made of letters alone are left out.
    """

    __slots__ = ("_known", "_shortened")

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(word for word in known if len(word) >= SHORTEST_MISTYPED and word.isalpha())
        self._shortened: dict[str, set[str]] = {}
        for word in self._known:
            for shorter in _one_letter_less(word):
                self._shortened.setdefault(shorter, set()).add(word)

    def meant(self, word: str) -> set[str]:
        """The known words that begin like `word` and have a letter more or less, or its letters with two swapped."""
        if len(word) < SHORTEST_MISTYPED or not word.isalpha():
            return set()
        meant = set(self._shortened.get(word, ()))
        for shorter in _one_letter_less(word):
            if shorter in self._known:
                meant.add(shorter)
            meant.update(one for one in self._shortened.get(shorter, ()) if sorted(one) == sorted(word))
        return {one for one in meant if one[0] == word[0]}


def _one_letter_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
