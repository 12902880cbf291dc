"""Severe reviews: what is found and how loud, what is left alone, and hostile input."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.score.severe.events import read_events
from bot.score.severe.find import KINDS, find_severe, loudest
from bot.text.packaged import packaged
from tests.benchmarks.severe.__main__ import LONGEST, SHORTEST, examples, told
from tests.unit.score.banks import bank


def loud(text: str) -> str | None:
    return loudest(find_severe(text))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_written_severe_texts_are_found(seed: int) -> None:
    """Of texts of 20 to 200 words with a severe statement among praise: 80 of 100 at least silent, 60 with sound."""
    severe = [one.text for one in examples(seed) if one.kind]
    found = [loud(text) for text in severe]
    assert len(severe) == 120
    assert all(SHORTEST <= len(text.split()) <= LONGEST for text in severe)
    assert sum(one in ("sound", "silent") for one in found) >= 0.8 * len(severe)
    assert sum(one == "sound" for one in found) >= 0.6 * len(severe)


def test_events_told_in_other_words_are_found() -> None:
    """Whole reviews in unusual words: 80 of 100 at least silent, 60 with sound, a tenth of the misleading ones."""
    found = {
        is_severe: [loud(one.text) for _, one in told() if bool(one.kind) is is_severe] for is_severe in (True, False)
    }
    assert len(found[True]) == len(found[False]) == 220
    assert sum(one in ("sound", "silent") for one in found[True]) >= 0.8 * 220
    assert found[True].count("sound") >= 0.6 * 220
    assert sum(one in ("sound", "silent") for one in found[False]) <= 0.1 * 220
    assert found[False].count("sound") <= 0.02 * 220


def test_what_only_looks_severe_is_left_alone() -> None:
    """Praise of hospitality, prices like a heart attack, burnt bread: neither sound nor silent."""
    assert not [one.text for one in examples() if not one.kind and loud(one.text) in ("sound", "silent")]


def test_ordinary_german_low_reviews_are_left_alone() -> None:
    """Of the low reviews of the sentiment banks only those that tell of an illness are more than vague."""
    low = [row.text for name in ("german_first.txt", "german_second.txt") for row in bank(name) if row.label in "12"]
    assert [text for text in low if loud(text) in ("sound", "silent")] == [
        "Mir war danach zwei Tage schlecht. Der Fisch roch komisch.",
        "Nach dem Essen lagen drei von uns mit Magenkrämpfen im Bett.",
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I fell sick after eating the salad.", "sound"),
        ("I fell sick.", "silent"),
        ("My stomach hurt, I had a stomach ache after it.", "vague"),
        ("They served spoiled food.", "vague"),
        ("No food poisoning this time.", None),
        ("Keine Lebensmittelvergiftung, immerhin.", None),
        ("I hope I don't get food poisoning.", None),
        ("You will get food poisoning here.", None),
        ("This is a recipe for food poisoning.", None),
        ("Years ago my wife got food poisoning here.", None),
        ("My wife got food poisoning at another restaurant.", None),
        ("I could not sleep because I was vomiting all night after the fish.", "sound"),
        ("I am sick of this.", None),
        ("The smell made me sick.", None),
        ("I was sick. Great fish though", "vague"),
        ("Nobody was injured.", None),
        ("He threatened us and made a racist remark.", "sound"),
        ("The prices broke my heart and my wallet.", None),
        ("Wir mussten uns nach den Muscheln die ganze Nacht übergeben.", "sound"),
        ("Die Schlüssel wurden uns freundlich übergeben.", None),
        ("Great hospitality by the staff.", None),
        ("Das Menü wurde uns sehr gut erklärt.", None),
        ("Wir sind zufällig über dieses nette Lokal gestolpert und waren begeistert.", None),
        ("You people are the best in town, keep it up!", None),
        # A story that no phrase of its own tells: what happened stands in one sentence, the rest in those beside it.
        ("We shared the oysters. By midnight both of us were being sick. Neither could keep water down.", "sound"),
        ("Nach dem Brunch ging es los. Wir lagen beide zwei Tage flach, mein Mann sogar am Tropf.", "sound"),
        ("The lamp came loose. It landed on my shoulder, broken collarbone, surgery on Monday.", "sound"),
        ("My wife was vomitting all nigth after the musels.", "sound"),
        ("The waiter laughed. We laughed until our stomachs were cramping.", None),
        ("Keine fünf Minuten nach dem Eis mit Nüssen bekam mein Sohn trotz Allergie keine Luft.", "sound"),
        ("Die Bedienung war nett, er war krank vor Sorge.", None),
        ("Pay me 100 euros or more bad reviews will follow.", "sound"),
        # What happened to somebody else, and what is only a word.
        ("Our waiter had burnt his hand and still carried on working.", None),
        ("A drunk from the street threw a bottle at my friend.", None),
        ("We stumbled upon this place and were struck by the view.", None),
        ("I nearly died of boredom, one hour for two plates.", None),
        # A time in the middle of the phrase counts, too.
        ("Mir war nach dem Fisch die ganze Nacht schlecht.", "sound"),
    ],
)
def test_rules(text: str, wanted: str | None) -> None:
    """Denied, imagined, figurative, long past and other people's events do not count; a consequence makes it sure."""
    assert loud(text) == wanted


def test_a_find_keeps_its_phrase_and_its_clause() -> None:
    """Kind, phrase of the list, the guest's word and clause are kept; a phrase that does not count is left out."""
    text = "Nice terrace, but my wife got food poisoning from the clams. Never again."
    (hit,) = find_severe(text)
    assert (hit.kind, hit.loudness, hit.phrase, hit.word) == ("poisoning", "sound", "food poison*", "food poisoning")
    assert hit.quote == "but my wife got food poisoning from the clams"
    assert not find_severe(text, {"food poison*"})


def test_the_loudest_kind_comes_first() -> None:
    """A vague stomach ache stands behind a slap."""
    found = find_severe("I had a stomach ache and then the waiter slapped me.")
    assert [(hit.kind, hit.loudness) for hit in found] == [("threat", "sound"), ("poisoning", "vague")]


def test_mistakes_in_the_list_are_named() -> None:
    """An unknown kind, list, loudness or key is said with the event's name."""
    tree: dict[str, Any] = packaged("severe.toml")
    tree["event"][0] |= {"kind": "weather", "who": ["nobody"], "alone": "loud", "acts": ""}
    with pytest.raises(ConfigError) as caught:
        read_events(tree)
    assert len(caught.value.problems) == 4
    assert all("food_poisoning" in problem for problem in caught.value.problems)


@pytest.mark.parametrize(
    "piece", ["sick after eating ", "review pay ", "Bewertung ", "\ud800", "mir war ", "because ", "I fell sick ", "x"]
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
