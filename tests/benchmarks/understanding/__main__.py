"""Prints what is learned from made reviews, and how fast it scores: `python -m tests.benchmarks.understanding`."""

from __future__ import annotations

import time

import numpy as np

from bot.score.learned.proof import area
from bot.score.score import ScoreJob, score_many
from bot.score.teaching import learn_reviews
from bot.score.themes.pack import default_pack
from tests.benchmarks.understanding.corpora import Starred, starred_reviews

_TEST = 1_000
_CASES = (
    *(("en", count, 0.24, 3) for count in (100, 200, 1_000, 5_000)),
    *(("es", count, 0.15, 3) for count in (100, 200, 1_000)),
    *(("de", count, 0.03, 3) for count in (200, 1_000)),
)


def jobs_of(reviews: list[Starred], language: str, models: tuple[tuple[str, int], ...] = ()) -> list[ScoreJob]:
    return [ScoreJob(one.text, (one.stars - 1) / 4, (language,), models=models) for one in reviews]


def auc(reviews: list[Starred], jobs: list[ScoreJob], saved: dict[int, bytes]) -> float:
    """A review without a score counts 0."""
    scores = np.array([score.compound or 0.0 for score in score_many(jobs, saved)])
    return area(scores, np.array([one.stars >= 4 for one in reviews]))


def main() -> None:
    for language, count, low, draws in _CASES:
        test = starred_reviews(language, _TEST, low=max(low, 0.1), seed=999)
        before = auc(test, jobs_of(test, language), {})
        after = []
        used = 0
        started = time.perf_counter()
        for seed in range(draws):
            lessons = learn_reviews(jobs_of(starred_reviews(language, count, low=low, seed=seed), language))
            saved = {number: one.lesson.saved for number, one in enumerate(lessons) if one.lesson.saved is not None}
            models = tuple((lessons[number].lesson.language, number) for number in saved)
            used += any(name == language for name, _ in models)
            after.append(auc(test, jobs_of(test, language, models), saved))
        took = (time.perf_counter() - started) / draws
        print(
            f"{language} {count:>5} reviews, {low:.0%} low: before {before:.3f}, after {np.mean(after):.3f} "
            f"({min(after):.3f}-{max(after):.3f}), used in {used} of {draws}, {took:.1f} s",
            flush=True,
        )
    speed()


def speed() -> None:
    taught = learn_reviews(jobs_of(starred_reviews("en", 1_000, low=0.24, seed=1), "en"))[0].lesson
    assert taught.saved is not None
    texts = [" ".join(one.text for one in starred_reviews("en", 2, low=0.24, seed=seed)) for seed in range(2_000)]
    for name, models in (("without", ()), ("with a learned model", (("en", 1),))):
        best = 0.0
        for _ in range(3):
            started = time.process_time()
            for start in range(0, len(texts), 500):
                batch = texts[start : start + 500]
                jobs = [ScoreJob(text, 0.0, ("en", "de"), "en", models=models) for text in batch]
                score_many(jobs, {1: taught.saved})
                for text in batch:
                    default_pack().find(text)
            best = max(best, len(texts) / (time.process_time() - started))
        length = sum(map(len, texts)) / len(texts)
        print(f"language, score and themes {name}: {best:,.0f} reviews/s of {length:.0f} characters")


if __name__ == "__main__":
    main()
