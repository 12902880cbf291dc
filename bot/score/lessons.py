"""What can be learned from a place's reviews: which language each is scored in, and a lesson for each language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.score.score import HIGH_STARS, LOW_STARS, ScoreJob, read

_LEAST, _LEAST_SHARE = 5, 0.01
"""Reviews, and share of all, from which a language is spoken of; fewer are mostly texts whose language was guessed."""


@dataclass(frozen=True, slots=True)
class Example:
    """A review to learn from.

    Attributes:
        text: Its words.
        is_high: Whether it has four or five stars of five; one or two otherwise.
    """

    text: str
    is_high: bool


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning one language.

    Attributes:
        language: The language.
        low: How many different low reviews there were.
        high: How many high ones.
        missing_low: How many more low reviews are needed before it can be tried.
        missing_high: How many more high ones.
        before: Area under the curve of what the language has without learning, or None.
        learned: The same on held-out reviews for what was learned, or None if it was not tried.
        saved: What was learned, as `Model.to_bytes` gives it; None if it was not tried or is not proven better.
        held_out: For each example its score by parts that did not know it; empty without a model.
    """

    language: str
    low: int
    high: int
    missing_low: int = 0
    missing_high: int = 0
    before: float | None = None
    learned: float | None = None
    saved: bytes | None = None
    held_out: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson and the reviews that it was learned from.

    Attributes:
        lesson: What came of it.
        places: Which of the given reviews, in the order of `lesson.held_out`.
    """

    lesson: Lesson
    places: tuple[int, ...]


def learn_reviews(jobs: Sequence[ScoreJob], *, seed: int = 0) -> list[Taught]:
    """Learn each language of some reviews; a function of the module, so that a worker process can be sent it.

    Args:
        jobs: The reviews. Those without stars, with three of five, or without words teach nothing.
        seed: The same reviews and the same seed give the same lessons.

    Returns:
        A lesson for each language that enough of them are in, the most usual first.
    """
    # 80 MB that only the process that learns needs; the others know lessons by their figures.
    from bot.score.learning import learn

    by_language: dict[str, list[tuple[int, Example]]] = {}
    for place, job in enumerate(jobs):
        if job.stars is not None and (job.stars <= LOW_STARS or job.stars >= HIGH_STARS):
            reading = read(job)
            if reading.scored_as is not None:
                example = Example(reading.words, job.stars >= HIGH_STARS)
                by_language.setdefault(reading.scored_as, []).append((place, example))
    least = max(_LEAST, _LEAST_SHARE * sum(map(len, by_language.values())))
    return [
        Taught(learn(language, [example for _, example in members], seed=seed), tuple(place for place, _ in members))
        for language, members in sorted(by_language.items(), key=lambda item: (-len(item[1]), item[0]))
        if len(members) >= least
    ]
