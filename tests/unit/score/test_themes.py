"""Themes: what they find, what a negation takes away, quotes, the owner's files, and hostile input."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.score.quotes import LONGEST_QUOTE
from bot.score.themes.pack import PACKS, default_pack, theme_pack
from tests.unit.score.banks import bank


def themes(text: str, *, pack: str = "restaurant") -> set[str]:
    return {hit.theme for hit in theme_pack(pack).find(text)}


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("themes.txt", 0.93),
        ("dining.txt", 0.95),
        ("dining_second.txt", 0.95),
        ("dining_third.txt", 0.93),
        ("kinds.txt", 0.9),
    ],
)
def test_figure_on_written_sentences(name: str, at_least: float) -> None:
    """On the sentences of each bank the F1 over all themes stays where it was measured."""
    right = wrong = missed = 0
    for row in bank(name):
        wanted = set(row.label.split(",")) - {"-"}
        found = themes(row.text, pack=row.kind if row.kind in PACKS else "restaurant")
        right += len(wanted & found)
        wrong += len(found - wanted)
        missed += len(wanted - found)
    assert 2 * right / (2 * right + wrong + missed) >= at_least


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The waiter was rude and the soup cold.", {"service", "food"}),
        ("We were never kept waiting.", set()),
        ("It was not slow.", set()),
        ("Not only slow but also expensive.", {"waiting", "price"}),
        ("The food was well worth the wait.", {"food"}),
        ("Warten mussten wir nicht.", set()),
        ("Wir mussten ewig warten.", {"waiting"}),
        ("Kein Schimmel, keine Flecken.", set()),
        ("Of course we came back.", set()),
        ("Laut Karte gab es mehr.", set()),
        ("Zehn Minuten entfernt vom Bahnhof.", set()),
        ("My brother cried in the corner.", set()),
        ("Der Saal war groß, das Kind hat geweint.", {"atmosphere"}),
        ("We waited an hour for our food.", {"waiting"}),
        ("Das Essen kam kalt.", {"food"}),
        ("Das Essen kam sehr spät.", set()),
        ("Die Bratkartoffeln und Rinderrouladen der Kellnerinnen.", {"food", "service"}),
        ("Der Ki\u200bmchi-Toast: Flei\u00adsch", {"food"}),
    ],
)
def test_restaurant_rules(text: str, wanted: set[str]) -> None:
    """Whole words, inflections and compounds count; denied complaints and fixed expressions do not."""
    assert themes(text) == wanted


@pytest.mark.parametrize(
    ("pack", "text", "wanted"),
    [
        ("hotel", "Hellhörige Zimmer, das Frühstück war gut.", {"noise", "room", "food"}),
        ("hotel", "We slept well and the mattress was soft.", {"room"}),
        ("shop", "Der Artikel kam defekt an, die Rücksendung dauerte Wochen.", {"product", "returns", "waiting"}),
        ("app", "Since the update it crashes, and support never replied.", {"stability", "service"}),
        ("app", "Keine Abstürze, aber viel Werbung.", {"ads"}),
    ],
)
def test_other_packs(pack: str, text: str, wanted: set[str]) -> None:
    """Hotels, shops and apps have themes of their own."""
    assert themes(text, pack=pack) == wanted


@pytest.mark.parametrize("pack", PACKS)
def test_every_theme_has_a_name_in_both_languages(pack: str) -> None:
    """A card can name every theme of every pack in German and English."""
    assert all(set(names) == {"en", "de"} for names in theme_pack(pack).labels.values())


def test_a_hit_keeps_its_clause() -> None:
    """The quote is the clause with the word; a very short one is given with its sentence."""
    first, second = default_pack().find(
        "Lovely evening, but we waited 70 minutes for a table in the garden. Rude, very rude hosts!"
    )[:2]
    assert (first.theme, first.word, first.quote) == (
        "waiting",
        "waited",
        "but we waited 70 minutes for a table in the garden",
    )
    assert (second.theme, second.word, second.quote) == ("atmosphere", "garden", first.quote)


def test_long_clauses_are_shortened_at_word_ends() -> None:
    """A quote is at most `LONGEST_QUOTE` long, holds the word, and shows where it was cut."""
    text = "word " * 60 + "floor dirty " + "more " * 60
    (hit,) = default_pack().find(text)
    assert len(hit.quote) <= LONGEST_QUOTE
    assert " dirty " in hit.quote
    assert hit.quote.startswith("…word ")
    assert hit.quote.endswith(" more…")


def test_the_owner_adds_words_and_themes() -> None:
    """A file adds to known themes and brings new ones, and the shipped pack stays as it is."""
    content = (
        '[[theme]]\nid = "food"\nwords = "Handkäs*"\n'
        '[[theme]]\nid = "sauna"\nlabel = {en="sauna", de="Sauna"}\n'
        'words = """sauna,\nDampfbad"""\n'
    )
    pack = default_pack().extended(content, name="mine.toml")
    assert {hit.theme for hit in pack.find("Handkäsmusik im Dampfbad, serviert vom Kellner")} == {
        "food",
        "sauna",
        "service",
    }
    assert pack.labels["sauna"] == {"en": "sauna", "de": "Sauna"}
    assert themes("Handkäsmusik im Dampfbad") == set()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[[theme]]\nid = "food"\nwords = "a', "mine.toml, line 3: "),
        ('[[theme]]\nid = "food"\n\nwords = """ok,\nde*"""', 'line 5: "de*" would fit nearly everything'),
        ('[[theme]]\nid = "food"\nwords = "_ dish"', 'mine.toml, line 3: "_ dish" must begin and end with a word'),
        ('[[theme]]\nid = "food"\nwords = "fish & chips"', 'mine.toml, line 3: "&" is not a word'),
        ('[[theme]]\nid = "food"\nwrods = "dish"', 'mine.toml, line 3: "wrods" is not known; a theme has id'),
        ('[[theme]]\nid = "Good Food"', 'mine.toml, line 2: a theme needs an id of small letters'),
        ('[[theme]]\nid = "sauna"\nwords = "sauna"', 'line 1: "sauna" is a new theme and needs a name; write label'),
        ('# words\n[[theme]]  # ours\nid = "food"\nlabel = { en = "words" }\nwords = 7', "line 5: write words"),
        ('[[theme]]\r\nid = "food"\r\nexcept = """ok,\r\n  fish   & chips"""', 'mine.toml, line 4: "&" is not a word'),
        ('[[theme]]\nid = "food"\n[[theme]]\nid = "price"\nid = "price"', "mine.toml, line 5: "),
        ('[[theme]]\nid = "food"\n[[theme]]\nid = "price"\nlabel = { fr = "prix" }', "line 5: write the names"),
        ('[theme]\nid = "sauna"', "write [[theme]] with two brackets"),
        ('[[theme]]\nid = "food"\nwords = 7', 'mine.toml, line 3: write words = """'),
        ('[[theme]]\nid = "food"\nlabel = "Essen"', "mine.toml, line 3: write the names like label = {"),
        ("x = 1", 'mine.toml, line 1: "x" is not known here'),
        ("#" * 1_000_001, "longer than a million characters"),
    ],
)  # fmt: skip
def test_mistakes_in_a_file_are_named(content: str, says: str) -> None:
    """Each mistake is told with file, line and what to write instead."""
    with pytest.raises(ConfigError) as caught:
        default_pack().extended(content, name="mine.toml")
    assert says in str(caught.value)


