"""Everything that is read from a review in one go: score, themes, and whether it is severe."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from bot.model.compact import compact
from bot.score.packs import USUAL_PACK, PackChoice, events_of, pack_of
from bot.score.score import LOW_STARS, Score, ScoreJob, score_many
from bot.score.severe.find import severe_of
from bot.score.words import REMEMBERED, words_of

_RULES = 6
"""Raise it when the code of the rules changes so that stored readings are out of date."""

_DATA = ("themes", "lexicon")


@compact
@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a review.

    Attributes:
        score: Language and sentiment.
        themes: The themes it mentions, in the order of the text.
        complaints: The themes it complains of.
        severe: What it is severe for, one of `bot.score.severe.find.KINDS`, or empty.
        loudness: How sure that is, one of `bot.score.severe.find.LOUDNESSES`, or empty.
    """

    score: Score
    themes: tuple[str, ...]
    severe: str
    loudness: str = ""
    complaints: tuple[str, ...] = ()


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
    # In parts as large as the memory of `words_of`, so that a text is taken apart once for all readers.
    return [one for start in range(0, len(jobs), REMEMBERED) for one in _part(jobs[start : start + REMEMBERED], saved)]


def _part(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes] | None) -> list[Reading]:
    return [_reading(job, score) for job, score in zip(jobs, score_many(jobs, saved), strict=True)]


def _reading(job: ScoreJob, score: Score) -> Reading:
    text = searched_text(job.text, job.translation) if job.text else ""
    is_low = None if job.stars is None else job.stars <= LOW_STARS
    themes, complaints = pack_of(job.pack).read(text, is_low=is_low)
    severe = severe_of(words_of(text), events=events_of(job.pack))
    kind, loudness = (severe[0].kind, severe[0].loudness) if severe else ("", "")
    return Reading(score, themes, kind, loudness, complaints)


@lru_cache(maxsize=64)
def rules_mark(choice: PackChoice = USUAL_PACK) -> str:
    """A short mark of the words and rules that readings are made by; it changes with every one of them."""
    data = files("bot").joinpath("data")
    packs = [file for folder in _DATA for file in data.joinpath(folder).iterdir() if file.name.endswith(".toml")]
    digest = hashlib.sha256(str(_RULES).encode())
    for file in (*sorted(packs, key=lambda file: file.name), data / "severe.toml"):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    if choice != USUAL_PACK:
        digest.update(repr(choice).encode())
    return digest.hexdigest()[:12]
