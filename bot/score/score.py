"""The score of a review: its language, the sentiment of its text, and whether text and stars contradict each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bot.model.compact import compact
from bot.score.languages.english import score_english, valences
from bot.score.languages.german import has_signs, rated_german, score_german
from bot.score.languages.language import name_language
from bot.score.languages.translated import split_translation
from bot.score.packs import USUAL_PACK, PackChoice
from bot.score.words import word_set, words_of
from bot.text.packaged import packaged

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

_SHORT = 40
"""Characters of a text of a few words."""


Source = Literal["vader", "lexicon", "learned", "unknown"]


@compact
@dataclass(frozen=True, slots=True)
class Score:
    """What a review's text says.

    Attributes:
        language: Code of the language that the guest wrote in, or None if there is nothing to name.
        compound: From -1 (negative) to +1 (positive), or None if the text cannot be scored.
        source: Where `compound` comes from: what was learned from the place's own reviews, else VADER for English and
            the packaged lexicon for German; "unknown" goes with None.
        disagrees: Whether text and stars contradict each other. The stars rule: this is a hint for people and never
            makes a review low.
    """

    language: str | None
    compound: float | None
    source: Source
    disagrees: bool


@compact
@dataclass(frozen=True, slots=True)
class ScoreJob:
    """A review to score, in a form that can be sent to another process.

    Attributes:
        text: The review's text, possibly empty.
        stars: The rating scaled to 0 (worst) .. 1 (best), or None if there is none.
        languages: Languages expected at the location, English always beside them: likelier than others, and no
            fence, for guests write what they like.
        usual: The location's main language, believed for very short texts; by default the single one of `languages`.
        translation: What the platform gives beside the text; scored instead of it if it is English and the text not.
        pack: What the place's themes are made of.
        models: The languages for which something was learned at the place, each with the number of its model.
    """

    text: str
    stars: float | None = None
    languages: tuple[str, ...] = ()
    usual: str | None = None
    translation: str = ""
    models: tuple[tuple[str, int], ...] = ()
    pack: PackChoice = USUAL_PACK


@dataclass(frozen=True, slots=True)
class Wording:
    """What of a review is scored.

    Attributes:
        language: Code of the language that the guest wrote in, or None if there is nothing to name.
        scored_as: The language of `words`.
        words: The guest's own words, or their English translation.
    """

    language: str | None
    scored_as: str | None
    words: str


def read(job: ScoreJob) -> Wording:
    """Name the language, and choose what is scored: of a text that Google translated, the English part."""
    usual = job.languages[0] if job.usual is None and len(job.languages) == 1 else job.usual
    inside = split_translation(job.text)
    own = job.text if inside is None else inside.original
    language = name_language(own, expected=(*job.languages, _ENGLISH), usual=usual)
    if language == _GERMAN and _is_english_after_all(own):
        language = _ENGLISH
    if language is None and own and not own.isascii():
        # Emoji alone are no language, and say enough; VADER knows most of them.
        if score_english(own).compound:
            return Wording(None, _ENGLISH, own)
        if has_signs(own):
            return Wording(None, _GERMAN, own)
    english = own if language == _ENGLISH else inside.translated if inside else _if_english(job.translation)
    return Wording(language, _ENGLISH, english) if english else Wording(language, language, own)


def _is_english_after_all(text: str) -> bool:
    """Whether a text too short to show its language ("good") holds words that VADER rates, and no German word."""
    if len(text) > _SHORT:
        return False
    words = words_of(text)
    pieces = words.folded
    return not valences().keys().isdisjoint(pieces) and _german_words().isdisjoint(pieces) and not rated_german(words)


@cache
def _german_words() -> frozenset[str]:
    """Words that say nothing and are German only; VADER takes some ("die", "war") for English blame."""
    listed = packaged("stopwords.toml")
    return word_set(listed["de"]) - word_set(listed["en"]) | {"nicht", "kein", "keine", "nie"}


def score_many(jobs: Sequence[ScoreJob], saved: Mapping[int, bytes] | None = None) -> list[Score]:
    """Score reviews in their order; a function of the module, so that a worker process can be sent it.

    Args:
        jobs: The reviews.
        saved: The arrays of each model that they name, by its number.

    Raises:
        UnreadableModelError: The arrays of a model are damaged.
    """
    found = [read(job) for job in jobs]
    by_model: dict[tuple[str, int], list[int]] = {}
    for place, (job, reading) in enumerate(zip(jobs, found, strict=True)):
        for language, model_id in job.models:
            if language == reading.scored_as and reading.language is not None:
                by_model.setdefault((language, model_id), []).append(place)
    learned: dict[int, float] = {}
    for (language, model_id), places in by_model.items():
        words = [found[place].words for place in places]
        learned.update(zip(places, _score_by(language, model_id, (saved or {})[model_id], words), strict=True))
    return [
        _score(job.stars, reading, learned.get(place))
        for place, (job, reading) in enumerate(zip(jobs, found, strict=True))
    ]


def _score_by(language: str, model_id: int, saved: bytes, texts: Sequence[str]) -> list[float]:
    # numpy, which the process that only sends the jobs does without.
    from bot.score.learned.model import kept, read_all, score_learned

    return score_learned(kept(model_id, saved), texts, read_all(language, texts))


def _score(stars: float | None, reading: Wording, learned: float | None) -> Score:
    compound: float | None = learned
    source: Source = "learned"
    if compound is None:
        if reading.scored_as == _ENGLISH:
            compound, source = score_english(reading.words).compound, "vader"
        elif reading.scored_as == _GERMAN:
            compound, source = score_german(reading.words), "lexicon"
        else:
            return Score(reading.language, None, "unknown", disagrees=False)
    return Score(reading.language, compound, source, disagrees=disagrees(stars, compound))


def _if_english(text: str) -> str:
    return text if text and name_language(text, usual=_ENGLISH) == _ENGLISH else ""


def disagrees(stars: float | None, compound: float) -> bool:
    """Whether clear praise has one or two stars, or clear blame four or five."""
    if stars is None:
        return False
    return (stars <= LOW_STARS and compound >= CLEARLY_POSITIVE) or (
        stars >= HIGH_STARS and compound <= CLEARLY_NEGATIVE
    )
