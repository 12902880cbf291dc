"""Severe reviews that no list foresees: a small linear model, learned from texts that were written for this program.

It reads only what its screen, a table of single words, lets through, so that most reviews cost a few look-ups. How it
was learned, and from what: `python -m tests.benchmarks.severe`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.score.features import SIZE, features
from bot.score.severe import KINDS, MODEL_FILE, SIGNS
from bot.score.words import words_of

READ: Final = 600
"""Pieces of a text that are read: what is severe is not hidden behind ten minutes of reading."""

_TELLING = 4
"""Letters of a word that can be shown as the reason."""


@dataclass(frozen=True, slots=True)
class SevereModel:
    """What was learned.

    Attributes:
        words: The screen: for each word that it knows how much it speaks for a severe review.
        screen: The sum of the words' weights from which a text is read further.
        kinds: For each word how much it speaks for each of `KINDS`.
        weights: One for each place of `bot.score.features`.
        signs: One for each of `SIGNS`.
        threshold: From this weighted sum on a text is severe.
        doubtful: Below this weighted sum it is not, even where a list says so.
    """

    words: Mapping[str, float]
    screen: float
    kinds: Mapping[str, NDArray[np.float32]]
    weights: NDArray[np.float32]
    signs: NDArray[np.float32]
    threshold: float
    doubtful: float

    def passes(self, folded: Sequence[str]) -> bool:
        """Whether a text's words make it worth reading further."""
        know = self.words.get
        return sum([know(word, 0.0) for word in set(folded[:READ])]) >= self.screen

    def weigh(self, texts: Sequence[str], signs: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        """The weighted sums of texts with what the lists say of each."""
        found = features([_beginning(text) for text in texts]).weigh(self.weights)
        return found + np.array(signs, np.float64).reshape(len(texts), SIGNS) @ self.signs

    def kind(self, folded: Sequence[str]) -> str:
        """Of which kind a severe text is."""
        known = [self.kinds[word] for word in set(folded[:READ]) if word in self.kinds]
        return KINDS[int(np.argmax(np.sum(known, axis=0)))] if known else KINDS[0]

    def strongest(self, folded: Sequence[str], kind: str) -> int | None:
        """The place of the word that says most for a kind; None where none says anything.

        Short words are left out: "my" and "mir" stand in many such stories, and tell a reader nothing.
        """
        column = KINDS.index(kind)
        weights = [
            self.words[word] + float(self.kinds[word][column]) if word in self.words and len(word) >= _TELLING else 0.0
            for word in folded[:READ]
        ]
        most = max(weights, default=0.0)
        return weights.index(most) if most > 0 else None


def _beginning(text: str) -> str:
    words = words_of(text)
    return words.text if len(words.folded) <= READ else words.text[: words.end(READ - 1)]


@cache
def severe_model() -> SevereModel:
    """The model that comes with the program."""
    with files("bot").joinpath("data", MODEL_FILE).open("rb") as stream, np.load(stream, allow_pickle=False) as saved:
        weights = np.zeros(SIZE, np.float32)
        weights[saved["places"]] = saved["weights"]
        words = saved["words"].tolist()
        return SevereModel(
            words=dict(zip(words, saved["word_weights"].tolist(), strict=True)),
            screen=float(saved["screen"]),
            kinds=dict(zip(words, saved["word_kinds"].astype(np.float32), strict=True)),
            weights=weights,
            signs=saved["signs"].astype(np.float32),
            threshold=float(saved["threshold"]),
            doubtful=float(saved["doubtful"]),
        )
