"""Learning from starred reviews: what is learned, when it is refused, and what hostile texts do to it."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.score.learned.features import SIZE, features
from bot.score.learned.learning import LEAST_ALONE, LEAST_BESIDE, learn
from bot.score.learned.lessons import Example, Lesson
from bot.score.learned.model import UnreadableModelError, from_bytes, rarity, read_all, score_learned
from bot.score.learned.proof import area, lower_bound
from bot.score.score import ScoreJob, score_many
from bot.score.teaching import learn_reviews
from tests.benchmarks.understanding.corpora import starred_reviews
from tests.unit.score.banks import area_under_curve


def examples(language: str, count: int, *, low: float = 0.3, seed: int = 1) -> list[Example]:
    return [Example(one.text, one.stars >= 4) for one in starred_reviews(language, count, low=low, seed=seed)]


@cache
def spanish() -> Lesson:
    return learn("es", examples("es", 300))


def scores_of(saved: bytes | None, language: str, texts: list[str]) -> list[float]:
    assert saved is not None
    return score_learned(from_bytes(saved), texts, read_all(language, texts))


def test_a_language_without_any_words_of_ours_is_learned() -> None:
    """Spanish has no score of its own; 300 reviews give one that tells other reviews apart."""
    test = examples("es", 300, seed=2)
    scores = np.array(scores_of(spanish().saved, "es", [one.text for one in test]))
    is_high = np.array([one.is_high for one in test])
    assert area(scores, is_high) > 0.88
    assert (spanish().before, spanish().missing_low, spanish().missing_high) == (None, 0, 0)


def test_the_threshold_is_the_places_own_base_rate() -> None:
    """With few low reviews about as many score below nought as there are low ones, not none and not half."""
    lesson = learn("es", examples("es", 600, low=0.08))
    scores = scores_of(lesson.saved, "es", [one.text for one in examples("es", 600, low=0.08, seed=3)])
    assert 0.03 < np.mean(np.array(scores) < 0) < 0.16


def test_what_is_learned_beside_vader_is_better_than_vader() -> None:
    """The figure of held-out reviews, and that of reviews which were never seen, are above VADER's."""
    lesson = learn("en", examples("en", 400))
    test = examples("en", 400, seed=2)
    is_high = np.array([one.is_high for one in test])
    texts = [one.text for one in test]
    assert lesson.before is not None
    assert lesson.learned is not None
    assert lesson.learned > lesson.before
    after = area(np.array(scores_of(lesson.saved, "en", texts)), is_high)
    assert after > area(read_all("en", texts)[:, 0], is_high)


def test_stars_that_have_nothing_to_do_with_the_text_teach_nothing() -> None:
    """Of stars by chance no model comes, in a language with a score and in one without."""
    chance = np.random.Generator(np.random.PCG64(5))
    for language in ("en", "es"):
        shuffled = [Example(one.text, bool(chance.integers(2))) for one in examples(language, 200)]
        lesson = learn(language, shuffled)
        assert lesson.saved is None
        assert lesson.held_out == ()
        assert lesson.learned is not None


def test_perfect_words_of_ours_are_not_replaced() -> None:
    """Where VADER is right about every review, what was learned cannot be proven better."""
    good = [Example(f"{word} evening, thank you", is_high=True) for word in ("great", "lovely", "wonderful", "nice")]
    bad = [Example(f"{word} evening, sorry", is_high=False) for word in ("horrible", "terrible", "awful", "bad")]
    several = [Example(f"{one.text} {number}", one.is_high) for one in (*good, *bad) for number in range(20)]
    lesson = learn("en", several)
    assert lesson.before == 1
    assert lesson.saved is None


@pytest.mark.parametrize(("language", "least"), [("en", LEAST_BESIDE), ("de", LEAST_BESIDE), ("es", LEAST_ALONE)])
def test_too_few_reviews_say_how_many_are_missing(language: str, least: int) -> None:
    """Nothing is tried below the least number of each kind; copies of a text count once."""
    few = [Example(f"text {number}", is_high=True) for number in range(least)]
    few += [Example("cold", is_high=False)] * 50 + [Example("rude", is_high=False)]
    lesson = learn(language, few)
    assert (lesson.low, lesson.high) == (2, least)
    assert (lesson.missing_low, lesson.missing_high) == (least - 2, 0)
    assert (lesson.learned, lesson.saved) == (None, None)
    assert learn(language, []).missing_high == least


