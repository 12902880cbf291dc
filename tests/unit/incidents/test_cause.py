"""The cause of an incident: the one rule with each of its three conditions, the ratio, and shared words."""

from __future__ import annotations

import math

import pytest

from bot.incidents.cause import find_cause, shared_words, signed_g2
from tests.benchmarks.cause_naming import Draws, together

THEMES = ("food", "service", "waiting", "price")
USUAL = [{"food"}] * 40 + [{"service"}] * 30 + [{"waiting"}] * 10 + [set()] * 20


def cause(*reviews: set[str], history: list[set[str]] = USUAL) -> str | None:
    return find_cause(list(reviews), history, themes=THEMES).theme


def test_the_ratio_is_dunnings() -> None:
    """The figure of a table worked out by hand: 5 of 7 against 10 of 100."""
    expected = 2 * (
        5 * math.log(5 / (7 * 15 / 107))
        + 2 * math.log(2 / (7 * 92 / 107))
        + 10 * math.log(10 / (100 * 15 / 107))
        + 90 * math.log(90 / (100 * 92 / 107))
    )
    assert signed_g2(5, 7, usual=10, usual_of=100) == pytest.approx(expected)
    assert signed_g2(0, 7, usual=50, usual_of=100) < 0
    assert signed_g2(3, 3, usual=0, usual_of=0) == 0
    assert signed_g2(5, 10, usual=50, usual_of=100) == pytest.approx(0)


def test_a_clear_cause_is_named_with_its_table() -> None:
    """Waiting in 5 of 7 where 1 in 10 is usual is the cause; the table holds every theme with its counts."""
    found = find_cause([{"waiting"}] * 4 + [{"waiting", "food"}, {"service"}, set()], USUAL, themes=THEMES)
    assert (found.theme, found.reviews, found.earlier, found.silent) == ("waiting", 7, 100, 1)
    assert [(line.theme, line.count, line.usual) for line in found.table] == [
        ("waiting", 5, 10),
        ("food", 1, 40),
        ("service", 1, 30),
        ("price", 0, 0),
    ]


def test_a_single_complaint_is_no_cause() -> None:
    """One of five is nothing, two of five are named where hardly anybody complains of it, one of eight is not."""
    assert cause({"price"}, {"food"}, {"service"}, set(), set()) is None
    assert cause({"price"}, {"price"}, {"food"}, {"service"}, set()) == "price"
    assert cause({"price"}, *[{"food"}] * 3, *[set[str]()] * 4) is None


def test_what_is_usual_here_is_no_cause() -> None:
    """Food in 3 of 5 is not named where two in five reviews speak of it anyway, food in 8 of 8 is."""
    assert cause({"food"}, {"food"}, {"food"}, set(), set()) is None
    assert cause(*[{"food"}] * 8) == "food"


def test_two_themes_that_stand_out_alike_are_named_together() -> None:
    """Price and cleanliness in the same reviews are both named and neither is the cause alone."""
    found = find_cause([{"price", "cleanliness"}] * 4 + [set()], USUAL, themes=(*THEMES, "cleanliness"))
    assert set(found.named) == {"price", "cleanliness"}
    assert (found.theme, found.count) == (None, 4)


def test_waiting_and_service_are_judged_as_one() -> None:
    """Slow service is told as the one or the other: together they stand out, and both are named if both are meant."""
    usual = [{"service"}] * 10 + [set[str]()] * 90
    found = find_cause([{"waiting"}, {"waiting"}, {"service"}, {"service"}, {"food"}], usual, themes=THEMES)
    assert set(found.named) == {"waiting", "service"}
    assert (found.theme, found.count) == (found.named[0], 4)
    alone = find_cause([{"waiting"}, {"waiting"}, {"waiting"}, {"service"}], usual, themes=THEMES)
    assert alone.named == ("waiting",)


def test_without_history_or_reviews_nothing_is_named() -> None:
    """Nothing is unusual where nothing is known, and no review has no cause."""
    assert cause(*[{"waiting"}] * 5, history=[]) is None
    assert cause() is None
    assert find_cause([], [], themes=()).table == ()


def test_shared_words_are_shown_where_no_theme_fits() -> None:
    """A word in most of the incident's texts and hardly elsewhere is shown; usual and known words are not."""
    incident = [
        "Die Sauna war defekt",
        "In der Sauna war kein Licht",
        "sauna kalt, Hotel Seeblick",
        "Hotel am See, Sauna zu",
        "nett",
    ]
    history = ["Schönes Hotel mit Blick"] * 30 + ["Die Sauna war super"]
    found = shared_words(incident, history, known={"seeblick"})
    assert [(word.word, word.count, word.usual) for word in found] == [("sauna", 4, 1)]
    assert shared_words([], history) == ()
    assert shared_words(["Sauna", "Sauna"], history) == ()


@pytest.mark.parametrize(("k", "noise", "right", "wrong"), [(5, 0, 0.9, 0.03), (8, 0, 0.95, 0.03), (5, 0.4, 0.5, 0.1)])
def test_naming_on_written_complaints(k: int, noise: float, right: float, wrong: float) -> None:
    """Of incidents drawn from written complaints enough are named, and few wrongly, also when two in five digress."""
    found = together(list(Draws(seed=2).measure(k, noise=noise, each=60).values()))
    assert found.right >= right
    assert found.wrong <= wrong
