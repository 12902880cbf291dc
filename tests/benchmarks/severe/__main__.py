"""Learns the model of severe reviews and measures it: `python -m tests.benchmarks.severe [--write]`.

It is learned from `texts/*.jsonl` and the banks of the lists, all written for this program; `texts/held_*.jsonl` only
measure. The threshold is set where the model, asked about texts that it did not learn from (five folds), takes
`FALSE_SHARE` of the ordinary low reviews for severe; many of those were written to be as hard as they can be.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from bot.score.features import SIZE, features
from bot.score.severe import KINDS, MODEL_FILE, by_lists
from bot.score.words import words_of
from tests.unit.score.banks import bank

FOLDER = Path(__file__).parent / "texts"
HELD = tuple(sorted(FOLDER.glob("held_*.jsonl")))
BANKS = tuple(f"severe{name}.txt" for name in ("", "_second", "_third", "_fourth", "_fifth", "_sixth"))
FALSE_SHARE = 0.01
SCREENED = 0.90
"""Of the texts that the model finds, the share that the screen must let through."""
ORDINARY_WEIGHT = 1.0
"""An ordinary low review counts as so many: there are far more of them in life than here."""
STRENGTH, WORD_STRENGTH = 10.0, 1.0
SIGN_SCALE = 0.2
"""How much a hit of a list counts while learning, where a text's words together count one."""
DOUBTFUL = -2.0
"""Log-odds below which a find of the lists is not believed."""
SMALLEST = 0.02
"""Weights below it are left out of the file."""


@dataclass(frozen=True, slots=True)
class Example:
    """A text; `kind` is empty where it is not severe, `is_ordinary` where nothing in it was written to mislead."""

    text: str
    kind: str
    is_ordinary: bool


def read(path: Path) -> list[Example]:
    """The texts of a file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    is_ordinary = path.name.startswith("ordinary")
    return [Example(row["text"], "" if row["kind"] == "none" else row["kind"], is_ordinary) for row in rows]


def lessons() -> list[Example]:
    """What the model is learned from."""
    found = [
        Example(row.text, "" if row.label == "-" else row.label, is_ordinary=False)
        for name in BANKS
        for row in bank(name)
    ]
    held = {one.text for path in HELD for one in read(path)}
    for path in sorted(set(FOLDER.glob("*.jsonl")) - set(HELD)):
        found += read(path)
    return [one for one in found if one.text not in held]


def table(texts: Sequence[str]) -> Any:
    """The numbers of texts as a sparse matrix, and behind them what the lists say of each."""
    found = features(texts)
    numbers = csr_matrix((found.values, (found.texts, found.places)), shape=(found.count, SIZE))
    signs = np.array([by_lists(text).signs() for text in texts], np.float64)
    return hstack([numbers, csr_matrix(signs * SIGN_SCALE)]).tocsr()


def words(text: str) -> list[str]:
    """The different words of a text."""
    return [word for word in set(words_of(text).folded) if word.isalpha()]


def learned(numbers: Any, is_severe: NDArray[np.bool_], weights: NDArray[np.float64], strength: float) -> Any:
    """A logistic regression."""
    model = LogisticRegression(C=strength, solver="liblinear", random_state=1)
    return model.fit(numbers, is_severe, sample_weight=weights)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write bot/data/{MODEL_FILE}")
    arguments = parser.parse_args()
    examples = lessons()
    texts = [one.text for one in examples]
    severe = np.array([bool(one.kind) for one in examples])
    ordinary = np.array([one.is_ordinary for one in examples])
    weights = np.where(ordinary, ORDINARY_WEIGHT, 1.0)
    counter = CountVectorizer(analyzer=words, binary=True, min_df=2)
    numbers, counted = table(texts), counter.fit_transform(texts)

    unseen, screened = np.zeros(len(texts)), np.zeros(len(texts))
    for known, asked in StratifiedKFold(5, shuffle=True, random_state=1).split(texts, severe):
        unseen[asked] = learned(numbers[known], severe[known], weights[known], STRENGTH).decision_function(
            numbers[asked]
        )
        screened[asked] = learned(counted[known], severe[known], weights[known], WORD_STRENGTH).decision_function(
            counted[asked]
        )
    threshold = float(np.quantile(unseen[ordinary], 1 - FALSE_SHARE))
    screen = float(np.quantile(screened[severe & (unseen >= threshold)], 1 - SCREENED))
    listed = np.array([bool(by_lists(text).found) for text in texts])
    print(f"{len(texts)} texts, {severe.sum()} severe, {ordinary.sum()} ordinary; threshold {threshold:.2f}")
    for name, which in (("severe", severe), ("ordinary", ordinary), ("misleading", ~severe & ~ordinary)):
        passes = listed | (screened >= screen)
        found = passes & ((unseen >= threshold) | (listed & (unseen >= DOUBTFUL)))
        print(
            f"not learned from, {name}: found {found[which].mean():.4f}, by the lists alone "
            f"{listed[which].mean():.4f}; read by the model {passes[which].mean():.3f}"
        )
    banked = sum(len(bank(name)) for name in BANKS)
    print(f"the same, severe without the banks: {found[banked:][severe[banked:]].mean():.4f}")

    whole = learned(numbers, severe, weights, STRENGTH)
    single = learned(counted, severe, weights, WORD_STRENGTH)
    of_kind = LogisticRegression(C=WORD_STRENGTH, max_iter=500).fit(
        counted[severe], [one.kind for one in examples if one.kind]
    )
    for path in HELD:
        held = read(path)
        sums = whole.decision_function(table([one.text for one in held]))
        by_list = np.array([bool(by_lists(one.text).found) for one in held])
        found = (sums >= threshold) | (by_list & (sums >= DOUBTFUL))
        its = np.array([bool(one.kind) for one in held])
        print(
            f"{path.name}, without the screen: {found[its].sum()} of {its.sum()} severe, {found[~its].sum()} of "
            f"{(~its).sum()} others; by the lists alone {by_list[its].sum()} and {by_list[~its].sum()}"
        )
    if not arguments.write:
        return
    row, signs = whole.coef_[0][:SIZE], whole.coef_[0][SIZE:] * SIGN_SCALE
    (places,) = np.nonzero(np.abs(row) >= SMALLEST)
    order = [list(of_kind.classes_).index(kind) for kind in KINDS]
    np.savez_compressed(
        Path(__file__).parents[3] / "bot" / "data" / MODEL_FILE,
        places=places.astype(np.uint32),
        weights=row[places].astype(np.float16),
        signs=signs.astype(np.float32),
        threshold=np.array(threshold - whole.intercept_[0]),
        doubtful=np.array(DOUBTFUL - whole.intercept_[0]),
        words=np.array(counter.get_feature_names_out().tolist()),
        word_weights=single.coef_[0].astype(np.float16),
        word_kinds=of_kind.coef_[order].T.astype(np.float16),
        screen=np.array(screen - single.intercept_[0]),
    )


if __name__ == "__main__":
    main()
