"""What can be learned from a place's reviews: which language each is scored in, and a lesson for each language."""

from __future__ import annotations

from collections.abc import Sequence

from bot.score.learned.lessons import Example, Taught
from bot.score.score import HIGH_STARS, LOW_STARS, ScoreJob, read

_LEAST, _LEAST_SHARE = 5, 0.01
"""Reviews, and share of all, from which a language is spoken of; fewer are mostly texts whose language was guessed."""


def learn_reviews(jobs: Sequence[ScoreJob], *, seed: int = 0) -> list[Taught]:
    """Learn each language of some reviews; a function of the module, so that a worker process can be sent it.

    Args:
        jobs: The reviews. Those without stars, with three of five, or without words teach nothing.
        seed: The same reviews and the same seed give the same lessons.

    Returns:
        A lesson for each language that enough of them are in, the most usual first.
    """
    # 80 MB that only the process that learns needs; the others know lessons by their figures.
    from bot.score.learned.learning import learn

    by_language: dict[str, list[tuple[int, Example]]] = {}
    for place, job in enumerate(jobs):
        if job.stars is not None and (job.stars <= LOW_STARS or job.stars >= HIGH_STARS):
            reading = read(job)
            # Of signs alone (a thumb) no language can learn its words.
            if reading.language is not None and reading.scored_as is not None:
                example = Example(reading.words, job.stars >= HIGH_STARS)
                by_language.setdefault(reading.scored_as, []).append((place, example))
    least = max(_LEAST, _LEAST_SHARE * sum(map(len, by_language.values())))
    return [
        Taught(learn(language, [example for _, example in members], seed=seed), tuple(place for place, _ in members))
        for language, members in sorted(by_language.items(), key=lambda item: (-len(item[1]), item[0]))
        if len(members) >= least
    ]
