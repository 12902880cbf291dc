"""Sentiment as a place's own guests write it: a model that was learned from the owner's starred reviews.

Learning is in `bot/score/learned/learning.py`. Scoring takes numpy alone, and is done for a batch at once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.score.languages.english import mean_of_sentences, score_english
from bot.score.languages.german import score_german
from bot.score.learned.features import SIZE, features
from bot.score.learned.model_format import MODEL_FORMAT


class UnreadableModelError(ValueError):
    """Saved arrays that are damaged or of another format."""


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned.

    Attributes:
        weights: One for each place of `bot.score.learned.features`.
        counts: In how many of the texts that were learned from each place occurs.
        texts: How many these were.
        mix: What the weighted sum counts, then each of the readings that `readings` gives, then the constant. The
            result is the logarithm of the odds that a review is a high one, against the threshold.
    """

    weights: NDArray[np.float32]
    counts: NDArray[np.uint32]
    texts: int
    mix: NDArray[np.float64]

    def to_bytes(self) -> bytes:
        """The arrays as an .npz file without pickled objects; places that never occurred are left out."""
        (places,) = np.nonzero(self.counts)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            format=np.array(MODEL_FORMAT),
            places=places.astype(np.uint32),
            weights=self.weights[places],
            counts=self.counts[places],
            texts=np.array(self.texts),
            mix=self.mix,
        )
        return file.getvalue()


def from_bytes(saved: bytes) -> Model:
    """Read what `to_bytes` gave.

    Raises:
        UnreadableModelError: It is damaged, or of another format.
    """
    try:
        with np.load(io.BytesIO(saved), allow_pickle=False) as file:
            if int(file["format"]) != MODEL_FORMAT:
                raise UnreadableModelError(
                    f"the model has format {int(file['format'])}, this release reads {MODEL_FORMAT}"
                )
            weights, counts = np.zeros(SIZE, np.float32), np.zeros(SIZE, np.uint32)
            weights[file["places"]] = file["weights"]
            counts[file["places"]] = file["counts"]
            return Model(weights, counts, int(file["texts"]), file["mix"].astype(np.float64))
    except (ValueError, KeyError, IndexError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
        raise UnreadableModelError(f"the saved model cannot be read: {error}") from error


@lru_cache(maxsize=8)
def kept(model_id: int, saved: bytes) -> Model:
    """A saved model, read once in each process; the same id stands for the same bytes.

    Raises:
        UnreadableModelError: as `from_bytes`.
    """
    del model_id  # it makes the look-up quick: equal ids are compared first
    return from_bytes(saved)


def readings(language: str) -> Callable[[str], tuple[float, ...]] | None:
    """What is known of a text in a language without learning; the first one is its score until something is learned.

    The lexicon of German divides by the length of a text already, so only English is read by sentences too.
    """
    if language == "en":
        return _english
    return _german if language == "de" else None


def _english(text: str) -> tuple[float, ...]:
    return score_english(text).compound, mean_of_sentences(text)


def _german(text: str) -> tuple[float, ...]:
    return (score_german(text),)


def rarity(counts: NDArray[Any], texts: int) -> NDArray[np.float32]:
    """How much each place counts: what many texts have tells little (smoothed inverse document frequency)."""
    return (np.log((1 + texts) / (1 + counts)) + 1).astype(np.float32)


def read_all(language: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """The readings of texts, a row each; without a column where nothing is known of the language."""
    read = readings(language)
    if read is None:
        return np.zeros((len(texts), 0))
    return np.array([read(text) for text in texts], np.float64).reshape(len(texts), -1)


def score_learned(model: Model, texts: Sequence[str], known: NDArray[np.float64]) -> list[float]:
    """Score texts, from -1 (as low ones are) to +1 (as high ones are); 0 is the threshold.

    Args:
        model: What was learned.
        texts: Any strings.
        known: Their readings, as `read_all` gives them.
    """
    numbers = features(texts).scaled(rarity(model.counts, model.texts))
    odds = numbers.weigh(model.weights) * model.mix[0] + known @ model.mix[1:-1] + model.mix[-1]
    return [float(score) for score in np.tanh(odds / 2)]
