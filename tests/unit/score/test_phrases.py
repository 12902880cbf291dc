"""Phrases: what counts as one, and where it stands."""

from __future__ import annotations

from bot.score.phrases import phrases_of
from bot.score.quotes import written
from bot.score.words import words_of


def phrases(text: str) -> set[str]:
    return set(phrases_of(words_of(text)))


def test_one_to_three_words_in_a_row() -> None:
    """Words, pairs and triples are given in folded form, and nothing longer."""
    assert phrases("Schöne große Terrasse gehabt") >= {"schoene", "grosse terrasse", "schoene grosse terrasse"}
    assert not any(phrase.count(" ") > 2 for phrase in phrases("one cold burger after another cold burger"))


def test_stop_words_stand_inside_only() -> None:
    """A phrase neither begins nor ends with a stop word or a number, but may hold one; negations are no stop words."""
    found = phrases("We had to wait for the bill and it was not friendly at 8")
    assert {"wait", "bill", "not friendly"} <= found
    assert found.isdisjoint({"to wait", "wait for", "the bill", "was", "8", "friendly at"})
    assert "mit der bahn" not in phrases("kam mit der Bahn")
    assert "kalt und fettig" in phrases("kalt und fettig")


def test_punctuation_is_not_crossed() -> None:
    """What stands in two clauses is no phrase."""
    assert phrases("Gute Suppe, kalter Fisch.").isdisjoint({"suppe kalter", "gute suppe kalter"})


def test_a_phrase_knows_its_first_place() -> None:
    """The place gives the guest's own spelling."""
    words = words_of("Die LANGE Wartezeit ... lange Wartezeit")
    assert written(words, phrases_of(words)["lange wartezeit"]) == "LANGE Wartezeit"


def test_long_texts_are_read_from_the_front() -> None:
    """Ten million characters cost no more than the first words."""
    assert phrases("kalte suppe " * 1_000_000) >= {"kalte suppe"}
