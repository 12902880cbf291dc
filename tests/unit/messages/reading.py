"""Reads our HTML the way Telegram does, independently of the code under test."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from bot.messages.text.message import Button, Rendered
from tests.gallery import Example, examples

ALLOWED = {"b": set(), "i": set(), "code": set(), "a": {"href"}, "blockquote": {"expandable"}}
INVISIBLE = str.maketrans({"\u2060": None, "\u2068": None, "\u2069": None, "\u00a0": " "})


@dataclass
class _Reader(HTMLParser):
    text: list[str] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, f"<{tag}> is not a tag of the chat"
        assert {name for name, _ in attrs} <= ALLOWED[tag], f"<{tag}> has attributes {attrs}"
        self.open_tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open_tags, f"</{tag}> closes nothing"
        assert self.open_tags.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data!r}")


def read(html: str) -> _Reader:
    """Parse; fails for anything that is not well formed or not among the tags that the chat uses."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open_tags, f"never closed: {reader.open_tags}"
    return reader


def text_of(html: str) -> str:
    """The text that a phone shows."""
    return "".join(read(html).text)


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def visible(text: str) -> str:
    """Without isolates and joiners, and with an ordinary space for the no-break space."""
    return text.translate(INVISIBLE)


def example(row: str, language: str) -> Example:
    """An example of the gallery by its row."""
    return next(one for one in examples(language) if one.row == row)


def html_of(row: str, language: str) -> str:
    """The visible HTML of an example, or the text of a toast."""
    shown = example(row, language).shown
    return visible(shown.html if isinstance(shown, Rendered) else shown.text)


def rows_of(row: str, language: str) -> tuple[tuple[Button, ...], ...]:
    """The keyboard of an example."""
    shown = example(row, language).shown
    assert isinstance(shown, Rendered)
    return shown.rows


def labels(rows: tuple[tuple[Button, ...], ...]) -> list[list[str]]:
    """What stands on the buttons."""
    return [[visible(button.label) for button in row] for row in rows]