def test_the_same_reviews_give_the_same_model() -> None:
    """Learning has no chance in it but the seed."""
    assert learn("es", examples("es", 300)) == spanish()


def test_held_out_scores_are_less_sure_than_those_of_known_examples() -> None:
    """An example that the model has seen is recognised; its held-out score is not, and belongs to the right review."""
    known = examples("es", 300)
    high = [score for score, one in zip(spanish().held_out, known, strict=True) if one.is_high]
    low = [score for score, one in zip(spanish().held_out, known, strict=True) if not one.is_high]
    by_heart = scores_of(spanish().saved, "es", [one.text for one in known])
    is_high = np.array([one.is_high for one in known])
    assert 0.85 < area_under_curve(high, low) < area(np.array(by_heart), is_high)


def test_reviews_are_learned_by_language_and_three_stars_teach_nothing() -> None:
    """Each language has its lesson, the most usual first; reviews without low or high stars are left out."""
    jobs = [
        ScoreJob(one.text, (one.stars - 1) / 4, ("es", "de"))
        for language, count in (("es", 120), ("de", 40))
        for one in starred_reviews(language, count, low=0.3, seed=4)
    ]
    jobs += [ScoreJob("Regular, ni bien ni mal, la verdad.", 0.5, ("es",))] * 30
    jobs += [ScoreJob("La comida estaba muy rica y el servicio bien.", None, ("es",))] * 30
    jobs += [ScoreJob("👍", 1.0, ("es",)), ScoreJob("", 0.0, ("es",))] * 30
    found = learn_reviews(jobs)
    assert [taught.lesson.language for taught in found] == ["es", "de"]
    assert set(found[0].places) <= set(range(160))
    assert len(found[0].places) + len(found[1].places) == 160


def test_a_learned_language_is_scored_by_its_model_alone() -> None:
    """Spanish texts say "learned", others what they said before; before learning Spanish is unknown."""
    praise = "La sopa estaba exquisito y el camarero fue amable. Volveremos seguro."
    blame = "La sopa estaba frío y el camarero fue maleducado. No vuelvo más."
    saved = spanish().saved
    assert saved is not None
    jobs = [ScoreJob(text, 0.0, ("es",), models=(("es", 7),)) for text in (praise, "Lovely food", blame, "")]
    good, english, bad, empty = score_many(jobs, {7: saved})
    assert (good.source, english.source, bad.source, empty.source) == ("learned", "vader", "learned", "unknown")
    assert good.compound is not None
    assert bad.compound is not None
    assert good.compound > 0.3 > -0.3 > bad.compound
    assert good.disagrees
    assert score_many([ScoreJob(praise, languages=("es",))])[0].compound is None


def test_a_model_survives_being_saved() -> None:
    """Saved and read again it gives the same scores to the last digit."""
    saved = spanish().saved
    assert saved is not None
    model = from_bytes(saved)
    again = from_bytes(model.to_bytes())
    assert np.array_equal(model.weights, again.weights)
    assert np.array_equal(model.counts, again.counts)
    assert (model.texts, *model.mix) == (again.texts, *again.mix)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"\x80\x04K\x01.", b"x" * 1000])
def test_a_damaged_model_is_refused(damage: bytes) -> None:
    """What is no model is told, and no pickle is ever opened."""
    with pytest.raises(UnreadableModelError):
        from_bytes(damage)


def test_batches_give_what_single_texts_give() -> None:
    """A text's numbers do not depend on its neighbours, nor on where a batch is cut."""
    texts = ["Cold soup", "", "cold soup " * 9_000, "👍", "x" * 50_000, "Lovely waiter!"]
    weights = np.linspace(-1, 1, SIZE, dtype=np.float32)
    together = features(texts).weigh(weights)
    assert np.allclose(together, [features([text]).weigh(weights)[0] for text in texts])
    assert together[1] == 0


