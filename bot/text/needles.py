"""Finding a guest's words again in what was made of them: cut, folded, inside of other texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any, Self

from bot.text.fold import fold

IN_A_ROW = 5
"""So many words in the same order are the guest's own; fewer are everybody's."""
_SHORTEST_NAME = 3
_SHORTEST_TEXT = 12
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


@dataclass(frozen=True, slots=True)
class Needles:
    """What a guest is called and wrote, in the form in which it is looked for.

    Attributes:
        whole: names and short texts, folded, words with one blank between.
        parts: every five words in a row of longer texts, likewise.
    """

    whole: frozenset[str]
    parts: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], texts: Iterable[str]) -> Self:
        """From names and texts as they were written."""
        whole = {words for name in names if len(words := _plain(name)) >= _SHORTEST_NAME}
        parts: set[str] = set()
        for text in texts:
            row = _plain(text).split()
            if len(row) >= IN_A_ROW:
                parts.update(_rows(row))
            elif len(" ".join(row)) >= _SHORTEST_TEXT:
                whole.add(" ".join(row))
        return cls(frozenset(whole), frozenset(parts))

    @classmethod
    def restored(cls, stored: Mapping[str, list[str]]) -> Self:
        """From what `stored` gave."""
        return cls(frozenset(stored["whole"]), frozenset(stored["parts"]))

    def stored(self) -> dict[str, list[str]]:
        """As plain JSON values."""
        return {"whole": sorted(self.whole), "parts": sorted(self.parts)}

    def __or__(self, other: Needles) -> Needles:
        return Needles(self.whole | other.whole, self.parts | other.parts)

    def are_in(self, value: Any) -> bool:
        """Whether a text, or any text inside of JSON values, holds the guest's name or words."""
        return any(self._are_in_text(text) for text in _texts(value))

    def blanked(self, value: Any) -> Any:
        """The same JSON values with every text that holds them empty."""
        if isinstance(value, Mapping):
            return {key: self.blanked(its) for key, its in value.items() if not self.are_in(key)}
        if isinstance(value, list | tuple):
            return [self.blanked(its) for its in value]
        return "" if isinstance(value, str) and self.are_in(value) else value

    def _are_in_text(self, text: str) -> bool:
        plain = f" {_plain(text)} "
        if any(f" {one} " in plain for one in self.whole):
            return True
        return bool(self.parts) and not self.parts.isdisjoint(_rows(plain.split()))


def _plain(text: str) -> str:
    if "<" in text or "&" in text:
        text = unescape(_TAG.sub(" ", text))
    return " ".join(_WORD.findall(fold(text)))


def _rows(words: list[str]) -> Iterable[str]:
    return (" ".join(words[at : at + IN_A_ROW]) for at in range(len(words) - IN_A_ROW + 1))


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, its in value.items():
            yield from _texts(key)
            yield from _texts(its)
    elif isinstance(value, list | tuple):
        for its in value:
            yield from _texts(its)
