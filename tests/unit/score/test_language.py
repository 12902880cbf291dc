"""Languages of reviews are named; where there is nothing to go by, the location's own language is taken or none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.score.language import language_code, name_language

REVIEWS = {
    "en": "We waited an hour for our food and nobody apologised.",
    "de": "Wir haben eine Stunde auf das Essen gewartet und niemand hat sich entschuldigt.",
    "fr": "Nous avons attendu notre repas pendant une heure et personne ne s'est excusé.",
    "es": "Esperamos una hora por la comida y nadie nos pidió disculpas.",
    "it": "Abbiamo aspettato un'ora per il cibo e nessuno si è scusato.",
    "nl": "We hebben een uur op het eten gewacht en niemand bood zijn excuses aan.",
    "pl": "Czekaliśmy godzinę na jedzenie i nikt nas nie przeprosił.",
    "tr": "Yemeğimiz için bir saat bekledik ve kimse özür dilemedi.",
    "ru": "Мы ждали еду целый час, и никто не извинился.",
    "el": "Περιμέναμε μία ώρα για το φαγητό και κανείς δεν ζήτησε συγγνώμη.",
    "ja": "料理が来るまで一時間も待たされて、謝罪もありませんでした。",
    "no": "Vi ventet en time på maten og ingen ba om unnskyldning.",
}


@pytest.mark.parametrize("language", REVIEWS)
def test_reviews_are_named(language: str) -> None:
    """A sentence is named among the candidates and, apart from Norwegian's near twins, among all languages."""
    assert name_language(REVIEWS[language], candidates=tuple(REVIEWS), usual="en") == language
    if language != "no":
        assert name_language(REVIEWS[language]) == language


@pytest.mark.parametrize("text", ["", "   \n", "😀😀", "10/10", "!!! ... ???", "\x00\u200b", "👍 5*"])
def test_nothing_to_name(text: str) -> None:
    """Without a letter there is no language, not even the usual one."""
    assert name_language(text, candidates=("de", "en"), usual="de") is None


@pytest.mark.parametrize(
    ("text", "usual", "named"),
    [
        ("Rude staff", "en", "en"),
        ("OK", "de", "de"),
        ("OK", "en", "en"),
        ("Top", "de", "de"),
        ("Pizza 10/10", "de", "de"),
        ("Sehr gut", "en", "de"),
        ("Great food", "de", "en"),
        ("Never again", "de", "en"),
    ],
)
def test_few_words_are_in_the_usual_language_unless_another_is_clear(text: str, usual: str, named: str) -> None:
    """Very short texts go to the location's main language, except where another one leads by far."""
    assert name_language(text, candidates=("de", "en", "it"), usual=usual) == named


def test_few_words_in_another_script_are_not_taken_for_the_usual_language() -> None:
    """One Greek word is Greek even at a German location."""
    assert name_language("Απαίσιο", candidates=("de", "el"), usual="de") == "el"


def test_letters_without_a_hint_have_no_language_unless_one_is_usual() -> None:
    """Letters in which the model finds nothing are not named at random."""
    assert name_language("x") is None
    assert name_language("x", usual="fr") == "fr"


def test_tags_with_regions_and_other_names_are_understood() -> None:
    """Regions, underscores and the Norwegian variants lead to the model's codes, in candidates as in the answer."""
    assert [language_code(tag) for tag in ("pt-BR", "zh_Hans", "NB", "nb-NO", "iw", "de")] == [
        "pt", "zh", "no", "no", "he", "de",
    ]  # fmt: skip
    assert name_language(REVIEWS["no"], candidates=("nb-NO", "en-GB"), usual="en-GB") == "no"


def test_unknown_candidates_do_not_narrow_the_choice() -> None:
    """Codes that the model does not know are passed over; if none is left, all languages are open."""
    assert name_language(REVIEWS["pl"], candidates=("xx", "pl", "en")) == "pl"
    assert name_language(REVIEWS["pl"], candidates=("xx", "qq")) == "pl"
    assert name_language("Rude staff", candidates=("xx", "en"), usual="yy") == "en"


def test_the_usual_language_is_always_a_candidate() -> None:
    """A location's main language can be named although the list leaves it out."""
    assert name_language(REVIEWS["de"], candidates=("en", "fr"), usual="de") == "de"


def test_limiting_one_choice_does_not_limit_the_next() -> None:
    """The candidates of one location have no effect on another's."""
    assert name_language(REVIEWS["fr"], candidates=("de", "en")) in {"de", "en"}
    assert name_language(REVIEWS["fr"], candidates=("fr", "en")) == "fr"
    assert name_language(REVIEWS["fr"]) == "fr"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_string_is_answered(text: str) -> None:
    """Arbitrary characters, also lone surrogates, get a candidate or nothing."""
    assert name_language(text, candidates=("de", "en"), usual="de") in {"de", "en", None}


@pytest.mark.parametrize("text", ["a" * 10_000_000, " " * 10_000_000, "\ud83d" * 1_000_000, "😀" * 1_000_000])
def test_no_text_holds_up_the_work(text: str) -> None:
    """Only the start is looked at, so that huge texts take no longer than others."""
    name_language("warm up")
    started = time.process_time()
    name_language(text, candidates=("de", "en"), usual="de")
    assert time.process_time() - started < 1
