"""The score of a review: its language, the sentiment of its text, and whether text and stars contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.score.english import score_english
from bot.score.german import score_german
from bot.score.language import language_code, name_language
from bot.score.translated import split_translation

LOW_STARS = 0.25
"""Two stars of five, scaled to 0..1: the highest rating that counts as low."""

HIGH_STARS = 0.75
"""Four stars of five, scaled to 0..1: the lowest rating that counts as high."""

CLEARLY_POSITIVE = 0.5
"""Compound from which a text contradicts low stars. On 9,954 restaurant reviews 12 % of the low ones reach it (much of
it irony and praise before the "but"): a reason to look, not to overrule."""

CLEARLY_NEGATIVE = -0.5
"""Compound down from which a text contradicts high stars: 0.3 % of the high ones in the same reviews."""

_ENGLISH, _GERMAN = "en", "de"
_GUESTS = (_ENGLISH, _GERMAN, "fr", "es", "it", "nl", "pl", "pt", "tr", "ru", "cs", "da", "sv", "no", "fi", "hu")
"""What guests write where the location names no languages; to tell all of the model's 97 apart takes twice as long."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a review's text says.

    Attributes:
        language: Code of the language that the guest wrote in, or None if there is nothing to name.
        compound: From -1 (negative) to +1 (positive), or None if the text cannot be scored.
        source: Where `compound` comes from: VADER for English, the packaged lexicon for German; "unknown" goes with
            None.
        disagrees: Whether text and stars contradict each other. The stars rule: this is a hint for people and never
            makes a review low.
    """

    language: str | None
    compound: float | None
    source: Literal["vader", "lexicon", "unknown"]
    disagrees: bool


@dataclass(frozen=True, slots=True)
class ScoreJob:
    """A review to score, in a form that can be sent to another process; the fields are those of `score_review`."""

    text: str
    stars: float | None = None
    languages: tuple[str, ...] = ()
    usual: str | None = None
    translation: str = ""


def score_review(
    text: str, *, stars: float | None, languages: tuple[str, ...], usual: str | None, translation: str = ""
) -> Score:
    """Score one review.

    VADER knows English only (on German its accuracy is below chance) and the lexicon German only, so other languages
    stay without a compound. Of a field that Google translated, the English part is scored and the original gives the
    language.

    Args:
        text: The review's text, possibly empty.
        stars: The rating scaled to 0 (worst) .. 1 (best), or None if there is none.
        languages: Languages expected at the location. English is always considered beside them, and a single one
            does not limit the choice: it says which language is usual, not that guests write none of the other
            languages that are common in Europe.
        usual: The location's main language, believed for very short texts; by default the single one of `languages`.
        translation: What the platform gives beside the text; scored instead of it if it is English and the text not.
    """
    if usual is None and len(languages) == 1:
        usual = languages[0]
    inside = split_translation(text)
    own = text if inside is None else inside.original
    language = name_language(own, candidates=_candidates(languages), usual=usual)
    english = own if language == _ENGLISH else inside.translated if inside else _if_english(translation)
    if english:
        compound = score_english(english).compound
        return Score(language=language, compound=compound, source="vader", disagrees=_disagrees(stars, compound))
    if language == _GERMAN:
        compound = score_german(own)
        return Score(language=language, compound=compound, source="lexicon", disagrees=_disagrees(stars, compound))
    return Score(language=language, compound=None, source="unknown", disagrees=False)


def _if_english(text: str) -> str:
    return text if text and name_language(text, usual=_ENGLISH) == _ENGLISH else ""


@lru_cache(maxsize=256)
def _candidates(languages: tuple[str, ...]) -> tuple[str, ...]:
    is_choice = len(set(map(language_code, languages))) > 1
    return (*languages, _ENGLISH) if is_choice else (*languages, *_GUESTS)


def _disagrees(stars: float | None, compound: float) -> bool:
    if stars is None:
        return False
    return (stars <= LOW_STARS and compound >= CLEARLY_POSITIVE) or (
        stars >= HIGH_STARS and compound <= CLEARLY_NEGATIVE
    )


def score_many(jobs: Sequence[ScoreJob]) -> list[Score]:
    """Score reviews in their order; a function of the module, so that a worker process can be sent it."""
    return [
        score_review(job.text, stars=job.stars, languages=job.languages, usual=job.usual, translation=job.translation)
        for job in jobs
    ]
