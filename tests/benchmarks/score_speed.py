"""Prints how many reviews of 280 characters one core scores in a second: `python -m tests.benchmarks.score_speed`."""

from __future__ import annotations

import time
from collections.abc import Callable

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bot.score.languages.english import EnglishAnalyzer
from bot.score.languages.language import name_language
from bot.score.reading import read_many
from bot.score.score import ScoreJob, score_many
from bot.score.severe.find import find_severe
from bot.score.themes.pack import default_pack
from tests.benchmarks.review_texts import review_texts

_LANGUAGES = ("de", "en", "es", "fr", "it", "nl")


def per_second(work: Callable[[list[str]], object], texts: list[str], *, rounds: int = 5) -> float:
    """Reviews a second of processor time, the best of some rounds: other work on the machine counts little."""
    work(texts[:10])
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work(texts)
        times.append(time.process_time() - started)
    return len(texts) / min(times)


def vader_and_ours(texts: list[str]) -> tuple[float, float]:
    """Reviews a second of VADER alone for its score, and of everything that the workers read from them."""
    package = SentimentIntensityAnalyzer()
    jobs = [ScoreJob(text, 0.0, ("en",)) for text in texts]
    return (
        per_second(lambda batch: [package.polarity_scores(text) for text in batch], texts),
        per_second(lambda batch: read_many(jobs[: len(batch)]), texts),
    )


def main() -> None:
    texts = review_texts(2_000, seed=1)
    package, ours = SentimentIntensityAnalyzer(), EnglishAnalyzer()
    works: dict[str, Callable[[list[str]], object]] = {
        "vaderSentiment": lambda batch: [package.polarity_scores(text) for text in batch],
        "EnglishAnalyzer": lambda batch: [ours.polarity_scores(text) for text in batch],
        "name_language, 6 expected": lambda batch: [
            name_language(text, expected=_LANGUAGES, usual="de") for text in batch
        ],
        "name_language, none expected": lambda batch: [name_language(text) for text in batch],
        "themes": lambda batch: [default_pack().named(text) for text in batch],
        "severe": lambda batch: [find_severe(text) for text in batch],
        "score and themes": lambda batch: [
            (score_many([ScoreJob(text, 0.0, _LANGUAGES, "de")]), default_pack().named(text)) for text in batch
        ],
        "score, themes and severe": lambda batch: [
            (score_many([ScoreJob(text, 0.0, _LANGUAGES, "de")]), default_pack().named(text), find_severe(text))
            for text in batch
        ],
        "read_many, as the workers read": lambda batch: read_many(
            [ScoreJob(text, 0.0, _LANGUAGES, "de") for text in batch]
        ),
        "score_many, 6 languages": lambda batch: score_many([ScoreJob(text, 0.0, _LANGUAGES, "de") for text in batch]),
    }
    assert works["vaderSentiment"](texts) == works["EnglishAnalyzer"](texts), "the figures differ"
    print(f"{len(texts)} texts of {sum(map(len, texts)) / len(texts):.0f} characters, equal figures")
    alone = per_second(works["vaderSentiment"], texts)
    for name, work in works.items():
        speed = per_second(work, texts)
        print(f"{name:<32}{speed:>8,.0f} reviews/s, {speed / alone:.2f} of VADER alone")


if __name__ == "__main__":
    main()
