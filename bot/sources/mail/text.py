"""Parses a raw mail into headers, text and HTML; of a damaged mail it gives what can be read, never an error.

The email package raises on much of what arrives (unknown character sets, broken header encodings, parts nested a
thousand deep), so each header and each part is read by itself.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from functools import cached_property
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final

from bot.text.signs import lines

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

TEXT_CAP: Final = 64 * 1024
"""Most characters of a text that are searched."""
_PARTS: Final = 50
_HEAD_CAP: Final = 64 * 1024
HTML_CAP: Final = 256 * 1024
_TAGS: Final = 20_000
_BLOCKS: Final = frozenset(
    (
        *(
            "address",
            "article",
            "blockquote",
            "div",
            "dd",
            "dt",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
        ),
        *("hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul", "br"),
    )
)
_HIDDEN: Final = frozenset(("script", "style", "title", "template"))
_ADDRESS: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?", re.ASCII)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_COMMENT: Final = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Mail:
    """A mail in parts.

    Attributes:
        headers: name in lower case and value as it came, the topmost first.
        text: of the text/plain parts.
        html: of the text/html parts, as source.
    """

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str

    def every(self, name: str) -> list[str]:
        """All values of a header, the topmost first, as they came."""
        return [value for key, value in self.headers if key == name.lower()]

    def one(self, name: str) -> str:
        """A header's first value, decoded; empty where there is none."""
        return decoded(next(iter(self.every(name)), ""))

    @property
    def sender(self) -> str:
        """The address in From, in lower case; empty unless there is exactly one."""
        values = self.every("from")
        return address_of(values[0]) if len(values) == 1 else ""

    @cached_property
    def soup(self) -> BeautifulSoup:
        """The HTML as a tree. Nothing that it points to is ever fetched."""
        return tree_of(self.html)

    @cached_property
    def html_text(self) -> str:
        """The text that the HTML shows."""
        return text_of(self.html)

    def body(self, part: str) -> str:
        """The text to search: of the wanted part, else of the other one."""
        if part == "html":
            return self.html_text or self.text
        return self.text or self.html_text


def take_apart(raw: bytes) -> Mail:
    """The parts of a raw mail; what cannot be read is left out."""
    if raw.count(b"multipart/") > _PARTS:
        # Parts nested without end: no honest sender does that, and taking them apart takes for ever.
        return headers_of(raw)
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        headers = tuple(_headers(message))
        texts, htmls = _bodies(message)
    except RecursionError:
        return headers_of(raw)
    html = "\n".join(htmls)[:HTML_CAP]
    return Mail(headers, plain("\n".join(texts))[:TEXT_CAP], html if html.count("<") <= _TAGS else "")


def headers_of(raw: bytes) -> Mail:
    """A mail of which only headers are known."""
    return Mail(tuple(_headers_only(raw)), "", "")


def decoded(value: str) -> str:
    """A header's text without its transport encoding, on one line."""
    try:
        pieces = [
            piece if isinstance(piece, str) else _text(piece, charset or "ascii")
            for piece, charset in decode_header(value[:4096])
        ]
        text = "".join(pieces)
    except (ValueError, LookupError, email.errors.MessageError):
        text = value[:4096]
    return " ".join(plain(text).split())


def address_of(value: str) -> str:
    """The one address of a From header, in lower case.

    A display name may contain anything, another address included, so quoted strings and comments are taken away first
    and nothing but a single bare or bracketed address counts (RFC 5322, 3.4).
    """
    rest = _QUOTED.sub("", value[:4096].replace("\r", "").replace("\n", " "))
    while (shorter := _COMMENT.sub("", rest)) != rest:
        rest = shorter
    if "<" in rest or ">" in rest:
        found = re.fullmatch(r"[^<>@,;:]*<([^<>]*)>\s*", rest)
        if found is None:
            return ""
        rest = found[1]
    text = rest.strip().lower()
    return text if _ADDRESS.fullmatch(text) else ""


def plain(text: str) -> str:
    """A text whose lines end with a line feed, without control and direction characters."""
    return "\n".join(line.rstrip() for line in lines(text.replace("\u00a0", " ")).split("\n"))


def tree_of(html: str) -> BeautifulSoup:
    """HTML as a tree."""
    # The element in front keeps Beautiful Soup from guessing, aloud, that a mail is a file's name or XML.
    # A tenth of the time of a start, which only the process that opens mails needs.
    from bs4 import BeautifulSoup

    return BeautifulSoup(f"<div>{html}", "html.parser")


class _Lines(HTMLParser):
    """Collects the text that HTML shows, a line for each block, in one pass."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(data.replace("\n", " "))


def text_of(html: str) -> str:
    """The text that HTML shows, a line for each block."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in plain("".join(reader.pieces)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:TEXT_CAP]


def _headers_only(raw: bytes) -> Iterator[tuple[str, str]]:
    head = re.split(rb"\r?\n\r?\n", raw[:_HEAD_CAP], maxsplit=1)[0]
    yield from _headers(email.message_from_bytes(head + b"\n\n", policy=email.policy.compat32))


def _headers(message: Message[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        yield name.lower(), re.sub(r"\r?\n(?=[ \t])", "", text)


def _bodies(message: Message[str, str]) -> tuple[list[str], list[str]]:
    found: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for number, part in enumerate(message.walk()):
        if number > _PARTS:
            break
        kind = part.get_content_type()
        if kind in found and not part.is_multipart() and not _is_attached(part):
            found[kind].append(_content(part))
    return found["text/plain"], found["text/html"]


def _is_attached(part: Message[str, str]) -> bool:
    return str(part.get("content-disposition", "")).lower().startswith("attachment")


def _content(part: Message[str, str]) -> str:
    try:
        body: Any = part.get_payload(decode=True)
    except (ValueError, LookupError):
        body = str(part.get_payload()).encode("utf-8", "replace")
    try:
        charset = part.get_content_charset() or "utf-8"
    except (ValueError, LookupError):
        charset = "utf-8"
    return _text(body if isinstance(body, bytes) else b"", charset)


def _text(body: bytes, charset: str) -> str:
    for name in (charset, "utf-8"):
        try:
            return body.decode(name)
        except (LookupError, ValueError):
            continue
    return body.decode("latin-1")
