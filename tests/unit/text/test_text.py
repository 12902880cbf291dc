"""Signs that are never shown, texts as they are compared, and shortening."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.text.fold import fold, slug, without_accents
from bot.text.shorten import short_line, shorten, utf16_length
from bot.text.signs import UNWANTED, escaped, lines, one_line, storable

ANY = st.text(st.characters(), max_size=400)  # includes lone surrogates
ROOM = Path(bot.__file__).parent


def test_the_tables_stand_in_one_place() -> None:
    """No other module lists control or direction signs or normalises Unicode by itself."""
    own = re.compile(r"\\u202[a-e]|\\ud800|NFKD|NFKC")
    found = {path.relative_to(ROOM).as_posix() for path in ROOM.rglob("*.py") if own.search(path.read_text("utf-8"))}
    assert found == {"text/signs.py", "text/fold.py", "sources/tables/maps.py"}  # maps: the width of a header's cell


@given(ANY)
def test_cleaning_leaves_no_control_direction_or_surrogate(text: str) -> None:
    """Controls, direction marks, isolates and lone surrogates are gone, and cleaning twice changes nothing."""
    cleaned = one_line(text)
    assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in cleaned)
    assert re.search("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", cleaned) is None
    assert one_line(cleaned) == cleaned


def test_what_is_dropped_and_what_stays() -> None:
    """White space becomes one space; tabs and line ends stay where lines are wanted; joiners of emoji stay."""
    assert one_line("a\u202eb\n\n\tc \u2067d\x00") == "ab c d"
    assert one_line("👩\u200d👩") == "👩\u200d👩"
    assert lines("a\r\nb\rc\u2028d\x1b[2J\te") == "a\nb\nc\nd[2J\te"
    assert one_line("a\U000e0041\U000e0042b\U000e0fffc\u034fd") == "abcd"
    assert one_line("a \u3164\n\u2800\n\uffa0 b") == "a b"
    assert storable("a\x00b\ud800c\u202e") == "a\ufffdb\ufffdc\u202e"


@given(ANY)
def test_a_log_line_stays_one_line(text: str) -> None:
    """Every sign that ends a line, hides something or turns it around is handed to the escape, no other is."""
    seen: list[str] = []

    def escape(sign: str) -> str:
        seen.append(sign)
        return ""

    escaped(text, escape)
    assert seen == [s for s in text if UNWANTED.match(s) or s in "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"]


def test_accents_and_ids() -> None:
    """Accents go, and an id is made of letters, digits and dashes."""
    assert without_accents("Café Ångström") == "Cafe Angstrom"
    assert slug("Café Weiß & Söhne", otherwise="x") == "cafe-weiss-sohne"
    assert slug("北京", otherwise="business") == "business"


def test_a_line_of_many_megabytes_is_cut_at_once() -> None:
    """Only the beginning is looked at; a text of white space keeps its ellipsis."""
    assert short_line("a" * 50_000_000, 10) == "a" * 9 + "…"
    assert short_line("a" + " " * 100_000 + "b", 160) == "a…"


def test_shortening_ends_at_a_word() -> None:
    """A long sentence ends after a whole word with an ellipsis, within the limit."""
    short = shorten("Waited 70 minutes for two starters and nobody said a word.", 30)
    assert short == "Waited 70 minutes for two…"
    assert shorten("short", 30) == "short"
    assert shorten("word " * 40, 20) == "word word word word…"


@pytest.mark.parametrize(
    ("cluster", "name"),
    [
        ("👩‍👩‍👧‍👦", "family"),
        ("👍🏽", "skin tone"),
        ("🇩🇪", "flag"),
        ("e\u0301\u0323", "combining marks"),
        ("❤️", "variation selector"),
        ("\u1112\u1161\u11ab", "decomposed Hangul"),
    ],
)
def test_shortening_keeps_a_character_whole(cluster: str, name: str) -> None:
    """Only whole clusters are left before the ellipsis, wherever the limit falls."""
    for limit in range(2, 60):
        short = shorten(cluster * 40, limit)
        assert short.endswith("…"), name
        assert short[:-1] == cluster * ((len(short) - 1) // len(cluster)), name
        assert utf16_length(short) <= limit


def test_fold_ignores_what_does_not_change_a_text() -> None:
    """Case, also of ß, all white space, and full-width forms."""
    assert fold(" Straße\u00a0\n X ") == fold("STRASSE x")
    assert fold("ＡＢＣ") == "abc"