@pytest.mark.parametrize("piece", ["not slow ", "the ", "food", "\ud800", "🍕", "took ", "a", "\n", "Haare in der "])
def test_long_texts_take_bounded_time(piece: str) -> None:
    """Ten million characters of anything are read in bounded time."""
    text = piece * (10_000_000 // len(piece))
    started = time.process_time()
    default_pack().find(text)
    assert time.process_time() - started < 3


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_can_be_read(text: str) -> None:
    """No text makes the search fail, and no quote is longer than agreed."""
    assert all(0 < len(hit.quote) <= LONGEST_QUOTE for hit in default_pack().find(text + " soup " + text))


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Das Lokal ist ungemütlich und sehr, sehr laut.", ["Das Lokal ist ungemütlich und sehr, sehr laut"]),
        (
            "Zudem war der Mojito, den ich bestellt hatte, der schlechteste, den ich je hatte.",
            ["Zudem war der Mojito, den ich bestellt hatte, der schlechteste"],
        ),
        (
            "Das Essen war lecker, aber die Kellnerin war unfreundlich.",
            ["Das Essen war lecker", "aber die Kellnerin war unfreundlich"],
        ),
        ("The soup that we had, which came first, was awful.", ["The soup that we had, which came first, was awful"]),
        ("We had the soup on Friday, but nobody minded.", ["We had the soup on Friday"]),
    ],
)
def test_a_quote_goes_on_to_its_verdict(text: str, quotes: list[str]) -> None:
    """A comma does not cut off what is said of the word; another thought does."""
    assert [hit.quote for hit in default_pack().find(text)] == quotes


@pytest.mark.parametrize(
    "text",
    [
        "Durch die guten Bewertungen wurden wir auf das Lokal aufmerksam.",
        "Hier ist noch viel Raum für Verbesserungen.",
        "Wir standen auf der waiting list.",
        "Man preist das Lokal als das beste am Platz an.",
        "It is a hidden gem that is waiting to be discovered.",
        "An accident waiting to happen.",
    ],
)
def test_words_in_another_sense_are_no_theme(text: str) -> None:
    """What only looks like a theme's word is not counted."""
    assert default_pack().find(text) == ()
