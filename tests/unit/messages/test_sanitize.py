"""Review text can do nothing but be read."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.text import sanitize
from bot.messages.text.message import Html, plain_text
from bot.messages.text.sanitize import FSI, PDI, code, link, mention, quote, safe
from tests.unit.messages.reading import read, text_of, units

WJ = "\u2060"
ANY = st.text(st.characters(), max_size=400)  # includes lone surrogates


@given(ANY, st.integers(2, 200))
def test_any_text_becomes_well_formed_and_short(text: str, limit: int) -> None:
    """Whatever a guest writes: no tag, one line, isolated, no longer than its limit once the joiners are gone."""
    html = quote(text, limit)
    reader = read(html)
    shown = "".join(reader.text)
    assert reader.links == []
    assert shown == plain_text(html)
    assert "\n" not in shown
    assert units(shown.replace(WJ, "").strip(FSI + PDI)) <= limit
    assert shown == "" or (shown[0] == FSI and shown[-1] == PDI)
    assert FSI not in shown[1:]
    assert PDI not in shown[:-1]


@given(ANY)
def test_nothing_is_left_that_mentions_commands_or_links(text: str) -> None:
    """After each @ # / $ and each dot between letters or digits stands a word joiner."""
    shown = text_of(safe(text))
    assert re.search(r"[@#/$](?!\u2060)", shown) is None
    assert re.search(r"[^\W_]\.[^\W_]", shown) is None


def test_examples_of_disarming() -> None:
    """A mention, a command, an address and markup stay readable and do nothing."""
    assert safe("ask @anna_b /ack 12 evil.com <b>&") == f"ask @{WJ}anna_b /{WJ}ack 12 evil.{WJ}com &lt;b&gt;&amp;"
    assert safe("so good. Really") == "so good. Really"
    assert safe("4.5") == f"4.{WJ}5"


def test_right_to_left_name_is_isolated_and_an_ordinary_one_is_not() -> None:
    """A Hebrew or Arabic name must not turn the line around it; Anna stays Anna."""
    assert safe("נועה") == f"{FSI}נועה{PDI}"
    assert safe("Anna") == "Anna"


def test_ten_megabytes_take_linear_time() -> None:
    """No text stalls the chat: 10 MB of anything is a quote within seconds."""
    size = 10_000_000
    for text in ("a" * size, " " * size, "@" * size, "e" + "\u0301" * size, "🇩" * (size // 4), "a." * (size // 2)):
        started = time.process_time()
        assert units(text_of(quote(text, 160)).replace(WJ, "")) <= 162
        assert time.process_time() - started < 3
    started = time.process_time()
    safe("@a. " * (size // 4))
    assert time.process_time() - started < 30


def test_long_white_space_inside_does_not_look_like_the_end() -> None:
    """Where only a part of a text was looked at, the ellipsis says so."""
    assert text_of(quote("a" + " " * 100_000 + "b", 160)) == f"{FSI}a…{PDI}"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "tg://user?id=1",
        "ftp://x.de/",
        "//x.de",
        "",
        "http://",
        "https://a b",
        "http://[::1",
        "x",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    """Anything but http and https is shown as its label alone."""
    assert link(url, Html("Google")) == "Google"


def test_address_is_escaped_in_its_attribute() -> None:
    """A quotation mark in an address cannot end the attribute."""
    html = link('https://x.de/?a=1&b="><b>', Html("Google"))
    assert read(html).links == ['https://x.de/?a=1&b="><b>']
    assert text_of(html) == "Google"
    assert link("https://x.de/" + "a" * 3000, Html("Google")) == "Google"


def test_mention_and_code_are_safe_too() -> None:
    """Names inside a mention and file names inside code are escaped and shortened."""
    html = mention(1003, "<b>" + "n" * 50)
    assert read(html).links == ["tg://user?id=1003"]
    assert units(text_of(html)) <= sanitize.PERSON_LIMIT
    assert code("<a>&.csv") == "<code>&lt;a&gt;&amp;.csv</code>"
    assert units(text_of(code("x" * 100 + ".csv"))) <= sanitize.FILE_LIMIT
