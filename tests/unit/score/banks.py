"""The texts that the readers of review text are measured on, and the figure they are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what a person says about it."""

    label: str
    kind: str
    text: str


def bank(name: str) -> list[Labelled]:
    """The texts of a file with lines of "label|kind|text"; "#" begins a comment."""
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [Labelled(*line.split("|", 2)) for line in lines if line and not line.startswith("#")]


def area_under_curve(high: Sequence[float], low: Sequence[float]) -> float:
    """How often a text from `high` scores above one from `low`; a draw counts half."""
    wins = sum((one > other) + 0.5 * (one == other) for one in high for other in low)
    return wins / (len(high) * len(low))
