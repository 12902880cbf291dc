"""Telegram's HTML as the local server reads it: plain text, entities, and what is found without being asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.botapi.rules.refusals import RefusedError
from bot.demo.botapi.text.entities import TEXT_LIMIT, formatted_text
from bot.demo.botapi.text.html import parse_html, utf16_length


def _kinds(text: str) -> tuple[str, list[tuple[str, int, int, str]]]:
    plain, entities = parse_html(text)
    return plain, [(one.kind, one.offset, one.length, one.value) for one in entities]


@pytest.mark.parametrize("tag", ["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre"])
def test_plain_tags(tag: str) -> None:
    """Every tag without attributes gives one entity over its text, whatever its case."""
    plain, found = _kinds(f"a <{tag.upper()}>bc</{tag}>")
    assert plain == "a bc"
    assert [one[1:] for one in found] == [(2, 2, "")]


@pytest.mark.parametrize(
    ("text", "plain", "expected"),
    [
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1, "")]),
        ("<tg-spoiler>a</tg-spoiler>", "a", [("spoiler", 0, 1, "")]),
        ("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1, "")]),
        ("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1, "")]),
        ('<a href="https://x.example/?a=1&amp;b=2">a</a>', "a", [("text_link", 0, 1, "https://x.example/?a=1&b=2")]),
        ("<a href='tg://user?id=42'>a</a>", "a", [("text_mention", 0, 1, "42")]),
        ('<a href="nonsense">a</a>', "a", []),
        ("<a>x.example</a>", "x.example", [("text_link", 0, 9, "x.example")]),
        ('<pre><code class="language-python">a</code></pre>', "a", [("pre", 0, 1, "python")]),
        ('<tg-emoji emoji-id="53">a</tg-emoji>', "a", [("custom_emoji", 0, 1, "53")]),
        ('<tg-time unix="1700000000" format="t">a</tg-time>', "a", [("date_time", 0, 1, "1700000000 t")]),
        ("<b>a<i>b</i></b>", "ab", [("bold", 0, 2, ""), ("italic", 1, 1, "")]),
        ("<code>a<b>b</b></code>", "ab", [("code", 0, 2, "")]),
        ("<b></b>a", "a", []),
        ("<tg-time unix='0'>a</tg-time>", "a", []),
        ('<a href="tg://resolve?domain=x">a</a>', "a", [("text_link", 0, 1, "tg://resolve?domain=x")]),
        ('<a href="javascript://x.example">a</a>', "a", []),
        ("&#1234567890;", "&#1234567890;", []),
        ("<b>a</>", "a", [("bold", 0, 1, "")]),
        ("\N{GRINNING FACE}<b>a</b>", "\N{GRINNING FACE}a", [("bold", 2, 1, "")]),
        ("&lt;&gt;&amp;&quot;&#65;&#x42;&#128512;", '<>&"AB\N{GRINNING FACE}', []),
        ("&copy; &apos; &; &#0; AT&T &lt b", "&copy; &apos; &; &#0; AT&T < b", []),
    ],
)
def test_tags_and_characters(text: str, plain: str, expected: list[tuple[str, int, int, str]]) -> None:
    """Attributes, nesting, numeric and the four named characters; other names stay as written."""
    assert _kinds(text) == (plain, expected)


def test_half_a_surrogate_pair_is_refused() -> None:
    """A numeric character that is no character makes the whole text invalid."""
    with pytest.raises(RefusedError, match="check for unmatched surrogate code units"):
        parse_html("&#55357;")


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("see reviews.zip now", "url", ["reviews.zip"]),
        ("see https://a.example/b?c=1 now", "url", ["https://a.example/b?c=1"]),
        ("1.5 and e.g. and 10.30 Uhr", "url", []),
        ("mail a.b@c.example now", "email", ["a.b@c.example"]),
        ("ask @anna_b now", "mention", ["@anna_b"]),
        ("#12 #waiting", "hashtag", ["#waiting"]),
        ("$EUR and $eur", "cashtag", ["$EUR"]),
        ("/status and /ack@review_bot or a/b", "bot_command", ["/status", "/ack@review_bot"]),
        ("@\u2060anna #\u2060waiting /\u2060status reviews.\u2060zip", "mention", []),
        ("@\u2060anna #\u2060waiting /\u2060status reviews.\u2060zip", "hashtag", []),
        ("@\u2060anna #\u2060waiting /\u2060status reviews.\u2060zip", "bot_command", []),
        ("@\u2060anna #\u2060waiting /\u2060status reviews.\u2060zip", "url", []),
    ],
)
def test_what_telegram_finds_by_itself(text: str, kind: str, expected: list[str]) -> None:
    """Links, mentions, hashtags and commands appear unless a word joiner breaks them."""
    plain, entities = formatted_text(text, parse_mode="", limit=TEXT_LIMIT)
    raw = plain.encode("utf-16-le")
    spans = [raw[2 * one.offset : 2 * (one.offset + one.length)] for one in entities if one.kind == kind]
    assert [one.decode("utf-16-le") for one in spans] == expected


def test_nothing_is_found_inside_code() -> None:
    """A file name in code is no link."""
    _, entities = formatted_text("<code>reviews.zip</code>", parse_mode="html", limit=TEXT_LIMIT)
    assert [one.kind for one in entities] == ["code"]


def test_surrounding_space_is_cut_and_entities_move() -> None:
    """Telegram trims a text; formatting stays on its words."""
    plain, entities = formatted_text("\n  a <b>b</b> \n", parse_mode="HTML", limit=TEXT_LIMIT)
    assert plain == "a b"
    assert [(one.offset, one.length) for one in entities] == [(2, 1)]


@settings(max_examples=200)
@given(st.text(alphabet="ab<>/&;\"'= #x1é\N{GRINNING FACE}\n", max_size=60))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No input breaks the parser, and every entity lies inside the text."""
    try:
        plain, entities = parse_html(text)
    except RefusedError:
        return
    assert all(one.offset >= 0 and one.offset + one.length <= utf16_length(plain) for one in entities)


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_escaped_text_comes_back(text: str) -> None:
    """Escaping the three characters is enough for any text."""
    if "\x00" in text:
        return
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{escaped}</b>")[0] == text
