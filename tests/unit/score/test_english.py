"""The English analyzer gives the package's figures, and gives them quickly for any text."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

from bot.score.languages.english import LONGEST_TEXT, EnglishAnalyzer, _shift_at_but, score_english
from tests.benchmarks.review_texts import review_texts

PACKAGE = SentimentIntensityAnalyzer()
OURS = EnglishAnalyzer()
EMOJI = sorted(emoji for emoji in PACKAGE.emojis if len(emoji) == 1)
PHRASES = [*SPECIAL_CASES, *BOOSTER_DICT, *NEGATE]
RATED = sorted(PACKAGE.lexicon)
HINGES = [
    "but",
    "BUT",
    "no",
    "or",
    "nor",
    "least",
    "at",
    "very",
    "so",
    "this",
    "never",
    "without",
    "doubt",
    "kind",
    "of",
]

BANK = [
    "",
    " ",
    "!",
    "The food was good.",
    "The food was not good, and the waiter isn't friendly.",
    "Never so good! Never this good! It was never that good.",
    "It was so good, this great place. This good? So bad!",
    "We waited so very good long",
    "without a doubt, an excellent idea; without doubt good, without any good doubt",
    "The steak is the shit, the wine is the bomb and the cake to die for!!!",
    "yeah right good service, bad ass burgers, bus stop outside, kiss of death, beating heart",
    "Just enough good. It was kind of bad, sort of nice, kinda ugly, KIND OF good, kind",
    "Kind of",
    "kind",
    "The staff was kind. Of course!",
    "No good, no problem, no bad or good food, no good nor bad, NO!",
    "no",
    "At least it was good. Least good of all. The least good. Very least good. LEAST GOOD",
    "VERY GOOD food but HORRIBLE waiter",
    "ALL CAPS GOOD FOOD",
    "good good bad good but bad good bad good but good",
    "but good",
    "good but",
    "The soup was good, but the fish was terrible, BUT the cake was good, good and good.",
    "Ain't hadn't've good. CAN'T STAND it, fed up, couldn’t be better",
    "Good?? Bad??? What???? Great!!!!! No!?",
    ":) :( :D :-P ;) <3 (-: O_o ( '}{' ) ...good... 'great' \"bad\" --nice--",
    "good😀bad 😀 good😡😡  😡\n😀\t😀x 👍🏽 ☺️ ❤️ 👨‍👩‍👧 🇩🇪 ©®™ 1️⃣",
    "😀",
    "Ünfreundlich, İstanbul good ΑΣ ΟΔΟΣ. ǅ ﬃ good ß GOOD",
    "good\x00bad good\u200bbad good\u00a0bad \u2028good \x85 bad",
    "\ud83d good \udc00",
    "good " * 400 + "but " + "good bad " * 300,
    "I was expecting more. Not at all good; hardly any good, barely edible, less good, most awful, VERY AWFUL.",
]


@pytest.mark.parametrize("text", BANK)
def test_hand_made_texts_score_as_in_the_package(text: str) -> None:
    """Every figure equals the package's on texts that reach each of its rules and quirks."""
    assert OURS.polarity_scores(text) == PACKAGE.polarity_scores(text)


def test_review_texts_score_as_in_the_package() -> None:
    """Every figure equals the package's on 1,500 review texts."""
    texts = review_texts(1_500, seed=7)
    assert [OURS.polarity_scores(text) for text in texts] == [PACKAGE.polarity_scores(text) for text in texts]


def test_every_rated_word_keeps_its_value() -> None:
    """Each word and each emoji of the lexicons scores as in the package, alone and after a modifier."""
    for word in [*RATED, *EMOJI]:
        text = f"It is not {word} but very {word.upper()}"
        assert OURS.polarity_scores(text) == PACKAGE.polarity_scores(text)


def test_lower_casing_twice_changes_nothing() -> None:
    """The analyzer lower-cases once where the package does it twice: no character tells the difference."""
    assert all(chr(code).lower() == chr(code).lower().lower() for code in range(sys.maxunicode + 1))


words = st.one_of(
    st.sampled_from(PHRASES),
    st.sampled_from(RATED),
    st.sampled_from(HINGES),
    st.sampled_from(["good", "bad", "x", "1"]),
).flatmap(
    lambda word: st.sampled_from([word, word, word.upper(), word.capitalize(), f"{word}.", f"'{word}'", f"{word}!"])
)
joints = st.sampled_from([" ", " ", " ", " ", "  ", "\n", "", " but ", " so ", "n't ", "?", "😀", " 😡 ", "\u00a0"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(words, joints), max_size=30))
def test_any_mix_of_the_words_that_matter_scores_as_in_the_package(parts: list[tuple[str, str]]) -> None:
    """Rated words, negations, degrees, idioms, emoji and punctuation in any order give the package's figures."""
    text = "".join(word + joint for word, joint in parts)
    assert OURS.polarity_scores(text) == PACKAGE.polarity_scores(text)


halves = st.sampled_from([0, 0, -1.0, 0.5, 0.75, 1.0, 1.5, 2.0, 2.25, 3.0, 4.0, 4.5, 6.0])


@settings(max_examples=500, deadline=None)
@given(st.lists(halves, max_size=14), st.lists(halves, max_size=14))
def test_values_shift_at_but_as_in_the_package(before: list[float], after: list[float]) -> None:
    """Of equal values, also those that became equal by the shift, the same one changes as in the package."""
    words = ["x"] * len(before) + ["but"] + ["x"] * len(after)
    ours = [*before, 0, *after]
    _shift_at_but(ours, len(before))
    assert ours == PACKAGE._but_check(words, [*before, 0, *after])


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text(alphabet=st.sampled_from([*EMOJI, " ", "a", "\n"]), max_size=60)))
def test_any_string_scores_as_in_the_package(text: str) -> None:
    """Arbitrary characters, and emoji in any arrangement, give the package's figures."""
    assert OURS.polarity_scores(text) == PACKAGE.polarity_scores(text)


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 50_000,
        "😡 " * 50_000,
        "a" * 10_000_000,
        "good bad " * 1_200_000,
        "good " * 5_000 + "but " + "bad terrible " * 3_000,
        "never so good n't but " * 500_000,
        " " * 10_000_000,
        "\x00\ud83d\u200b" * 3_000_000,
        "!" * 10_000_000,
        "é" * 10_000_000,
    ],
    ids=["emoji", "spaced emoji", "one word", "rated", "but", "modified", "spaces", "odd", "marks", "accents"],
)
def test_no_text_holds_up_the_work(text: str) -> None:
    """The heaviest texts that a guest could send take about a second at most, on a busy machine some seconds."""
    started = time.process_time()
    assert -1 <= score_english(text).compound <= 1
    assert time.process_time() - started < 5


def test_only_the_start_of_a_huge_text_counts() -> None:
    """What stands beyond the documented cap has no influence, what stands before it has."""
    filler = "x " * (LONGEST_TEXT // 2)
    assert score_english(filler + "terrible").compound == 0
    assert score_english(filler[:-20] + " terrible").compound < 0


def test_the_figures_have_names() -> None:
    """The shares add up to one and the compound carries the sign."""
    sentiment = score_english("Lovely food and friendly staff.")
    assert sentiment.compound > 0.5
    assert sentiment.neg + sentiment.neu + sentiment.pos == pytest.approx(1, abs=0.01)
