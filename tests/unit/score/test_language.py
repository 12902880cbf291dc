"""Languages of reviews are named; where there is nothing to go by, the location's own language is taken or none."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.score.languages.language import language_code, name_language
from bot.score.languages.language_model import LANGUAGES

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
    """A sentence is named where its language is expected and, apart from Norwegian's near twins, where nothing is."""
    assert name_language(REVIEWS[language], expected=tuple(REVIEWS), usual="en") == language
    if language != "no":
        assert name_language(REVIEWS[language]) == language


@pytest.mark.parametrize("text", ["", "   \n", "😀😀", "10/10", "!!! ... ???", "\x00\u200b", "👍 5*"])
def test_nothing_to_name(text: str) -> None:
    """Without a letter there is no language, not even the usual one."""
    assert name_language(text, expected=("de", "en"), usual="de") is None


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
    assert name_language(text, expected=("de", "en", "it"), usual=usual) == named


def test_few_words_in_another_script_are_not_taken_for_the_usual_language() -> None:
    """One Greek word is Greek even at a German location."""
    assert name_language("Απαίσιο", expected=("de", "el"), usual="de") == "el"


def test_letters_without_a_hint_have_no_language_unless_one_is_usual() -> None:
    """Letters in which the model finds nothing are not named at random."""
    assert name_language("x") is None
    assert name_language("x", usual="fr") == "fr"


def test_tags_with_regions_and_other_names_are_understood() -> None:
    """Regions, underscores and the Norwegian variants lead to the model's codes, in candidates as in the answer."""
    assert [language_code(tag) for tag in ("pt-BR", "zh_Hans", "NB", "nb-NO", "iw", "de")] == [
        "pt", "zh", "no", "no", "he", "de",
    ]  # fmt: skip
    assert name_language(REVIEWS["no"], expected=("nb-NO", "en-GB"), usual="en-GB") == "no"


def test_unknown_codes_are_passed_over() -> None:
    """Codes that the model does not know change nothing."""
    assert name_language(REVIEWS["pl"], expected=("xx", "pl", "en")) == "pl"
    assert name_language(REVIEWS["pl"], expected=("xx", "qq")) == "pl"
    assert name_language("Rude staff", expected=("xx", "en"), usual="yy") == "en"


@pytest.mark.parametrize("language", REVIEWS)
def test_what_is_expected_is_no_fence(language: str) -> None:
    """A guest's language is found at a place that expects German and English only; Norwegian may be its twin Danish."""
    assert name_language(REVIEWS[language], expected=("de", "en"), usual="de") in {
        language,
        "da" if language == "no" else "",
    }


@pytest.mark.parametrize(
    "text", ["GREAT FOOD!!! 😍", "Fod was gret, servce slow", "Sehr lekker, gerne wider 👍", "TOP ESSEN"]
)
def test_short_texts_with_typos_stay_in_an_expected_language(text: str) -> None:
    """Capitals, emoji and typing errors make no other language of a short text."""
    assert name_language(text, expected=("de", "en"), usual="de") in {"de", "en"}


def test_the_model_is_read_without_a_file(tmp_path: Path) -> None:
    """A machine without room for temporary files can name languages: nothing is unpacked to a disk."""
    code = (
        "from bot.score.languages.language import name_language; print(name_language('Ziemlich lau und teuer, leider'))"
    )
    nowhere = {**os.environ, "TMPDIR": str(tmp_path / "missing"), "TEMP": "", "TMP": ""}
    forbidden = "import tempfile; tempfile.tempdir = '/nonexistent'; " + code
    done = subprocess.run([sys.executable, "-c", forbidden], capture_output=True, text=True, env=nowhere, check=True)
    assert done.stdout.strip() == "de"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_string_is_answered(text: str) -> None:
    """Arbitrary characters, also lone surrogates, get a language or nothing."""
    assert name_language(text, expected=("de", "en"), usual="de") in {*LANGUAGES, None}


@pytest.mark.parametrize("text", ["a" * 10_000_000, " " * 10_000_000, "\ud83d" * 1_000_000, "😀" * 1_000_000])
def test_no_text_holds_up_the_work(text: str) -> None:
    """Only the start is looked at, so that huge texts take no longer than others."""
    name_language("warm up")
    started = time.process_time()
    name_language(text, expected=("de", "en"), usual="de")
    assert time.process_time() - started < 1
