"""Severe reviews: what is found, what is left alone, and hostile input."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.score.severe import KINDS, by_lists, find_severe, find_severe_many
from tests.benchmarks.severe.__main__ import FOLDER, HELD, lessons, read
from tests.unit.score.banks import Labelled, bank

BANKS = tuple(f"severe{name}.txt" for name in ("", "_second", "_third", "_fourth", "_fifth", "_sixth"))


def kinds(text: str) -> set[str]:
    return {hit.kind for hit in find_severe(text)}


def rows() -> list[Labelled]:
    return [row for name in BANKS for row in bank(name)]


def test_severe_texts_are_found() -> None:
    """At least 95 of 100 written severe reviews are found."""
    severe = [row.text for row in rows() if row.label != "-"]
    assert sum(bool(kinds(text)) for text in severe) >= 0.95 * len(severe) > 100


def test_ordinary_low_reviews_are_left_alone() -> None:
    """Of written low reviews with words that mislead, at most 2 in 100 are taken for severe."""
    ordinary = [row.text for row in rows() if row.label == "-"]
    assert sum(bool(kinds(text)) for text in ordinary) <= 0.02 * len(ordinary)


def test_ordinary_german_low_reviews_are_left_alone() -> None:
    """Of the low reviews of the sentiment banks only those that tell of an illness or of vermin are severe."""
    low = [row.text for name in ("german_first.txt", "german_second.txt") for row in bank(name) if row.label in "12"]
    assert [text for text in low if kinds(text)] == [
        "Mir war danach zwei Tage schlecht. Der Fisch roch komisch.",
        "Horror! Bettwanzen, Gestank aus dem Abfluss und der Manager lacht nur.",
        "Nach dem Essen lagen drei von uns mit Magenkrämpfen im Bett.",
    ]


@pytest.mark.parametrize(
    ("name", "least", "most"), [("held_second.jsonl", 0.95, 0.01), ("held_first.jsonl", 0.8, 0.03)]
)
def test_texts_that_nothing_was_learned_from(name: str, least: float, most: float) -> None:
    """Clear cases: at least 95 of 100, and at most 1 of 100 ordinary low reviews; many indirect ones: 80 and 3."""
    held = read(FOLDER / name)
    severe, others = ([one.text for one in held if bool(one.kind) == is_severe] for is_severe in (True, False))
    assert len(severe) >= 60
    assert len(others) >= 300
    assert sum(bool(kinds(text)) for text in severe) >= least * len(severe)
    assert sum(bool(kinds(text)) for text in others) <= most * len(others)


def test_held_out_texts_are_not_learned_from() -> None:
    """No held-out text is among the lessons."""
    known = {one.text for one in lessons()}
    assert not known & {one.text for path in HELD for one in read(path)}


def test_the_model_finds_what_no_list_knows_and_doubts_what_a_list_takes_wrongly() -> None:
    """Shown by a word of the text and its clause; many texts read together are read as one by one."""
    found = "The owner messaged me offering a free dinner if I take down my one star review, no thanks."
    doubted = "Doctor Who night at the pub and they showed the wrong Doctor."
    assert not by_lists(found).found
    assert by_lists(doubted).found
    texts = [found, doubted, "Lovely.", "", "Food poisoning!"]
    (hit,), *rest = find_severe_many(texts, [by_lists(text) for text in texts])
    assert hit.word in hit.quote
    assert hit.quote in found
    assert [[one.kind for one in its] for its in rest] == [[], [], [], ["poisoning"]]
    assert find_severe(found) == (hit,)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No food poisoning this time.", set()),
        ("Food poisoning!", {"poisoning"}),
        ("Keine Lebensmittelvergiftung, immerhin.", set()),
        ("I am sick of this.", set()),
        ("I was sick after the oysters.", {"poisoning"}),
        ("I was sick. Great fish though", set()),
        ("He threatened us and made a racist remark.", {"threat", "discrimination"}),
        ("Nobody was injured.", set()),
        ("Never been so sick, thrown up all night", {"poisoning"}),
    ],
)
def test_rules(text: str, wanted: set[str]) -> None:
    """Denied finds and fixed expressions do not count, and two halves count in one sentence only."""
    assert kinds(text) == wanted


def test_a_find_keeps_its_quote() -> None:
    """Kind, word and clause are kept for the card."""
    (hit,) = find_severe("Nice terrace, but my wife got food poisoning from the clams. Never again.")
    assert (hit.kind, hit.word) == ("poisoning", "food poisoning")
    assert hit.quote == "but my wife got food poisoning from the clams"
    assert hit.kind in KINDS


@pytest.mark.parametrize(
    "piece", ["sick after eating ", "review pay ", "Bewertung ", "\ud800", "mir war ", "because ", "x"]
)
def test_long_texts_take_bounded_time(piece: str) -> None:
    """Ten million characters of anything are read in bounded time."""
    started = time.process_time()
    find_severe(piece * (10_000_000 // len(piece)))
    assert time.process_time() - started < 4


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_read(text: str) -> None:
    """No text makes the search fail."""
    assert all(hit.kind in KINDS for hit in find_severe(text + " poisoned us " + text))