def test_what_many_texts_have_counts_less() -> None:
    """A word of every text weighs less than a rare one beside it, and a text's numbers keep their length."""
    found = features(["hotel", "hotel awful", "hotel", "hotel"])
    scaled = found.scaled(rarity(np.bincount(found.places, minlength=SIZE), found.count))
    common, rare = (features([word]).places[0] for word in ("hotel", "awful"))
    of_second = {
        int(place): value
        for text, place, value in zip(scaled.texts, scaled.places, scaled.values, strict=True)
        if text == 1
    }
    assert of_second[int(rare)] > 1.5 * of_second[int(common)]
    lengths = np.bincount(scaled.texts, scaled.values.astype(float) ** 2)
    assert np.allclose(lengths, 2)


def test_spelling_does_not_matter() -> None:
    """Capitals, accents, invisible characters and look-alikes lead to the same numbers."""
    one, other = features(["Pésimo servicio"]), features(["pe\u200bsimo ServiciO"])
    assert np.array_equal(one.places, other.places)
    assert np.array_equal(features(["rude"]).places, features(["rudе"]).places)


@pytest.mark.parametrize(
    "piece",
    ["nicht gut ", "\ud800", "😡", "\u0301", "а", "-", "ﷺ", "\n", "<b>", "a", "مطعم سيئ ", "\u202e", "\u200b", "漢字"],
)
def test_long_texts_take_bounded_time(piece: str) -> None:
    """Ten million characters of anything are scored by a model in a few seconds at most."""
    saved = spanish().saved
    assert saved is not None
    text = piece * (10_000_000 // len(piece))
    started = time.process_time()
    for language in ("es", "en", "de"):
        mix = from_bytes(saved).mix
        width = read_all(language, [""]).shape[1]
        model = replace(from_bytes(saved), mix=np.concatenate([mix[:1], np.ones(width), mix[-1:]]))
        (score,) = score_learned(model, [text], read_all(language, [text]))
        assert -1 <= score <= 1
    assert time.process_time() - started < 10


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(codec=None)), max_size=4))
def test_any_texts_have_scores(texts: list[str]) -> None:
    """No text at all makes the scoring by a model fail."""
    scores = scores_of(spanish().saved, "es", texts)
    assert len(scores) == len(texts)
    assert all(-1 <= score <= 1 for score in scores)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(st.characters(codec=None), max_size=40), st.sampled_from((0.0, 0.5, 1.0, None)))))
def test_any_reviews_can_be_learned_from(reviews: list[tuple[str, float | None]]) -> None:
    """No reviews at all make the learning fail."""
    jobs = [ScoreJob(text, stars, ("es",)) for text, stars in reviews] * 6
    for taught in learn_reviews(jobs):
        assert len(taught.lesson.held_out) in (0, len(taught.places))


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    """Against counting pairs, with draws; and the bound lies below it by what chance can do."""
    scores = np.array([0.1, 0.4, 0.4, 0.8, 0.2, 0.4, 0.9])
    is_high = np.array([False, False, True, True, False, False, True])
    pairs = area_under_curve(list(scores[is_high]), list(scores[~is_high]))
    assert area(scores, is_high) == pytest.approx(pairs)
    assert lower_bound(scores, is_high, deviations=0) == pytest.approx(pairs)
    assert lower_bound(scores, is_high, deviations=1.645) < pairs
    assert lower_bound(scores, is_high, deviations=2, against=scores) == 0


def test_the_bound_holds_as_often_as_it_says() -> None:
    """Over 400 draws the true area lies below the one-sided 5 % bound about once in twenty."""
    chance = np.random.Generator(np.random.PCG64(1))
    misses = 0
    for _ in range(400):
        is_high = np.arange(120) >= 40
        scores = chance.normal(size=120) + is_high * 1.2
        misses += lower_bound(scores, is_high, deviations=1.645) > 0.80193  # the normal distribution at 1.2 / sqrt(2)
    assert 4 <= misses <= 40
