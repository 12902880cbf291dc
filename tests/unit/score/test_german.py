"""German sentiment: its rules one by one, its figure on written reviews, and hostile input."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.score.languages.german import score_german
from tests.unit.score.banks import area_under_curve, bank


@pytest.mark.parametrize(
    ("name", "least"),
    [("german_first.txt", 0.97), ("german_second.txt", 0.95), ("german_third.txt", 0.95), ("german_fourth.txt", 0.94)],
)
def test_low_reviews_score_below_high_ones(name: str, least: float) -> None:
    """On each bank of reviews the figure stays where it was measured."""
    rows = bank(name)
    high = [score_german(row.text) for row in rows if row.label in "45"]
    low = [score_german(row.text) for row in rows if row.label in "12"]
    assert area_under_curve(high, low) >= least


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("Das Essen war gut.", "Das Essen war nicht gut."),
        ("Das Essen war gut.", "Das Essen war nicht besonders gut."),
        ("Die Suppe schmeckte uns.", "Die Suppe schmeckte uns allen nicht."),
        ("Ich empfehle das Haus.", "Ich empfehle das Haus nicht."),
        ("Das Essen war sehr gut.", "Das Essen war gut."),
        ("Das Zimmer war etwas schmutzig.", "Das Zimmer war schmutzig."),
        ("Das Zimmer war nicht schmutzig.", "Das Zimmer war schmutzig."),
        ("Das Bad war alt, aber das Essen gut.", "Das Essen war gut, aber das Bad alt."),
        ("Die Preise sind niedrig.", "Die Preise sind zu hoch."),
        ("Das Essen ist gut.", "Früher war das Essen gut."),
        ("Der Fisch war frisch.", "Der „frische“ Fisch."),
        ("Das war ein gutes Frühstück.", "Ein gutes Frühstück hätte ich mir gewünscht."),
        ("Noch nie so gut gegessen!", "Nie gut gegessen!"),
        ("Das Essen war lecker 😍", "Das Essen war lecker"),
        ("Wir kommen gerne wieder.", "Wir kommen nie wieder."),
    ],
)
def test_rules(better: str, worse: str) -> None:
    """Negation, verbs, degrees, turns, "zu", wishes, the past, quotation marks and emoji change a score."""
    assert score_german(better) > score_german(worse)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Schoenes Zimmer, aergerlich war nur die Strasse", "Schönes Zimmer, ärgerlich war nur die Straße"),
        ("SUUUPER leckerrrr", "super lecker"),
        ("un\u200bfreund\u00adlich", "unfreundlich"),
        ("unfrеundlich", "unfreundlich"),
    ],
)
def test_spellings(written: str, meant: str) -> None:
    """Other spellings, stretched letters, invisible characters and Cyrillic look-alikes do not change a score."""
    assert score_german(written) == score_german(meant) != 0


@pytest.mark.parametrize(
    "text", ["", "   ", "\ud83d", "٣٤٥", "der die das", "<b></b>", "\u200b\u200b", "مرحبا بالعالم"]
)
def test_without_a_rated_word_the_score_is_nought(text: str) -> None:
    """What holds no rated word is neither praise nor blame."""
    assert score_german(text) == 0


@pytest.mark.parametrize(
    "piece",
    [
        "nicht gut ",
        "lecker",
        "nicht ",
        "\ud800",
        "😡",
        "\u0301",
        "а",
        "keine Wünsche ",
        "-",
        "'",
        "ﷺ",
        "\n",
        "zu lange, ",
    ],
)
def test_long_texts_take_bounded_time(piece: str) -> None:
    """Ten million characters of anything are scored in well under a second."""
    text = piece * (10_000_000 // len(piece))
    started = time.process_time()
    assert -1 <= score_german(text) <= 1
    assert time.process_time() - started < 3


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_score(text: str) -> None:
    """No text at all makes the scoring fail."""
    assert -1 <= score_german(text) <= 1


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("Sauber geht anders.", False),
        ("Danke für nichts.", False),
        ("Glückwunsch zum langsamsten Service der Stadt.", False),
        ("Weder nett noch sauber noch gut.", False),
        ("0 von 5", False),
        ("Da kann man nicht meckern.", True),
        ("Die Musik war nicht zu laut.", True),
    ],
)
def test_set_phrases_judge_as_they_are_meant(text: str, is_good: bool) -> None:
    """Irony of thanks and congratulation, "geht anders", weder ... noch, and nothing to complain of."""
    assert (score_german(text) > 0) is is_good
    assert score_german(text) != 0
