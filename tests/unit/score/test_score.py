"""A review's score: language, compound and the hint that text and stars contradict each other."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from bot.score.languages.english import score_english
from bot.score.languages.german import score_german
from bot.score.score import Score, ScoreJob, score_many

PRAISE = "Wonderful evening, the food was delicious and the staff lovely and friendly."
BLAME = "Horrible evening, the food was disgusting and the staff rude and nasty."
LANGUAGES = ("de", "en", "no")


def score(
    text: str, *, stars: float | None = None, languages: tuple[str, ...] = LANGUAGES, usual: str | None = "de"
) -> Score:
    return score_many([ScoreJob(text, stars, languages, usual)])[0]


def test_english_is_scored() -> None:
    """English text gets VADER's compound."""
    assert score(PRAISE) == Score("en", score_english(PRAISE).compound, "vader", disagrees=False)


def test_other_languages_are_not_scored() -> None:
    """Norwegian text has a language and no compound, although VADER would give a figure."""
    assert score("Maten var kald, og betjeningen var dessverre veldig uvennlig mot oss.", stars=1.0) == Score(
        "no", None, "unknown", disagrees=False
    )


def test_german_is_scored_by_the_lexicon() -> None:
    """German text gets the lexicon's figure, and praise under one star is shown as a contradiction."""
    blame = "Das Essen war kalt und die Bedienung war leider unfreundlich."
    praise = "Das Essen war köstlich und die Bedienung sehr herzlich, wir kommen gerne wieder."
    assert score(blame, stars=0.0) == Score("de", score_german(blame), "lexicon", disagrees=False)
    assert score(praise, stars=0.0) == Score("de", score_german(praise), "lexicon", disagrees=True)
    assert score(blame, stars=1.0).disagrees


def test_emoji_alone_say_enough() -> None:
    """Thumbs and angry faces without a word are rated, and name no language."""
    assert (score("👎", stars=0.0).compound or 0) < 0 < (score("👍👍", stars=1.0).compound or 0)
    assert score("💝", stars=1.0).compound == score_english("💝").compound > 0
    assert score("😡😡😡", stars=0.0).language is None


@pytest.mark.parametrize("text", ["", "1/5", "🪑🪑"])
def test_nothing_to_read_is_unknown(text: str) -> None:
    """A rating without words is neither positive nor negative by its text."""
    assert score(text, stars=0.0) == Score(None, None, "unknown", disagrees=False)


@pytest.mark.parametrize(
    "field",
    [
        f"(Translated by Google) {BLAME}\n\n(Original)\nEn forferdelig kveld, maten var ekkel og betjeningen frekk.",
        f"En forferdelig kveld, maten var ekkel og betjeningen frekk.\n\n(Translated by Google)\n{BLAME}",
    ],
)
def test_the_english_part_of_a_translated_field_is_scored(field: str) -> None:
    """The language is the guest's, the compound that of the translation alone."""
    assert score(field) == Score("no", score_english(BLAME).compound, "vader", disagrees=False)


def test_an_english_original_is_scored_rather_than_its_translation() -> None:
    """Where the guest wrote English, the guest's own words count."""
    field = f"(Translated by Google) Ein schrecklicher Abend.\n\n(Original)\n{BLAME}"
    assert score(field) == Score("en", score_english(BLAME).compound, "vader", disagrees=False)


@pytest.mark.parametrize(
    ("text", "stars", "disagrees"),
    [
        (PRAISE, 0.0, True),
        (PRAISE, 0.25, True),
        (PRAISE, 0.5, False),
        (PRAISE, 1.0, False),
        (PRAISE, None, False),
        (BLAME, 1.0, True),
        (BLAME, 0.75, True),
        (BLAME, 0.5, False),
        (BLAME, 0.0, False),
        (BLAME, None, False),
        ("The food was on the table at the time they had told us.", 0.0, False),
    ],
)
def test_text_against_stars(text: str, stars: float | None, disagrees: bool) -> None:
    """Praise with one or two stars and blame with four or five disagree; three stars and no stars never do."""
    assert score(text, stars=stars).disagrees is disagrees


def test_one_expected_language_does_not_hide_others() -> None:
    """A location that expects English only does not get a German text scored as English, and the other way round."""
    german = "Das Essen war kalt und die Bedienung war leider unfreundlich."
    assert score(german, languages=("en",), usual=None).source == "lexicon"
    assert score(PRAISE, languages=("de",)).source == "vader"
    assert score("Rude staff", languages=("en",), usual=None).language == "en"


def test_english_is_always_expected() -> None:
    """English guests are understood where the owner listed two other languages."""
    assert score(PRAISE, languages=("de", "fr")).language == "en"


def test_many_are_scored_in_order() -> None:
    """A batch gives the same scores as one by one, and both jobs and scores can be sent to another process."""
    jobs = [ScoreJob(PRAISE, 0.0, LANGUAGES, "de"), ScoreJob(""), ScoreJob(BLAME, 1.0, LANGUAGES, "de")]
    scores = score_many(pickle.loads(pickle.dumps(jobs)))
    assert scores == [score(PRAISE, stars=0.0), score(""), score(BLAME, stars=1.0)]
    assert pickle.loads(pickle.dumps(scores)) == scores


def test_scores_cannot_be_changed() -> None:
    """A score and a job stay what they are."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        score("").disagrees = True  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        ScoreJob("").text = "x"  # type: ignore[misc]


def test_a_translation_beside_the_text_is_scored_if_it_is_english() -> None:
    """The language stays the guest's; a German translation says nothing to VADER, and an English guest needs none."""
    own = "En forferdelig kveld, maten var ekkel og betjeningen frekk."
    german = "Ein schrecklicher Abend, das Essen war ekelhaft und die Bedienung leider frech."
    jobs = [
        ScoreJob(text, 0.0, LANGUAGES, "de", other) for text, other in ((own, BLAME), (own, german), (BLAME, PRAISE))
    ]
    compound = score_english(BLAME).compound
    assert [(one.language, one.compound) for one in score_many(jobs)] == [
        ("no", compound),
        ("no", None),
        ("en", compound),
    ]


@pytest.mark.parametrize(
    "text", ["good", "Good Food.", "excellent service", "Very bad", "waste taste", "not bad", "worth."]
)
def test_a_few_english_words_are_english_where_guests_write_german(text: str) -> None:
    """Where the place's main language is believed for short texts, VADER still reads what only it knows."""
    (score,) = score_many([ScoreJob(text, None, ("de",))])
    assert (score.language, score.source) == ("en", "vader")
    assert score.compound == score_english(text).compound != 0


@pytest.mark.parametrize("text", ["Die Bar", "Nicht toll", "Super", "War nett", "Hell und freundlich", "Lecker"])
def test_a_few_german_words_stay_german(text: str) -> None:
    """Words that VADER knows by chance ("die", "war", "hell") make no text English."""
    assert score_many([ScoreJob(text, None, ("de",))])[0].language == "de"
