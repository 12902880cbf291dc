"""Everything that is read from a review in one go: score, themes, and whether it is severe."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bot.score.packs import USUAL_PACK, PackChoice, pack_of
from bot.score.score import Score, ScoreJob, score_many
from bot.score.severe import MODEL_FILE, by_lists, find_severe_many

_RULES = 2
"""Raise it when the code of the rules changes so that stored readings are out of date."""

_DATA = ("themes", "lexicon")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a review.

    Attributes:
        score: Language and sentiment.
        themes: The themes it mentions, in the order of the text.
        severe: What it is severe for (the first of `bot.score.severe.KINDS` that was found), or empty.
    """

    score: Score
    themes: tuple[str, ...]
    severe: str


def searched_text(text: str, translation: str = "") -> str:
    """What themes and severe statements are looked for in: the guest's words and the platform's translation."""
    return f"{text}\n{translation}" if translation else text


def read_many(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes] | None = None) -> list[Reading]:
    """Read reviews in their order; a function of the module, so that a worker process can be sent it.

    Args:
        jobs: The reviews.
        saved: The arrays of each model that they name, by its number.

    Raises:
        UnreadableModelError: The arrays of a model are damaged.
    """
    # One after the other for all of them: the tables of one reader at a time fit the processor's cache.
    scores = score_many(jobs, saved)
    texts = [searched_text(job.text, job.translation) if job.text else "" for job in jobs]
    # Both readers of one text together, as its words are kept for the second.
    found = [(pack_of(job.pack).named(text), by_lists(text)) for job, text in zip(jobs, texts, strict=True)]
    severe = find_severe_many(texts, [listed for _, listed in found])
    return [
        Reading(score, themes, its[0].kind if its else "")
        for score, (themes, _), its in zip(scores, found, severe, strict=True)
    ]


@lru_cache(maxsize=64)
def rules_mark(choice: PackChoice = USUAL_PACK) -> str:
    """A short mark of the words and rules that readings are made by; it changes with every one of them."""
    data = files("bot").joinpath("data")
    packs = [file for folder in _DATA for file in data.joinpath(folder).iterdir() if file.name.endswith(".toml")]
    digest = hashlib.sha256(str(_RULES).encode())
    for file in (*sorted(packs, key=lambda file: file.name), data / "severe.toml", data / MODEL_FILE):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    if choice != USUAL_PACK:
        digest.update(repr(choice).encode())
    return digest.hexdigest()[:12]
